//! JSON bodies: a tree made when the script is compiled, written straight into the buffer.
//!
//! A value inside quotes is escaped text, an unquoted one keeps its type; either way it is written as data and never
//! looked at again.

use std::borrow::Cow;

use behalf_model::method::{FieldType, Value};
use serde::de::IgnoredAny;

use super::error::RenderError;
use super::filter;
use super::rest::Missing;
use super::slot::{Part, Slot, Values, only_slot};

/// A JSON template, compiled.
#[derive(Debug, Clone)]
pub(crate) struct JsonTemplate {
    root: Node,
    /// Some value is inserted unescaped: the result has to be proven JSON.
    has_raw: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Node {
    /// A subtree without placeholders, serialised already.
    Literal(Vec<u8>),
    /// A string with placeholders; its literals are escaped already.
    Text(Vec<Part>),
    /// An unquoted placeholder.
    Value(Slot),
    Object(Vec<Member>),
    Array(Vec<Node>),
}

#[derive(Debug, Clone)]
pub(super) struct Member {
    /// `"name":`
    pub key: Vec<u8>,
    pub node: Node,
}

impl Member {
    pub fn new(name: &str, node: Node) -> Self {
        let mut key = Vec::with_capacity(name.len() + 3);
        write_string(&mut key, name);
        key.push(b':');
        Self { key, node }
    }
}

impl JsonTemplate {
    pub(super) fn new(root: Node) -> Self {
        let mut slots = Vec::new();
        collect(&root, &mut slots);
        let has_raw = slots.iter().any(|slot| slot.raw);
        Self { root, has_raw }
    }

    /// One object of whole fields, keyed by the names the back-end uses.
    pub fn of_fields<'f>(fields: impl IntoIterator<Item = (&'f str, Slot)>) -> Self {
        let members = fields
            .into_iter()
            .map(|(name, slot)| Member::new(name, Node::Value(slot)));
        Self::new(Node::Object(members.collect()))
    }

    /// Writes the body; nothing at all when the whole of it is a missing optional field.
    pub fn write(
        &self,
        out: &mut Vec<u8>,
        values: &Values<'_>,
        missing: Missing,
    ) -> Result<(), RenderError> {
        write(&self.root, out, values, missing)?;
        if self.has_raw && serde_json::from_slice::<IgnoredAny>(out).is_err() {
            return Err(RenderError {
                field: String::new(),
                message: "the body is no longer JSON once the raw values stand in it".to_owned(),
            });
        }
        Ok(())
    }
}

fn collect<'n>(node: &'n Node, slots: &mut Vec<&'n Slot>) {
    match node {
        Node::Literal(_) => {}
        Node::Value(slot) => slots.push(slot),
        Node::Text(parts) => slots.extend(parts.iter().filter_map(|part| match part {
            Part::Slot(slot) => Some(slot),
            Part::Literal(_) => None,
        })),
        Node::Object(members) => members.iter().for_each(|m| collect(&m.node, slots)),
        Node::Array(items) => items.iter().for_each(|item| collect(item, slots)),
    }
}

/// False when there is nothing to write: a missing optional field under `Missing=omit`.
fn write(
    node: &Node,
    out: &mut Vec<u8>,
    values: &Values<'_>,
    missing: Missing,
) -> Result<bool, RenderError> {
    match node {
        Node::Literal(bytes) => out.extend_from_slice(bytes),
        Node::Value(slot) => match slot.value(values)? {
            None => return write_missing(slot, false, out, missing),
            Some(value) if slot.raw => {
                let text = filter::text(&value).map_err(|why| slot.error(why))?;
                out.extend_from_slice(text.as_bytes());
            }
            Some(value) => value.write_json(out),
        },
        Node::Text(parts) => return write_text(parts, out, values, missing),
        Node::Object(members) => {
            out.push(b'{');
            let mut first = true;
            for member in members {
                let start = out.len();
                if !first {
                    out.push(b',');
                }
                out.extend_from_slice(&member.key);
                if write(&member.node, out, values, missing)? {
                    first = false;
                } else {
                    out.truncate(start);
                }
            }
            out.push(b'}');
        }
        Node::Array(items) => {
            out.push(b'[');
            let mut first = true;
            for item in items {
                let start = out.len();
                if !first {
                    out.push(b',');
                }
                if write(item, out, values, missing)? {
                    first = false;
                } else {
                    out.truncate(start);
                }
            }
            out.push(b']');
        }
    }
    Ok(true)
}

fn write_text(
    parts: &[Part],
    out: &mut Vec<u8>,
    values: &Values<'_>,
    missing: Missing,
) -> Result<bool, RenderError> {
    if let Some(slot) = only_slot(parts)
        && !slot.raw
    {
        match slot.value(values)? {
            None => return write_missing(slot, true, out, missing),
            Some(value) if *value == Value::Null => out.extend_from_slice(b"null"),
            Some(value) => {
                let text = filter::text(&value).map_err(|why| slot.error(why))?;
                write_string(out, &text);
            }
        }
        return Ok(true);
    }
    out.push(b'"');
    for part in parts {
        match part {
            Part::Literal(escaped) => out.extend_from_slice(escaped.as_bytes()),
            Part::Slot(slot) => match slot.text(values)? {
                None if missing == Missing::Error => return Err(slot.error("is missing")),
                None => {}
                Some(text) if slot.raw => out.extend_from_slice(text.as_bytes()),
                Some(text) => write_escaped(out, &text),
            },
        }
    }
    out.push(b'"');
    Ok(true)
}

fn write_missing(
    slot: &Slot,
    quoted: bool,
    out: &mut Vec<u8>,
    missing: Missing,
) -> Result<bool, RenderError> {
    match missing {
        Missing::Omit => return Ok(false),
        Missing::Error => return Err(slot.error("is missing")),
        Missing::Null => out.extend_from_slice(b"null"),
        Missing::Empty => {
            let empty: &[u8] = match &slot.field_type {
                _ if quoted => b"\"\"",
                FieldType::List(_) => b"[]",
                FieldType::Row => b"{}",
                FieldType::Text | FieldType::Char | FieldType::Link | FieldType::Media => b"\"\"",
                _ => b"null",
            };
            out.extend_from_slice(empty);
        }
    }
    Ok(true)
}

/// A JSON string, quotes included.
pub(super) fn write_string(out: &mut Vec<u8>, text: &str) {
    // Writing to a Vec cannot fail.
    let _ = serde_json::to_writer(out, text);
}

/// The same without the quotes, to go on inside a string.
pub(super) fn write_escaped(out: &mut Vec<u8>, text: &str) {
    let needs_escape = text.bytes().any(|b| b < 0x20 || b == b'"' || b == b'\\');
    if !needs_escape {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    let mut quoted = Vec::with_capacity(text.len() + 8);
    write_string(&mut quoted, text);
    out.extend_from_slice(&quoted[1..quoted.len() - 1]);
}

/// The text escaped for a JSON string, without quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = Vec::new();
    write_escaped(&mut out, text);
    String::from_utf8(out).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

/// What a constant subtree serialises to, if it is one.
pub(super) fn literal(node: &Node) -> Option<Cow<'_, [u8]>> {
    match node {
        Node::Literal(bytes) => Some(Cow::Borrowed(bytes)),
        _ => None,
    }
}

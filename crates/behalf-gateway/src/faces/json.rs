//! The JSON body of a call: one object, its members borrowed from the bytes.

#[cfg(test)]
mod tests;

use behalf_model::Fault;
use behalf_model::fault::MALFORMED;
use behalf_wire::jose::{JsonFault, json};
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// More inputs than any method has; bounds the search for duplicates.
const MAX_MEMBERS: usize = 1_000;

/// Members in their order, names unique.
pub(crate) type Members<'b> = Vec<(Cow<'b, str>, &'b RawValue)>;

/// Reads a body; an empty one is `{}`.
///
/// Errors: `MALFORMED` for anything but one JSON object, for duplicate members and nesting beyond 32 at any depth.
pub(crate) fn members(body: &[u8]) -> Result<Members<'_>, Fault> {
    if body.trim_ascii().is_empty() {
        return Ok(Vec::new());
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let read = deserializer
        .deserialize_map(Object)
        .and_then(|m| deserializer.end().map(|()| m));
    let members = read.map_err(|error| {
        // Only the kind of mistake and its place: the rest of the parser's words may quote the body.
        let why = if error.is_eof() {
            "breaks off"
        } else {
            "is not one JSON object with unique members"
        };
        let detail = format!(
            "The body {why} (line {}, column {}).",
            error.line(),
            error.column()
        );
        MALFORMED.with(detail)
    })?;
    let is_flat = |raw: &RawValue| !raw.get().starts_with(['{', '[']);
    if !members.iter().all(|(_, raw)| is_flat(raw)) {
        json::parse_object_within(body, body.len()).map_err(|fault| {
            MALFORMED.with(match fault {
                JsonFault::TooDeep => {
                    format!("The body is nested deeper than {}.", json::MAX_DEPTH)
                }
                other => format!("The body is not acceptable JSON: {other}."),
            })
        })?;
    }
    Ok(members)
}

struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members: Self::Value = Vec::new();
        while let Some(Name(name)) = map.next_key()? {
            let value = map.next_value()?;
            if members.len() >= MAX_MEMBERS || members.iter().any(|(known, _)| *known == name) {
                return Err(A::Error::custom("duplicate or too many members"));
            }
            members.push((name, value));
        }
        Ok(members)
    }
}

/// Borrowed where no escape stands in the name. (A derived `Cow` would always own.)
struct Name<'b>(Cow<'b, str>);

impl<'de> serde::Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

//! A typed value on its way from a caller to a back-end or back.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::Decimal;

/// A value whose type has been checked. Currency is exact text, never a float.
///
/// Shape on the wire: the JSON column of the type table (reference, section 3.5).
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    /// Text, Char and Link.
    Text(String),
    /// Integer and Integer64.
    Integer(i64),
    Number(f64),
    Currency(Decimal),
    YesNo(bool),
    DateTime(Timestamp),
    Date(Date),
    Time(Time),
    /// Canonical base64.
    Media(String),
    Guid(Uuid),
    /// JSON text, proven well-formed and not too deep; kept as it came, so that no digit is lost.
    Json(String),
    List(Vec<Value>),
    Row(Vec<(String, Value)>),
}

impl Value {
    /// The text of a single value as URLs, headers and XML write it; `None` for null, lists and rows.
    pub fn to_text(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Null | Self::List(_) | Self::Row(_) => return None,
            Self::Text(text) | Self::Media(text) | Self::Json(text) => Cow::Borrowed(text),
            Self::Currency(decimal) => Cow::Borrowed(decimal.as_str()),
            Self::YesNo(true) => Cow::Borrowed("true"),
            Self::YesNo(false) => Cow::Borrowed("false"),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Number(number) => Cow::Owned(number_text(*number)),
            Self::DateTime(at) => Cow::Owned(at.to_string()),
            Self::Date(date) => Cow::Owned(date.to_string()),
            Self::Time(time) => Cow::Owned(time.to_string()),
            Self::Guid(guid) => Cow::Owned(guid.to_string()),
        })
    }

    /// Appends the value as JSON.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Text(text) | Self::Media(text) => write_json_string(out, text),
            Self::Integer(_) | Self::Number(_) | Self::Currency(_) | Self::YesNo(_) => {
                out.extend_from_slice(self.to_text().unwrap_or_default().as_bytes());
            }
            Self::DateTime(_) | Self::Date(_) | Self::Time(_) | Self::Guid(_) => {
                write_json_string(out, &self.to_text().unwrap_or_default());
            }
            Self::Json(text) => out.extend_from_slice(text.as_bytes()),
            Self::List(items) => {
                out.push(b'[');
                for (n, item) in items.iter().enumerate() {
                    if n > 0 {
                        out.push(b',');
                    }
                    item.write_json(out);
                }
                out.push(b']');
            }
            Self::Row(members) => {
                out.push(b'{');
                for (n, (name, value)) in members.iter().enumerate() {
                    if n > 0 {
                        out.push(b',');
                    }
                    write_json_string(out, name);
                    out.push(b':');
                    value.write_json(out);
                }
                out.push(b'}');
            }
        }
    }

    /// The value as JSON text.
    pub fn to_json(&self) -> String {
        let mut out = Vec::new();
        self.write_json(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Through raw text, so that a Currency keeps every digit.
        let raw = RawValue::from_string(self.to_json()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

/// Appends a text as a JSON string, quotes included.
fn write_json_string(out: &mut Vec<u8>, text: &str) {
    // Writing to a Vec cannot fail.
    let _ = serde_json::to_writer(out, text);
}

/// The shortest decimal text that reads back as the same number; an exponent only where digits would pile up.
fn number_text(number: f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-7..1e17).contains(&size) {
        format!("{number:e}")
    } else {
        number.to_string()
    }
}

//! Strict JSON for headers, keys and claims.
//!
//! Two parsers that choose differently between duplicate members see two different tokens under one signature
//! (RFC 7515 section 4 and RFC 8725 section 2.4), so a duplicate at any depth is refused, as are deep and large texts.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::JsonFault;

/// Largest header, key or claims set, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;
/// Deepest nesting of arrays and objects.
pub const MAX_DEPTH: usize = 32;

const DUPLICATE: &str = "duplicate member";
const DEEP: &str = "too deep";

/// Parses one JSON object of at most [`MAX_BYTES`].
pub fn parse_object(text: &[u8]) -> Result<Map<String, Value>, JsonFault> {
    parse_object_within(text, MAX_BYTES)
}

/// Parses one JSON object of at most `limit_bytes`. Errors: [`JsonFault`].
pub fn parse_object_within(
    text: &[u8],
    limit_bytes: usize,
) -> Result<Map<String, Value>, JsonFault> {
    if text.len() > limit_bytes {
        return Err(JsonFault::TooLarge);
    }
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = Strict { depth: 0 }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| fault_of(&error))?;
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(JsonFault::NotAnObject),
    }
}

fn fault_of(error: &serde_json::Error) -> JsonFault {
    let text = error.to_string();
    if text.starts_with(DUPLICATE) {
        JsonFault::DuplicateMember
    } else if text.starts_with(DEEP) {
        JsonFault::TooDeep
    } else {
        JsonFault::Syntax
    }
}

struct Strict {
    depth: usize,
}

impl Strict {
    fn inner<E: Error>(&self) -> Result<Self, E> {
        if self.depth >= MAX_DEPTH {
            return Err(E::custom(DEEP));
        }
        Ok(Self {
            depth: self.depth + 1,
        })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(self.inner()?)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            let value = access.next_value_seed(self.inner()?)?;
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom(DUPLICATE));
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests;

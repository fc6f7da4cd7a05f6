//! Reading what people type off the seed's forms: "True" for a boolean, JSON text for headers, a query string.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, de};

/// A boolean, or its word in any case.
pub(super) fn yes_no<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    struct YesNo;
    impl de::Visitor<'_> for YesNo {
        type Value = bool;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("true or false")
        }
        fn visit_bool<E: de::Error>(self, value: bool) -> Result<bool, E> {
            Ok(value)
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<bool, E> {
            match text.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => Ok(true),
                "false" | "no" | "0" | "" => Ok(false),
                _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
            }
        }
    }
    deserializer.deserialize_any(YesNo)
}

/// A table, or a JSON object as text (the seed's way to write headers).
pub(super) fn headers<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    deserializer.deserialize_any(TableOr {
        expecting: "a table, or a JSON object as text",
        read: |text| {
            serde_json::from_str(text)
                .map_err(|_| "the text is not a JSON object of header names and values")
        },
    })
}

/// A table, or `a=b&c=d` as text.
pub(super) fn query<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    deserializer.deserialize_any(TableOr {
        expecting: "a table, or `name=value&name=value` as text",
        read: |text| {
            let pairs = text.trim_start_matches('?').split('&');
            pairs
                .filter(|pair| !pair.is_empty())
                .map(|pair| {
                    let (name, value) = pair.split_once('=')?;
                    Some((name.to_owned(), value.to_owned()))
                })
                .collect::<Option<_>>()
                .ok_or("every part of the text must be `name=value`")
        },
    })
}

struct TableOr {
    expecting: &'static str,
    read: fn(&str) -> Result<BTreeMap<String, String>, &'static str>,
}

impl<'de> de::Visitor<'de> for TableOr {
    type Value = BTreeMap<String, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expecting)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        if text.trim().is_empty() {
            return Ok(BTreeMap::new());
        }
        (self.read)(text).map_err(E::custom)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        BTreeMap::deserialize(de::value::MapAccessDeserializer::new(map))
    }
}

//! Secrets stand in a profile by name only.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const PREFIX: &str = "secret:";

/// A reference to a named secret of the store, written `secret:<name>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SecretRef(String);

impl SecretRef {
    /// The name under which the store keeps the secret.
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.0)
    }
}

impl FromStr for SecretRef {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        match text.trim().strip_prefix(PREFIX).map(str::trim) {
            Some(name) if !name.is_empty() => Ok(Self(name.to_owned())),
            // The text may be the secret itself: it must not appear in the message.
            _ => Err(
                "expected a reference `secret:<name>`; the secret itself does not belong in a profile",
            ),
        }
    }
}

impl Serialize for SecretRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SecretRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A secret typed as a number would be echoed by the default message of `String`.
        struct Text;
        impl de::Visitor<'_> for Text {
            type Value = SecretRef;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a reference `secret:<name>`")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<SecretRef, E> {
                text.parse().map_err(E::custom)
            }
            fn visit_i64<E: de::Error>(self, _: i64) -> Result<SecretRef, E> {
                self.visit_str("")
            }
            fn visit_u64<E: de::Error>(self, _: u64) -> Result<SecretRef, E> {
                self.visit_str("")
            }
            fn visit_f64<E: de::Error>(self, _: f64) -> Result<SecretRef, E> {
                self.visit_str("")
            }
        }
        deserializer.deserialize_any(Text)
    }
}

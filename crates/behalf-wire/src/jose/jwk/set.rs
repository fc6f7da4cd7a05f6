//! JWK sets (RFC 7517 section 5).

use serde_json::{Map, Value, json};

use super::Jwk;
use crate::jose::{JoseError, json};

/// A JWK set (RFC 7517 section 5). Keys that cannot be used are left out, with their reasons kept.
#[derive(Debug, Clone, Default)]
pub struct JwkSet {
    pub keys: Vec<Jwk>,
    /// Why keys were left out, in the order of the set.
    pub unusable: Vec<JoseError>,
}

impl JwkSet {
    /// Reads a set. Errors: only when the text is no JSON object with an array `keys`.
    pub fn parse(text: &str) -> Result<Self, JoseError> {
        let members =
            json::parse_object_within(text.as_bytes(), MAX_SET_BYTES).map_err(|fault| {
                JoseError::Json {
                    part: "the key set",
                    fault,
                }
            })?;
        Self::from_members(&members)
    }

    pub fn from_members(members: &Map<String, Value>) -> Result<Self, JoseError> {
        let Some(Value::Array(items)) = members.get("keys") else {
            return Err(JoseError::KeyInvalid("the set has no array keys"));
        };
        let mut set = Self::default();
        let mut broken_names = Vec::new();
        for item in items {
            let key = match item {
                Value::Object(members) => Jwk::from_members(members),
                _ => Err(JoseError::KeyInvalid("not an object")),
            };
            match key {
                Ok(key) => set.keys.push(key),
                Err(reason) => {
                    // A kind that is not offered is another form of the key, and may share its name.
                    if reason != JoseError::KeyNotOffered {
                        broken_names.extend(item.get("kid").and_then(Value::as_str));
                    }
                    set.unusable.push(reason);
                }
            }
        }
        // Whether a token means the sound or the broken key of one name, nobody can say.
        let count = set.keys.len();
        set.keys.retain(|key| {
            !key.kid
                .as_deref()
                .is_some_and(|kid| broken_names.contains(&kid))
        });
        set.unusable
            .extend((set.keys.len()..count).map(|_| JoseError::KeyAmbiguous));
        Ok(set)
    }

    /// `{"keys":[…]}` with public parts only; symmetric keys are left out.
    pub fn to_public_json(&self) -> String {
        let keys: Vec<_> = self
            .keys
            .iter()
            .filter_map(Jwk::to_public_members)
            .collect();
        json!({ "keys": keys }).to_string()
    }
}

/// Entra's own set with its certificate chains is about 20 KiB.
const MAX_SET_BYTES: usize = 512 * 1024;

//! Who may call a method or open a view.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The access policy of a method or view. Anonymous callers are denied unless it says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    #[serde(default)]
    pub anonymous: bool,
    /// One of these must hold for a caller who is known; empty = every known caller.
    #[serde(default)]
    pub allow: Vec<Allow>,
}

/// One condition on the *proven* identity of a caller, never on what the request carries as data.
///
/// Shape: `group:Sales`, `user:<id or UPN>`, `app:<client id>`, `claim:<name>=<value>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allow {
    Group(String),
    User(String),
    App(String),
    Claim { name: String, value: String },
}

impl fmt::Display for Allow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group(name) => write!(f, "group:{name}"),
            Self::User(user) => write!(f, "user:{user}"),
            Self::App(client_id) => write!(f, "app:{client_id}"),
            Self::Claim { name, value } => write!(f, "claim:{name}={value}"),
        }
    }
}

impl FromStr for Allow {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || {
            format!(
                "`{text}` is not a condition: expected `group:<name>`, `user:<id or UPN>`, \
                 `app:<client id>` or `claim:<name>=<value>`"
            )
        };
        let (kind, rest) = text.split_once(':').ok_or_else(refused)?;
        let rest = rest.trim();
        if rest.is_empty() {
            return Err(refused());
        }
        match kind.trim() {
            "group" => Ok(Self::Group(rest.to_owned())),
            "user" => Ok(Self::User(rest.to_owned())),
            "app" => Ok(Self::App(rest.to_owned())),
            "claim" => match rest.split_once('=') {
                Some((name, value)) if !name.trim().is_empty() => Ok(Self::Claim {
                    name: name.trim().to_owned(),
                    value: value.trim().to_owned(),
                }),
                _ => Err(refused()),
            },
            _ => Err(refused()),
        }
    }
}

impl Serialize for Allow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Allow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

//! Identifiers. Each kind is its own type so that a user id can never be passed where a tenant id is meant.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.trim().parse().map(Self)
            }
        }
    };
}

uuid_id!(
    /// A tenant: Entra's `tid`, SharePoint's realm.
    TenantId
);
uuid_id!(
    /// A user of one tenant: Entra's `oid`. A deleted user's id is never given out again.
    UserId
);
uuid_id!(
    /// A human who links users of several providers.
    PersonId
);

/// The id of an app principal (OAuth `client_id`, SharePoint "App Id").
///
/// Shape: a GUID in lower case, or for principals that no Microsoft SDK will use any text of 1–128 characters
/// out of `A–Z a–z 0–9 . _ -`. GUIDs compare without case, because SDKs and people change it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClientId(String);

impl ClientId {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Microsoft's SDKs accept only GUIDs as client ids.
    pub fn is_guid(&self) -> bool {
        Uuid::try_parse(&self.0).is_ok()
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not a client id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a client id is a GUID or 1-128 characters out of A-Z a-z 0-9 . _ -")]
pub struct InvalidClientId;

impl FromStr for ClientId {
    type Err = InvalidClientId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(guid) = Uuid::try_parse(text) {
            return Ok(Self(guid.to_string()));
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        match text.len() {
            1..=128 if text.chars().all(allowed) => Ok(Self(text.to_owned())),
            _ => Err(InvalidClientId),
        }
    }
}

impl TryFrom<String> for ClientId {
    type Error = InvalidClientId;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ClientId> for String {
    fn from(id: ClientId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests;

//! Claims of a JWT access token (RFC 9068) and its actors (RFC 8693 section 4.1).

use crate::entra::claims::{ClaimNames, ClaimSources};
use serde::Serialize;

/// `typ` of the header.
pub const TYPE: &str = "at+jwt";

/// Shape: RFC 9068 section 2.2, with Entra's `oid` and `tid` beside a pairwise `sub`.
#[derive(Clone, Debug, Serialize)]
pub struct AccessTokenClaims<'a> {
    pub iss: &'a str,
    pub aud: &'a str,
    pub sub: &'a str,
    pub client_id: &'a str,
    pub iat: i64,
    pub nbf: i64,
    pub exp: i64,
    pub jti: &'a str,
    /// Only in tokens of a user.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub scope: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub roles: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub groups: &'a [String],
    /// Present when `groups` is absent because there are too many.
    #[serde(rename = "_claim_names", skip_serializing_if = "Option::is_none")]
    pub claim_names: Option<ClaimNames>,
    #[serde(rename = "_claim_sources", skip_serializing_if = "Option::is_none")]
    pub claim_sources: Option<ClaimSources<'a>>,
    pub tid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<&'a Actor>,
    /// "app" in tokens without a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idtyp: Option<&'a str>,
}

/// Who acts for the subject; the most recent outside, those before nested inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Actor {
    pub sub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<Box<Actor>>,
}

impl Actor {
    /// Number of actors in the chain.
    pub fn depth(&self) -> usize {
        1 + self.act.as_ref().map_or(0, |inner| inner.depth())
    }
}

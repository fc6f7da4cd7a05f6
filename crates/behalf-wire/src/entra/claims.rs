//! Claims of Entra's tokens (v1.0 and v2.0), and `client_info`.

use crate::jose::base64url;
use serde::Serialize;

/// `appidacr`/`azpacr`: how the client proved itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ClientProof {
    #[serde(rename = "0")]
    Public,
    #[serde(rename = "1")]
    Secret,
    #[serde(rename = "2")]
    Certificate,
}

/// More groups than this do not travel in a token: it would not fit into a header any more.
pub const MAX_GROUPS: usize = 200;

/// Claims that have to be asked for elsewhere (OpenID Connect Core section 5.6.2).
/// Shape: `{"groups":"src1"}`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ClaimNames {
    groups: &'static str,
}

/// Shape: `{"src1":{"endpoint":"https://…/openid/userinfo"}}`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ClaimSources<'a> {
    src1: ClaimSource<'a>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct ClaimSource<'a> {
    endpoint: &'a str,
}

/// The user's groups as far as a token may carry them, or where they are.
#[derive(Clone, Copy, Debug)]
pub struct Groups<'a> {
    pub here: &'a [String],
    pub names: Option<ClaimNames>,
    pub sources: Option<ClaimSources<'a>>,
}

impl<'a> Groups<'a> {
    /// `endpoint`: the userinfo endpoint of the tenant.
    pub fn of(groups: &'a [String], endpoint: &'a str) -> Self {
        if groups.len() <= MAX_GROUPS {
            return Self {
                here: groups,
                names: None,
                sources: None,
            };
        }
        Self {
            here: &[],
            names: Some(ClaimNames { groups: "src1" }),
            sources: Some(ClaimSources {
                src1: ClaimSource { endpoint },
            }),
        }
    }
}

/// A v1.0 access token. `scp` is absent from app-only tokens, `roles` from those of users.
#[derive(Clone, Debug, Serialize)]
pub struct AccessTokenV1<'a> {
    pub aud: &'a str,
    pub iss: &'a str,
    pub iat: i64,
    pub nbf: i64,
    pub exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub amr: &'a [String],
    pub appid: &'a str,
    pub appidacr: ClientProof,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub family_name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub given_name: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub groups: &'a [String],
    /// Present when `groups` is absent because there are too many.
    #[serde(rename = "_claim_names", skip_serializing_if = "Option::is_none")]
    pub claim_names: Option<ClaimNames>,
    #[serde(rename = "_claim_sources", skip_serializing_if = "Option::is_none")]
    pub claim_sources: Option<ClaimSources<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idtyp: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub name: &'a str,
    pub oid: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub roles: &'a [String],
    #[serde(skip_serializing_if = "str::is_empty")]
    pub scp: &'a str,
    pub sub: &'a str,
    pub tid: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub unique_name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub upn: &'a str,
    pub uti: &'a str,
    pub ver: &'static str,
}

/// A v2.0 access token.
#[derive(Clone, Debug, Serialize)]
pub struct AccessTokenV2<'a> {
    pub aud: &'a str,
    pub iss: &'a str,
    pub iat: i64,
    pub nbf: i64,
    pub exp: i64,
    pub azp: &'a str,
    pub azpacr: ClientProof,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub groups: &'a [String],
    /// Present when `groups` is absent because there are too many.
    #[serde(rename = "_claim_names", skip_serializing_if = "Option::is_none")]
    pub claim_names: Option<ClaimNames>,
    #[serde(rename = "_claim_sources", skip_serializing_if = "Option::is_none")]
    pub claim_sources: Option<ClaimSources<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idtyp: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub name: &'a str,
    pub oid: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub preferred_username: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub roles: &'a [String],
    #[serde(skip_serializing_if = "str::is_empty")]
    pub scp: &'a str,
    pub sub: &'a str,
    pub tid: &'a str,
    pub uti: &'a str,
    pub ver: &'static str,
}

/// An id_token of either version, and of plain OpenID Connect (then without `ver`).
#[derive(Clone, Debug, Serialize)]
pub struct IdToken<'a> {
    pub aud: &'a str,
    pub iss: &'a str,
    pub iat: i64,
    pub nbf: i64,
    pub exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub amr: &'a [String],
    #[serde(skip_serializing_if = "str::is_empty")]
    pub email: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub family_name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub given_name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<&'a str>,
    pub oid: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub preferred_username: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<&'a str>,
    pub sub: &'a str,
    pub tid: &'a str,
    /// v1.0 only.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub unique_name: &'a str,
    /// v1.0 only.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub upn: &'a str,
    pub uti: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub ver: &'static str,
}

/// `client_info`: base64url of `{"uid":"<oid>","utid":"<tid>"}`; SDK caches tell accounts apart by it.
pub fn client_info(oid: &str, tid: &str) -> String {
    base64url::encode(format!(r#"{{"uid":"{oid}","utid":"{tid}"}}"#))
}

/// The JSON bytes of a claims set.
pub fn to_json(claims: &impl Serialize) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    #[expect(
        clippy::expect_used,
        reason = "texts and numbers into memory cannot fail"
    )]
    serde_json::to_writer(&mut out, claims).expect("claims serialise");
    out
}

#[cfg(test)]
mod tests;

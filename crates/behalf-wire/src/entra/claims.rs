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
    pub auth_time: i64,
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

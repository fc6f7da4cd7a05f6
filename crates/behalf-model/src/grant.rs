//! Authorization codes and refresh tokens. A stored token is `row id . secret`; only the secret's hash is kept.

use crate::{ClientId, TenantId, UnixTime, UserId};
use serde::{Deserialize, Serialize};

/// SHA-256 of a token's secret part.
pub type SecretHash = [u8; 32];

/// What a user's sign-in allowed a client: carried by a code, then by the refresh token made from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Authorization {
    pub tenant: TenantId,
    pub client: ClientId,
    pub user: UserId,
    /// Scope strings exactly as the client asked for them.
    pub scopes: Vec<String>,
    /// When the user last proved who he is.
    pub auth_time: UnixTime,
    /// Authentication methods (RFC 8176), for example `pwd`.
    #[serde(default)]
    pub amr: Vec<String>,
    /// Browser session it came from; sign-out revokes by it.
    #[serde(default)]
    pub session: Option<i64>,
    /// URL of the web from which an app was launched or trusted (SharePoint). Such an authorization belongs to the ACS
    /// dialect alone: it has no scopes, and its refresh token is not rotated, because the clients of that protocol keep
    /// the one they got for months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_web: Option<String>,
}

/// An authorization code (RFC 6749 §4.1.2): single use, minutes old at the most.
#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    pub id: i64,
    pub secret_hash: SecretHash,
    pub details: CodeDetails,
    pub expires_at: UnixTime,
    pub redeemed: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeDetails {
    pub authorization: Authorization,
    pub redirect_uri: String,
    #[serde(default)]
    pub nonce: Option<String>,
    #[serde(default)]
    pub pkce: Option<PkceChallenge>,
}

/// PKCE challenge (RFC 7636 §4.3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PkceChallenge {
    pub challenge: String,
    pub method: PkceMethod,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PkceMethod {
    #[serde(rename = "S256")]
    S256,
    /// Only in the Entra dialect, where deployed clients still send it.
    #[serde(rename = "plain")]
    Plain,
}

/// One refresh token family. Rotation changes the row in place.
#[derive(Clone, Debug, PartialEq)]
pub struct RefreshGrant {
    pub id: i64,
    pub authorization: Authorization,
    /// Hash of the secret that is valid now.
    pub secret_hash: SecretHash,
    /// Hash of the secret before it; good only for repeating within the grace time.
    pub previous_hash: Option<SecretHash>,
    /// Counts rotations; the compare-and-swap of `Change::RotateRefresh`.
    pub generation: i64,
    pub rotated_at: UnixTime,
    pub expires_at: UnixTime,
    pub revoked: bool,
}

//! A bearer token after verification, as rooms see it. Nothing here was merely decoded.

use crate::{Secret, TenantId, UnixTime};
use std::sync::Arc;

/// The verified caller of a request.
#[derive(Clone, Debug)]
pub struct VerifiedToken {
    pub issuer: Issuer,
    pub audience: Vec<String>,
    pub subject: TokenSubject,
    /// `appid`, `azp` or `client_id`.
    pub client: Option<String>,
    /// Delegated scopes (`scp` or `scope`).
    pub scopes: Vec<String>,
    /// App roles; permissions of the application when the subject is one.
    pub roles: Vec<String>,
    pub issued_at: UnixTime,
    pub expires_at: UnixTime,
    /// All verified claims as a JSON object.
    pub claims: Arc<serde_json::Map<String, serde_json::Value>>,
    /// SHA-256 of the compact token: the part of every cache key that keeps users apart.
    pub hash: [u8; 32],
    /// The compact token itself, for use as an OBO assertion.
    pub raw: Secret,
}

/// Who vouched for the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Issuer {
    /// A tenant of this installation.
    Tenant(TenantId),
    /// The issuer of a provider of the home tenant (R48).
    Provider { tenant: TenantId, provider: String },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenSubject {
    /// `oid` (Entra shapes) or `sub`. For `Issuer::Provider` this is the provider's subject.
    User {
        subject: String,
        upn: Option<String>,
        name: Option<String>,
    },
    /// An application: the token came from `client_credentials`.
    Application,
}

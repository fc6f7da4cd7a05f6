//! Browser sessions of the authority (the cookie holds `row id . secret`).

use crate::grant::SecretHash;
use crate::{TenantId, UnixTime, UserId};

#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    pub id: i64,
    pub secret_hash: SecretHash,
    pub tenant: TenantId,
    pub user: UserId,
    pub auth_time: UnixTime,
    pub amr: Vec<String>,
    pub expires_at: UnixTime,
}

/// Access token and refresh token of a provider, kept for one provider user (the vault). Both are sealed.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderTokenRow {
    pub tenant: TenantId,
    pub user: UserId,
    pub provider: String,
    pub access_token: crate::secret::Sealed,
    pub refresh_token: Option<crate::secret::Sealed>,
    pub expires_at: UnixTime,
    pub obtained_at: UnixTime,
}

/// Which of the two sealed texts of a `ProviderTokenRow` is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderTokenKind {
    Access,
    Refresh,
}

impl ProviderTokenRow {
    /// What a provider token is sealed for: it binds the text to its owner, so that a row copied to another user does
    /// not open.
    pub fn purpose(
        tenant: TenantId,
        user: UserId,
        provider: &str,
        kind: ProviderTokenKind,
    ) -> String {
        let kind = match kind {
            ProviderTokenKind::Access => "access",
            ProviderTokenKind::Refresh => "refresh",
        };
        format!("provider-token:{tenant}:{user}:{provider}:{kind}")
    }
}

use crate::token::VerifiedToken;
use crate::{Fault, Secret, TenantId, UnixTime, UserId};
use async_trait::async_trait;
use std::sync::Arc;

/// Verifies bearer tokens for resource servers (gateway, sites): signature, issuer, audience, time.
#[async_trait]
pub trait TokenVerifier: Send + Sync {
    /// `audiences`: the names under which the asking room is known; compared exactly.
    ///
    /// Errors: `INVALID_TOKEN` family, with a detail that names what is wrong and never the token.
    async fn verify(
        &self,
        token: &str,
        audiences: &[String],
        now: UnixTime,
    ) -> Result<Arc<VerifiedToken>, Fault>;
}

/// The provider tokens of users, kept sealed by the authority.
#[async_trait]
pub trait TokenVault: Send + Sync {
    /// An access token of `provider` for its user, valid for at least another minute; refreshed when necessary,
    /// with one refresh in flight per user.
    async fn token(
        &self,
        tenant: TenantId,
        user: UserId,
        provider: &str,
        now: UnixTime,
    ) -> Result<ProviderToken, VaultMiss>;

    /// Forgets what is kept for the user (disabled, deleted, signed out).
    async fn forget(&self, tenant: TenantId, user: UserId);
}

#[derive(Clone, Debug)]
pub struct ProviderToken {
    pub access_token: Secret,
    pub expires_at: UnixTime,
}

/// Why the vault has no usable token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultMiss {
    /// The user never signed in through this provider, or his token was dropped.
    NoToken,
    /// Expired, and no refresh token is kept.
    Expired,
    /// The provider refused to refresh: its `error` code.
    RefreshRefused(String),
    /// The provider could not be reached: the kept token may still be good, retry later.
    Unavailable(String),
}

/// Keyed digests of secrets chosen by people, so that a copy of the database alone cannot be searched.
pub trait Digester: Send + Sync {
    /// Shape: `<key id>.<base64url HMAC-SHA-256>`.
    fn digest(&self, purpose: &str, secret: &str) -> String;
    /// In constant time.
    fn matches(&self, purpose: &str, secret: &str, digest: &str) -> bool;
}

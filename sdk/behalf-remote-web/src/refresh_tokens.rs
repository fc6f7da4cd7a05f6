//! Where refresh tokens are kept: they live for six months, longer than most processes.

#[cfg(feature = "sqlite")]
mod sqlite;

use async_trait::async_trait;
use behalf_wire::acs::Host;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

#[cfg(feature = "sqlite")]
pub use sqlite::SqliteRefreshTokens;

use crate::Error;

/// Whose refresh token, for which content host and realm.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UserKey {
    /// The context token's CacheKey: opaque, one per user, user issuer, app and realm.
    pub cache_key: String,
    pub host: Host,
    pub realm: String,
}

impl UserKey {
    /// One text for one key: the lengths keep parts apart.
    #[cfg(feature = "sqlite")]
    pub(crate) fn text(&self) -> String {
        let host = self.host.to_string();
        let parts = [&self.cache_key, &host, &self.realm];
        parts
            .iter()
            .map(|part| format!("{}:{part},", part.len()))
            .collect()
    }
}

/// The CacheKey stands for a person, so it is not shown.
impl fmt::Debug for UserKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserKey")
            .field("host", &self.host.to_string())
            .field("realm", &self.realm)
            .finish_non_exhaustive()
    }
}

/// A refresh token with what is needed to use it.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredRefreshToken {
    pub refresh_token: Zeroizing<String>,
    /// Address of the authentication server that issued it.
    pub sts: String,
    /// Unix seconds; later the server refuses it anyway.
    pub expires_at_s: i64,
}

impl fmt::Debug for StoredRefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredRefreshToken")
            .field("sts", &self.sts)
            .field("expires_at_s", &self.expires_at_s)
            .finish_non_exhaustive()
    }
}

/// A store of refresh tokens. An implementation must keep them encrypted wherever others can read them.
///
/// Errors of all methods: [`crate::ErrorKind::Store`].
#[async_trait]
pub trait RefreshTokenStore: Send + Sync {
    async fn get(&self, key: &UserKey) -> Result<Option<StoredRefreshToken>, Error>;

    /// Replaces what is there for the key.
    async fn put(&self, key: &UserKey, token: StoredRefreshToken) -> Result<(), Error>;

    /// Removes what is there; with `only`, only if it still is that token: a refusal of an old token must not remove
    /// the new one that a launch has put there meanwhile.
    async fn remove(&self, key: &UserKey, only: Option<&str>) -> Result<(), Error>;

    /// Removes everything that expired before `now_s`.
    async fn remove_expired(&self, now_s: i64) -> Result<(), Error>;
}

/// Keeps refresh tokens in memory, unencrypted. After a restart users launch the app again.
#[derive(Default)]
pub struct MemoryRefreshTokens(Mutex<HashMap<UserKey, StoredRefreshToken>>);

impl MemoryRefreshTokens {
    pub fn new() -> Self {
        Self::default()
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashMap<UserKey, StoredRefreshToken>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl RefreshTokenStore for MemoryRefreshTokens {
    async fn get(&self, key: &UserKey) -> Result<Option<StoredRefreshToken>, Error> {
        Ok(self.with(|tokens| tokens.get(key).cloned()))
    }

    async fn put(&self, key: &UserKey, token: StoredRefreshToken) -> Result<(), Error> {
        self.with(|tokens| tokens.insert(key.clone(), token));
        Ok(())
    }

    async fn remove(&self, key: &UserKey, only: Option<&str>) -> Result<(), Error> {
        self.with(|tokens| {
            let kept = tokens.get(key).map(|token| token.refresh_token.as_str());
            if only.is_none() || only == kept {
                tokens.remove(key);
            }
        });
        Ok(())
    }

    async fn remove_expired(&self, now_s: i64) -> Result<(), Error> {
        self.with(|tokens| tokens.retain(|_, token| token.expires_at_s >= now_s));
        Ok(())
    }
}

#[cfg(test)]
mod tests;

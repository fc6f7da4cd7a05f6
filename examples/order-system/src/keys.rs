//! The signing keys of one issuer: found through its discovery document, kept, and read anew when they change.
//!
//! Spec: OpenID Connect Discovery 1.0 §4, RFC 7517.

use crate::fetch::Fetch;
use behalf_wire::jose::{Claims, JoseError, JwsAlg, Keyring};
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Keys are asked for at most this often: tokens with invented key ids must not make us flood the issuer.
pub const MIN_INTERVAL_S: i64 = 30;
/// Older keys are read again, so that a key the issuer withdrew stops counting.
pub const MAX_AGE_S: i64 = 3600;

pub struct IssuerKeys {
    issuer: String,
    fetch: Arc<dyn Fetch>,
    /// Held while reading, so that many requests cause one reading.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    keys: Arc<Keyring>,
    read_at_s: Option<i64>,
    tried_at_s: Option<i64>,
    /// Why the last reading failed.
    failure: Option<String>,
}

/// Why a token was not verified.
#[derive(Debug, PartialEq, Eq)]
pub enum Unverifiable {
    Token(JoseError),
    /// No key has been read yet.
    NoKeys(String),
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

impl IssuerKeys {
    pub fn new(issuer: String, fetch: Arc<dyn Fetch>) -> Self {
        Self {
            issuer,
            fetch,
            known: Mutex::default(),
        }
    }

    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Verifies the signature alone; what the claims say is the caller's to judge.
    pub async fn verify(&self, token: &str, now_s: i64) -> Result<Claims, Unverifiable> {
        let keys = self.keys(now_s, false).await?;
        let verified = match keys.verify_jwt(token, JwsAlg::PUBLIC_KEY) {
            // Perhaps the issuer has changed its keys since.
            Err(JoseError::KeyUnknown) => self
                .keys(now_s, true)
                .await?
                .verify_jwt(token, JwsAlg::PUBLIC_KEY),
            other => other,
        };
        verified
            .map(|(_, claims)| claims)
            .map_err(Unverifiable::Token)
    }

    async fn keys(&self, now_s: i64, missed: bool) -> Result<Arc<Keyring>, Unverifiable> {
        let mut known = self.known.lock().await;
        let old = known.read_at_s.is_none_or(|at| now_s - at >= MAX_AGE_S);
        let rested = known
            .tried_at_s
            .is_none_or(|at| now_s - at >= MIN_INTERVAL_S);
        if (old || missed) && rested {
            known.tried_at_s = Some(now_s);
            match self.read().await {
                Ok(keys) => {
                    known.keys = Arc::new(keys);
                    known.read_at_s = Some(now_s);
                    known.failure = None;
                }
                // The keys at hand stay good when the issuer is down for a while.
                Err(failure) => known.failure = Some(failure),
            }
        }
        match (&known.failure, known.read_at_s) {
            (Some(failure), None) => Err(Unverifiable::NoKeys(failure.clone())),
            _ => Ok(known.keys.clone()),
        }
    }

    async fn read(&self) -> Result<Keyring, String> {
        let url = format!(
            "{}/.well-known/openid-configuration",
            self.issuer.trim_end_matches('/')
        );
        let discovery: Discovery = serde_json::from_str(&self.fetch.get(&url).await?)
            .map_err(|error| format!("{url}: {error}"))?;
        // A document of another issuer would lend its keys to this one's name.
        if discovery.issuer != self.issuer {
            return Err(format!(
                "{url} is the document of another issuer: {}",
                discovery.issuer
            ));
        }
        let keys = self.fetch.get(&discovery.jwks_uri).await?;
        Keyring::from_jwks(&keys).map_err(|error| format!("{}: {error}", discovery.jwks_uri))
    }
}

#[cfg(test)]
mod tests;

//! Access tokens in memory: got once, renewed ahead, one request in flight for each.

use behalf_wire::acs::Host;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

use crate::{Error, ErrorKind};

/// A bearer token for one content host. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken {
    text: Arc<Zeroizing<String>>,
    host: Host,
    expires_at_s: i64,
    renew_at_s: i64,
}

impl AccessToken {
    pub(crate) fn new(
        text: &str,
        host: Host,
        now_s: i64,
        expires_at_s: i64,
        renew_ahead_s: i64,
    ) -> Self {
        let life_s = expires_at_s.saturating_sub(now_s);
        // A short-lived token is used for half its life, or every call would renew it.
        let used_s = life_s.saturating_sub(renew_ahead_s).max(life_s / 2);
        Self {
            text: Arc::new(Zeroizing::new(text.to_owned())),
            host,
            expires_at_s,
            renew_at_s: now_s.saturating_add(used_s),
        }
    }

    /// The token, for the header `Authorization: Bearer …` of a call to [`host`](Self::host) and for nothing else.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The only host that the token may be sent to.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Unix seconds.
    pub fn expires_at_s(&self) -> i64 {
        self.expires_at_s
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("host", &self.host.to_string())
            .field("expires_at_s", &self.expires_at_s)
            .finish_non_exhaustive()
    }
}

/// What makes two requests want the same token.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct TokenKey {
    pub caller: CallerKey,
    pub host: Host,
    pub realm: String,
}

#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum CallerKey {
    /// User and app, by the user's CacheKey.
    User(String),
    /// App only.
    App,
}

/// More users than are at work with one app at once; beyond it, the tokens that are not in use are let go.
const MOST_SLOTS: usize = 10_000;

#[derive(Default)]
pub(crate) struct TokenCache(Mutex<HashMap<TokenKey, Arc<Slot>>>);

#[derive(Default)]
struct Slot {
    token: Mutex<Option<AccessToken>>,
    /// Counts requests that ended. Who waited for one shares its failure instead of asking again.
    ended: AtomicU64,
    failure: Mutex<Option<Error>>,
    flight: tokio::sync::Mutex<()>,
}

impl TokenCache {
    /// The kept token, or the one that `request` gets. Callers of one key wait for one request; while a token that is
    /// still valid is being renewed, the others go on with it. When renewing fails because nobody answers, so does
    /// the caller who tried.
    pub async fn get<F>(
        &self,
        key: &TokenKey,
        now_s: i64,
        request: impl FnOnce() -> F,
    ) -> Result<AccessToken, Error>
    where
        F: Future<Output = Result<AccessToken, Error>>,
    {
        let slot = self.slot(key, now_s);
        let ended = slot.ended.load(Ordering::Acquire);
        let kept = locked(&slot.token)
            .clone()
            .filter(|token| now_s < token.expires_at_s);
        let _flight = match &kept {
            Some(token) if now_s < token.renew_at_s => return Ok(token.clone()),
            Some(token) => match slot.flight.try_lock() {
                Ok(flight) => flight,
                Err(_) => return Ok(token.clone()),
            },
            None => slot.flight.lock().await,
        };
        if slot.ended.load(Ordering::Acquire) != ended {
            if let Some(token) = locked(&slot.token).clone() {
                return Ok(token);
            }
            if let Some(failure) = locked(&slot.failure).clone() {
                return Err(failure);
            }
        }
        let result = match (request().await, kept) {
            (Err(error), Some(token)) if error.kind() == ErrorKind::Unreachable => Ok(token),
            (result, _) => result,
        };
        *locked(&slot.token) = result.as_ref().ok().cloned();
        *locked(&slot.failure) = result.as_ref().err().cloned();
        slot.ended.fetch_add(1, Ordering::Release);
        result
    }

    /// Puts a token that came by another way.
    pub fn put(&self, key: &TokenKey, now_s: i64, token: AccessToken) {
        let slot = self.slot(key, now_s);
        *locked(&slot.token) = Some(token);
        slot.ended.fetch_add(1, Ordering::Release);
    }

    /// Drops the kept token; with `only`, only if it still is that one.
    pub fn forget(&self, key: &TokenKey, only: Option<&AccessToken>) {
        let slot = locked(&self.0).get(key).cloned();
        if let Some(slot) = slot {
            let mut kept = locked(&slot.token);
            if only.is_none() || kept.as_ref() == only {
                *kept = None;
            }
        }
    }

    fn slot(&self, key: &TokenKey, now_s: i64) -> Arc<Slot> {
        let mut slots = locked(&self.0);
        if let Some(slot) = slots.get(key) {
            return Arc::clone(slot);
        }
        if slots.len() >= MOST_SLOTS {
            let in_use = |slot: &Arc<Slot>| Arc::strong_count(slot) > 1;
            let valid = |slot: &Arc<Slot>| {
                locked(&slot.token)
                    .as_ref()
                    .is_some_and(|token| now_s < token.expires_at_s)
            };
            slots.retain(|_, slot| in_use(slot) || valid(slot));
            if slots.len() >= MOST_SLOTS {
                slots.retain(|_, slot| in_use(slot));
            }
        }
        Arc::clone(slots.entry(key.clone()).or_default())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;

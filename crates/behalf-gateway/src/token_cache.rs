//! Tokens got from token endpoints, kept per user and assertion (R42; entra.md 7.2).
//!
//! A cache that answers one user with another's token is the bug this file is written against: the key has the user and
//! the hash of his assertion in it by type, and one flight serves exactly one key.

mod flight;
#[cfg(test)]
mod tests;

use behalf_model::profile::Profile;
use behalf_model::{Fault, UnixTime, UserId};
use flight::Flight;
use http::HeaderValue;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a token is good for: the same in two calls exactly when one token may serve both.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct TokenTarget {
    /// Token endpoint as the profile writes it; where that leaves the tenant open, the assertion decides it.
    pub authority: String,
    pub client_id: String,
    pub profile: String,
    pub grant: &'static str,
    /// In the order of the profile.
    pub scopes: Vec<String>,
    /// Further form fields of the request (`audience`, `resource`).
    pub extra: Vec<(String, String)>,
}

impl TokenTarget {
    /// `None` for a profile without OAuth.
    pub fn of(profile: &Profile) -> Option<Self> {
        Some(Self {
            authority: profile.oauth_url.clone()?,
            client_id: profile.oauth_client_id.clone()?,
            profile: profile.name.clone(),
            grant: profile.oauth_grant?.as_str(),
            scopes: profile.scopes().map(str::to_owned).collect(),
            extra: profile
                .oauth_extra
                .iter()
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect(),
        })
    }
}

/// In whose name a token speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// The gateway's own application (`client_credentials`); never reached from an on-behalf-of call.
    Application,
    User {
        id: UserId,
        /// SHA-256 of his assertion: one entry per session, not per user.
        assertion: [u8; 32],
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub holder: Holder,
    pub target: Arc<TokenTarget>,
}

/// An access token that was got from a token endpoint.
#[derive(Debug)]
pub struct IssuedToken {
    /// `Bearer <token>`, marked sensitive, so that no `Debug` shows it.
    pub authorization: HeaderValue,
    pub expires_at: UnixTime,
    /// From here on a new one is asked for.
    pub renew_at: UnixTime,
}

/// How one exchange ended, shared by all who waited for it.
pub type Outcome = Result<Arc<IssuedToken>, Arc<Refused>>;

/// An exchange that brought no token.
#[derive(Debug)]
pub struct Refused {
    pub fault: Fault,
    /// The answer would be the same to the same request: remember it for [`REFUSAL_S`].
    pub lasting: bool,
}

impl From<Fault> for Refused {
    /// What happened on our side may be mended at any moment.
    fn from(fault: Fault) -> Self {
        Self {
            fault,
            lasting: false,
        }
    }
}

/// How long a refusal is remembered: long enough to spare the provider a storm, short enough that a consent just
/// granted is not held against its user.
pub const REFUSAL_S: i64 = 3;
/// How long nobody asks for a renewal again after the token endpoint was out of reach.
const RENEWAL_PAUSE_S: i64 = 15;
/// Entries at most: a bound on memory (about 2 KiB each), not a tuning knob.
const CAPACITY: usize = 32_768;
const SHARDS: usize = 16;

pub struct TokenCache {
    shards: Vec<Mutex<HashMap<Key, Slot>>>,
    hasher: RandomState,
    capacity_per_shard: usize,
}

#[derive(Default)]
struct Slot {
    kept: Option<Kept>,
    flight: Option<Arc<Flight>>,
}

enum Kept {
    Token {
        token: Arc<IssuedToken>,
        renew_at: UnixTime,
    },
    Refusal {
        refused: Arc<Refused>,
        until: UnixTime,
    },
}

impl Slot {
    fn answer(&self, now: UnixTime) -> Option<Outcome> {
        match self.kept.as_ref()? {
            Kept::Token { token, renew_at } if now < *renew_at => Some(Ok(token.clone())),
            Kept::Refusal { refused, until } if now < *until => Some(Err(refused.clone())),
            _ => None,
        }
    }

    /// The token endpoint is out of reach: a token past its renewal works to its end, and for a while nobody asks again.
    fn last_resort(&mut self, now: UnixTime) -> Option<Arc<IssuedToken>> {
        match self.kept.as_mut()? {
            Kept::Token { token, renew_at } if now < token.expires_at => {
                *renew_at = now.plus_s(RENEWAL_PAUSE_S).min(token.expires_at);
                Some(token.clone())
            }
            _ => None,
        }
    }

    fn worth_keeping(&self, now: UnixTime) -> bool {
        let valid = matches!(&self.kept, Some(Kept::Token { token, .. }) if now < token.expires_at);
        valid || self.in_flight() || self.answer(now).is_some()
    }

    /// Somebody waits. A flight that everybody left is held by its slot alone.
    fn in_flight(&self) -> bool {
        self.flight
            .as_ref()
            .is_some_and(|flight| Arc::strong_count(flight) > 1)
    }
}

impl Default for TokenCache {
    fn default() -> Self {
        Self::with_capacity(CAPACITY)
    }
}

impl TokenCache {
    pub fn with_capacity(entries: usize) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
            capacity_per_shard: entries.div_ceil(SHARDS).max(1),
        }
    }

    /// The token kept for the key, or the outcome of one `exchange`, however many ask at once.
    ///
    /// A caller who goes away while his exchange is under way does not take it from the others: one of them starts
    /// it again.
    pub async fn get<F>(&self, key: &Key, now: UnixTime, exchange: impl FnOnce() -> F) -> Outcome
    where
        F: Future<Output = Outcome>,
    {
        let flight = match self.look(key, now) {
            Ok(outcome) => return outcome,
            Err(flight) => flight,
        };
        let outcome = flight.join(exchange).await;
        self.land(key, &flight, outcome, now)
    }

    /// Forgets one token, unless another has taken its place: of many callers who were refused with it, one asks anew.
    pub fn purge(&self, key: &Key, token: &Arc<IssuedToken>) {
        let mut shard = self.shard(key);
        if let Entry::Occupied(mut slot) = shard.entry(key.clone())
            && matches!(&slot.get().kept, Some(Kept::Token { token: kept, .. }) if Arc::ptr_eq(kept, token))
        {
            slot.get_mut().kept = None;
        }
    }

    /// Forgets everything of a user (disabled, deleted, signed out). An exchange under way serves those who wait for it
    /// and is not kept.
    pub fn forget(&self, user: UserId) {
        for shard in &self.shards {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard.retain(|key, _| !matches!(key.holder, Holder::User { id, .. } if id == user));
        }
    }

    /// How many keys are held.
    #[cfg(test)]
    fn len(&self) -> usize {
        let locked = |shard: &Mutex<HashMap<Key, Slot>>| {
            shard.lock().unwrap_or_else(PoisonError::into_inner).len()
        };
        self.shards.iter().map(locked).sum()
    }

    fn shard(&self, key: &Key) -> MutexGuard<'_, HashMap<Key, Slot>> {
        let index = usize::try_from(self.hasher.hash_one(key) % SHARDS as u64).unwrap_or_default();
        self.shards[index]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn look(&self, key: &Key, now: UnixTime) -> Result<Outcome, Arc<Flight>> {
        let mut shard = self.shard(key);
        if let Some(slot) = shard.get_mut(key) {
            return match slot.answer(now) {
                Some(outcome) => Ok(outcome),
                None => Err(slot.flight.get_or_insert_default().clone()),
            };
        }
        if shard.len() >= self.capacity_per_shard {
            shard.retain(|_, slot| slot.worth_keeping(now));
        }
        if shard.len() >= self.capacity_per_shard {
            shard.retain(|_, slot| slot.in_flight());
        }
        let slot = shard.entry(key.clone()).or_default();
        Err(slot.flight.get_or_insert_default().clone())
    }

    /// Keeps the outcome of a flight, once: by the first who comes back from it.
    fn land(&self, key: &Key, flight: &Arc<Flight>, outcome: Outcome, now: UnixTime) -> Outcome {
        let mut shard = self.shard(key);
        let Some(slot) = shard.get_mut(key) else {
            return outcome;
        };
        let first = slot
            .flight
            .as_ref()
            .is_some_and(|current| Arc::ptr_eq(current, flight));
        if first {
            slot.flight = None;
        }
        match &outcome {
            Ok(token) if first => {
                slot.kept = Some(Kept::Token {
                    token: token.clone(),
                    renew_at: token.renew_at,
                });
            }
            Err(refused) if refused.lasting && first => {
                let until = now.plus_s(REFUSAL_S);
                slot.kept = Some(Kept::Refusal {
                    refused: refused.clone(),
                    until,
                });
            }
            Err(refused) if !refused.lasting => {
                if let Some(token) = slot.last_resort(now) {
                    return Ok(token);
                }
                if first {
                    shard.remove(key);
                }
            }
            _ => {}
        }
        outcome
    }
}

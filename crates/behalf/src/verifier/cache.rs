//! Verified tokens by the SHA-256 of their text.

use behalf_model::UnixTime;
use behalf_model::token::VerifiedToken;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

/// When so many are kept, the expired ones go; if that is not enough, all: a bound on memory.
const MAX: usize = 20_000;

#[derive(Clone)]
pub struct Entry {
    pub token: Arc<VerifiedToken>,
    /// The key that signed it; while the facts change, it counts only as long as this key is published.
    pub kid: Option<String>,
    /// Audiences of a provider's tokens instead of the room's.
    pub audiences: Option<Vec<String>>,
    pub facts_version: u64,
}

#[derive(Default)]
pub struct Cache(RwLock<HashMap<[u8; 32], Entry>>);

impl Cache {
    pub fn get(&self, hash: &[u8; 32]) -> Option<Entry> {
        self.0.read().ok()?.get(hash).cloned()
    }

    pub fn put(&self, entry: Entry, now: UnixTime) {
        let Ok(mut kept) = self.0.write() else { return };
        if kept.len() >= MAX {
            kept.retain(|_, e| e.token.expires_at > now);
        }
        if kept.len() >= MAX {
            kept.clear();
        }
        kept.insert(entry.token.hash, entry);
    }
}

//! Slows guessing down: after some failures an account has to wait, longer each time.

use behalf_model::UnixTime;
use std::collections::HashMap;
use std::hash::Hash;

/// Failures without any wait: people mistype.
const FREE_FAILURES: u32 = 5;
const FIRST_WAIT_S: i64 = 30;
/// Long waits would let anybody lock anybody out.
const LONGEST_WAIT_S: i64 = 900;
/// A bound on memory. Hashing is so slow that it cannot be filled within `LONGEST_WAIT_S`.
const MAX_ENTRIES: usize = 50_000;

/// Failures by account, in the memory of one process.
pub(super) struct Throttle<K>(HashMap<K, Failures>);

struct Failures {
    count: u32,
    last_at: UnixTime,
    blocked_until: UnixTime,
}

impl<K> Default for Throttle<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Hash + Eq> Throttle<K> {
    /// Errors: the seconds to wait.
    pub(super) fn admit(&self, key: &K, now: UnixTime) -> Result<(), i64> {
        match self.0.get(key) {
            Some(failures) if failures.blocked_until > now => {
                Err(failures.blocked_until.since_s(now))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn failed(&mut self, key: K, now: UnixTime) {
        if self.0.len() >= MAX_ENTRIES {
            self.0.retain(|_, failures| !failures.is_over(now));
        }
        let failures = self.0.entry(key).or_insert(Failures {
            count: 0,
            last_at: now,
            blocked_until: now,
        });
        if failures.is_over(now) {
            failures.count = 0;
        }
        failures.count = failures.count.saturating_add(1);
        failures.last_at = now;
        if let Some(beyond) = failures.count.checked_sub(FREE_FAILURES) {
            let wait_s = FIRST_WAIT_S
                .saturating_mul(1 << beyond.min(10))
                .min(LONGEST_WAIT_S);
            failures.blocked_until = now.plus_s(wait_s);
        }
    }

    pub(super) fn succeeded(&mut self, key: &K) {
        self.0.remove(key);
    }
}

impl Failures {
    fn is_over(&self, now: UnixTime) -> bool {
        self.blocked_until <= now && now.since_s(self.last_at) > LONGEST_WAIT_S
    }
}

#[cfg(test)]
mod tests;

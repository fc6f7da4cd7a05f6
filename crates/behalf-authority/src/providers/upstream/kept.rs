//! Something read from elsewhere, used for a while, and for a longer while when elsewhere is down.

use behalf_model::{Fault, UnixTime};
use std::sync::{Arc, PoisonError, RwLock};

/// How long it is used before it is read again.
pub(super) const KEEP_S: i64 = 3600;
/// It is read again for an unknown key, or after a failure, but not more often than this: anybody can invent a key id.
pub(super) const REREAD_S: i64 = 10;
/// How long an old one is used while the other side cannot be reached.
const STALE_S: i64 = 86_400;

pub(super) struct Kept<T> {
    latest: RwLock<Option<Reading<T>>>,
    /// Held while reading, so that many callers cause one request.
    reading: tokio::sync::Mutex<()>,
}

struct Reading<T> {
    value: Arc<T>,
    read_at: UnixTime,
    tried_at: UnixTime,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self {
            latest: RwLock::new(None),
            reading: tokio::sync::Mutex::default(),
        }
    }
}

impl<T> Kept<T> {
    /// The value, read at most `max_age_s` ago, or an older one when it cannot be read now. Nobody who can go on with
    /// what there is waits for somebody else's reading, except to see a newer one (`max_age_s` below `KEEP_S`).
    ///
    /// Errors: those of `read`, when there is nothing to go on with.
    pub(super) async fn get(
        &self,
        now: UnixTime,
        max_age_s: i64,
        read: impl Future<Output = Result<T, Fault>>,
    ) -> Result<Arc<T>, Fault> {
        if let Some(value) = self.at_most(max_age_s, now, |reading| reading.read_at) {
            return Ok(value);
        }
        let usable = || self.at_most(STALE_S, now, |reading| reading.read_at);
        let _reading = match (self.reading.try_lock(), usable()) {
            (Ok(guard), _) => guard,
            (Err(_), Some(old)) if max_age_s >= KEEP_S => return Ok(old),
            (Err(_), _) => self.reading.lock().await,
        };
        let tried = self.at_most(max_age_s.min(REREAD_S), now, |reading| reading.tried_at);
        if let Some(value) = tried.filter(|_| usable().is_some()) {
            return Ok(value);
        }
        match (read.await, usable()) {
            (Ok(value), _) => {
                let value = Arc::new(value);
                let reading = Reading {
                    value: value.clone(),
                    read_at: now,
                    tried_at: now,
                };
                *self.latest.write().unwrap_or_else(PoisonError::into_inner) = Some(reading);
                Ok(value)
            }
            (Err(fault), Some(old)) => {
                tracing::warn!(
                    code = fault.kind.code,
                    "{} What was read earlier is used on.",
                    fault.detail
                );
                if let Some(reading) =
                    &mut *self.latest.write().unwrap_or_else(PoisonError::into_inner)
                {
                    reading.tried_at = now;
                }
                Ok(old)
            }
            (Err(fault), None) => Err(fault),
        }
    }

    fn at_most(
        &self,
        age_s: i64,
        now: UnixTime,
        at: impl Fn(&Reading<T>) -> UnixTime,
    ) -> Option<Arc<T>> {
        let latest = self.latest.read().unwrap_or_else(PoisonError::into_inner);
        latest
            .as_ref()
            .filter(|reading| now.since_s(at(reading)) < age_s)
            .map(|reading| reading.value.clone())
    }
}

#[cfg(test)]
mod tests;

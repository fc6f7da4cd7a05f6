//! The version of the catalogue, across processes.
//!
//! It is a counter in the database that only entity changes move: audit rows of another process do not empty the
//! caches of this one.

use super::connection;
use super::failure::Result as Outcome;
use behalf_model::ports::StoreError;
use rusqlite::Connection;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// How old the knowledge of other processes' commits may be.
const MAX_AGE_US: u64 = 5_000;

pub(super) struct FactsVersion {
    known: AtomicU64,
    start: Instant,
    /// Microseconds after `start` at which the counter was last read.
    read_at_us: AtomicU64,
    connection: Mutex<Connection>,
}

impl FactsVersion {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = connection::reader(path)?;
        Ok(Self {
            known: AtomicU64::new(read(&connection)?),
            start: Instant::now(),
            read_at_us: AtomicU64::new(0),
            connection: Mutex::new(connection),
        })
    }

    pub(super) fn current(&self) -> u64 {
        if self.is_old() {
            let connection = self
                .connection
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            // Whoever waited for the lock finds the work done.
            if self.is_old() {
                let now_us = self.elapsed_us();
                if let Ok(version) = read(&connection) {
                    self.raise(version);
                    self.read_at_us.store(now_us, Ordering::Release);
                }
            }
        }
        self.known.load(Ordering::Acquire)
    }

    /// To be called after the commit: a reader that sees the new version must find the new data.
    pub(super) fn raise(&self, version: u64) {
        self.known.fetch_max(version, Ordering::AcqRel);
    }

    fn is_old(&self) -> bool {
        self.elapsed_us()
            .saturating_sub(self.read_at_us.load(Ordering::Acquire))
            >= MAX_AGE_US
    }

    fn elapsed_us(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

fn read(connection: &Connection) -> Outcome<u64> {
    let mut statement = connection.prepare_cached("select version from entity_version")?;
    let version: i64 = statement.query_row([], |row| row.get(0))?;
    Ok(version.unsigned_abs())
}

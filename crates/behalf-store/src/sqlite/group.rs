//! One transaction that carries the requests of many callers.

use super::failure::{Failure, Result as Outcome};
use crate::audit_chain::{self, Link};
use behalf_model::ports::StoreError;
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior};

/// What one caller wants done; gives the numbers he waits for (ids of inserted rows, counts). Nothing of it stays
/// when it fails, so that it can be run again.
pub(super) type Job = Box<dyn Fn(&mut Group<'_>) -> Outcome<Vec<i64>> + Send>;

pub(super) struct Group<'c> {
    transaction: Transaction<'c>,
    entities_changed: bool,
    /// Read once per group: another process may have written in between.
    audit_tail: Option<(i64, Link)>,
}

impl<'c> Group<'c> {
    /// Takes the write lock at once. A transaction that begins by reading could not get it later without
    /// starting over when another process wrote in between.
    pub(super) fn begin(connection: &'c mut Connection) -> Result<Self, StoreError> {
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(Failure::from)?;
        Ok(Self {
            transaction,
            entities_changed: false,
            audit_tail: None,
        })
    }

    pub(super) fn sql(&self) -> &Connection {
        &self.transaction
    }

    /// After an error the whole group must be dropped: what the job did before it failed is still there.
    pub(super) fn run(&mut self, job: &Job) -> Result<Vec<i64>, StoreError> {
        Ok(job(self)?)
    }

    /// Runs a job so that its conflict undoes nothing but the job itself. A third more work than `run`: SQLite
    /// keeps a copy of every page that the job touches.
    ///
    /// After `Unavailable` the whole group must be dropped: SQLite may have rolled back more than the job.
    pub(super) fn run_apart(&mut self, job: &Job) -> Result<Vec<i64>, StoreError> {
        let before = (self.entities_changed, self.audit_tail);
        self.execute("savepoint job")?;
        let result = self.run(job);
        match result {
            Ok(_) => self.execute("release job")?,
            Err(StoreError::Unavailable(_)) => {}
            Err(_) => {
                self.execute("rollback to job")?;
                self.execute("release job")?;
                (self.entities_changed, self.audit_tail) = before;
            }
        }
        result
    }

    /// Durable when it returns. Gives the new version when entities changed.
    pub(super) fn commit(self) -> Result<Option<u64>, StoreError> {
        let version = if self.entities_changed {
            Some(self.next_version()?)
        } else {
            None
        };
        self.transaction.commit().map_err(Failure::from)?;
        Ok(version)
    }

    pub(super) fn entities_changed(&mut self) {
        self.entities_changed = true;
    }

    /// Id and link of the next audit row, whose JSON is `json`.
    pub(super) fn next_audit_link(&mut self, json: &str) -> Outcome<(i64, Link)> {
        let (last, previous) = match self.audit_tail {
            Some(tail) => tail,
            None => self.stored_audit_tail()?.unwrap_or((0, audit_chain::START)),
        };
        let next = (last + 1, audit_chain::link(&previous, json));
        self.audit_tail = Some(next);
        Ok(next)
    }

    fn stored_audit_tail(&self) -> Outcome<Option<(i64, Link)>> {
        let mut statement = self
            .sql()
            .prepare_cached("select id, chain from audit order by id desc limit 1")?;
        Ok(statement
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?)
    }

    fn next_version(&self) -> Outcome<u64> {
        let sql = "update entity_version set version = version + 1 returning version";
        let version: i64 = self
            .sql()
            .prepare_cached(sql)?
            .query_row([], |row| row.get(0))?;
        Ok(version.unsigned_abs())
    }

    fn execute(&self, sql: &'static str) -> Outcome<()> {
        self.sql().prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}

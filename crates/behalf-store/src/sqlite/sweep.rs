//! Removing what expired.

use super::failure::Result;
use behalf_model::UnixTime;
use rusqlite::{Connection, params};

/// Rows of one table removed in one go, so that no caller waits long behind a sweep.
pub(super) const BATCH: i64 = 1_000;

const TABLES: [&str; 4] = [
    "delete from code where id in (select id from code where expires_at < $1 limit $2)",
    "delete from refresh where id in (select id from refresh where expires_at < $1 limit $2)",
    "delete from session where id in (select id from session where expires_at < $1 limit $2)",
    "delete from used_once where hash in (select hash from used_once where expires_at < $1 limit $2)",
];

/// The number of rows removed from each table; `BATCH` means that there may be more.
pub(super) fn batch(sql: &Connection, now: UnixTime) -> Result<Vec<i64>> {
    let mut removed = Vec::new();
    for delete in TABLES {
        let mut statement = sql.prepare_cached(delete)?;
        statement.execute(params![now.0, BATCH])?;
        removed.push(sql.changes() as i64);
    }
    Ok(removed)
}

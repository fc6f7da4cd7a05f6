//! Opening the file: permissions, durability, migrations.

use super::failure::Result as Outcome;
use behalf_model::ports::StoreError;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::Duration;

/// How often, and how many times, a writer tries while another process is writing: ten seconds in all. SQLite's own
/// pauses grow to 100 ms, at which a command beside a busy server starves.
const BUSY_PAUSE: Duration = Duration::from_millis(1);
const BUSY_ATTEMPTS: i32 = 10_000;

/// Forward only: a migration that was released is never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/sqlite/0001_init.sql"),
    include_str!("../../migrations/sqlite/0002_refresh_host_web.sql"),
];

/// Whether a commit waits for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// Acknowledged means on disk. Anything less lets a code be redeemed twice after a power loss.
    Full,
    /// For files that nobody needs after the process.
    Temporary,
}

/// Creates the file, and missing directories above it, for the owner alone. SQLite gives its side files (`-wal`,
/// `-shm`) the permissions of the main file.
pub(super) fn create_file(path: &Path) -> Result<(), StoreError> {
    let failed = |error: io::Error| StoreError::Unavailable(format!("{}: {error}", path.display()));
    if let Some(parent) = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty() && !parent.exists())
    {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(parent)
            .map_err(failed)?;
    }
    match OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
    {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(failed(error)),
        _ => Ok(()),
    }
}

/// The one connection that writes. Brings the schema up to date.
pub(super) fn writer(path: &Path, durability: Durability) -> Result<Connection, StoreError> {
    let mut connection = connect(path).map_err(StoreError::from)?;
    configure(&connection, durability).map_err(StoreError::from)?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn reader(path: &Path) -> Outcome<Connection> {
    let connection = connect(path)?;
    connection.pragma_update(None, "query_only", true)?;
    // Room for the inner pages of a table of ten million rows, so that a lookup reads one page.
    connection.pragma_update(None, "cache_size", -16_000)?;
    Ok(connection)
}

fn connect(path: &Path) -> Outcome<Connection> {
    // Without the URI flag a path is only ever a path; without CREATE a lost file is an error, not an empty store.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_handler(Some(|attempts| {
        std::thread::sleep(BUSY_PAUSE);
        attempts < BUSY_ATTEMPTS
    }))?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    Ok(connection)
}

fn configure(connection: &Connection, durability: Durability) -> Outcome<()> {
    // Two processes that open a new file at once: the change of mode does not wait for the other by itself.
    let mut attempts = 0;
    while let Err(error) = connection.pragma_update(None, "journal_mode", "wal") {
        attempts += 1;
        if error.sqlite_error_code() != Some(rusqlite::ErrorCode::DatabaseBusy) || attempts == 200 {
            return Err(error.into());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let synchronous = if durability == Durability::Full {
        "full"
    } else {
        "off"
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    // A refresh rotation touches a page of its own: rarer checkpoints write each page once for many rotations.
    connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
    connection.pragma_update(None, "cache_size", -8000)?;
    Ok(())
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let sql = |error: rusqlite::Error| StoreError::from(super::failure::Failure::from(error));
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(sql)?;
    transaction
        .execute_batch(
            "create table if not exists schema_version (version integer not null) strict",
        )
        .map_err(sql)?;
    let present: u32 = transaction
        .query_row(
            "select coalesce(max(version), 0) from schema_version",
            [],
            |row| row.get(0),
        )
        .map_err(sql)?;
    let mut known = 0;
    for (version, migration) in (1..).zip(MIGRATIONS) {
        known = version;
        if version > present {
            transaction.execute_batch(migration).map_err(sql)?;
            transaction
                .execute(
                    "insert into schema_version (version) values ($1)",
                    [version],
                )
                .map_err(sql)?;
        }
    }
    if present > known {
        return Err(StoreError::Unavailable(format!(
            "the database has schema version {present}, this program knows versions up to {known}: start the newer program"
        )));
    }
    transaction.commit().map_err(sql)
}

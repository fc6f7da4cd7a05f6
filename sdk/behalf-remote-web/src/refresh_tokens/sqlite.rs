//! Refresh tokens in an SQLite file.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use zeroize::{Zeroize, Zeroizing};

use super::{RefreshTokenStore, StoredRefreshToken, UserKey};
use crate::{Env, Error, ErrorKind, SealingKey};

/// Keeps refresh tokens in an SQLite file, each sealed with AES-256-GCM and bound to its row. The file holds neither
/// tokens nor names of users: a row is found by a keyed fingerprint. Without the sealing key it is worthless.
///
/// Several processes may share the file. What `put` has acknowledged survives a crash.
#[derive(Clone)]
pub struct SqliteRefreshTokens {
    connection: Arc<Mutex<Connection>>,
    sealing_key: SealingKey,
    env: Arc<dyn Env>,
}

/// What is sealed in a row.
#[derive(Serialize, Deserialize)]
struct Row {
    refresh_token: String,
    sts: String,
    expires_at_s: i64,
}

impl Drop for Row {
    fn drop(&mut self) {
        self.refresh_token.zeroize();
    }
}

impl SqliteRefreshTokens {
    /// Opens or makes the file. Errors: [`ErrorKind::Store`].
    ///
    /// ```
    /// use behalf_remote_web::{SealingKey, SqliteRefreshTokens, SystemEnv};
    /// use std::sync::Arc;
    ///
    /// let directory = tempfile::tempdir()?;
    /// let key = SealingKey::from_file(&directory.path().join("tokens.key"), &SystemEnv)?;
    /// let store = SqliteRefreshTokens::open(&directory.path().join("tokens.db"), key, Arc::new(SystemEnv))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open(path: &Path, sealing_key: SealingKey, env: Arc<dyn Env>) -> Result<Self, Error> {
        let connection = Connection::open(path).map_err(|error| failed(&error))?;
        let prepare = || {
            connection.busy_timeout(Duration::from_secs(5))?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.execute_batch(
                "CREATE TABLE IF NOT EXISTS refresh_tokens (
                    fingerprint BLOB PRIMARY KEY,
                    sealed BLOB NOT NULL,
                    expires_at_s INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX IF NOT EXISTS refresh_tokens_by_end ON refresh_tokens (expires_at_s);",
            )
        };
        prepare().map_err(|error| failed(&error))?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
            sealing_key,
            env,
        })
    }

    /// SQLite waits for the disk, so it runs where waiting is allowed.
    async fn run<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let connection = Arc::clone(&self.connection);
        let ran = tokio::task::spawn_blocking(move || {
            act(&mut connection.lock().unwrap_or_else(PoisonError::into_inner))
        });
        match ran.await {
            Ok(result) => result.map_err(|error| failed(&error)),
            Err(_) => Err(failed(&"the program is shutting down")),
        }
    }

    fn sealed(&self, fingerprint: &[u8; 32], token: &StoredRefreshToken) -> Vec<u8> {
        let row = Row {
            refresh_token: token.refresh_token.to_string(),
            sts: token.sts.clone(),
            expires_at_s: token.expires_at_s,
        };
        #[expect(
            clippy::expect_used,
            reason = "texts and numbers into memory cannot fail"
        )]
        let clear = Zeroizing::new(serde_json::to_vec(&row).expect("a row serialises"));
        self.sealing_key.seal(&*self.env, fingerprint, &clear)
    }
}

/// `None` for a row that was sealed with another key: it is as good as lost, and a launch replaces it.
fn opened(key: &SealingKey, fingerprint: &[u8; 32], sealed: &[u8]) -> Option<StoredRefreshToken> {
    let clear = key.open(fingerprint, sealed)?;
    let row: Row = serde_json::from_slice(&clear).ok()?;
    Some(StoredRefreshToken {
        refresh_token: Zeroizing::new(row.refresh_token.clone()),
        sts: row.sts.clone(),
        expires_at_s: row.expires_at_s,
    })
}

fn read(connection: &Connection, fingerprint: &[u8; 32]) -> rusqlite::Result<Option<Vec<u8>>> {
    connection
        .prepare_cached("SELECT sealed FROM refresh_tokens WHERE fingerprint = ?1")?
        .query_row(params![fingerprint], |row| row.get(0))
        .optional()
}

#[async_trait]
impl RefreshTokenStore for SqliteRefreshTokens {
    async fn get(&self, key: &UserKey) -> Result<Option<StoredRefreshToken>, Error> {
        let fingerprint = self.sealing_key.fingerprint(key.text().as_bytes());
        let sealed = self
            .run(move |connection| read(connection, &fingerprint))
            .await?;
        Ok(sealed.and_then(|sealed| opened(&self.sealing_key, &fingerprint, &sealed)))
    }

    async fn put(&self, key: &UserKey, token: StoredRefreshToken) -> Result<(), Error> {
        let fingerprint = self.sealing_key.fingerprint(key.text().as_bytes());
        let sealed = self.sealed(&fingerprint, &token);
        self.run(move |connection| {
            connection
                .prepare_cached(
                    "INSERT INTO refresh_tokens (fingerprint, sealed, expires_at_s) VALUES (?1, ?2, ?3)
                     ON CONFLICT (fingerprint) DO UPDATE SET sealed = ?2, expires_at_s = ?3",
                )?
                .execute(params![fingerprint, sealed, token.expires_at_s])
        })
        .await
        .map(|_| ())
    }

    async fn remove(&self, key: &UserKey, only: Option<&str>) -> Result<(), Error> {
        let fingerprint = self.sealing_key.fingerprint(key.text().as_bytes());
        let sealing_key = self.sealing_key.clone();
        let only = only.map(|token| Zeroizing::new(token.to_owned()));
        self.run(move |connection| {
            let transaction =
                connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let kept = read(&transaction, &fingerprint)?
                .and_then(|sealed| opened(&sealing_key, &fingerprint, &sealed));
            if only.is_none() || only == kept.map(|kept| kept.refresh_token) {
                transaction
                    .prepare_cached("DELETE FROM refresh_tokens WHERE fingerprint = ?1")?
                    .execute(params![fingerprint])?;
            }
            transaction.commit()
        })
        .await
    }

    async fn remove_expired(&self, now_s: i64) -> Result<(), Error> {
        self.run(move |connection| {
            connection
                .prepare_cached("DELETE FROM refresh_tokens WHERE expires_at_s < ?1")?
                .execute(params![now_s])
        })
        .await
        .map(|_| ())
    }
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    Error::new(
        ErrorKind::Store,
        "The file of refresh tokens cannot be used",
        error.to_string(),
        "check that the file is this crate's, that its directory is writable and that the disk is not full",
    )
}

//! The embedded engine: SQLite in WAL mode, one writer with group commit, readers in parallel.
//!
//! Several processes may open one file (a server and a command line beside it).

mod audit;
mod change;
mod codes;
mod columns;
mod connection;
mod entities;
mod failure;
mod group;
mod items;
mod provider_tokens;
mod queue;
mod readers;
mod refresh;
mod reseal;
mod sessions;
mod sweep;
mod version;
mod writer;

use crate::audit_chain;
use async_trait::async_trait;
use behalf_model::audit::{AuditQuery, AuditRow};
use behalf_model::entity::EntityRow;
use behalf_model::grant::{Code, RefreshGrant};
use behalf_model::ports::{Change, Committed, ItemQuery, Store, StoreError};
use behalf_model::session::{ProviderTokenRow, Session};
use behalf_model::site::Item;
use behalf_model::{TenantId, UnixTime, UserId};
pub use reseal::Resealed;

use connection::Durability;
use readers::Readers;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use uuid::Uuid;
use version::FactsVersion;
use writer::Writer;

/// A store in one file. Dropping it writes what `commit_soon` took and closes the file.
pub struct SqliteStore {
    // Dropped in this order: the writer finishes before the files of a temporary store go.
    writer: Writer,
    readers: Readers,
    version: Arc<FactsVersion>,
    _directory: Option<TempDir>,
}

impl SqliteStore {
    /// Opens the file, creating it (mode 0600) and the directories above it (0700) when missing, and brings its
    /// schema up to date.
    ///
    /// Errors: `Unavailable` when the file cannot be used or was written by a newer program.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        connection::create_file(path)?;
        Self::start(path, Durability::Full, None)
    }

    /// A store for one test: its files go when it is dropped, and it does not wait for the disk.
    pub fn open_temporary() -> Result<Self, StoreError> {
        let directory = tempfile::Builder::new()
            .prefix("behalf-store-")
            .tempdir()
            .map_err(|error| StoreError::Unavailable(format!("no temporary directory: {error}")))?;
        let path = directory.path().join("store.db");
        connection::create_file(&path)?;
        Self::start(&path, Durability::Temporary, Some(directory))
    }

    fn start(
        path: &Path,
        durability: Durability,
        directory: Option<TempDir>,
    ) -> Result<Self, StoreError> {
        let connection = connection::writer(path, durability)?;
        let version = Arc::new(FactsVersion::open(path)?);
        Ok(Self {
            writer: Writer::start(connection, version.clone())?,
            readers: Readers::new(path.to_owned()),
            version,
            _directory: directory,
        })
    }

    /// Checks the whole audit trail as it stands on disk. Gives the number of rows and the last link.
    ///
    /// Errors: `Corrupt`, naming the first row that does not follow from the one before it.
    pub fn verify_audit_trail(&self) -> Result<(u64, audit_chain::Link), StoreError> {
        const PAGE: usize = 1_000;
        let (mut rows, mut last_id, mut last_link) = (0, 0, audit_chain::START);
        loop {
            let page = self.readers.with(|sql| audit::links(sql, last_id, PAGE))?;
            last_link = audit_chain::verify_chain(
                last_link,
                page.iter()
                    .map(|(id, json, chain)| (*id, json.as_str(), *chain)),
            )
            .map_err(|broken| StoreError::Corrupt(broken.to_string()))?;
            rows += page.len() as u64;
            match page.last() {
                Some((id, ..)) => last_id = *id,
                None => return Ok((rows, last_link)),
            }
        }
    }
}

#[async_trait]
impl Store for SqliteStore {
    fn facts_version(&self) -> u64 {
        self.version.current()
    }

    async fn entity(
        &self,
        kind: &str,
        tenant: TenantId,
        key: &str,
    ) -> Result<Option<EntityRow>, StoreError> {
        self.readers
            .with(|sql| entities::by_key(sql, kind, tenant, key))
    }

    async fn entity_by_alias(
        &self,
        kind: &str,
        tenant: TenantId,
        alias: &str,
    ) -> Result<Option<EntityRow>, StoreError> {
        self.readers
            .with(|sql| entities::by_alias(sql, kind, tenant, alias))
    }

    async fn entities_by_tag(
        &self,
        kind: &str,
        tenant: TenantId,
        tag: &str,
    ) -> Result<Vec<EntityRow>, StoreError> {
        self.readers
            .with(|sql| entities::by_tag(sql, kind, tenant, tag))
    }

    async fn entities(
        &self,
        kind: &str,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<EntityRow>, StoreError> {
        self.readers
            .with(|sql| entities::page(sql, kind, tenant, after, limit))
    }

    async fn code(&self, id: i64) -> Result<Option<Code>, StoreError> {
        self.readers.with(|sql| codes::by_id(sql, id))
    }

    async fn refresh(&self, id: i64) -> Result<Option<RefreshGrant>, StoreError> {
        self.readers.with(|sql| refresh::by_id(sql, id))
    }

    async fn session(&self, id: i64) -> Result<Option<Session>, StoreError> {
        self.readers.with(|sql| sessions::by_id(sql, id))
    }

    async fn provider_token(
        &self,
        tenant: TenantId,
        user: UserId,
        provider: &str,
    ) -> Result<Option<ProviderTokenRow>, StoreError> {
        self.readers
            .with(|sql| provider_tokens::of_user(sql, tenant, user, provider))
    }

    async fn item(&self, list: Uuid, id: i64) -> Result<Option<Item>, StoreError> {
        self.readers.with(|sql| items::by_id(sql, list, id))
    }

    async fn items(&self, query: &ItemQuery) -> Result<Vec<Item>, StoreError> {
        self.readers.with(|sql| items::page(sql, query))
    }

    async fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditRow>, StoreError> {
        self.readers.with(|sql| audit::page(sql, query))
    }

    async fn commit(&self, changes: Vec<Change>) -> Result<Committed, StoreError> {
        let ids = self
            .writer
            .run(Box::new(move |group| change::apply_all(group, &changes)))
            .await?;
        Ok(Committed { ids })
    }

    async fn commit_soon(&self, changes: Vec<Change>) {
        let job = Box::new(move |group: &mut group::Group<'_>| change::apply_all(group, &changes));
        if let Err(error) = self.writer.run_soon(job).await {
            tracing::error!(%error, "changes that nobody waits for were not taken");
        }
    }

    async fn sweep(&self, now: UnixTime) -> Result<u64, StoreError> {
        let mut total = 0;
        loop {
            let removed = self
                .writer
                .run(Box::new(move |group| sweep::batch(group.sql(), now)))
                .await?;
            total += removed.iter().sum::<i64>().unsigned_abs();
            if !removed.contains(&sweep::BATCH) {
                return Ok(total);
            }
        }
    }
}

#[cfg(test)]
mod tests;

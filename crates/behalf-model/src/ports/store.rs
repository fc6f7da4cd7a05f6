use crate::audit::{AuditEvent, AuditQuery, AuditRow};
use crate::entity::EntityRow;
use crate::grant::{Authorization, Code, CodeDetails, RefreshGrant, SecretHash};
use crate::session::{ProviderTokenRow, Session};
use crate::site::{Item, ItemChange, NewItem};
use crate::{TenantId, UnixTime, UserId};
use async_trait::async_trait;
use uuid::Uuid;

/// Durable state. Reads see everything that was committed before; `commit` is atomic and durable when it returns.
///
/// One executable suite (`behalf_store::conformance`) defines the contract; every engine runs all of it.
#[async_trait]
pub trait Store: Send + Sync {
    /// Grows whenever catalogue entities change, by this process or another one on the same database (seen at the
    /// latest 5 ms after the other's commit). Caches of entities are valid for one version only.
    fn facts_version(&self) -> u64;

    async fn entity(
        &self,
        kind: &str,
        tenant: TenantId,
        key: &str,
    ) -> Result<Option<EntityRow>, StoreError>;
    async fn entity_by_alias(
        &self,
        kind: &str,
        tenant: TenantId,
        alias: &str,
    ) -> Result<Option<EntityRow>, StoreError>;
    /// Ordered by key.
    async fn entities_by_tag(
        &self,
        kind: &str,
        tenant: TenantId,
        tag: &str,
    ) -> Result<Vec<EntityRow>, StoreError>;
    /// Ordered by key; `after` is the last key of the page before.
    async fn entities(
        &self,
        kind: &str,
        tenant: TenantId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<EntityRow>, StoreError>;

    async fn code(&self, id: i64) -> Result<Option<Code>, StoreError>;
    async fn refresh(&self, id: i64) -> Result<Option<RefreshGrant>, StoreError>;
    async fn session(&self, id: i64) -> Result<Option<Session>, StoreError>;
    async fn provider_token(
        &self,
        tenant: TenantId,
        user: UserId,
        provider: &str,
    ) -> Result<Option<ProviderTokenRow>, StoreError>;

    async fn item(&self, list: Uuid, id: i64) -> Result<Option<Item>, StoreError>;
    async fn items(&self, query: &ItemQuery) -> Result<Vec<Item>, StoreError>;

    async fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditRow>, StoreError>;

    /// All changes or none, durable before returning. Concurrent callers share one sync (group commit).
    async fn commit(&self, changes: Vec<Change>) -> Result<Committed, StoreError>;

    /// Hands changes over without waiting for the disk: for audit rows of calls whose effect lies elsewhere.
    /// Written with the next group, in order. Waits only when the queue is full.
    async fn commit_soon(&self, changes: Vec<Change>);

    /// Removes what expired before `now` (codes, refresh tokens, sessions, replay entries). Returns how many rows.
    async fn sweep(&self, now: UnixTime) -> Result<u64, StoreError>;
}

/// One step of a commit. A condition that does not hold fails the whole commit with `StoreError::Conflict`.
#[derive(Clone, Debug)]
pub enum Change {
    PutEntity {
        row: EntityRow,
        expect: Expect,
    },
    DeleteEntity {
        kind: String,
        tenant: TenantId,
        key: String,
    },

    InsertCode(NewCode),
    /// Conflict unless the code exists and was not redeemed.
    RedeemCode {
        id: i64,
    },

    /// Row id in `Committed::ids`.
    InsertRefresh(NewRefresh),
    /// Changes the row in place. Conflict unless it exists, is not revoked and has `generation`.
    RotateRefresh {
        id: i64,
        generation: i64,
        secret_hash: SecretHash,
        previous_hash: SecretHash,
        at: UnixTime,
    },
    RevokeRefresh {
        id: i64,
    },
    /// Revokes the refresh token made from a code (the code was presented twice).
    RevokeRefreshOfCode {
        code: i64,
    },
    RevokeRefreshOfUser {
        tenant: TenantId,
        user: UserId,
    },
    RevokeRefreshOfSession {
        session: i64,
    },
    RevokeRefreshOfClient {
        tenant: TenantId,
        client: String,
    },

    /// Row id in `Committed::ids`.
    InsertSession(NewSession),
    DeleteSession {
        id: i64,
    },
    DeleteSessionsOfUser {
        tenant: TenantId,
        user: UserId,
    },

    PutProviderToken(ProviderTokenRow),
    /// All providers when `provider` is `None`.
    DeleteProviderTokens {
        tenant: TenantId,
        user: UserId,
        provider: Option<String>,
    },

    /// Replay guard (RFC 7523 §3 `jti`): Conflict when the hash is already there and not expired.
    UseOnce {
        hash: SecretHash,
        expires_at: UnixTime,
    },

    /// Id in `Committed::ids`: one more than the list's highest id ever used.
    InsertItem(NewItem),
    /// Conflict unless the item exists with `expected_version` (when given).
    UpdateItem(ItemChange),
    DeleteItem {
        list: Uuid,
        id: i64,
        expected_version: Option<i64>,
    },

    Audit(AuditEvent),
}

/// What must hold for a `PutEntity`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Create or replace.
    Any,
    /// Conflict when the key exists.
    Absent,
    /// Conflict unless the stored body is exactly this one (compare and swap).
    Body(String),
}

#[derive(Clone, Debug)]
pub struct NewCode {
    pub secret_hash: SecretHash,
    pub details: CodeDetails,
    pub expires_at: UnixTime,
}

#[derive(Clone, Debug)]
pub struct NewRefresh {
    pub secret_hash: SecretHash,
    pub authorization: Authorization,
    /// The code it was made from.
    pub code: Option<i64>,
    pub created_at: UnixTime,
    pub expires_at: UnixTime,
}

#[derive(Clone, Debug)]
pub struct NewSession {
    pub secret_hash: SecretHash,
    pub tenant: TenantId,
    pub user: UserId,
    pub auth_time: UnixTime,
    pub amr: Vec<String>,
    pub expires_at: UnixTime,
}

/// A page of a list's items, ordered by id.
#[derive(Clone, Debug)]
pub struct ItemQuery {
    pub list: Uuid,
    /// Only items with a higher id.
    pub after: i64,
    pub limit: usize,
}

/// Ids of the inserted rows, one per `Insert…` change, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    pub ids: Vec<i64>,
}

/// The only ways a store fails.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A condition did not hold, or a unique name is taken: nothing was changed.
    #[error("conflict: {0}")]
    Conflict(String),
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    #[error("the store holds something unreadable: {0}")]
    Corrupt(String),
}

//! Catalogue entities: what an administrator declares. Stored as one JSON document each.

use crate::TenantId;
use serde::{Serialize, de::DeserializeOwned};

/// A declared thing of one tenant, found by key, by alias (unique) or by tag (many share one).
pub trait Entity: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// Names the collection; never changes meaning.
    const KIND: &'static str;

    /// The tenant that owns the entity. A `Tenant` itself belongs to `TenantId(Uuid::nil())`.
    fn tenant(&self) -> TenantId;

    /// Unique within kind and tenant.
    fn key(&self) -> String;

    /// Other names, each unique within kind and tenant (`uri:api://ometa.order.system`).
    fn aliases(&self) -> Vec<String> {
        Vec::new()
    }

    /// Groups that the entity belongs to (`person:<id>`).
    fn tags(&self) -> Vec<String> {
        Vec::new()
    }
}

/// An entity as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityRow {
    pub kind: String,
    pub tenant: TenantId,
    pub key: String,
    /// The JSON document.
    pub body: String,
    pub aliases: Vec<String>,
    pub tags: Vec<String>,
}

impl EntityRow {
    pub fn of<E: Entity>(entity: &E) -> Self {
        Self {
            kind: E::KIND.to_owned(),
            tenant: entity.tenant(),
            key: entity.key(),
            #[expect(
                clippy::expect_used,
                reason = "derived Serialize of plain data with string keys cannot fail"
            )]
            body: serde_json::to_string(entity).expect("an entity serialises"),
            aliases: entity.aliases(),
            tags: entity.tags(),
        }
    }
}

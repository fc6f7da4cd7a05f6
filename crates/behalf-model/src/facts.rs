//! Catalogue entities by type, cached in memory and valid for one `facts_version` of the store.

use crate::entity::{Entity, EntityRow};
use crate::ports::{Store, StoreError};
use crate::{Fault, TenantId};
use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

/// Typed, cached reads of entities. Cheap to clone; one per process.
#[derive(Clone)]
pub struct Facts {
    store: Arc<dyn Store>,
    cache: Arc<RwLock<Cache>>,
}

/// More entries than this and the cache starts anew: a bound on memory, not a tuning knob.
const MAX_ENTRIES: usize = 50_000;

#[derive(Default)]
struct Cache {
    version: u64,
    entries: HashMap<(&'static str, Lookup, TenantId, String), Found>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Lookup {
    Key,
    Alias,
    Tag,
}

/// An `Arc<E>`, an `Arc<Vec<Arc<E>>>`, or the knowledge that there is none.
type Found = Option<Arc<dyn Any + Send + Sync>>;

impl Facts {
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            cache: Arc::default(),
        }
    }

    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    pub async fn get<E: Entity>(
        &self,
        tenant: TenantId,
        key: &str,
    ) -> Result<Option<Arc<E>>, Fault> {
        self.one(Lookup::Key, tenant, key).await
    }

    pub async fn by_alias<E: Entity>(
        &self,
        tenant: TenantId,
        alias: &str,
    ) -> Result<Option<Arc<E>>, Fault> {
        self.one(Lookup::Alias, tenant, alias).await
    }

    pub async fn by_tag<E: Entity>(
        &self,
        tenant: TenantId,
        tag: &str,
    ) -> Result<Arc<Vec<Arc<E>>>, Fault> {
        let version = self.store.facts_version();
        if let Some(found) = self.cached::<E>(version, Lookup::Tag, tenant, tag) {
            return Ok(found
                .and_then(|any| any.downcast().ok())
                .unwrap_or_default());
        }
        let rows = self.store.entities_by_tag(E::KIND, tenant, tag).await?;
        let all: Vec<Arc<E>> = rows.iter().map(parse).collect::<Result<_, _>>()?;
        let all = Arc::new(all);
        self.remember::<E>(version, Lookup::Tag, tenant, tag, Some(all.clone()));
        Ok(all)
    }

    /// Every entity of the kind in the tenant, ordered by key; not cached.
    pub async fn all<E: Entity>(&self, tenant: TenantId) -> Result<Vec<Arc<E>>, Fault> {
        const PAGE: usize = 500;
        let mut all: Vec<Arc<E>> = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let rows = self
                .store
                .entities(E::KIND, tenant, after.as_deref(), PAGE)
                .await?;
            for row in &rows {
                all.push(parse(row)?);
            }
            match rows.last() {
                Some(last) if rows.len() == PAGE => after = Some(last.key.clone()),
                _ => return Ok(all),
            }
        }
    }

    async fn one<E: Entity>(
        &self,
        how: Lookup,
        tenant: TenantId,
        name: &str,
    ) -> Result<Option<Arc<E>>, Fault> {
        // The version is read before the row: a change in between makes the entry stale at once, never wrong for long.
        let version = self.store.facts_version();
        if let Some(found) = self.cached::<E>(version, how, tenant, name) {
            return Ok(found.and_then(|any| any.downcast().ok()));
        }
        let row = match how {
            Lookup::Alias => self.store.entity_by_alias(E::KIND, tenant, name).await?,
            _ => self.store.entity(E::KIND, tenant, name).await?,
        };
        let found: Option<Arc<E>> = row.as_ref().map(parse).transpose()?;
        let any = found.clone().map(|e| e as Arc<dyn Any + Send + Sync>);
        self.remember::<E>(version, how, tenant, name, any);
        Ok(found)
    }

    fn cached<E: Entity>(
        &self,
        version: u64,
        how: Lookup,
        tenant: TenantId,
        name: &str,
    ) -> Option<Found> {
        let cache = self.cache.read().ok()?;
        if cache.version != version {
            return None;
        }
        cache
            .entries
            .get(&(E::KIND, how, tenant, name.to_owned()))
            .cloned()
    }

    fn remember<E: Entity>(
        &self,
        version: u64,
        how: Lookup,
        tenant: TenantId,
        name: &str,
        found: Found,
    ) {
        let Ok(mut cache) = self.cache.write() else {
            return;
        };
        if cache.version > version {
            return;
        }
        if cache.version < version || cache.entries.len() >= MAX_ENTRIES {
            cache.entries.clear();
            cache.version = version;
        }
        cache
            .entries
            .insert((E::KIND, how, tenant, name.to_owned()), found);
    }
}

fn parse<E: Entity>(row: &EntityRow) -> Result<Arc<E>, Fault> {
    serde_json::from_str(&row.body)
        .map(Arc::new)
        .map_err(|e| StoreError::Corrupt(format!("{} {}: {e}", row.kind, row.key)).into())
}

//! The state as it will be: what is stored, overlaid with what was planned so far.

use crate::plan::{Outcome, Touched};
use crate::problem::{Wrong, wrong};
use behalf_model::entity::{Entity, EntityRow};
use behalf_model::facts::Facts;
use behalf_model::ports::{Change, Expect};
use behalf_model::resource::Resource;
use behalf_model::tenant::{DIRECTORY, Tenant};
use behalf_model::user::User;
use behalf_model::{Fault, TenantId};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

type Key = (&'static str, TenantId, String);

pub struct Draft<'a> {
    facts: &'a Facts,
    planned: HashMap<Key, EntityRow>,
    /// Alias → key, of planned entities.
    aliases: HashMap<Key, String>,
    order: Vec<Key>,
    seen: HashSet<Key>,
    pub more: Vec<Change>,
    pub touched: Vec<Touched>,
}

impl<'a> Draft<'a> {
    pub fn new(facts: &'a Facts) -> Self {
        let (planned, aliases) = (HashMap::new(), HashMap::new());
        Self {
            facts,
            planned,
            aliases,
            order: Vec::new(),
            seen: HashSet::new(),
            more: Vec::new(),
            touched: Vec::new(),
        }
    }

    pub async fn get<E: Entity>(
        &self,
        tenant: TenantId,
        key: &str,
    ) -> Result<Option<Arc<E>>, Fault> {
        match self.planned.get(&(E::KIND, tenant, key.to_owned())) {
            Some(row) => Ok(serde_json::from_str(&row.body).ok().map(Arc::new)),
            None => self.facts.get(tenant, key).await,
        }
    }

    pub async fn by_alias<E: Entity>(
        &self,
        tenant: TenantId,
        alias: &str,
    ) -> Result<Option<Arc<E>>, Fault> {
        match self.aliases.get(&(E::KIND, tenant, alias.to_owned())) {
            Some(key) => self.get(tenant, key).await,
            None => self.facts.by_alias(tenant, alias).await,
        }
    }

    /// Plans to store `entity`. `what` names it in reports (`app 1111… "Ometa Framework"`).
    pub async fn put<E: Entity>(&mut self, entity: &E, what: String) -> Result<(), Wrong> {
        let row = EntityRow::of(entity);
        for alias in &row.aliases {
            let taken = self.by_alias::<E>(row.tenant, alias).await?;
            if taken.is_some_and(|other| other.key() != row.key) {
                return Err(wrong(
                    format!(
                        "{what}: the name '{}' is taken",
                        alias.split_once(':').map_or(alias.as_str(), |(_, n)| n)
                    ),
                    "Names are unique within a tenant; choose another one or change the thing that has it.",
                ));
            }
        }
        let stored = self.facts.get::<E>(row.tenant, &row.key).await?;
        let outcome = match stored {
            None => Outcome::Created,
            Some(stored) if EntityRow::of(stored.as_ref()) == row => Outcome::Unchanged,
            Some(_) => Outcome::Changed,
        };
        let key = (E::KIND, row.tenant, row.key.clone());
        if !self.seen.insert(key.clone()) {
            return Err(wrong(
                format!("{what} is declared twice"),
                "Of two declarations the later one would win silently: join them.",
            ));
        }
        for alias in &row.aliases {
            self.aliases
                .insert((E::KIND, row.tenant, alias.clone()), row.key.clone());
        }
        if outcome != Outcome::Unchanged && self.planned.insert(key.clone(), row).is_none() {
            self.order.push(key);
        }
        self.touched.push(Touched { what, outcome });
        Ok(())
    }

    pub async fn tenant(&self, name: &str) -> Result<Arc<Tenant>, Wrong> {
        let name = name.trim().to_ascii_lowercase();
        let found = match Uuid::try_parse(&name) {
            Ok(id) => self.get::<Tenant>(DIRECTORY, &id.to_string()).await?,
            Err(_) => self.by_alias::<Tenant>(DIRECTORY, &name).await?,
        };
        found.ok_or_else(|| {
            wrong(
                format!("there is no tenant '{name}'"),
                "Declare it with [[tenant]], or mend the name.",
            )
        })
    }

    /// A resource by App ID URI or client id.
    pub async fn resource(&self, tenant: TenantId, name: &str) -> Result<Arc<Resource>, Wrong> {
        let by_key = match name.parse::<behalf_model::ClientId>() {
            Ok(id) => self.get::<Resource>(tenant, id.as_str()).await?,
            Err(_) => None,
        };
        let found = match by_key {
            Some(found) => Some(found),
            None => {
                self.by_alias::<Resource>(tenant, &Resource::uri_alias(name))
                    .await?
            }
        };
        found.ok_or_else(|| {
            wrong(
                format!("no app exposes the API '{name}'"),
                "Name an App ID URI or client id of an [[app]] with [app.api].",
            )
        })
    }

    /// A user by id, or by upn in any provider.
    pub async fn user(&self, tenant: &Tenant, name: &str) -> Result<Arc<User>, Wrong> {
        if let Ok(id) = Uuid::try_parse(name)
            && let Some(user) = self.get::<User>(tenant.id, &id.to_string()).await?
        {
            return Ok(user);
        }
        for provider in &tenant.providers {
            if let Some(user) = self
                .by_alias::<User>(tenant.id, &User::upn_alias(&provider.name, name))
                .await?
            {
                return Ok(user);
            }
        }
        Err(wrong(
            format!("there is no user '{name}'"),
            "Declare him with [[user]], or mend the name.",
        ))
    }

    pub fn changes(mut self) -> (Vec<Change>, Vec<Touched>) {
        let rows = self.order.iter().filter_map(|key| self.planned.remove(key));
        let mut changes: Vec<Change> = rows
            .map(|row| Change::PutEntity {
                row,
                expect: Expect::Any,
            })
            .collect();
        changes.append(&mut self.more);
        (changes, self.touched)
    }
}

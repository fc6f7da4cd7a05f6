//! Finding what a command names.

use crate::failure::Failure;
use crate::wiring::House;
use behalf_model::entity::Entity;
use behalf_model::principal::Principal;
use behalf_model::resource::Resource;
use behalf_model::tenant::{DIRECTORY, Tenant};
use behalf_model::user::User;
use behalf_model::{ClientId, UserId};
use std::sync::Arc;

impl House {
    /// A declared tenant by GUID or domain name.
    pub async fn tenant(&self, name: &str) -> Result<Arc<Tenant>, Failure> {
        let id = self.tenant_id(name).await?;
        self.facts
            .get::<Tenant>(DIRECTORY, &id.to_string())
            .await?
            .ok_or_else(|| {
                Failure::operation(
                    format!("there is no tenant '{name}'"),
                    "See `behalf tenant list`.",
                )
            })
    }

    /// A user by id, or by user principal name where only one user bears it.
    pub async fn user(&self, tenant: &Tenant, name: &str) -> Result<Arc<User>, Failure> {
        let named = match name.parse::<UserId>() {
            Ok(id) => self
                .facts
                .get::<User>(tenant.id, &id.to_string())
                .await?
                .into_iter()
                .collect(),
            Err(_) => self
                .facts
                .by_tag::<User>(tenant.id, &format!("upn:{}", name.to_lowercase()))
                .await?
                .to_vec(),
        };
        match named.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(Failure::operation(
                format!("there is no user '{name}' in {}", tenant.display_name),
                "See `behalf user list`; a deleted user is gone for good.",
            )),
            several => {
                let ids: Vec<String> = several
                    .iter()
                    .map(|u| format!("{} ({})", u.id, u.provider))
                    .collect();
                Err(Failure::operation(
                    format!("several users are called '{name}'"),
                    format!("Name one by its id: {}.", ids.join(", ")),
                ))
            }
        }
    }

    pub async fn app(&self, tenant: &Tenant, client_id: &str) -> Result<Arc<Principal>, Failure> {
        let found = match client_id.parse::<ClientId>() {
            Ok(id) => {
                self.facts
                    .get::<Principal>(tenant.id, &id.to_string())
                    .await?
            }
            Err(_) => None,
        };
        found.ok_or_else(|| {
            Failure::operation(
                format!("there is no app '{client_id}' in {}", tenant.display_name),
                "See `behalf app list`.",
            )
        })
    }

    /// An exposed API by App ID URI or client id.
    pub async fn resource(&self, tenant: &Tenant, name: &str) -> Result<Arc<Resource>, Failure> {
        let by_key = match name.parse::<ClientId>() {
            Ok(id) => self.facts.get::<Resource>(tenant.id, id.as_str()).await?,
            Err(_) => None,
        };
        let found = match by_key {
            Some(found) => Some(found),
            None => {
                self.facts
                    .by_alias::<Resource>(tenant.id, &Resource::uri_alias(name))
                    .await?
            }
        };
        found.ok_or_else(|| {
            Failure::operation(
                format!("no app of {} exposes the API '{name}'", tenant.display_name),
                "Name an App ID URI or client id; `behalf app list` shows both.",
            )
        })
    }

    /// The tenants that a list is about: the named one, or all.
    pub async fn tenants(&self, only: Option<&str>) -> Result<Vec<Arc<Tenant>>, Failure> {
        match only {
            Some(name) => Ok(vec![self.tenant(name).await?]),
            None => Ok(self.facts.all::<Tenant>(DIRECTORY).await?),
        }
    }

    /// Every entity of a kind in the tenants, with its tenant.
    pub async fn every<E: Entity>(
        &self,
        only: Option<&str>,
    ) -> Result<Vec<(Arc<Tenant>, Arc<E>)>, Failure> {
        let mut all = Vec::new();
        for tenant in self.tenants(only).await? {
            let found = self.facts.all::<E>(tenant.id).await?;
            all.extend(found.into_iter().map(|entity| (tenant.clone(), entity)));
        }
        Ok(all)
    }
}

/// The tenant's first domain, or its id.
pub fn tenant_name(tenant: &Tenant) -> String {
    tenant
        .domains
        .first()
        .cloned()
        .unwrap_or_else(|| tenant.id.to_string())
}

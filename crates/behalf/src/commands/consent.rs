//! `behalf consent`

use super::open;
use crate::cli::ConfigFile;
use crate::failure::Failure;
use crate::wiring::House;
use behalf_model::consent::{AppRoleGrant, DelegatedGrant};
use behalf_model::entity::{Entity, EntityRow};
use behalf_model::ports::{Change, Expect};
use behalf_model::principal::Principal;
use behalf_model::resource::Resource;
use behalf_model::tenant::Tenant;
use behalf_model::{Fault, UserId};
use clap::{Args, Subcommand};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Give or take consent: what a client may do at an API, and in whose name
#[derive(Args)]
#[command(after_help = "Examples:
  behalf consent add --tenant contoso.example --client 1111… --resource api://orders --scope order.read
  behalf consent add --tenant contoso.example --client 1111… --resource api://orders --scope order.read --user alice@contoso.example
  behalf consent add --tenant contoso.example --client 2222… --resource api://orders --role Orders.Read.All
  behalf consent remove --tenant contoso.example --client 1111… --resource api://orders")]
pub struct Consent {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Args)]
struct Named {
    /// GUID or domain
    #[arg(long)]
    tenant: String,
    /// Client id of the application that gets the permission
    #[arg(long)]
    client: String,
    /// Application ID URI or client id of the API
    #[arg(long)]
    resource: String,
    /// Delegated scope; may be repeated
    #[arg(long)]
    scope: Vec<String>,
    /// Application permission, used without a user; may be repeated
    #[arg(long, conflicts_with_all = ["scope", "user"])]
    role: Vec<String>,
    /// Only in this user's name, instead of everyone's (admin consent)
    #[arg(long)]
    user: Option<String>,
}

#[derive(Subcommand)]
enum Action {
    /// Add to what was consented before
    Add(Named),
    /// Take the named permissions away, or all when none is named
    Remove(Named),
}

/// What the names of a command line mean.
struct Found {
    tenant: Arc<Tenant>,
    client: Arc<Principal>,
    resource: Arc<Resource>,
    user: Option<UserId>,
}

const GRANTED_BY: &str = "command line";

impl Consent {
    pub async fn run(self) -> Result<(), Failure> {
        let house = open(&self.config)?;
        match self.action {
            Action::Add(named) => add(&house, &named).await,
            Action::Remove(named) => remove(&house, &named).await,
        }
    }
}

async fn find(house: &House, named: &Named) -> Result<Found, Failure> {
    let tenant = house.tenant(&named.tenant).await?;
    let client = house.app(&tenant, &named.client).await?;
    let resource = house.resource(&tenant, &named.resource).await?;
    let user = match &named.user {
        Some(name) => Some(house.user(&tenant, name).await?.id),
        None => None,
    };
    Ok(Found {
        tenant,
        client,
        resource,
        user,
    })
}

async fn add(house: &House, named: &Named) -> Result<(), Failure> {
    let found = find(house, named).await?;
    if named.scope.is_empty() && named.role.is_empty() {
        return Err(Failure::usage(
            "nothing to consent to",
            "Name permissions with --scope or --role.",
        ));
    }
    let scopes: Vec<&str> = found
        .resource
        .scopes
        .iter()
        .map(|s| s.value.as_str())
        .collect();
    let roles: Vec<&str> = found
        .resource
        .roles
        .iter()
        .map(|r| r.value.as_str())
        .collect();
    exposed("scope", &named.scope, &scopes)?;
    exposed("application permission", &named.role, &roles)?;
    let change = if named.role.is_empty() {
        let mut grant = delegated(house, &found)
            .await?
            .unwrap_or_else(|| DelegatedGrant {
                tenant: found.tenant.id,
                client: found.client.client_id.clone(),
                resource: found.resource.app_id.clone(),
                user: found.user,
                scopes: BTreeSet::new(),
                granted_by: GRANTED_BY.to_owned(),
                granted_at: house.env.now(),
            });
        grant.scopes.extend(named.scope.iter().cloned());
        put(&grant)
    } else {
        let mut grant = application(house, &found)
            .await?
            .unwrap_or_else(|| AppRoleGrant {
                tenant: found.tenant.id,
                client: found.client.client_id.clone(),
                resource: found.resource.app_id.clone(),
                roles: BTreeSet::new(),
                granted_by: GRANTED_BY.to_owned(),
                granted_at: house.env.now(),
            });
        grant.roles.extend(named.role.iter().cloned());
        put(&grant)
    };
    finish(house, &found, "admin.consent_added", vec![change]).await
}

async fn remove(house: &House, named: &Named) -> Result<(), Failure> {
    let found = find(house, named).await?;
    let everything = named.scope.is_empty() && named.role.is_empty();
    let mut changes = Vec::new();
    if let Some(mut grant) = delegated(house, &found).await?
        && (everything || !named.scope.is_empty())
    {
        grant
            .scopes
            .retain(|s| !everything && !named.scope.contains(s));
        changes.push(if grant.scopes.is_empty() {
            delete(&grant)
        } else {
            put(&grant)
        });
    }
    if let Some(mut grant) = application(house, &found).await?
        && found.user.is_none()
        && (everything || !named.role.is_empty())
    {
        grant
            .roles
            .retain(|r| !everything && !named.role.contains(r));
        changes.push(if grant.roles.is_empty() {
            delete(&grant)
        } else {
            put(&grant)
        });
    }
    if changes.is_empty() {
        return Err(Failure::operation(
            "there is no such consent",
            "See `behalf grant list`.",
        ));
    }
    finish(house, &found, "admin.consent_removed", changes).await
}

async fn delegated(house: &House, found: &Found) -> Result<Option<DelegatedGrant>, Fault> {
    let key = DelegatedGrant::key_of(&found.client.client_id, &found.resource.app_id, found.user);
    Ok(house
        .facts
        .get::<DelegatedGrant>(found.tenant.id, &key)
        .await?
        .map(|g| g.as_ref().clone()))
}

async fn application(house: &House, found: &Found) -> Result<Option<AppRoleGrant>, Fault> {
    let key = AppRoleGrant::key_of(&found.client.client_id, &found.resource.app_id);
    Ok(house
        .facts
        .get::<AppRoleGrant>(found.tenant.id, &key)
        .await?
        .map(|g| g.as_ref().clone()))
}

fn put<E: Entity>(grant: &E) -> Change {
    Change::PutEntity {
        row: EntityRow::of(grant),
        expect: Expect::Any,
    }
}

fn delete<E: Entity>(grant: &E) -> Change {
    Change::DeleteEntity {
        kind: E::KIND.to_owned(),
        tenant: grant.tenant(),
        key: grant.key(),
    }
}

fn exposed(what: &str, asked: &[String], there_are: &[&str]) -> Result<(), Failure> {
    match asked.iter().find(|a| !there_are.contains(&a.as_str())) {
        None => Ok(()),
        Some(missing) => Err(Failure::operation(
            format!("the API has no {what} '{missing}'"),
            format!(
                "It has: {}.",
                if there_are.is_empty() {
                    "none".to_owned()
                } else {
                    there_are.join(", ")
                }
            ),
        )),
    }
}

async fn finish(
    house: &House,
    found: &Found,
    action: &str,
    changes: Vec<Change>,
) -> Result<(), Failure> {
    let object = format!("{} at {}", found.client.client_id, found.resource.app_id);
    house
        .commit(Some(found.tenant.id), action, &object, changes)
        .await?;
    println!("{object}");
    Ok(())
}

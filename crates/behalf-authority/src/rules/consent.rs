//! Whether a client may act for a user at a resource, and with which scopes.

use super::scope::Requested;
use crate::Authority;
use behalf_model::consent::DelegatedGrant;
use behalf_model::fault::NO_CONSENT;
use behalf_model::principal::Principal;
use behalf_model::resource::Resource;
use behalf_model::tenant::Tenant;
use behalf_model::{Fault, UserId};
use std::collections::BTreeSet;

/// Scopes of the resource that the client may use for the user: granted by an administrator for everyone, granted
/// for this user, or pre-authorized by the resource (`authorized_clients`). Only scopes that exist and are enabled.
pub async fn granted(
    authority: &Authority,
    tenant: &Tenant,
    client: &Principal,
    resource: &Resource,
    user: UserId,
) -> Result<BTreeSet<String>, Fault> {
    let mut scopes = BTreeSet::new();
    for holder in [None, Some(user)] {
        let key = DelegatedGrant::key_of(&client.client_id, &resource.app_id, holder);
        if let Some(grant) = authority
            .facts
            .get::<DelegatedGrant>(tenant.id, &key)
            .await?
        {
            scopes.extend(grant.scopes.iter().cloned());
        }
    }
    let authorized = resource
        .authorized_clients
        .iter()
        .filter(|app| app.client_id == client.client_id);
    scopes.extend(authorized.flat_map(|app| app.scopes.iter().cloned()));
    scopes.retain(|value| {
        resource
            .scopes
            .iter()
            .any(|scope| scope.enabled && scope.value == *value)
    });
    Ok(scopes)
}

/// The scopes that the token will carry, in the order requested (`.default`: all that are granted, sorted).
///
/// Errors: `NO_CONSENT` unless everything asked for is granted; for `.default` when nothing at all is.
pub async fn require(
    authority: &Authority,
    tenant: &Tenant,
    client: &Principal,
    requested: &Requested,
    user: UserId,
) -> Result<Vec<String>, Fault> {
    let Some(resource) = &requested.resource else {
        return Ok(Vec::new());
    };
    let granted = granted(authority, tenant, client, resource, user).await?;
    decide(client, resource, requested, granted)
}

fn decide(
    client: &Principal,
    resource: &Resource,
    requested: &Requested,
    granted: BTreeSet<String>,
) -> Result<Vec<String>, Fault> {
    let missing: Vec<&str> = requested
        .scopes
        .iter()
        .filter(|scope| !granted.contains(*scope))
        .map(String::as_str)
        .collect();
    if !missing.is_empty() || (requested.is_default && granted.is_empty()) {
        return Err(NO_CONSENT
            .with(format!(
                "The user or administrator has not consented to use the application with ID '{}' named '{}'. Send an interactive authorization request for this user and resource.",
                client.client_id, client.title
            ))
            .fact("client_id", client.client_id.as_str())
            .fact("resource", resource.app_id.as_str())
            .fact("scopes", if requested.is_default { super::scope::DEFAULT.to_owned() } else { missing.join(" ") }));
    }
    Ok(if requested.is_default {
        granted.into_iter().collect()
    } else {
        requested.scopes.clone()
    })
}

#[cfg(test)]
mod tests;

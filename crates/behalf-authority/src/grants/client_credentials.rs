//! An application in its own name (RFC 6749 section 4.4): no user, no refresh token, no ID token.

use super::{Asking, Plan, Refresh, Refusal};
use crate::dialects::Dialect;
use crate::dialects::entra::missing;
use crate::rules::scope::{self, Requested};
use behalf_model::Fault;
use behalf_model::consent::AppRoleGrant;
use behalf_model::fault::{SCOPE_NOT_DEFAULT, SCOPE_UNKNOWN};
use behalf_model::resource::Resource;

pub(super) async fn plan(asking: &Asking<'_>) -> Result<Plan, Refusal> {
    if asking.dialect == Dialect::Acs {
        // What the application may do at a content host is kept there, not here.
        return Ok(of_application(asking.content_host().await?, Vec::new()));
    }
    let (authority, tenant, client) = (asking.authority, asking.tenant, &*asking.client.principal);
    let scope = asking.scope.ok_or_else(|| missing("scope"))?;
    if asking.dialect.is_entra() {
        check_default(scope)?;
    }
    let requested = scope::resolve_roles(authority, tenant, client, scope).await?;
    let Some(resource) = requested.resource.clone() else {
        return Err(SCOPE_NOT_DEFAULT
            .with("The scope names no resource.")
            .into());
    };
    let key = AppRoleGrant::key_of(&client.client_id, &resource.app_id);
    let grant = authority.facts.get::<AppRoleGrant>(tenant.id, &key).await?;
    let roles = decide(&requested, &resource, grant.as_deref())?;
    Ok(of_application(requested, roles))
}

fn of_application(requested: Requested, roles: Vec<String>) -> Plan {
    Plan {
        subject: None,
        requested,
        scopes: Vec::new(),
        roles,
        actor: None,
        via: Vec::new(),
        refresh: Refresh::None,
        id_token: false,
        changes: Vec::new(),
    }
}

/// Errors: `SCOPE_NOT_DEFAULT` unless the scope is exactly one `<resource>/.default`.
fn check_default(scope: &str) -> Result<(), Fault> {
    let mut scopes = scope.split_ascii_whitespace();
    match (scopes.next(), scopes.next()) {
        (Some(only), None) if only.ends_with("/.default") => Ok(()),
        (Some(_), _) => Err(SCOPE_NOT_DEFAULT.plain()),
        (None, _) => Err(missing("scope")),
    }
}

/// `.default`: the roles that were assigned, and without any still a token (the resource decides what it is worth).
/// Named roles must all be assigned.
fn decide(
    requested: &Requested,
    resource: &Resource,
    grant: Option<&AppRoleGrant>,
) -> Result<Vec<String>, Fault> {
    let assigned = |role: &String| grant.is_some_and(|grant| grant.roles.contains(role));
    if requested.is_default {
        return Ok(resource
            .roles
            .iter()
            .map(|role| role.value.clone())
            .filter(assigned)
            .collect());
    }
    match requested.scopes.iter().find(|role| !assigned(role)) {
        None => Ok(requested.scopes.clone()),
        Some(role) => {
            let text = format!(
                "The application role '{role}' of '{}' is not assigned to the client.",
                resource.title
            );
            Err(SCOPE_UNKNOWN.with(text))
        }
    }
}

#[cfg(test)]
mod tests;

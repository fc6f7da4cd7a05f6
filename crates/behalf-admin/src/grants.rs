//! `[[grant]]`: consent given in advance.

use crate::declaration;
use crate::draft::Draft;
use crate::plan::Tools;
use crate::problem::{Wrong, wrong};
use crate::tenants::client_id;
use behalf_model::consent::{AppRoleGrant, DelegatedGrant};
use behalf_model::principal::Principal;
use std::collections::BTreeSet;

const GRANTED_BY: &str = "apply";

pub async fn declare(
    draft: &mut Draft<'_>,
    tools: &Tools<'_>,
    given: &declaration::Grant,
) -> Result<(), Wrong> {
    let tenant = draft.tenant(&given.tenant).await?;
    let client = client_id(&given.client)?;
    if draft
        .get::<Principal>(tenant.id, client.as_str())
        .await?
        .is_none()
    {
        return Err(wrong(
            format!("there is no app '{client}'"),
            "Declare it with [[app]], or mend the client id.",
        ));
    }
    let resource = draft.resource(tenant.id, &given.resource).await?;
    if given.scopes.is_empty() == given.roles.is_empty() {
        return Err(wrong(
            "a grant gives scopes (in users' names) or roles (to the application itself)",
            "Give one of them; write two grants for both.",
        ));
    }
    for scope in &given.scopes {
        if !resource.scopes.iter().any(|s| s.value == *scope) {
            return Err(wrong(
                format!("'{}' exposes no scope '{scope}'", resource.title),
                format!(
                    "It exposes: {}.",
                    list(resource.scopes.iter().map(|s| s.value.as_str()))
                ),
            ));
        }
    }
    for role in &given.roles {
        if !resource.roles.iter().any(|r| r.value == *role) {
            return Err(wrong(
                format!(
                    "'{}' has no application permission '{role}'",
                    resource.title
                ),
                format!(
                    "It has: {}.",
                    list(resource.roles.iter().map(|r| r.value.as_str()))
                ),
            ));
        }
    }
    if !given.roles.is_empty() {
        let key = AppRoleGrant::key_of(&client, &resource.app_id);
        let stored = draft.get::<AppRoleGrant>(tenant.id, &key).await?;
        let roles: BTreeSet<String> = given.roles.iter().cloned().collect();
        let same = stored.filter(|s| s.roles == roles);
        let grant = same.map_or_else(
            || AppRoleGrant {
                tenant: tenant.id,
                client: client.clone(),
                resource: resource.app_id.clone(),
                roles,
                granted_by: GRANTED_BY.to_owned(),
                granted_at: tools.now,
            },
            |s| s.as_ref().clone(),
        );
        return draft
            .put(
                &grant,
                format!("grant of roles to {client} at {}", resource.title),
            )
            .await;
    }
    let user = match &given.user {
        Some(name) => Some(draft.user(&tenant, name).await?.id),
        None => None,
    };
    let key = DelegatedGrant::key_of(&client, &resource.app_id, user);
    let stored = draft.get::<DelegatedGrant>(tenant.id, &key).await?;
    let scopes: BTreeSet<String> = given.scopes.iter().cloned().collect();
    let same = stored.filter(|s| s.scopes == scopes);
    let grant = same.map_or_else(
        || DelegatedGrant {
            tenant: tenant.id,
            client: client.clone(),
            resource: resource.app_id.clone(),
            user,
            scopes,
            granted_by: GRANTED_BY.to_owned(),
            granted_at: tools.now,
        },
        |s| s.as_ref().clone(),
    );
    let whose = given.user.as_deref().unwrap_or("everyone");
    draft
        .put(
            &grant,
            format!("consent for {client} at {} for {whose}", resource.title),
        )
        .await
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        "nothing".to_owned()
    } else {
        names.join(", ")
    }
}

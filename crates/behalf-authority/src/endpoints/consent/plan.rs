//! What there is to consent to.

use crate::Authority;
use crate::rules::consent::granted;
use crate::rules::scope::Requested;
use behalf_model::fault::NO_PERMISSIONS;
use behalf_model::principal::Principal;
use behalf_model::resource::{AppRole, Resource, Scope, WhoCanConsent};
use behalf_model::tenant::Tenant;
use behalf_model::user::User;
use behalf_model::{ClientId, Fault, UserId};
use behalf_wire::jose::backend::sha256;
use behalf_wire::jose::base64url;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Everything that one page asks for.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub lines: Vec<Line>,
    /// OIDC scopes; shown, and given with the sign-in itself.
    pub oidc: Vec<String>,
}

/// One permission: who gets it, where.
#[derive(Clone, Debug)]
pub struct Line {
    pub client: Arc<Principal>,
    pub resource: Arc<Resource>,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// In the name of the user.
    Scope(Scope),
    /// As the application itself.
    Role(AppRole),
}

/// Whether the user has to be asked.
#[derive(Debug)]
pub enum Consent {
    Given,
    Needed(Plan),
}

/// What a request still needs the user's consent for; with `always` (prompt=consent) everything it asks for.
///
/// Errors: `NO_PERMISSIONS`, those of the store.
pub async fn needed(
    authority: &Authority,
    tenant: &Tenant,
    client: &Arc<Principal>,
    requested: &Requested,
    user: &User,
    always: bool,
) -> Result<Consent, Fault> {
    let missing = of_request(
        authority,
        tenant,
        client,
        requested,
        Asked::Missing(user.id),
    )
    .await?;
    if !missing.lines.is_empty() {
        return Ok(Consent::Needed(missing));
    }
    if always {
        let all = of_request(authority, tenant, client, requested, Asked::All).await?;
        // Nothing new is asked, so nobody is sent to an administrator for it.
        if all.may_be_accepted_by(user, tenant) {
            return Ok(Consent::Needed(all));
        }
    }
    Ok(Consent::Given)
}

#[derive(Clone, Copy)]
enum Asked {
    Missing(UserId),
    All,
}

async fn of_request(
    authority: &Authority,
    tenant: &Tenant,
    client: &Arc<Principal>,
    requested: &Requested,
    asked: Asked,
) -> Result<Plan, Fault> {
    let mut plan = Plan {
        lines: Vec::new(),
        oidc: requested.oidc(),
    };
    let Some(resource) = &requested.resource else {
        return Ok(plan);
    };
    let had = had(authority, tenant, client, resource, asked).await?;
    if !requested.is_default {
        let missing = requested
            .scopes
            .iter()
            .filter(|scope| !had.contains(*scope));
        plan.add_scopes(client, resource, missing);
        return Ok(plan);
    }
    // `.default` asks only when there is no grant at all (entra.md 5).
    if had.is_empty() {
        let listed = listed(client, resource);
        if listed.is_empty() {
            let (app, api) = (&client.client_id, &resource.title);
            let text = format!("The application '{app}' has no delegated permission on '{api}'.");
            return Err(NO_PERMISSIONS
                .with(text)
                .fact("resource", resource.app_id.as_str()));
        }
        plan.add_scopes(client, resource, listed.iter());
    }
    for line in of_middle_tier(authority, tenant, client, resource, asked).await? {
        plan.lines.push(line);
    }
    Ok(plan)
}

/// One page for both tiers: the API names this client among its known ones, so its own permissions are asked with it.
async fn of_middle_tier(
    authority: &Authority,
    tenant: &Tenant,
    client: &Principal,
    resource: &Resource,
    asked: Asked,
) -> Result<Vec<Line>, Fault> {
    let mut plan = Plan::default();
    let middle = authority
        .facts
        .get::<Principal>(tenant.id, resource.app_id.as_str())
        .await?;
    let middle =
        middle.filter(|middle| middle.known_client_applications.contains(&client.client_id));
    let Some(middle) = middle.filter(|middle| middle.client_id != client.client_id) else {
        return Ok(plan.lines);
    };
    for permission in &middle.permissions {
        let behind = authority
            .facts
            .get::<Resource>(tenant.id, permission.resource.as_str())
            .await?;
        let Some(behind) = behind.filter(|behind| behind.enabled) else {
            continue;
        };
        if had(authority, tenant, &middle, &behind, asked)
            .await?
            .is_empty()
        {
            plan.add_scopes(&middle, &behind, permission.delegated.iter());
        }
    }
    Ok(plan.lines)
}

async fn had(
    authority: &Authority,
    tenant: &Tenant,
    client: &Principal,
    resource: &Resource,
    asked: Asked,
) -> Result<BTreeSet<String>, Fault> {
    match asked {
        Asked::Missing(user) => granted(authority, tenant, client, resource, user).await,
        Asked::All => Ok(BTreeSet::new()),
    }
}

/// The delegated permissions of the registration on the resource. An application needs none on its own API.
fn listed(client: &Principal, resource: &Resource) -> Vec<String> {
    if client.client_id == resource.app_id {
        return resource
            .scopes
            .iter()
            .map(|scope| scope.value.clone())
            .collect();
    }
    let on_it = client
        .permissions
        .iter()
        .filter(|permission| permission.resource == resource.app_id);
    on_it
        .flat_map(|permission| permission.delegated.iter().cloned())
        .collect()
}

/// Everything that the registration lists, delegated and application permissions, on all resources: what an
/// administrator is asked for.
pub async fn of_registration(
    authority: &Authority,
    tenant: &Tenant,
    client: &Arc<Principal>,
) -> Result<Plan, Fault> {
    let mut plan = Plan::default();
    for permission in &client.permissions {
        let resource = authority
            .facts
            .get::<Resource>(tenant.id, permission.resource.as_str())
            .await?;
        let Some(resource) = resource.filter(|resource| resource.enabled) else {
            continue;
        };
        plan.add_scopes(client, &resource, permission.delegated.iter());
        for role in resource
            .roles
            .iter()
            .filter(|role| permission.application.contains(&role.value))
        {
            plan.lines.push(Line {
                client: client.clone(),
                resource: resource.clone(),
                what: What::Role(role.clone()),
            });
        }
    }
    Ok(plan)
}

impl Plan {
    /// Named scopes that exist and are enabled; others cannot be consented to.
    pub fn add_scopes<'a>(
        &mut self,
        client: &Arc<Principal>,
        resource: &Arc<Resource>,
        values: impl Iterator<Item = &'a String>,
    ) {
        let scope_of = |value: &String| {
            resource
                .scopes
                .iter()
                .find(|scope| scope.enabled && scope.value == *value)
        };
        for scope in values.filter_map(scope_of) {
            let what = What::Scope(scope.clone());
            self.lines.push(Line {
                client: client.clone(),
                resource: resource.clone(),
                what,
            });
        }
    }

    pub fn may_be_accepted_by(&self, user: &User, tenant: &Tenant) -> bool {
        user.admin || (tenant.user_consent && !self.lines.iter().any(Line::is_admin_only))
    }

    /// Identifies what was shown, so that nothing else is accepted.
    pub fn digest(&self) -> String {
        let mut text = String::new();
        for line in &self.lines {
            let (kind, value) = line.named();
            text.push_str(&format!(
                "{}\n{}\n{kind}\n{value}\n",
                line.client.client_id, line.resource.app_id
            ));
        }
        base64url::encode(sha256(text.as_bytes()))
    }

    /// The pairs of client and resource, each once.
    pub fn pairs(&self) -> BTreeSet<(ClientId, ClientId)> {
        self.lines
            .iter()
            .map(|line| (line.client.client_id.clone(), line.resource.app_id.clone()))
            .collect()
    }

    /// Values of one pair: scopes and roles.
    pub fn values(
        &self,
        client: &ClientId,
        resource: &ClientId,
    ) -> (BTreeSet<String>, BTreeSet<String>) {
        let mut values = (BTreeSet::new(), BTreeSet::new());
        for line in self
            .lines
            .iter()
            .filter(|l| l.client.client_id == *client && l.resource.app_id == *resource)
        {
            match &line.what {
                What::Scope(scope) => values.0.insert(scope.value.clone()),
                What::Role(role) => values.1.insert(role.value.clone()),
            };
        }
        values
    }
}

impl Line {
    pub fn is_admin_only(&self) -> bool {
        match &self.what {
            What::Scope(scope) => scope.consent == WhoCanConsent::AdminsOnly,
            What::Role(_) => true,
        }
    }

    fn named(&self) -> (&'static str, &str) {
        match &self.what {
            What::Scope(scope) => ("scope", &scope.value),
            What::Role(role) => ("role", &role.value),
        }
    }
}

//! What a `scope` parameter means in a tenant: which resource, which of its scopes, which OIDC scopes.

use crate::Authority;
use behalf_model::fault::{
    RESOURCE_DISABLED, RESOURCE_UNKNOWN, SCOPE_DEFAULT_MIXED, SCOPE_MALFORMED,
    SCOPE_NO_DEFAULT_RESOURCE, SCOPE_TWO_RESOURCES, SCOPE_UNKNOWN,
};
use behalf_model::principal::Principal;
use behalf_model::resource::Resource;
use behalf_model::tenant::Tenant;
use behalf_model::{ClientId, Fault};
use behalf_wire::acs::Host;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The name that means everything the client was granted at a resource.
pub const DEFAULT: &str = ".default";

const MAX_SCOPES: usize = 100;

/// A `scope` parameter, understood.
#[derive(Clone, Debug, Default)]
pub struct Requested {
    /// The one API that the access token is for; `None` when only OIDC scopes were asked for.
    pub resource: Option<Arc<Resource>>,
    /// The resource as the client spelled it (`api://orders`, `https://contoso.com/`, a GUID); empty for bare names.
    pub prefix: String,
    /// Scope values of the resource, without prefix and without doubles; empty for `.default`.
    pub scopes: Vec<String>,
    pub is_default: bool,
    pub openid: bool,
    pub profile: bool,
    pub email: bool,
    pub offline_access: bool,
    /// The scope strings exactly as they came.
    pub original: Vec<String>,
    /// ACS: the content host that the access token is for; then there is neither resource nor scope.
    pub content_host: Option<Host>,
}

impl Requested {
    /// The `scope` of the answer: the strings as requested, and for `.default` everything granted beside it, in the
    /// client's own spelling. SDK caches compare letter by letter (entra.md 8.4).
    pub fn answer(&self, granted: &[String]) -> String {
        let mut text = self.original.join(" ");
        if self.is_default {
            for scope in granted {
                text.push(' ');
                if !self.prefix.is_empty() {
                    text.push_str(&self.prefix);
                    text.push('/');
                }
                text.push_str(scope);
            }
        }
        text
    }

    /// The OIDC scopes among the requested ones.
    pub fn oidc(&self) -> Vec<String> {
        self.original
            .iter()
            .filter(|scope| is_oidc(scope))
            .cloned()
            .collect()
    }

    /// The resource was named by its app id.
    pub fn names_guid(&self) -> bool {
        uuid::Uuid::try_parse(&self.prefix).is_ok()
    }
}

/// Understands a `scope` parameter. An empty one is fine and means nothing.
///
/// Errors: `SCOPE_MALFORMED`, `SCOPE_UNKNOWN`, `SCOPE_TWO_RESOURCES`, `SCOPE_DEFAULT_MIXED`,
/// `SCOPE_NO_DEFAULT_RESOURCE`, `RESOURCE_UNKNOWN`, `RESOURCE_DISABLED`.
pub async fn resolve(
    authority: &Authority,
    tenant: &Tenant,
    client: &Principal,
    scope_text: &str,
) -> Result<Requested, Fault> {
    resolve_as(authority, tenant, client, scope_text, Reading::STRICT).await
}

/// The same for a refresh request: the first scope's resource wins, scopes of others are dropped (entra.md 2).
pub async fn resolve_first(
    authority: &Authority,
    tenant: &Tenant,
    client: &Principal,
    scope_text: &str,
) -> Result<Requested, Fault> {
    resolve_as(authority, tenant, client, scope_text, Reading::FIRST_WINS).await
}

/// The same for an application without a user: the names are app roles of the resource.
pub async fn resolve_roles(
    authority: &Authority,
    tenant: &Tenant,
    client: &Principal,
    scope_text: &str,
) -> Result<Requested, Fault> {
    resolve_as(authority, tenant, client, scope_text, Reading::ROLES).await
}

#[derive(Clone, Copy)]
struct Reading {
    /// Scopes of other resources than the first are dropped instead of refused.
    first_wins: bool,
    names: Names,
}

impl Reading {
    const STRICT: Self = Self {
        first_wins: false,
        names: Names::Scopes,
    };
    const FIRST_WINS: Self = Self {
        first_wins: true,
        names: Names::Scopes,
    };
    const ROLES: Self = Self {
        first_wins: false,
        names: Names::Roles,
    };
}

#[derive(Clone, Copy)]
enum Names {
    Scopes,
    Roles,
}

impl Names {
    fn exist_at(self, resource: &Resource, value: &str) -> bool {
        match self {
            Self::Scopes => resource
                .scopes
                .iter()
                .any(|scope| scope.enabled && scope.value == value),
            Self::Roles => resource.roles.iter().any(|role| role.value == value),
        }
    }
}

async fn resolve_as(
    authority: &Authority,
    tenant: &Tenant,
    client: &Principal,
    scope_text: &str,
    reading: Reading,
) -> Result<Requested, Fault> {
    let mut requested = Requested::default();
    for scope in split(scope_text)? {
        match scope {
            "openid" => requested.openid = true,
            "profile" => requested.profile = true,
            "email" => requested.email = true,
            "offline_access" => requested.offline_access = true,
            _ => {
                let (prefix, value) = scope.rsplit_once('/').unwrap_or(("", scope));
                let resource = find(authority, tenant, prefix).await?;
                match &requested.resource {
                    Some(first) if first.app_id != resource.app_id && reading.first_wins => {
                        continue;
                    }
                    Some(first) if first.app_id != resource.app_id => {
                        return Err(two_resources(scope));
                    }
                    Some(_) => {}
                    None => requested.prefix = prefix.to_owned(),
                }
                add(&mut requested, &resource, client, value, reading.names)?;
                requested.resource = Some(resource);
            }
        }
        requested.original.push(scope.to_owned());
    }
    if requested.is_default && !requested.scopes.is_empty() {
        let text = format!(
            ".default cannot be combined with '{}'. Ask for one or the other.",
            requested.scopes.join(" ")
        );
        return Err(SCOPE_DEFAULT_MIXED.with(text));
    }
    Ok(requested)
}

fn split(scope_text: &str) -> Result<Vec<&str>, Fault> {
    let scopes: Vec<&str> = scope_text.split_ascii_whitespace().collect();
    // RFC 6749 section 3.3: printable ASCII without quotation mark and backslash.
    let allowed = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    if scopes.len() > MAX_SCOPES || !scopes.iter().all(|scope| scope.bytes().all(allowed)) {
        return Err(SCOPE_MALFORMED.with(
            "The scope parameter has characters that no scope may have, or too many scopes.",
        ));
    }
    Ok(scopes)
}

fn add(
    requested: &mut Requested,
    resource: &Resource,
    client: &Principal,
    value: &str,
    names: Names,
) -> Result<(), Fault> {
    if value == DEFAULT {
        requested.is_default = true;
    } else if names.exist_at(resource, value) {
        if !requested.scopes.iter().any(|known| known == value) {
            requested.scopes.push(value.to_owned());
        }
    } else {
        let (app, api) = (&client.title, &resource.title);
        return Err(SCOPE_UNKNOWN
            .with(format!(
                "'{app}' asks for the scope '{value}', which '{api}' does not expose."
            ))
            .fact("scope", value)
            .fact("resource", resource.app_id.as_str()));
    }
    Ok(())
}

fn two_resources(scope: &str) -> Fault {
    SCOPE_TWO_RESOURCES.with(format!(
        "The scope parameter names more than one resource: '{scope}' belongs to another API than the scopes before it."
    ))
}

/// The enabled resource that a scope's prefix names: an application ID URI in any letter case and with or without a
/// trailing slash, an app id, or nothing for the tenant's default resource.
pub async fn find(
    authority: &Authority,
    tenant: &Tenant,
    prefix: &str,
) -> Result<Arc<Resource>, Fault> {
    let facts = &authority.facts;
    let found = match (prefix, &tenant.default_resource) {
        ("", None) => return Err(SCOPE_NO_DEFAULT_RESOURCE.plain()),
        ("", Some(default)) => facts.get::<Resource>(tenant.id, default.as_str()).await?,
        _ => match facts
            .by_alias::<Resource>(tenant.id, &Resource::uri_alias(prefix))
            .await?
        {
            Some(resource) => Some(resource),
            None => match prefix.parse::<ClientId>() {
                Ok(app_id) => facts.get::<Resource>(tenant.id, app_id.as_str()).await?,
                Err(_) => None,
            },
        },
    };
    let resource = found.ok_or_else(|| {
        RESOURCE_UNKNOWN
            .with(format!(
                "No API of the tenant '{}' has the application ID URI or app id '{prefix}'.",
                tenant.display_name
            ))
            .fact("resource", prefix)
    })?;
    if resource.enabled {
        return Ok(resource);
    }
    Err(RESOURCE_DISABLED.with(format!(
        "The resource '{}' ({}) is disabled.",
        resource.title, resource.app_id
    )))
}

pub fn is_oidc(scope: &str) -> bool {
    matches!(scope, "openid" | "profile" | "email" | "offline_access")
}

/// Whether every scope that `narrower` asks for was already in `wider` (RFC 6749 section 6).
pub fn is_within(narrower: &Requested, wider: &Requested) -> bool {
    let same_resource = match (&narrower.resource, &wider.resource) {
        (None, _) => true,
        (Some(asked), Some(had)) => asked.app_id == had.app_id,
        (Some(_), None) => false,
    };
    let had: BTreeSet<&str> = wider.scopes.iter().map(String::as_str).collect();
    let named = wider.is_default
        || (!narrower.is_default && narrower.scopes.iter().all(|s| had.contains(s.as_str())));
    let had_oidc = wider.oidc();
    same_resource
        && (narrower.resource.is_none() || named)
        && narrower.oidc().iter().all(|s| had_oidc.contains(s))
}

#[cfg(test)]
mod tests;

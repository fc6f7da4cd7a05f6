//! From what is stored back to a declaration file. Applying the export to the same installation changes nothing.

use crate::declaration::{self as d, Content};
use behalf_model::consent::{AppRoleGrant, DelegatedGrant};
use behalf_model::facts::Facts;
use behalf_model::key::NamedSecret;
use behalf_model::principal::Principal;
use behalf_model::resource::Resource;
use behalf_model::site::{List, Site};
use behalf_model::source::{Source, SourceKind};
use behalf_model::tenant::{DIRECTORY, Tenant};
use behalf_model::user::{PasswordAccount, Person, User};
use behalf_model::{Fault, TenantId, UnixTime};
use std::collections::HashMap;
use toml::{Spanned, Table};

/// All tenants, or one. Secrets appear as digests, hashes and sealed text only: they are of use with the installation's
/// key file and of none without.
pub async fn export(facts: &Facts, only: Option<TenantId>) -> Result<String, Fault> {
    let mut content = Content::default();
    for tenant in facts.all::<Tenant>(DIRECTORY).await? {
        if only.is_none_or(|id| id == tenant.id) {
            one_tenant(facts, &tenant, &mut content).await?;
        }
    }
    let text =
        toml::to_string(&content).map_err(|e| behalf_model::fault::INTERNAL.plain().because(e))?;
    Ok(format!(
        "# Exported by `behalf export`. Digests and sealed values need this installation's key file.\n\n{text}"
    ))
}

async fn one_tenant(facts: &Facts, tenant: &Tenant, out: &mut Content) -> Result<(), Fault> {
    let id = tenant.id;
    let name = id.to_string();
    out.tenant.push(thing(d::Tenant {
        id: name.clone(),
        domains: tenant.domains.clone(),
        display_name: tenant.display_name.clone(),
        enabled: tenant.enabled,
        user_consent: tenant.user_consent,
        default_resource: tenant.default_resource.as_ref().map(ToString::to_string),
        lifetimes: tenant.lifetimes.clone(),
        providers: tenant.providers.clone(),
    }));
    for secret in facts.all::<NamedSecret>(id).await? {
        let (value, sealed) = (None, Some(secret.value.0.clone()));
        out.secret.push(thing(d::Secret {
            tenant: name.clone(),
            name: secret.name.clone(),
            value,
            sealed,
        }));
    }
    for person in facts.all::<Person>(id).await? {
        out.person.push(thing(d::Person {
            tenant: name.clone(),
            id: person.id.to_string(),
            name: person.name.clone(),
        }));
    }
    users(facts, id, &name, out).await?;
    apps(facts, id, &name, out).await?;
    for site in facts.all::<Site>(id).await? {
        out.site.push(thing(d::Site {
            tenant: name.clone(),
            id: site.id.to_string(),
            web_id: site.web_id.to_string(),
            host: site.host.clone(),
            path: site.path.clone(),
            title: site.title.clone(),
            members: site.members.clone(),
        }));
    }
    for list in facts.all::<List>(id).await? {
        out.list.push(thing(d::List {
            tenant: name.clone(),
            site: list.site.to_string(),
            id: list.id.to_string(),
            title: list.title.clone(),
            columns: list.columns.clone(),
            items: Vec::new(),
        }));
    }
    sources(facts, id, &name, out).await
}

async fn users(
    facts: &Facts,
    tenant: TenantId,
    name: &str,
    out: &mut Content,
) -> Result<(), Fault> {
    let accounts = facts.all::<PasswordAccount>(tenant).await?;
    let hashes: HashMap<&str, &str> = accounts
        .iter()
        .map(|a| (a.username.as_str(), a.password_hash.as_str()))
        .collect();
    for user in facts.all::<User>(tenant).await? {
        let local = hashes
            .get(user.subject.as_str())
            .filter(|_| user.subject == user.upn.to_lowercase());
        out.user.push(thing(d::User {
            tenant: name.to_owned(),
            id: Some(user.id.to_string()),
            provider: user.provider.clone(),
            subject: Some(user.subject.clone()),
            upn: user.upn.clone(),
            name: user.name.clone(),
            given_name: user.given_name.clone(),
            family_name: user.family_name.clone(),
            email: user.email.clone(),
            active: user.active,
            admin: user.admin,
            groups: user.groups.clone(),
            person: user.person.map(|p| p.to_string()),
            password: None,
            password_hash: local.map(|h| (*h).to_owned()),
        }));
    }
    Ok(())
}

async fn apps(facts: &Facts, tenant: TenantId, name: &str, out: &mut Content) -> Result<(), Fault> {
    for app in facts.all::<Principal>(tenant).await? {
        let api = facts
            .get::<Resource>(tenant, app.client_id.as_str())
            .await?;
        let secrets = app.secrets.iter().map(|s| d::ClientSecret {
            id: Some(s.id.clone()),
            value: None,
            digest: Some(s.digest.clone()),
            sealed: s.sealed.as_ref().map(|sealed| sealed.0.clone()),
            starts_at: s.starts_at.map(UnixTime::rfc3339),
            expires_at: s.expires_at.map(UnixTime::rfc3339),
        });
        let permissions = app.permissions.iter().map(|p| d::Permission {
            resource: p.resource.to_string(),
            delegated: p.delegated.clone(),
            application: p.application.clone(),
        });
        out.app.push(thing(d::App {
            tenant: name.to_owned(),
            client_id: app.client_id.to_string(),
            title: app.title.clone(),
            public: app.public,
            enabled: app.enabled,
            redirect_uris: app.redirect_uris.clone(),
            secrets: Some(secrets.collect()),
            certificates: Some(
                app.certificates
                    .iter()
                    .map(|c| d::Certificate { pem: c.pem.clone() })
                    .collect(),
            ),
            permissions: permissions.collect(),
            known_client_applications: app
                .known_client_applications
                .iter()
                .map(ToString::to_string)
                .collect(),
            app_host_domain: app.app_host_domain.clone(),
            promoted_secret: app.promoted_secret.clone(),
            api: api.map(|r| d::Api {
                app_id_uris: r.app_id_uris.clone(),
                scopes: r.scopes.clone(),
                roles: r.roles.clone(),
                authorized_clients: r.authorized_clients.clone(),
                token_format: r.token_format,
                signing_alg: r.signing_alg,
                enabled: r.enabled,
            }),
        }));
    }
    for grant in facts.all::<DelegatedGrant>(tenant).await? {
        out.grant.push(thing(d::Grant {
            tenant: name.to_owned(),
            client: grant.client.to_string(),
            resource: grant.resource.to_string(),
            scopes: grant.scopes.iter().cloned().collect(),
            user: grant.user.map(|u| u.to_string()),
            roles: Vec::new(),
        }));
    }
    for grant in facts.all::<AppRoleGrant>(tenant).await? {
        out.grant.push(thing(d::Grant {
            tenant: name.to_owned(),
            client: grant.client.to_string(),
            resource: grant.resource.to_string(),
            scopes: Vec::new(),
            user: None,
            roles: grant.roles.iter().cloned().collect(),
        }));
    }
    Ok(())
}

async fn sources(
    facts: &Facts,
    tenant: TenantId,
    name: &str,
    out: &mut Content,
) -> Result<(), Fault> {
    for source in facts.all::<Source>(tenant).await? {
        let parsed: Result<Table, _> = source.toml.parse();
        let mut table = parsed.map_err(|e| behalf_model::fault::INTERNAL.plain().because(e))?;
        table.insert("tenant".to_owned(), name.into());
        let list = match source.kind {
            SourceKind::Object => &mut out.object,
            SourceKind::Profile => &mut out.profile,
            SourceKind::Method => &mut out.method,
        };
        list.push(thing(table));
    }
    Ok(())
}

fn thing<T>(value: T) -> Spanned<T> {
    Spanned::new(0..0, value)
}

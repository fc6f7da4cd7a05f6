//! `[[app]]`: an app principal, and with `[app.api]` the API that it exposes.

use crate::client_secrets::{self, Owner};
use crate::declaration::{self, Api, App};
use crate::draft::Draft;
use crate::plan::Tools;
use crate::problem::{Wrong, wrong};
use crate::tenants::client_id;
use behalf_model::UnixTime;
use behalf_model::principal::{
    CertificateCredential, Permission, Platform, Principal, RedirectUri,
};
use behalf_model::resource::Resource;
use behalf_wire::acs;
use behalf_wire::jose::Certificate;
use std::collections::HashSet;
use url::{Host, Url};

/// The API first, so that permissions and grants of other apps can refer to it.
pub async fn declare_api(draft: &mut Draft<'_>, _: &Tools<'_>, given: &App) -> Result<(), Wrong> {
    let Some(api) = &given.api else { return Ok(()) };
    let tenant = draft.tenant(&given.tenant).await?.id;
    let app_id = client_id(&given.client_id)?;
    check_api(&given.title, api)?;
    let resource = Resource {
        tenant,
        app_id: app_id.clone(),
        title: given.title.clone(),
        app_id_uris: match &api.app_id_uris[..] {
            // As Entra names an API that was given no name.
            [] => vec![format!("api://{}", app_id.as_str().to_lowercase())],
            uris => uris.to_vec(),
        },
        scopes: api.scopes.clone(),
        roles: api.roles.clone(),
        authorized_clients: api.authorized_clients.clone(),
        token_format: api.token_format,
        signing_alg: api.signing_alg,
        enabled: api.enabled,
    };
    draft
        .put(
            &resource,
            format!("API of app {app_id} \"{}\"", given.title),
        )
        .await
}

fn check_api(title: &str, api: &Api) -> Result<(), Wrong> {
    for uri in &api.app_id_uris {
        let parsed = Url::parse(uri).map_err(|e| {
            wrong(
                format!("'{uri}' is not a URI: {e}"),
                "Use a form like api://contoso.orders or https://orders.contoso.example.",
            )
        })?;
        if uri.chars().any(char::is_uppercase) {
            // Tokens compare audiences letter by letter: one upper-case letter makes every call fail later.
            return Err(wrong(
                format!("'{uri}' has upper-case letters"),
                format!("Write {}.", uri.to_lowercase()),
            ));
        }
        if parsed.fragment().is_some() || uri.contains(char::is_whitespace) || uri.ends_with('/') {
            return Err(wrong(
                format!("'{uri}' has a fragment, white space or a trailing slash"),
                "Remove it: scopes are appended with a slash.",
            ));
        }
    }
    let mut names = HashSet::new();
    for name in api
        .scopes
        .iter()
        .map(|s| &s.value)
        .chain(api.roles.iter().map(|r| &r.value))
    {
        let shape = !name.is_empty()
            && name
                .bytes()
                .all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
            && !name.contains('/');
        if !shape || name.starts_with('.') {
            return Err(wrong(
                format!("'{name}' cannot be a scope or role"),
                "Use letters, digits and the characters . _ - : (RFC 6749 section 3.3).",
            ));
        }
    }
    for scope in &api.scopes {
        if !names.insert(&scope.value) {
            return Err(wrong(
                format!("{title}: scope '{}' is declared twice", scope.value),
                "Remove one.",
            ));
        }
    }
    for client in &api.authorized_clients {
        if let Some(unknown) = client.scopes.iter().find(|s| !names.contains(s)) {
            return Err(wrong(
                format!(
                    "{title}: authorized client {} lists '{unknown}', which is no scope of this API",
                    client.client_id
                ),
                "An authorized client needs its client id AND the scopes that it may use.",
            ));
        }
    }
    Ok(())
}

pub async fn declare(draft: &mut Draft<'_>, tools: &Tools<'_>, given: &App) -> Result<(), Wrong> {
    let tenant = draft.tenant(&given.tenant).await?.id;
    let client_id = client_id(&given.client_id)?;
    let stored = draft.get::<Principal>(tenant, client_id.as_str()).await?;
    for uri in &given.redirect_uris {
        check_redirect_uri(uri)?;
    }
    let kept = stored
        .as_ref()
        .map(|s| s.secrets.clone())
        .unwrap_or_default();
    let app_host_domain = given
        .app_host_domain
        .as_deref()
        .map(app_host_domain)
        .transpose()?;
    let owner = Owner {
        tenant,
        client_id: &client_id,
        signs_context_tokens: app_host_domain.is_some(),
    };
    let secrets = match &given.secrets {
        None => owner.keep(kept),
        Some(list) => client_secrets::declare(list, &kept, &owner, tools)?,
    };
    if let Some(unknown) = given
        .promoted_secret
        .as_ref()
        .filter(|id| !secrets.iter().any(|secret| secret.id == **id))
    {
        return Err(wrong(
            format!("promoted_secret '{unknown}' is no secret of app {client_id}"),
            "Name the id of one of its secrets.",
        ));
    }
    let certificates = match &given.certificates {
        None => stored
            .as_ref()
            .map(|s| s.certificates.clone())
            .unwrap_or_default(),
        Some(list) => list.iter().map(certificate).collect::<Result<_, _>>()?,
    };
    if given.public && !(secrets.is_empty() && certificates.is_empty()) {
        return Err(wrong(
            format!("app {client_id} is public but has a credential"),
            "Remove public = true, or its secrets and certificates.",
        ));
    }
    let mut permissions = Vec::new();
    for permission in &given.permissions {
        permissions.push(resolve(draft, tenant, permission).await?);
    }
    let known = given
        .known_client_applications
        .iter()
        .map(|c| crate::tenants::client_id(c))
        .collect::<Result<_, _>>()?;
    let principal = Principal {
        tenant,
        client_id: client_id.clone(),
        title: given.title.clone(),
        public: given.public,
        enabled: given.enabled,
        secrets,
        certificates,
        redirect_uris: given.redirect_uris.clone(),
        permissions,
        known_client_applications: known,
        app_host_domain,
        promoted_secret: given.promoted_secret.clone(),
    };
    draft
        .put(&principal, format!("app {client_id} \"{}\"", given.title))
        .await
}

/// In the spelling in which it is compared: lower case, without the default port.
fn app_host_domain(given: &str) -> Result<String, Wrong> {
    let host = acs::Host::parse(given).map_err(|_| {
        wrong(
            format!("app_host_domain '{given}' is no host name with an optional port"),
            "Write it without scheme and path: app.contoso.example or app.contoso.example:8443.",
        )
    })?;
    Ok(host.to_string())
}

fn check_redirect_uri(given: &RedirectUri) -> Result<(), Wrong> {
    let uri = &given.uri;
    let bad = |why: &str| {
        wrong(
            format!("redirect URI '{uri}' {why}"),
            "Register the exact absolute URI that the app uses.",
        )
    };
    let parsed = Url::parse(uri).map_err(|e| bad(&format!("cannot be read: {e}")))?;
    if parsed.fragment().is_some() {
        return Err(bad("has a fragment (RFC 6749 section 3.1.2)"));
    }
    if uri.contains('*') || !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(bad("has a wildcard or user information"));
    }
    let loopback = match parsed.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    match (parsed.scheme(), given.platform) {
        ("https", _) => Ok(()),
        ("http", _) if loopback => Ok(()),
        ("http", _) => Err(bad("is not https")),
        ("javascript" | "data" | "file" | "blob" | "vbscript", _) => {
            Err(bad("has a scheme that runs or reads things in the browser"))
        }
        (_, Platform::Native) => Ok(()),
        _ => Err(bad(
            "has a scheme of its own, which only platform = \"native\" may have",
        )),
    }
}

fn certificate(given: &declaration::Certificate) -> Result<CertificateCredential, Wrong> {
    let parsed = Certificate::from_pem(&given.pem).map_err(|e| {
        wrong(
            format!("a certificate cannot be read: {e}"),
            "Give the public certificate in PEM, without the private key.",
        )
    })?;
    Ok(CertificateCredential {
        x5t: parsed.x5t(),
        x5t_s256: parsed.x5t_s256(),
        pem: given.pem.clone(),
        starts_at: UnixTime(parsed.not_before()),
        expires_at: UnixTime(parsed.not_after()),
    })
}

async fn resolve(
    draft: &Draft<'_>,
    tenant: behalf_model::TenantId,
    given: &declaration::Permission,
) -> Result<Permission, Wrong> {
    let resource = draft.resource(tenant, &given.resource).await?;
    if let Some(unknown) = given
        .delegated
        .iter()
        .find(|d| !resource.scopes.iter().any(|s| s.value == **d))
    {
        return Err(wrong(
            format!("'{}' exposes no scope '{unknown}'", resource.title),
            "Mend the permission or declare the scope.",
        ));
    }
    if let Some(unknown) = given
        .application
        .iter()
        .find(|a| !resource.roles.iter().any(|r| r.value == **a))
    {
        return Err(wrong(
            format!(
                "'{}' has no application permission '{unknown}'",
                resource.title
            ),
            "Mend the permission or declare the role.",
        ));
    }
    Ok(Permission {
        resource: resource.app_id.clone(),
        delegated: given.delegated.clone(),
        application: given.application.clone(),
    })
}

#[cfg(test)]
mod tests;

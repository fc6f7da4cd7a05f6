//! `[[tenant]]`

use crate::declaration;
use crate::draft::Draft;
use crate::plan::Tools;
use crate::problem::{Wrong, wrong};
use behalf_model::tenant::{ProviderKind, Tenant};
use behalf_model::{ClientId, TenantId};
use std::collections::HashSet;

pub async fn declare(
    draft: &mut Draft<'_>,
    _: &Tools<'_>,
    given: &declaration::Tenant,
) -> Result<(), Wrong> {
    let id: TenantId = given.id.parse().map_err(|_| {
        wrong(
            format!("'{}' is not a GUID", given.id),
            "Give the tenant a GUID as id.",
        )
    })?;
    let mut domains = Vec::new();
    for domain in &given.domains {
        domains.push(domain_name(domain)?);
    }
    check_providers(given)?;
    let default_resource = given
        .default_resource
        .as_deref()
        .map(client_id)
        .transpose()?;
    let tenant = Tenant {
        id,
        domains,
        display_name: given.display_name.clone(),
        providers: given.providers.clone(),
        user_consent: given.user_consent,
        default_resource,
        lifetimes: given.lifetimes.clone(),
        enabled: given.enabled,
    };
    draft
        .put(&tenant, format!("tenant {id} \"{}\"", tenant.display_name))
        .await
}

/// Words that the first URL segment already means (`/common/discovery/instance`).
const RESERVED: [&str; 4] = ["common", "organizations", "consumers", "healthz"];

fn domain_name(text: &str) -> Result<String, Wrong> {
    let name = text.to_ascii_lowercase();
    let shape = name.contains('.')
        && name.len() <= 253
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    if !shape || RESERVED.contains(&name.as_str()) {
        return Err(wrong(
            format!("'{text}' is not a domain name"),
            "Use a name like contoso.example.",
        ));
    }
    Ok(name)
}

fn check_providers(given: &declaration::Tenant) -> Result<(), Wrong> {
    let mut names = HashSet::new();
    for provider in &given.providers {
        let name = &provider.name;
        let shape = !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if !shape {
            return Err(wrong(
                format!("'{name}' is not a provider name"),
                "Use lower-case letters, digits and hyphens.",
            ));
        }
        if !names.insert(name) {
            return Err(wrong(
                format!("provider '{name}' is declared twice"),
                "Provider names are unique in a tenant.",
            ));
        }
        match (provider.kind, &provider.upstream) {
            (ProviderKind::Password, Some(_)) => {
                return Err(wrong(
                    format!("provider '{name}' checks passwords itself"),
                    "Remove its upstream table.",
                ));
            }
            (ProviderKind::Oidc | ProviderKind::Microsoft, None) => {
                return Err(wrong(
                    format!("provider '{name}' signs in elsewhere but has no upstream"),
                    "Add [tenant.providers.upstream] with issuer, client_id and client_secret.",
                ));
            }
            (_, Some(upstream)) if !upstream.client_secret.starts_with("secret:") => {
                return Err(wrong(
                    format!("provider '{name}' has its client secret in clear"),
                    "Declare it with [[secret]] and refer to it as client_secret = \"secret:<name>\".",
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

pub fn client_id(text: &str) -> Result<ClientId, Wrong> {
    text.parse().map_err(|e| {
        wrong(
            format!("'{text}': {e}"),
            "Microsoft's SDKs accept GUIDs only.",
        )
    })
}

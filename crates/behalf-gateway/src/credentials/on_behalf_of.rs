//! On behalf of the user: his token is exchanged for one of the back-end (RFC 7523 in the shape of Entra, entra.md 2;
//! RFC 8693 in `token_exchange`).

use super::token_request::{self, Form, Fresh};
use super::{Asking, Credential, token_exchange};
use crate::Gateway;
use crate::obo::{self, AssertionFrom, ProviderUser};
use crate::preflight::{self, Intent, TokenUser};
use crate::profiles::Route;
use crate::token_cache::{Holder, Refused};
use behalf_model::fault::TOKEN_OF_ANOTHER_USER;
use behalf_model::profile::Grant;
use behalf_model::tenant::{DIRECTORY, Provider, ProviderKind, Tenant};
use behalf_model::user::{User, person_tag};
use behalf_model::{Fault, Secret, UnixTime};
use behalf_wire::jose::backend::sha256;
use std::sync::Arc;

/// The user's token with the hash that tells it from every other.
pub(crate) struct Assertion {
    pub token: Secret,
    pub hash: [u8; 32],
}

pub(super) async fn obtain(asking: Asking<'_>) -> Result<Credential, Fault> {
    let provider_user = acting_as(asking).await?;
    let assertion = assertion_of(asking, &provider_user).await?;
    let holder = Holder::User {
        id: provider_user.user.id,
        assertion: assertion.hash,
    };
    token_request::bearer(asking, holder, || async {
        exchange(asking, &provider_user.user, &assertion.token).await
    })
    .await
}

/// Checks 1–5. Errors: E2, E4, E5, E3, E6.
pub(crate) async fn acting_as(asking: Asking<'_>) -> Result<ProviderUser, Fault> {
    let provider = &asking.route.profile.obo_provider;
    let linked = match asking.caller.user() {
        Some(user) if user.active && user.provider != *provider => {
            linked(asking.gateway, user).await?
        }
        _ => Arc::default(),
    };
    obo::decide(obo::Facts {
        subject: asking.caller.into(),
        provider,
        issued_by: asking.caller.issued_by_provider(),
        linked: &linked,
    })
}

/// The users of the same person, himself included.
pub(crate) async fn linked(gateway: &Gateway, user: &User) -> Result<Arc<Vec<Arc<User>>>, Fault> {
    match user.person {
        Some(person) => gateway.facts.by_tag(user.tenant, &person_tag(person)).await,
        None => Ok(Arc::default()),
    }
}

/// Check 6. Errors: E7, `VAULT_UNAVAILABLE`.
pub(crate) async fn assertion_of(
    asking: Asking<'_>,
    acting_as: &ProviderUser,
) -> Result<Assertion, Fault> {
    let gateway = asking.gateway;
    if acting_as.assertion == AssertionFrom::Caller
        && let Some(token) = asking.caller.token()
    {
        return Ok(Assertion {
            token: token.raw.clone(),
            hash: token.hash,
        });
    }
    let provider = &asking.route.profile.obo_provider;
    let user = &acting_as.user;
    match gateway
        .vault
        .token(user.tenant, user.id, provider, asking.now)
        .await
    {
        Ok(token) => {
            let hash = sha256(token.access_token.expose().as_bytes());
            Ok(Assertion {
                token: token.access_token,
                hash,
            })
        }
        Err(miss) => Err(obo::missing(&miss, provider, &gateway.config.sign_in_url)),
    }
}

/// Check 7: preflight, then one request to the token endpoint.
async fn exchange(asking: Asking<'_>, user: &User, assertion: &Secret) -> Result<Fresh, Refused> {
    let tenant = home_tenant(asking.gateway).await?;
    let provider = provider_of(tenant.as_deref(), asking.route);
    let names = audiences(provider);
    let found = check_assertion(asking.route, names, assertion, asking.now)?;
    is_of(user, provider, found.user.as_ref())?;
    let mut form = Form::new(asking);
    match asking.route.profile.oauth_grant {
        Some(Grant::TokenExchange) => token_exchange::fill(&mut form, assertion),
        _ => {
            form.put("assertion", assertion.expose());
            form.scope();
            form.put("requested_token_use", "on_behalf_of");
        }
    }
    let fresh = token_request::ask(asking, form, Some(&found.authority)).await?;
    same_user(&fresh, found.user.as_ref())?;
    Ok(fresh)
}

/// Errors: see [`preflight`].
pub(crate) fn check_assertion(
    route: &Route,
    audiences: &[String],
    assertion: &Secret,
    now: UnixTime,
) -> Result<preflight::Preflight, Fault> {
    let profile = &route.profile;
    let authority = profile.oauth_url.as_deref().unwrap_or_default();
    let checked = match profile.oauth_grant {
        Some(Grant::TokenExchange) => {
            preflight::check_subject_token(assertion.expose(), authority, now)
        }
        _ => {
            let client_id = profile.oauth_client_id.as_deref().unwrap_or_default();
            let intent = Intent {
                client_id,
                audiences,
                authority,
                scopes: &route.scopes,
            };
            preflight::check(assertion.expose(), intent, now)
        }
    };
    checked.map_err(|fault| token_request::named(fault, route))
}

/// An exchange whose token is thrown away: what `doctor` does. Errors: those of check 7.
pub(crate) async fn trial(
    asking: Asking<'_>,
    user: &User,
    assertion: &Assertion,
) -> Result<(), Fault> {
    exchange(asking, user, &assertion.token)
        .await
        .map(drop)
        .map_err(|refused| refused.fault)
}

async fn home_tenant(gateway: &Gateway) -> Result<Option<Arc<Tenant>>, Fault> {
    let home = gateway.config.home_tenant.to_string();
    gateway.facts.get(DIRECTORY, &home).await
}

fn provider_of<'t>(tenant: Option<&'t Tenant>, route: &Route) -> Option<&'t Provider> {
    tenant?.provider(&route.profile.obo_provider)
}

/// Further names of the client, as registered with the provider (R48).
fn audiences(provider: Option<&Provider>) -> &[String] {
    provider
        .and_then(|provider| provider.upstream.as_ref())
        .map(|upstream| upstream.audiences.as_slice())
        .unwrap_or_default()
}

/// A provider that mixes up its users at a refresh would put a stranger's token into the vault. Providers of the kind
/// Microsoft name the user alike in every token (`oid`), so there it is seen.
fn is_of(
    user: &User,
    provider: Option<&Provider>,
    in_token: Option<&TokenUser>,
) -> Result<(), Fault> {
    let same = |named: &TokenUser| named.oid.eq_ignore_ascii_case(&user.subject);
    match (provider.map(|provider| provider.kind), in_token) {
        (Some(ProviderKind::Microsoft), Some(named)) if !same(named) => Err(TOKEN_OF_ANOTHER_USER
            .with("The token that the provider gave for the user names another user there.")),
        _ => Ok(()),
    }
}

/// The last line of defence: an issuer that mixes up its users must not make us show one the data of another.
fn same_user(fresh: &Fresh, asked_for: Option<&TokenUser>) -> Result<(), Fault> {
    let answered = preflight::user_of_token(fresh.access_token.expose());
    match (asked_for, answered) {
        (Some(asked), Some(answered)) if asked.tid == answered.tid && asked.oid != answered.oid => {
            Err(TOKEN_OF_ANOTHER_USER.plain())
        }
        _ => Ok(()),
    }
}

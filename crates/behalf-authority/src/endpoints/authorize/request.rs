//! An authorization request, read and checked (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).

use super::reply::{ResponseMode, Target};
use crate::Authority;
use crate::browser::Params;
use crate::dialects::{Dialect, oauth};
use crate::rules::scope::{self, DEFAULT, Requested};
use crate::rules::sign_in::Demand;
use crate::rules::{self, redirect_uri};
use behalf_model::fault::{
    AUTHORIZE_MALFORMED, CLIENT_DISABLED, CLIENT_UNKNOWN, REQUEST_OBJECT_UNSUPPORTED,
    RESPONSE_MODE_UNSUPPORTED, RESPONSE_TYPE_UNSUPPORTED, TARGET_INVALID,
};
use behalf_model::grant::PkceChallenge;
use behalf_model::principal::Principal;
use behalf_model::tenant::Tenant;
use behalf_model::{ClientId, Fault};
use std::sync::Arc;

/// More than this is no request of a client.
const MAX_BYTES: usize = 16 * 1024;

/// A request that may be answered at its redirect URI.
#[derive(Clone, Debug)]
pub struct AuthorizeRequest {
    pub principal: Arc<Principal>,
    pub target: Target,
    pub requested: Requested,
    pub nonce: Option<String>,
    pub pkce: Option<PkceChallenge>,
    pub prompt: Prompt,
    pub max_age_s: Option<i64>,
    pub login_hint: Option<String>,
    pub domain_hint: Option<String>,
    /// MSAL asks for `client_info` beside the code.
    pub client_info: bool,
}

/// What the client wants the user to see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    pub none: bool,
    pub login: bool,
    pub consent: bool,
    pub select_account: bool,
}

impl AuthorizeRequest {
    pub fn demand(&self) -> Demand<'_> {
        Demand {
            prompt: self.prompt,
            max_age_s: self.max_age_s,
            login_hint: self.login_hint.as_deref(),
        }
    }
}

/// Why a request is not carried out, and where that may be told.
#[derive(Debug)]
pub enum Refused {
    /// On our own page: the redirect URI is not known to be the client's (RFC 9700 §4.11).
    Page(Fault),
    Reply(Box<Target>, Fault),
}

/// Reads a request of the dialect.
pub async fn read(
    authority: &Authority,
    tenant: &Tenant,
    dialect: Dialect,
    params: &Params,
) -> Result<AuthorizeRequest, Refused> {
    let (principal, target) = target(authority, tenant, dialect, params)
        .await
        .map_err(Refused::Page)?;
    let checked = checked(
        authority,
        tenant,
        dialect,
        params,
        principal,
        target.clone(),
    )
    .await;
    checked.map_err(|fault| Refused::Reply(Box::new(target), fault))
}

/// The client and the place to answer to.
async fn target(
    authority: &Authority,
    tenant: &Tenant,
    dialect: Dialect,
    params: &Params,
) -> Result<(Arc<Principal>, Target), Fault> {
    if params
        .0
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum::<usize>()
        > MAX_BYTES
    {
        return Err(AUTHORIZE_MALFORMED.with("The authorization request is too long."));
    }
    for name in ["client_id", "redirect_uri"] {
        if params.has_twice(name) {
            return Err(twice(name));
        }
    }
    let client_id = params
        .get("client_id")
        .ok_or_else(|| missing("client_id"))?;
    let principal = principal(authority, tenant, client_id).await?;
    let redirect_uri = params
        .get("redirect_uri")
        .ok_or_else(|| missing("redirect_uri"))?;
    redirect_uri::permitted(&principal, redirect_uri)?;
    let [v1, v2, oidc] = authority.issuers(tenant.id);
    let once = |name| params.get(name).filter(|_| !params.has_twice(name));
    let target = Target {
        redirect_uri: redirect_uri.to_owned(),
        mode: once("response_mode")
            .and_then(ResponseMode::parse)
            .unwrap_or_default(),
        state: once("state").map(str::to_owned),
        issuer: match dialect {
            Dialect::EntraV1 => v1,
            Dialect::EntraV2 => v2,
            // ACS has no authorize endpoint: the content host asks the user.
            Dialect::OAuth | Dialect::Acs => oidc,
        },
        dialect,
        app: principal.title.clone(),
    };
    Ok((principal, target))
}

/// The enabled principal with this client id.
///
/// Errors: `CLIENT_UNKNOWN`, `CLIENT_DISABLED`.
pub async fn principal(
    authority: &Authority,
    tenant: &Tenant,
    client_id: &str,
) -> Result<Arc<Principal>, Fault> {
    let id = client_id.parse::<ClientId>().ok();
    let found = match &id {
        Some(id) => {
            authority
                .facts
                .get::<Principal>(tenant.id, id.as_str())
                .await?
        }
        None => None,
    };
    let principal = found.ok_or_else(|| {
        let shown: String = client_id.chars().take(64).collect();
        CLIENT_UNKNOWN.with(format!(
            "Application with identifier '{shown}' was not found in the directory '{}'.",
            tenant.display_name
        ))
    })?;
    if principal.enabled {
        return Ok(principal);
    }
    Err(CLIENT_DISABLED.with(format!(
        "Application '{}' is disabled.",
        principal.client_id
    )))
}

async fn checked(
    authority: &Authority,
    tenant: &Tenant,
    dialect: Dialect,
    params: &Params,
    principal: Arc<Principal>,
    target: Target,
) -> Result<AuthorizeRequest, Fault> {
    // MSAL repeats nothing; `resource` may be repeated (RFC 8707 §2).
    if let Some(name) = params.duplicate(&["resource"]) {
        return Err(twice(name));
    }
    if params.get("request").is_some() || params.get("request_uri").is_some() {
        return Err(REQUEST_OBJECT_UNSUPPORTED.plain());
    }
    match params.get("response_type") {
        Some("code") => {}
        None => return Err(missing("response_type")),
        Some(_) => {
            return Err(RESPONSE_TYPE_UNSUPPORTED
                .with("Only response_type=code is enabled for applications here."));
        }
    }
    if params
        .get("response_mode")
        .is_some_and(|mode| ResponseMode::parse(mode).is_none())
    {
        return Err(RESPONSE_MODE_UNSUPPORTED.plain());
    }
    let scope_text = scope_text(authority, tenant, dialect, params).await?;
    let requested = scope::resolve(authority, tenant, &principal, &scope_text).await?;
    if requested.original.is_empty() {
        return Err(missing("scope"));
    }
    check_resources(authority, tenant, params, &requested).await?;
    Ok(AuthorizeRequest {
        pkce: challenge(dialect, params, &principal)?,
        prompt: Prompt::parse(params.get("prompt").unwrap_or_default())?,
        max_age_s: max_age(params)?,
        nonce: params.get("nonce").map(str::to_owned),
        login_hint: params.get("login_hint").map(str::to_owned),
        domain_hint: params.get("domain_hint").map(str::to_owned),
        client_info: params.get("client_info") == Some("1"),
        principal,
        target,
        requested,
    })
}

/// The scopes asked for. A `resource` without scopes of its own means everything granted there: always in v1.0, and
/// for clients of RFC 8707 that know the API by its URL only; bare scopes beside it are the API's.
async fn scope_text(
    authority: &Authority,
    tenant: &Tenant,
    dialect: Dialect,
    params: &Params,
) -> Result<String, Fault> {
    let mut text = params.get("scope").unwrap_or_default().to_owned();
    let Some(resource) = params.get("resource") else {
        return Ok(text);
    };
    if dialect == Dialect::OAuth && !params.has_twice("resource") {
        scope::find(authority, tenant, resource.trim_end_matches('/'))
            .await
            .map_err(|_| invalid_target(resource))?;
        return Ok(oauth::at_resource(&text, resource.trim_end_matches('/')));
    }
    let api = text.split_ascii_whitespace().any(|s| !scope::is_oidc(s));
    if !api || dialect == Dialect::EntraV1 {
        // In v1.0 scope names nothing but OIDC scopes; others are ignored there.
        scope::find(authority, tenant, resource.trim_end_matches('/'))
            .await
            .map_err(|_| invalid_target(resource))?;
        text = text
            .split_ascii_whitespace()
            .filter(|s| scope::is_oidc(s))
            .collect::<Vec<_>>()
            .join(" ");
        text = format!("{text} {}/{DEFAULT}", resource.trim_end_matches('/'));
    }
    Ok(text)
}

/// Every `resource` must be the API of the scopes (RFC 8707 §2.1).
async fn check_resources(
    authority: &Authority,
    tenant: &Tenant,
    params: &Params,
    requested: &Requested,
) -> Result<(), Fault> {
    for name in params.all("resource") {
        let named = scope::find(authority, tenant, name)
            .await
            .map_err(|_| invalid_target(name))?;
        if requested
            .resource
            .as_ref()
            .is_some_and(|resource| resource.app_id != named.app_id)
        {
            return Err(invalid_target(name));
        }
    }
    Ok(())
}

/// PKCE (RFC 7636 §4.3): always in the OAuth dialect and for public clients; `plain` only where Entra's deployed
/// clients still send it.
fn challenge(
    dialect: Dialect,
    params: &Params,
    principal: &Principal,
) -> Result<Option<PkceChallenge>, Fault> {
    let plain_allowed = dialect.is_entra();
    let (challenge, method) = (
        params.get("code_challenge"),
        params.get("code_challenge_method"),
    );
    let challenge = rules::pkce::challenge(challenge, method, plain_allowed);
    let challenge = challenge.map_err(|fault| AUTHORIZE_MALFORMED.with(fault.detail))?;
    if challenge.is_none() && (dialect == Dialect::OAuth || principal.public) {
        let text = "PKCE is required: send code_challenge and code_challenge_method=S256.";
        return Err(AUTHORIZE_MALFORMED.with(text));
    }
    Ok(challenge)
}

fn max_age(params: &Params) -> Result<Option<i64>, Fault> {
    let Some(text) = params.get("max_age") else {
        return Ok(None);
    };
    match text.parse::<u32>() {
        Ok(seconds) => Ok(Some(i64::from(seconds))),
        Err(_) => Err(AUTHORIZE_MALFORMED.with("max_age must be a number of seconds.")),
    }
}

impl Prompt {
    /// Errors: `AUTHORIZE_MALFORMED`.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let mut prompt = Self::default();
        for value in text.split_ascii_whitespace() {
            match value {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                "consent" => prompt.consent = true,
                "select_account" => prompt.select_account = true,
                _ => {
                    return Err(AUTHORIZE_MALFORMED
                        .with("prompt must be none, login, consent or select_account."));
                }
            }
        }
        if prompt.none && (prompt.login || prompt.consent || prompt.select_account) {
            return Err(AUTHORIZE_MALFORMED.with("prompt=none excludes every other prompt."));
        }
        Ok(prompt)
    }
}

fn missing(name: &str) -> Fault {
    AUTHORIZE_MALFORMED.with(format!(
        "The request must contain the following parameter: '{name}'."
    ))
}

fn twice(name: &str) -> Fault {
    // The name came from outside and is shown: nothing but a parameter name's letters.
    let name: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "_-.".contains(*c))
        .take(64)
        .collect();
    AUTHORIZE_MALFORMED.with(format!("The parameter '{name}' occurs twice."))
}

fn invalid_target(name: &str) -> Fault {
    let name: String = name.chars().take(128).collect();
    TARGET_INVALID.with(format!(
        "The resource '{name}' is unknown in this tenant or is not the API of the scopes."
    ))
}

#[cfg(test)]
mod tests;

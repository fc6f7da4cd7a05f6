//! Client authentication at the token endpoint, one method per file.

pub mod none;
pub mod private_key_jwt;
pub mod secret;

use crate::Authority;
use crate::context::Context;
use crate::dialects::Dialect;
use behalf_model::fault::{
    APP_HOST_OTHER, CLIENT_AUTHENTICATED_TWICE, CLIENT_DISABLED, CLIENT_UNKNOWN, MALFORMED,
};
use behalf_model::principal::Principal;
use behalf_model::tenant::Tenant;
use behalf_model::{ClientId, Fault};
use behalf_wire::acs::Host;
use behalf_wire::entra::claims::ClientProof;
use behalf_wire::jose::Unverified;
use behalf_wire::oauth::basic::Basic;
use behalf_wire::oauth::form::Form;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use std::borrow::Cow;
use std::sync::Arc;

/// Who a client claims to be, and with what. Nothing of it is proven.
pub struct PresentedClient<'a> {
    pub client_id: Option<Cow<'a, str>>,
    pub credential: Credential<'a>,
    /// ACS: the app host domain that stands in the client's formatted name.
    pub app_host: Option<Host>,
}

/// What a client shows.
pub enum Credential<'a> {
    None,
    /// By post or by Basic.
    Secret(Cow<'a, str>),
    /// RFC 7523 section 2.2.
    Assertion {
        kind: Option<&'a str>,
        assertion: &'a str,
    },
}

/// A client that proved who it is (or is public and has nothing to prove).
pub struct Client {
    pub principal: Arc<Principal>,
    pub proof: ClientProof,
}

impl<'a> PresentedClient<'a> {
    /// Errors: `CLIENT_AUTHENTICATED_TWICE` (RFC 6749 section 2.3), `MALFORMED` for a broken Basic header.
    pub fn read(form: &'a Form<'a>, headers: &HeaderMap) -> Result<Self, Fault> {
        let header = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let basic = header
            .map(Basic::parse)
            .transpose()
            .map_err(|error| MALFORMED.with(format!("{error}.")))?
            .flatten();
        let client_id = form.get("client_id").map(Cow::Borrowed);
        match (
            basic,
            form.get("client_secret"),
            form.get("client_assertion"),
        ) {
            (None, None, None) => Ok(Self {
                client_id,
                credential: Credential::None,
                app_host: None,
            }),
            (None, Some(secret), None) => Ok(Self {
                client_id,
                credential: Credential::Secret(Cow::Borrowed(secret)),
                app_host: None,
            }),
            (None, None, Some(assertion)) => {
                let kind = form.get("client_assertion_type");
                Ok(Self {
                    client_id,
                    credential: Credential::Assertion { kind, assertion },
                    app_host: None,
                })
            }
            (Some(basic), None, None) => {
                if client_id.is_some_and(|id| !id.eq_ignore_ascii_case(&basic.client_id)) {
                    let text = "The client_id of the body is another one than that of the Authorization header.";
                    return Err(CLIENT_AUTHENTICATED_TWICE.with(text));
                }
                // An empty password is how a public client looks to some libraries.
                let credential = match basic.secret.is_empty() {
                    true => Credential::None,
                    false => Credential::Secret(Cow::Owned(basic.secret)),
                };
                Ok(Self {
                    client_id: Some(Cow::Owned(basic.client_id)),
                    credential,
                    app_host: None,
                })
            }
            _ => Err(CLIENT_AUTHENTICATED_TWICE.plain()),
        }
    }

    /// The claimed client id; an assertion may stand for it (RFC 7521 section 4.2).
    fn claimed_id(&self) -> Option<Cow<'_, str>> {
        if let Some(id) = &self.client_id {
            return Some(Cow::Borrowed(id));
        }
        let Credential::Assertion { assertion, .. } = self.credential else {
            return None;
        };
        let peeked = Unverified::peek(assertion).ok()?;
        peeked.claims.sub().map(|sub| Cow::Owned(sub.to_owned()))
    }
}

/// Finds the client and checks its credential.
///
/// Errors: `PARAMETER_MISSING`, `CLIENT_UNKNOWN`, `CLIENT_DISABLED`, `APP_HOST_OTHER`, and those of the method.
pub async fn authenticate(
    authority: &Authority,
    tenant: &Tenant,
    dialect: Dialect,
    presented: &PresentedClient<'_>,
    context: &Context,
) -> Result<Client, Fault> {
    let claimed = presented
        .claimed_id()
        .ok_or_else(|| crate::dialects::entra::missing("client_id"))?;
    let principal = find(authority, tenant, &claimed).await?;
    let proof = match &presented.credential {
        Credential::None => none::check(&principal)?,
        _ if principal.public => return Err(none::public_with_credential(&principal)),
        Credential::Secret(secret) => secret::check(authority, &principal, secret, context.now)?,
        Credential::Assertion { kind, assertion } => {
            private_key_jwt::check(
                authority,
                tenant,
                dialect,
                &principal,
                *kind,
                assertion,
                context.now,
            )
            .await?
        }
    };
    check_app_host(&principal, presented.app_host.as_ref())?;
    Ok(Client { principal, proof })
}

/// A formatted name with a host is another principal than the one with another host. Checked after the credential, so
/// that only its owner learns the difference.
fn check_app_host(principal: &Principal, named: Option<&Host>) -> Result<(), Fault> {
    let registered = principal.app_host_domain.as_deref();
    let registered = registered.and_then(|domain| Host::parse(domain).ok());
    match named {
        Some(host) if registered.as_ref() != Some(host) => Err(APP_HOST_OTHER.with(format!(
            "The application '{}' is not registered for the app host domain '{host}'.",
            principal.client_id
        ))),
        _ => Ok(()),
    }
}

/// The enabled principal with this client id.
///
/// Errors: `CLIENT_UNKNOWN`, `CLIENT_DISABLED`.
pub async fn find(
    authority: &Authority,
    tenant: &Tenant,
    client_id: &str,
) -> Result<Arc<Principal>, Fault> {
    let unknown = || {
        let shown: String = client_id
            .chars()
            .filter(|c| c.is_ascii_graphic())
            .take(128)
            .collect();
        CLIENT_UNKNOWN
            .with(format!(
                "No application '{shown}' is registered in the tenant '{}'.",
                tenant.display_name
            ))
            .fact("client_id", shown)
    };
    let id: ClientId = client_id.parse().map_err(|_| unknown())?;
    let principal = authority
        .facts
        .get::<Principal>(tenant.id, id.as_str())
        .await?
        .ok_or_else(unknown)?;
    if principal.enabled {
        return Ok(principal);
    }
    Err(CLIENT_DISABLED.with(format!(
        "The application '{}' ({id}) is disabled.",
        principal.title
    )))
}

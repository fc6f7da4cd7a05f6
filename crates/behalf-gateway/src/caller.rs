//! Who calls: nobody, an application, or a user, proven by one bearer token.
//!
//! The token is one of the home tenant, or one that a provider issued directly for the gateway (R48). In both cases
//! the user is looked up on every call, so that disabling or deleting him works at once and not when his token ends.

mod provider_user;
#[cfg(test)]
mod tests;

use crate::Gateway;
use behalf_model::fault::{
    INVALID_TOKEN, MALFORMED, OBO_USER_INACTIVE, OBO_USER_NOT_FOUND, TENANT_DISABLED, TOKEN_ISSUER,
};
use behalf_model::principal::Principal;
use behalf_model::tenant::{DIRECTORY, Tenant};
use behalf_model::token::{Issuer, TokenSubject, VerifiedToken};
use behalf_model::user::User;
use behalf_model::{Fault, UnixTime};
use http::{HeaderMap, header};
use std::sync::Arc;

/// The proven caller of a request.
#[derive(Clone, Debug)]
pub enum Caller {
    Anonymous,
    /// The token came from `client_credentials`.
    App(Arc<VerifiedToken>),
    User {
        token: Arc<VerifiedToken>,
        standing: Standing,
    },
}

/// What the store knows of the user in a token.
#[derive(Clone, Debug)]
pub enum Standing {
    /// On record; whether he is active stands in the record.
    Known(Arc<User>),
    /// Deleted after the token was issued.
    Gone,
}

impl Caller {
    pub fn token(&self) -> Option<&Arc<VerifiedToken>> {
        match self {
            Self::Anonymous => None,
            Self::App(token) | Self::User { token, .. } => Some(token),
        }
    }

    /// The user, if he is on record.
    pub fn user(&self) -> Option<&Arc<User>> {
        match self {
            Self::User {
                standing: Standing::Known(user),
                ..
            } => Some(user),
            _ => None,
        }
    }

    /// The client that got the token.
    pub fn client(&self) -> Option<&str> {
        self.token()?.client.as_deref()
    }

    /// The provider that issued the token itself (R48).
    pub fn issued_by_provider(&self) -> Option<&str> {
        match &self.token()?.issuer {
            Issuer::Provider { provider, .. } => Some(provider),
            Issuer::Tenant(_) => None,
        }
    }

    /// A deleted or disabled user can do nothing, whatever the method and the profile (E5, E3).
    ///
    /// Errors: `OBO_USER_NOT_FOUND`, `OBO_USER_INACTIVE`.
    pub fn in_good_standing(&self) -> Result<(), Fault> {
        match self {
            Self::User {
                standing: Standing::Gone,
                ..
            } => Err(OBO_USER_NOT_FOUND.plain()),
            Self::User {
                standing: Standing::Known(user),
                ..
            } if !user.active => Err(OBO_USER_INACTIVE.plain()),
            _ => Ok(()),
        }
    }
}

/// The one bearer token of a request (RFC 6750 section 2.1); `None` when there is no `Authorization` header.
///
/// Errors: `MALFORMED` for two headers, which two servers in a row could read differently; `INVALID_TOKEN` for another
/// scheme or no token.
pub fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Fault> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(MALFORMED.with("The request has more than one Authorization header."));
    }
    let text = value.to_str().unwrap_or_default();
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("Bearer") {
        return Err(INVALID_TOKEN.with("The Authorization header must be 'Bearer <token>'."));
    }
    let token = token.trim_matches(' ');
    let is_b64token = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b);
    if token.is_empty() || !token.bytes().all(is_b64token) {
        return Err(
            INVALID_TOKEN.with("The Authorization header carries no well-formed bearer token.")
        );
    }
    Ok(Some(token))
}

/// Finds out who calls.
///
/// Errors: those of [`bearer`] and of the verifier; `TOKEN_ISSUER` for a token of another tenant; `TENANT_DISABLED`;
/// `INVALID_TOKEN` when the user's or the client's tokens were ended before their time.
pub async fn identify(
    gateway: &Gateway,
    headers: &HeaderMap,
    now: UnixTime,
) -> Result<Caller, Fault> {
    let Some(compact) = bearer(headers)? else {
        return Ok(Caller::Anonymous);
    };
    let token = gateway
        .verifier
        .verify(compact, &gateway.config.audiences, now)
        .await?;
    admit(gateway, token, now).await
}

/// From a verified token to a caller whose record was looked up.
async fn admit(
    gateway: &Gateway,
    token: Arc<VerifiedToken>,
    now: UnixTime,
) -> Result<Caller, Fault> {
    let home = gateway.config.home_tenant;
    let tenant: Option<Arc<Tenant>> = gateway.facts.get(DIRECTORY, &home.to_string()).await?;
    if tenant.as_ref().is_some_and(|t| !t.enabled) {
        return Err(TENANT_DISABLED.plain());
    }
    match &token.issuer {
        Issuer::Tenant(issuer) if *issuer == home => client_enabled(gateway, &token).await?,
        Issuer::Provider {
            tenant: of,
            provider,
        } if *of == home => {
            let known = tenant
                .as_ref()
                .is_some_and(|t| t.provider(provider).is_some());
            if !known {
                return Err(TOKEN_ISSUER.plain().fact("provider", provider));
            }
        }
        Issuer::Tenant(_) | Issuer::Provider { .. } => return Err(TOKEN_ISSUER.plain()),
    }
    let TokenSubject::User { subject, .. } = &token.subject else {
        return Ok(Caller::App(token));
    };
    let standing = match &token.issuer {
        Issuer::Tenant(_) => match gateway.facts.get::<User>(home, subject).await? {
            Some(user) => Standing::Known(user),
            None => Standing::Gone,
        },
        Issuer::Provider { provider, .. } => {
            provider_user::standing(gateway, &token, provider, now).await?
        }
    };
    if let Standing::Known(user) = &standing {
        still_valid(user, &token)?;
    }
    Ok(Caller::User { token, standing })
}

/// Signing out everywhere ends the tokens issued before.
fn still_valid(user: &User, token: &VerifiedToken) -> Result<(), Fault> {
    match user.valid_from {
        Some(from) if token.issued_at < from => Err(INVALID_TOKEN
            .with("The user signed out, or was signed out, after this token was issued.")),
        _ => Ok(()),
    }
}

/// Switching an application off must end the tokens it already has.
async fn client_enabled(gateway: &Gateway, token: &VerifiedToken) -> Result<(), Fault> {
    let Some(client) = token.client.as_deref() else {
        return Ok(());
    };
    let principal: Option<Arc<Principal>> = gateway
        .facts
        .get(gateway.config.home_tenant, client)
        .await?;
    match principal {
        Some(principal) if !principal.enabled => Err(INVALID_TOKEN
            .with("The application that got this token is disabled.")
            .fact("client_id", client)),
        _ => Ok(()),
    }
}

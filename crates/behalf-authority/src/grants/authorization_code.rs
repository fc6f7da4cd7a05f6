//! Redeeming an authorization code (RFC 6749 section 4.1.3, RFC 7636).
//!
//! The code is consumed before anything is minted: when the answer gets lost the user signs in again, but no code
//! ever yields two families of tokens.

use super::{Asking, Plan, Refresh, Refusal, Subject};
use crate::Authority;
use crate::dialects::Dialect;
use crate::dialects::entra::missing;
use crate::rules::scope::{self, Requested};
use crate::rules::{consent, pkce, user};
use crate::tokens::opaque;
use behalf_model::fault::{
    CODE_EXPIRED, CODE_INVALID, CODE_REDIRECT_URI, CODE_REPLAYED, GRANT_REVOKED, SCOPE_WIDER,
};
use behalf_model::grant::{Authorization, Code, CodeDetails};
use behalf_model::ports::Change;
use behalf_model::principal::{Platform, Principal};
use behalf_model::{Fault, UnixTime};
use behalf_wire::acs::context_token::REFRESH_TOKEN_LIFETIME_S;

/// Refresh tokens of single page apps live in browsers, so they die after a day whatever the tenant says.
const SPA_REFRESH_S: i64 = 86_400;

pub(super) async fn plan(
    asking: &Asking<'_>,
    code: &str,
    redirect_uri: Option<&str>,
    code_verifier: Option<&str>,
) -> Result<Plan, Refusal> {
    let (authority, tenant, client) = (asking.authority, asking.tenant, &*asking.client.principal);
    let (row, secret) = opaque::split(code).ok_or_else(|| CODE_INVALID.plain())?;
    let found = authority.store().code(row).await.map_err(Fault::from)?;
    let presented = Presented {
        secret,
        redirect_uri,
        code_verifier,
        client,
        dialect: asking.dialect,
    };
    let code = decide(found.as_ref(), &presented, asking.context.now)?;

    let CodeDetails {
        authorization,
        redirect_uri,
        nonce,
        ..
    } = &code.details;
    let user = user::require(
        authority,
        tenant,
        authorization.user,
        authorization.auth_time,
    )
    .await?;
    require_session(authority, authorization).await?;
    let acs = asking.dialect == Dialect::Acs;
    let (requested, scopes) = if acs {
        // The content host asked the user, and keeps what he granted.
        (asking.content_host().await?, Vec::new())
    } else {
        let requested = requested(asking, authorization).await?;
        let scopes =
            consent::require(authority, tenant, client, &requested, authorization.user).await?;
        (requested, scopes)
    };

    let v1 = asking.dialect == Dialect::EntraV1;
    let asked_for = |name: &str| v1 || authorization.scopes.iter().any(|scope| scope == name);
    let refresh = if acs || asked_for("offline_access") {
        let expires_at = asking
            .context
            .now
            .plus_s(refresh_lifetime_s(asking, redirect_uri));
        Refresh::New {
            authorization: Box::new(authorization.clone()),
            code: Some(code.id),
            expires_at,
        }
    } else {
        Refresh::None
    };
    Ok(Plan {
        subject: Some(Subject {
            user,
            auth_time: Some(authorization.auth_time),
            amr: authorization.amr.clone(),
            session: authorization.session,
            nonce: nonce.clone(),
        }),
        requested,
        scopes,
        roles: Vec::new(),
        actor: None,
        via: Vec::new(),
        refresh,
        id_token: asked_for("openid"),
        changes: vec![Change::RedeemCode { id: code.id }],
    })
}

/// A code on its way when its user signed out: what it would yield could not be ended by that sign-out any more.
///
/// Errors: `GRANT_REVOKED`, those of the store.
async fn require_session(
    authority: &Authority,
    authorization: &Authorization,
) -> Result<(), Fault> {
    let Some(session) = authorization.session else {
        return Ok(());
    };
    if authority.store().session(session).await?.is_some() {
        return Ok(());
    }
    Err(GRANT_REVOKED.with("The session in which the code was asked for has ended."))
}

struct Presented<'a> {
    secret: &'a str,
    redirect_uri: Option<&'a str>,
    code_verifier: Option<&'a str>,
    client: &'a Principal,
    dialect: Dialect,
}

/// The code, when it may be redeemed now.
///
/// Errors: `CODE_INVALID`, `CODE_REPLAYED` (with the family's revocation), `CODE_EXPIRED`, `CODE_REDIRECT_URI`,
/// `PARAMETER_MISSING`, `PKCE_…`.
fn decide<'a>(
    found: Option<&'a Code>,
    presented: &Presented<'_>,
    now: UnixTime,
) -> Result<&'a Code, Refusal> {
    let code = found.filter(|code| opaque::matches(presented.secret, &code.secret_hash));
    let code = code.ok_or_else(|| CODE_INVALID.plain())?;
    let details = &code.details;
    if code.redeemed {
        // Whoever comes second: a thief is about, and nobody can tell who it is (RFC 6749 section 4.1.2).
        let changes = vec![Change::RevokeRefreshOfCode { code: code.id }];
        return Err(Refusal {
            fault: Box::new(CODE_REPLAYED.plain()),
            changes,
        });
    }
    let authorization = &details.authorization;
    if authorization.client != presented.client.client_id
        || authorization.tenant != presented.client.tenant
    {
        return Err(CODE_INVALID
            .with("The authorization code was issued to another application.")
            .into());
    }
    if authorization.host_web.is_some() != (presented.dialect == Dialect::Acs) {
        return Err(CODE_INVALID
            .with("The authorization code was issued for another token endpoint.")
            .into());
    }
    if now >= code.expires_at {
        return Err(CODE_EXPIRED.plain().into());
    }
    match presented.redirect_uri {
        Some(uri) if uri == details.redirect_uri => {}
        Some(_) => return Err(CODE_REDIRECT_URI.plain().into()),
        // OAuth 2.1 dropped the parameter: PKCE binds the two requests.
        None if !presented.dialect.is_entra() && details.pkce.is_some() => {}
        None => return Err(missing("redirect_uri").into()),
    }
    pkce::verify(
        details.pkce.as_ref(),
        presented.code_verifier,
        presented.client.public,
    )?;
    Ok(code)
}

/// The scopes of the answer: those of the sign-in, or the ones that the redemption names. Entra lets it name any
/// (one code may serve several resources, consent decides); OAuth only what the sign-in was for.
async fn requested(
    asking: &Asking<'_>,
    authorization: &Authorization,
) -> Result<Requested, Refusal> {
    let (authority, tenant, client) = (asking.authority, asking.tenant, &*asking.client.principal);
    let original = authorization.scopes.join(" ");
    let Some(named) = asking.scope else {
        return Ok(scope::resolve_first(authority, tenant, client, &original).await?);
    };
    let requested = scope::resolve_first(authority, tenant, client, named).await?;
    if !asking.dialect.is_entra() {
        let original = scope::resolve(authority, tenant, client, &original).await?;
        if !scope::is_within(&requested, &original) {
            return Err(SCOPE_WIDER.plain().into());
        }
    }
    Ok(requested)
}

fn refresh_lifetime_s(asking: &Asking<'_>, redirect_uri: &str) -> i64 {
    if asking.dialect == Dialect::Acs {
        return REFRESH_TOKEN_LIFETIME_S;
    }
    let lifetime_s = asking.tenant.lifetimes.refresh_token_s;
    let mut registered = asking.client.principal.redirect_uris.iter();
    let spa = registered.any(|known| known.uri == redirect_uri && known.platform == Platform::Spa);
    if spa {
        lifetime_s.min(SPA_REFRESH_S)
    } else {
        lifetime_s
    }
}

#[cfg(test)]
mod tests;

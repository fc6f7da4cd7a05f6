//! On behalf of: a middle tier exchanges the access token it received for one to the next API, in the user's name
//! (RFC 7523 section 2.1 in Entra's shape).

use super::{Asking, Plan, Refresh, Refusal, Subject};
use crate::dialects::entra::missing;
use crate::rules::scope::{self, Requested};
use crate::rules::{consent, user};
use crate::tokens::verified::{self, NotOurs, OwnToken};
use behalf_model::fault::{
    ASSERTION_APP_ONLY, ASSERTION_AUDIENCE, ASSERTION_EXPIRED, ASSERTION_INVALID,
    ASSERTION_IS_ID_TOKEN, DELEGATION_TOO_DEEP, TOKEN_FOR_ITSELF,
};
use behalf_model::grant::Authorization;
use behalf_model::principal::Principal;
use behalf_model::resource::Resource;
use behalf_model::{Fault, UnixTime, UserId};
use behalf_wire::jose::{Claims, JoseError};
use behalf_wire::oauth::access_token::Actor;
use serde_json::{Map, Value};

/// Applications in one chain of delegation.
const MAX_ACTORS: usize = 8;

/// How far the clock of another node of ours may be ahead; for `nbf` only, `exp` has no leeway (as at Entra).
const AHEAD_S: i64 = 300;

pub(super) async fn plan(asking: &Asking<'_>, assertion: &str) -> Result<Plan, Refusal> {
    let (authority, tenant, client) = (asking.authority, asking.tenant, &*asking.client.principal);
    let now = asking.context.now;
    let scope = asking.scope.ok_or_else(|| missing("scope"))?;
    let own = verified::verify(authority, tenant, assertion, now).await?;
    let own = own.map_err(|reason| not_ours(assertion, &reason))?;
    let api = authority
        .facts
        .get::<Resource>(tenant.id, client.client_id.as_str())
        .await?;
    let caller = decide(&own, client, api.as_deref(), now)?;

    let user = user::require(authority, tenant, caller.user, caller.issued_at).await?;
    let requested = scope::resolve(authority, tenant, client, scope).await?;
    check_not_itself(client, &requested)?;
    let scopes = consent::require(authority, tenant, client, &requested, caller.user).await?;

    let authorization = Authorization {
        tenant: tenant.id,
        client: client.client_id.clone(),
        user: caller.user,
        scopes: requested.original.clone(),
        auth_time: caller.issued_at,
        amr: caller.amr,
        session: None,
        host_web: None,
    };
    let refresh = if requested.offline_access {
        let expires_at = now.plus_s(tenant.lifetimes.refresh_token_s);
        Refresh::New {
            authorization: Box::new(authorization.clone()),
            code: None,
            expires_at,
        }
    } else {
        Refresh::None
    };
    Ok(Plan {
        subject: Some(Subject {
            user,
            auth_time: caller.auth_time,
            amr: authorization.amr,
            session: None,
            nonce: None,
        }),
        id_token: requested.openid,
        requested,
        scopes,
        roles: Vec::new(),
        via: caller
            .actor
            .act
            .as_deref()
            .map(outermost_first)
            .unwrap_or_default(),
        actor: Some(caller.actor),
        refresh,
        changes: Vec::new(),
    })
}

/// What a good assertion says.
#[derive(Debug)]
struct Caller {
    user: UserId,
    issued_at: UnixTime,
    /// RFC 9068 tokens carry it. The time of issue would claim a sign-in fresher than it was.
    auth_time: Option<UnixTime>,
    amr: Vec<String>,
    /// The middle tier, with everyone before it nested inside.
    actor: Actor,
}

/// The checks of entra.md 2.2 on a token that is ours, in the order that names the most basic mistake first.
///
/// Errors: `ASSERTION_IS_ID_TOKEN`, `ASSERTION_AUDIENCE`, `ASSERTION_EXPIRED`, `ASSERTION_APP_ONLY`,
/// `ASSERTION_INVALID`, `DELEGATION_TOO_DEEP`.
fn decide(
    own: &OwnToken,
    client: &Principal,
    api: Option<&Resource>,
    now: UnixTime,
) -> Result<Caller, Fault> {
    let claims = &own.claims;
    // Every access token of ours names its client; an ID token names only whom it is for.
    let Some(front) = claims.client() else {
        return Err(ASSERTION_IS_ID_TOKEN.plain());
    };
    check_audience(claims, client, api)?;
    check_time(claims, own.expires_at, now)?;
    if claims.scopes().is_empty() || claims.idtyp() == Some("app") {
        let text = format!(
            "'{}' is not allowed to act on behalf of an application: there is no user in the assertion.",
            client.client_id
        );
        return Err(ASSERTION_APP_ONLY.with(text));
    }
    let unreadable = || ASSERTION_INVALID.with("The assertion names no user.");
    let user = claims
        .oid()
        .and_then(|oid| oid.parse().ok())
        .ok_or_else(unreadable)?;
    let issued_at = claims
        .date("iat")
        .ok()
        .flatten()
        .map(UnixTime)
        .ok_or_else(unreadable)?;
    let before = claims
        .get("act")
        .and_then(Value::as_object)
        .map_or(Some(actor(front, None)), |act| read_actor(act, MAX_ACTORS));
    let before = before.ok_or_else(|| DELEGATION_TOO_DEEP.plain())?;
    if before.depth() >= MAX_ACTORS {
        return Err(DELEGATION_TOO_DEEP.plain());
    }
    let amr = claims.texts("amr").into_iter().map(str::to_owned).collect();
    Ok(Caller {
        user,
        issued_at,
        auth_time: claims.date("auth_time").ok().flatten().map(UnixTime),
        amr,
        actor: actor(client.client_id.as_str(), Some(before)),
    })
}

/// The client's own names: its app id and the application ID URIs of its API, letter by letter. A v1.0 token may
/// have the slash with which the front client wrote the URI.
fn check_audience(
    claims: &Claims,
    client: &Principal,
    api: Option<&Resource>,
) -> Result<(), Fault> {
    let own_uri = |aud: &str| {
        api.is_some_and(|api| {
            api.app_id_uris
                .iter()
                .any(|uri| uri == aud || uri == aud.trim_end_matches('/'))
        })
    };
    let audiences = claims.audiences();
    if audiences
        .iter()
        .any(|aud| *aud == client.client_id.as_str() || own_uri(aud))
    {
        return Ok(());
    }
    let uris = api
        .map(|api| api.app_id_uris.join("', '"))
        .unwrap_or_default();
    Err(ASSERTION_AUDIENCE.with(format!(
        "The assertion is for '{}', but it was presented by '{}' (application ID URI '{uris}'). The caller must ask for a token to that application; letter case counts.",
        audiences.join(" "),
        client.client_id
    )))
}

fn check_time(claims: &Claims, expires_at: UnixTime, now: UnixTime) -> Result<(), Fault> {
    let starts_at = claims.date("nbf").ok().flatten().map_or(now, UnixTime);
    if now >= expires_at || starts_at > now.plus_s(AHEAD_S) {
        return Err(ASSERTION_EXPIRED.with(format!(
            "Assertion is not within its valid time range. Current time: {}, valid from {}, expiry time of the assertion: {}.",
            now.rfc3339(),
            starts_at.rfc3339(),
            expires_at.rfc3339()
        )));
    }
    Ok(())
}

/// Errors: `TOKEN_FOR_ITSELF` unless the client names its own API by GUID.
fn check_not_itself(client: &Principal, requested: &Requested) -> Result<(), Fault> {
    let itself = requested
        .resource
        .as_ref()
        .is_some_and(|resource| resource.app_id == client.client_id);
    if itself && !requested.names_guid() {
        return Err(TOKEN_FOR_ITSELF.with(format!(
            "'{0}' asks for a token for itself. Name the resource by its GUID: '{0}/<scope>'.",
            client.client_id
        )));
    }
    Ok(())
}

/// One text per cause, none with any part of the assertion.
fn not_ours(assertion: &str, reason: &NotOurs) -> Fault {
    let reason = match reason {
        NotOurs::Issuer => "it was issued by another tenant".to_owned(),
        NotOurs::Jose(_)
            if assertion
                .get(..7)
                .is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) =>
        {
            "the word 'Bearer' stands in front of the token".to_owned()
        }
        NotOurs::Jose(JoseError::KeyUnknown) => {
            "the key that signed it is none of this tenant's".to_owned()
        }
        NotOurs::Jose(error) => error.to_string(),
    };
    ASSERTION_INVALID.with(format!(
        "Assertion failed signature validation. Reason: {reason}."
    ))
}

fn actor(sub: &str, act: Option<Actor>) -> Actor {
    Actor {
        sub: sub.to_owned(),
        act: act.map(Box::new),
    }
}

/// The `act` claim of a token of ours; `None` when it is deeper than `left`.
fn read_actor(act: &Map<String, Value>, left: usize) -> Option<Actor> {
    let left = left.checked_sub(1)?;
    let inner = match act.get("act").and_then(Value::as_object) {
        Some(inner) => Some(read_actor(inner, left)?),
        None => None,
    };
    Some(actor(
        act.get("sub").and_then(Value::as_str).unwrap_or_default(),
        inner,
    ))
}

fn outermost_first(actor: &Actor) -> Vec<String> {
    let mut names = actor
        .act
        .as_deref()
        .map(outermost_first)
        .unwrap_or_default();
    names.push(actor.sub.clone());
    names
}

#[cfg(test)]
mod tests;

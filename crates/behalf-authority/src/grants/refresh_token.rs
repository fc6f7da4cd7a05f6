//! Refreshing (RFC 6749 section 6) with rotation: every use replaces the token in place.
//!
//! The newest token rotates. The one before it, within the grace time, gets the same successor once more: that is a
//! client whose answer was cut off. Any older one is a replay (RFC 9700 section 4.14.2) and ends the family.

mod kept;

use super::{Asking, Plan, Refresh, Refusal, Subject};
use crate::dialects::Dialect;
use crate::rules::scope::{self, Requested};
use crate::rules::{consent, user};
use crate::tokens::{opaque, refresh};
use behalf_model::fault::{
    REFRESH_TOKEN_EXPIRED, REFRESH_TOKEN_INVALID, REFRESH_TOKEN_REPLAYED, REFRESH_TOKEN_REVOKED,
    SCOPE_WIDER, USER_GONE, USER_INACTIVE,
};
use behalf_model::grant::{Authorization, RefreshGrant, SecretHash};
use behalf_model::ports::Change;
use behalf_model::principal::Principal;
use behalf_model::{Fault, UnixTime};

pub(super) async fn plan(asking: &Asking<'_>, token: &str) -> Result<Plan, Refusal> {
    let (authority, tenant, client) = (asking.authority, asking.tenant, &*asking.client.principal);
    let presented = refresh::read(token).ok_or_else(|| REFRESH_TOKEN_INVALID.plain())?;
    let found = authority
        .store()
        .refresh(presented.row)
        .await
        .map_err(Fault::from)?;
    if asking.dialect == Dialect::Acs {
        return kept(asking, &presented, found.as_ref()).await;
    }
    let facts = Presented {
        secret: presented.secret,
        genuine: presented.is_genuine(authority),
        client,
        grace_s: tenant.lifetimes.refresh_grace_s,
        now: asking.context.now,
    };
    let successor = |generation| presented.successor(authority, generation);
    let decision = match decide(found.as_ref(), &facts, successor) {
        Ok(decision) => decision,
        Err(refusal) => return Err(why_revoked(asking, found.as_ref(), refusal).await),
    };
    let authorization = &decision.grant.authorization;

    let user = user::require(
        authority,
        tenant,
        authorization.user,
        authorization.auth_time,
    )
    .await?;
    let requested = requested(asking, authorization).await?;
    let scopes =
        consent::require(authority, tenant, client, &requested, authorization.user).await?;
    let id_token = requested.openid;
    Ok(Plan {
        subject: Some(Subject {
            user,
            // The family of an on-behalf-of exchange: when the user signed in was not known then either.
            auth_time: authorization.session.map(|_| authorization.auth_time),
            amr: authorization.amr.clone(),
            session: authorization.session,
            nonce: None,
        }),
        requested,
        scopes,
        roles: Vec::new(),
        actor: None,
        via: Vec::new(),
        refresh: Refresh::Rotated(decision.successor),
        id_token,
        changes: decision.changes,
    })
}

/// ACS: the user and the app to whom the content host once gave the token, at the content host named now.
async fn kept(
    asking: &Asking<'_>,
    presented: &refresh::Presented<'_>,
    found: Option<&RefreshGrant>,
) -> Result<Plan, Refusal> {
    let (now, client) = (asking.context.now, &*asking.client.principal);
    let authorization = &kept::decide(found, presented, client, now)?.authorization;
    let (authority, tenant) = (asking.authority, asking.tenant);
    let (id, auth_time) = (authorization.user, authorization.auth_time);
    let user = user::require(authority, tenant, id, auth_time).await?;
    Ok(Plan {
        subject: Some(Subject {
            user,
            auth_time: Some(auth_time),
            amr: authorization.amr.clone(),
            session: authorization.session,
            nonce: None,
        }),
        requested: asking.content_host().await?,
        scopes: Vec::new(),
        roles: Vec::new(),
        actor: None,
        via: Vec::new(),
        refresh: Refresh::None,
        id_token: false,
        changes: Vec::new(),
    })
}

/// Disabling and deleting a user revoke his tokens; then that is the reason to name.
async fn why_revoked(
    asking: &Asking<'_>,
    found: Option<&RefreshGrant>,
    refusal: Refusal,
) -> Refusal {
    let Some(grant) = found.filter(|_| refusal.fault.is(&REFRESH_TOKEN_REVOKED)) else {
        return refusal;
    };
    let Authorization {
        user, auth_time, ..
    } = grant.authorization;
    match user::require(asking.authority, asking.tenant, user, auth_time).await {
        Err(fault) if fault.is(&USER_INACTIVE) || fault.is(&USER_GONE) => fault.into(),
        _ => refusal,
    }
}

struct Presented<'a> {
    secret: &'a str,
    /// The secret was really made for this row once.
    genuine: bool,
    client: &'a Principal,
    grace_s: i64,
    now: UnixTime,
}

#[derive(Debug)]
struct Decision<'a> {
    grant: &'a RefreshGrant,
    successor: String,
    changes: Vec<Change>,
}

/// Errors: `REFRESH_TOKEN_INVALID`, `REFRESH_TOKEN_REVOKED`, `REFRESH_TOKEN_EXPIRED`, `REFRESH_TOKEN_REPLAYED` (with
/// the family's revocation).
fn decide<'a>(
    found: Option<&'a RefreshGrant>,
    presented: &Presented<'_>,
    successor: impl Fn(i64) -> (String, SecretHash),
) -> Result<Decision<'a>, Refusal> {
    let grant = found.ok_or_else(|| REFRESH_TOKEN_INVALID.plain())?;
    let newest = opaque::matches(presented.secret, &grant.secret_hash);
    let previous = !newest
        && grant
            .previous_hash
            .is_some_and(|hash| opaque::matches(presented.secret, &hash));
    // A made-up secret for somebody's row is nobody's replay.
    if !newest && !previous && !presented.genuine {
        return Err(REFRESH_TOKEN_INVALID.plain().into());
    }
    let authorization = &grant.authorization;
    if authorization.client != presented.client.client_id
        || authorization.tenant != presented.client.tenant
    {
        return Err(REFRESH_TOKEN_INVALID
            .with("The refresh token was issued to another application.")
            .into());
    }
    if authorization.host_web.is_some() {
        // Rotating it here would take it from the remote web; and the user consented to nothing.
        return Err(REFRESH_TOKEN_INVALID
            .with("The refresh token came with a context token, and is good for /tokens/OAuth/2 only.")
            .into());
    }
    if grant.revoked {
        return Err(REFRESH_TOKEN_REVOKED.plain().into());
    }
    if presented.now >= grant.expires_at {
        return Err(REFRESH_TOKEN_EXPIRED.plain().into());
    }
    if newest {
        let (successor, secret_hash) = successor(grant.generation);
        let rotate = Change::RotateRefresh {
            id: grant.id,
            generation: grant.generation,
            secret_hash,
            previous_hash: grant.secret_hash,
            at: presented.now,
        };
        return Ok(Decision {
            grant,
            successor,
            changes: vec![rotate],
        });
    }
    // A grace of 0 means none, also within the same second.
    let in_grace =
        presented.grace_s > 0 && presented.now.since_s(grant.rotated_at) <= presented.grace_s;
    if previous && in_grace {
        let (successor, hash) = successor(grant.generation - 1);
        if hash == grant.secret_hash {
            return Ok(Decision {
                grant,
                successor,
                changes: Vec::new(),
            });
        }
    }
    let changes = vec![Change::RevokeRefresh { id: grant.id }];
    Err(Refusal {
        fault: Box::new(REFRESH_TOKEN_REPLAYED.plain()),
        changes,
    })
}

/// Entra: a refresh token is good for every resource that consent covers. OAuth: narrowing only.
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
        let original = scope::resolve_first(authority, tenant, client, &original).await?;
        if !scope::is_within(&requested, &original) {
            return Err(SCOPE_WIDER.plain().into());
        }
    }
    Ok(requested)
}

#[cfg(test)]
mod tests;

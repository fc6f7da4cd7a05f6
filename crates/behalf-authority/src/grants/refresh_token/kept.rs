//! Refreshing in the ACS dialect: the token is not rotated, because remote webs keep the one of the context token, in
//! their databases and caches, and use it at any time for six months.

use crate::tokens::{opaque, refresh};
use behalf_model::fault::{
    CONTEXT_REFRESH_TOKEN_EXPIRED, REFRESH_TOKEN_INVALID, REFRESH_TOKEN_REVOKED,
};
use behalf_model::grant::RefreshGrant;
use behalf_model::principal::Principal;
use behalf_model::{Fault, UnixTime};

/// The grant, when this client may use it now.
///
/// Errors: `REFRESH_TOKEN_INVALID`, `REFRESH_TOKEN_REVOKED`, `CONTEXT_REFRESH_TOKEN_EXPIRED`.
pub(super) fn decide<'a>(
    found: Option<&'a RefreshGrant>,
    presented: &refresh::Presented<'_>,
    client: &Principal,
    now: UnixTime,
) -> Result<&'a RefreshGrant, Fault> {
    let grant = found
        .filter(|grant| opaque::matches(presented.secret, &grant.secret_hash))
        .ok_or_else(|| REFRESH_TOKEN_INVALID.plain())?;
    let authorization = &grant.authorization;
    if authorization.client != client.client_id || authorization.tenant != client.tenant {
        return Err(
            REFRESH_TOKEN_INVALID.with("The refresh token was issued to another application.")
        );
    }
    if authorization.host_web.is_none() {
        return Err(REFRESH_TOKEN_INVALID.with(
            "The refresh token was issued by another token endpoint, and is good for that one only.",
        ));
    }
    if grant.revoked {
        return Err(REFRESH_TOKEN_REVOKED.plain());
    }
    if now >= grant.expires_at {
        return Err(CONTEXT_REFRESH_TOKEN_EXPIRED.plain());
    }
    Ok(grant)
}

#[cfg(test)]
mod tests;

//! What is special about Microsoft Entra (and Entra-shaped tenants) as sign-in provider.

use behalf_model::fault::{UPSTREAM_ANSWER, UPSTREAM_AUDIENCE};
use behalf_model::tenant::Upstream;
use behalf_model::{Fault, Secret};
use behalf_wire::jose::{Claims, Unverified};

/// The user's id: `oid`, the same for every application of the tenant, where `sub` differs per application.
pub fn subject(claims: &Claims) -> Option<&str> {
    claims.oid()
}

/// The token goes into the vault as future on-behalf-of assertion, which Entra accepts only when its audience is
/// the application that presents it. Seen here, it is a wrong setting; seen later, it is error 7 for every user.
///
/// The token came from the issuer's own token endpoint and is not trusted for anything, so it is only read.
///
/// Errors: `UPSTREAM_AUDIENCE`, `UPSTREAM_ANSWER` when there is none or it cannot be read.
pub fn check_audience(upstream: &Upstream, access_token: Option<&Secret>) -> Result<(), Fault> {
    let answer = |what: &str| {
        UPSTREAM_ANSWER.with(format!("The token answer of '{}' {what}.", upstream.issuer))
    };
    let token = access_token.ok_or_else(|| answer("has no access token"))?;
    let token = Unverified::peek(token.expose())
        .map_err(|error| answer("has an opaque access token").because(error))?;
    let audiences = token.claims.audiences();
    if audiences
        .iter()
        .any(|audience| accepted(upstream).any(|known| known == *audience))
    {
        return Ok(());
    }
    let (found, expected) = (
        audiences.join(" "),
        accepted(upstream).collect::<Vec<_>>().join(" or "),
    );
    Err(UPSTREAM_AUDIENCE
        .with(format!(
            "The access token is meant for '{found}', not for '{expected}'."
        ))
        .fact("audience", found))
}

/// The audiences that are set; without any, the two names that Entra gives to an application.
fn accepted(upstream: &Upstream) -> impl Iterator<Item = String> + '_ {
    let names = upstream.audiences.is_empty().then(|| {
        [
            upstream.client_id.clone(),
            format!("api://{}", upstream.client_id),
        ]
    });
    upstream
        .audiences
        .iter()
        .cloned()
        .chain(names.into_iter().flatten())
}

#[cfg(test)]
mod tests;

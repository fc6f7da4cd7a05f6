//! Client secrets, by post or by Basic. Several are valid at once, so that they can be changed without a gap.

use crate::Authority;
use behalf_model::fault::{
    CLIENT_SECRET_EXPIRED, CLIENT_SECRET_NOT_YET_VALID, CLIENT_SECRET_WRONG,
};
use behalf_model::ports::Digester;
use behalf_model::principal::{Principal, SecretCredential};
use behalf_model::{Fault, UnixTime};
use behalf_wire::entra::claims::ClientProof;

/// Errors: as [`decide`].
pub fn check(
    authority: &Authority,
    client: &Principal,
    secret: &str,
    now: UnixTime,
) -> Result<ClientProof, Fault> {
    decide(&*authority.digester, client, secret, now)
}

/// A right secret outside its time is told apart from a wrong one: only its owner can learn the difference.
///
/// Errors: `CLIENT_SECRET_WRONG`, `CLIENT_SECRET_EXPIRED`, `CLIENT_SECRET_NOT_YET_VALID`.
fn decide(
    digester: &dyn Digester,
    client: &Principal,
    secret: &str,
    now: UnixTime,
) -> Result<ClientProof, Fault> {
    let purpose = SecretCredential::purpose(client.tenant, &client.client_id);
    let (mut expired, mut early) = (None, None);
    for known in client
        .secrets
        .iter()
        .filter(|known| digester.matches(&purpose, secret, &known.digest))
    {
        if known.expires_at.is_some_and(|end| end <= now) {
            expired = Some(known);
        } else if known.starts_at.is_some_and(|start| start > now) {
            early = Some(known);
        } else {
            return Ok(ClientProof::Secret);
        }
    }
    let id = &client.client_id;
    Err(match (expired, early) {
        (Some(known), _) => CLIENT_SECRET_EXPIRED
            .with(format!("The client secret '{}' of the application '{id}' has expired.", known.id)),
        (None, Some(known)) => CLIENT_SECRET_NOT_YET_VALID
            .with(format!("The client secret '{}' of the application '{id}' is not valid yet.", known.id)),
        (None, None) => CLIENT_SECRET_WRONG.with(format!(
            "Invalid client secret provided for the application '{id}'. Send the value of the secret, not its id."
        )),
    })
}

#[cfg(test)]
mod tests;

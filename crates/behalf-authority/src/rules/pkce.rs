//! PKCE (RFC 7636), and the downgrade that RFC 9700 section 2.1.1 warns of.

use behalf_model::Fault;
use behalf_model::fault::{PKCE_MALFORMED, PKCE_MISMATCH, PKCE_MISSING};
use behalf_model::grant::{PkceChallenge, PkceMethod};
use behalf_wire::oauth::pkce;

/// Reads the challenge of an authorization request. `plain_allowed`: only in the Entra dialect.
///
/// Errors: `PKCE_MALFORMED` for a wrong length, character or method.
pub fn challenge(
    challenge: Option<&str>,
    method: Option<&str>,
    plain_allowed: bool,
) -> Result<Option<PkceChallenge>, Fault> {
    let Some(challenge) = challenge else {
        return match method {
            None => Ok(None),
            Some(_) => {
                Err(PKCE_MALFORMED
                    .with("There is a code_challenge_method without a code_challenge."))
            }
        };
    };
    let (method, well_formed) = match method {
        Some("S256") => (PkceMethod::S256, pkce::is_s256_challenge(challenge)),
        Some("plain") | None if plain_allowed => (PkceMethod::Plain, pkce::is_verifier(challenge)),
        _ => return Err(PKCE_MALFORMED.with("The code_challenge_method must be S256.")),
    };
    if well_formed {
        Ok(Some(PkceChallenge {
            challenge: challenge.to_owned(),
            method,
        }))
    } else {
        Err(PKCE_MALFORMED.plain())
    }
}

/// Whether the redeemer of a code is the one who started the sign-in.
///
/// Errors: `PKCE_MISSING` when the verifier is missing or a public client used no challenge, `PKCE_MALFORMED`,
/// `PKCE_MISMATCH`; also when a verifier comes for a code without challenge, because then somebody between the two
/// requests removed the challenge.
pub fn verify(
    challenge: Option<&PkceChallenge>,
    verifier: Option<&str>,
    public_client: bool,
) -> Result<(), Fault> {
    match (challenge, verifier) {
        (None, None) if public_client => Err(PKCE_MISSING.with("A public client must use PKCE.")),
        (None, None) => Ok(()),
        (None, Some(_)) => Err(PKCE_MISMATCH.with(
            "There is a code_verifier, but the authorization request had no code_challenge.",
        )),
        (Some(_), None) => Err(PKCE_MISSING.plain()),
        (Some(_), Some(verifier)) if !pkce::is_verifier(verifier) => Err(PKCE_MALFORMED.plain()),
        (Some(PkceChallenge { challenge, method }), Some(verifier)) => {
            let matches = match method {
                PkceMethod::S256 => pkce::matches_s256(challenge, verifier),
                PkceMethod::Plain => pkce::matches_plain(challenge, verifier),
            };
            if matches {
                Ok(())
            } else {
                Err(PKCE_MISMATCH.plain())
            }
        }
    }
}

#[cfg(test)]
mod tests;

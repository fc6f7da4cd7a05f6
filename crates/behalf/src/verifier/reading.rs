//! From verified claims to the caller: Entra v1.0, Entra v2.0 and RFC 9068 spellings.

use behalf_model::fault::INVALID_TOKEN;
use behalf_model::token::{Issuer, TokenSubject, VerifiedToken};
use behalf_model::{Fault, Secret, UnixTime};
use behalf_wire::jose::{Claims, Header};
use std::sync::Arc;

/// OpenID Connect Core §2: `sub` has 255 ASCII characters at most. It becomes part of a key of the store.
const MAX_SUBJECT_BYTES: usize = 255;

/// Which claim is the stable id of a user at the issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectClaim {
    /// `oid`, else `sub`.
    Oid,
    Sub,
}

/// A JWT of another kind (logout token, security event, client assertion) must not pass as an access token
/// (RFC 8725 §3.11).
pub fn check_type(header: &Header) -> Result<(), Fault> {
    let typ = header.typ().unwrap_or("JWT");
    let bare = typ
        .get(..12)
        .filter(|p| p.eq_ignore_ascii_case("application/"))
        .map_or(typ, |_| &typ[12..]);
    if bare.eq_ignore_ascii_case("JWT") || is_access_token_type(bare) {
        return Ok(());
    }
    Err(INVALID_TOKEN.with("The token's header says that it is no access token (typ)."))
}

fn is_access_token_type(typ: &str) -> bool {
    typ.eq_ignore_ascii_case("at+jwt")
}

/// Entra's ID tokens look much like its access tokens; what they never have are scopes, and what only they have is what
/// binds them to a sign-in. Roles prove nothing: a user's ID token lists those he was assigned in the application.
pub fn is_id_token(header: &Header, claims: &Claims) -> bool {
    let typ = header.typ().unwrap_or_default();
    if is_access_token_type(typ.rsplit('/').next().unwrap_or_default()) {
        return false;
    }
    let of_access = !claims.scopes().is_empty() || claims.idtyp().is_some();
    let of_sign_in = ["nonce", "at_hash", "c_hash", "auth_time"]
        .iter()
        .any(|name| claims.get(name).is_some());
    !of_access && (of_sign_in || claims.client().is_none())
}

pub fn verified(
    issuer: Issuer,
    subject: &SubjectClaim,
    claims: &Claims,
    token: &str,
    hash: [u8; 32],
) -> Result<VerifiedToken, Fault> {
    let all = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let unreadable = |error: behalf_wire::jose::JoseError| {
        INVALID_TOKEN.with(format!("The access token is not valid: {error}."))
    };
    let expires_at = claims.exp().map_err(unreadable)?.unwrap_or_default();
    let issued_at = claims
        .date("iat")
        .map_err(unreadable)?
        .or(claims.date("nbf").map_err(unreadable)?)
        .unwrap_or_default();
    // A user's access token of a provider of the kind Microsoft has scopes; without any nobody delegated anything
    // (entra.md, section 9).
    let delegates = *subject == SubjectClaim::Sub
        || matches!(issuer, Issuer::Tenant(_))
        || !claims.scopes().is_empty();
    let subject = match delegates {
        true => token_subject(*subject, claims)?,
        false => TokenSubject::Application,
    };
    Ok(VerifiedToken {
        issuer,
        audience: all(claims.audiences()),
        subject,
        client: claims.client().map(str::to_owned),
        scopes: all(claims.scopes()),
        roles: all(claims.texts("roles")),
        issued_at: UnixTime(issued_at),
        expires_at: UnixTime(expires_at),
        claims: Arc::new(claims.as_map().clone()),
        hash,
        raw: Secret::new(token),
    })
}

fn token_subject(subject: SubjectClaim, claims: &Claims) -> Result<TokenSubject, Fault> {
    if is_app_only(claims) {
        return Ok(TokenSubject::Application);
    }
    let id = match subject {
        SubjectClaim::Oid => claims.oid().or(claims.sub()),
        SubjectClaim::Sub => claims.sub(),
    };
    let id = id.filter(|id| (1..=MAX_SUBJECT_BYTES).contains(&id.len()));
    let id = id.ok_or_else(|| INVALID_TOKEN.with("The access token names no subject."))?;
    let first = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| claims.text(name))
            .map(str::to_owned)
    };
    Ok(TokenSubject::User {
        subject: id.to_owned(),
        upn: first(&["upn", "preferred_username", "unique_name", "email"]),
        name: first(&["name"]),
    })
}

/// `idtyp` says so, or there is neither a delegated scope nor anything that only a user has.
fn is_app_only(claims: &Claims) -> bool {
    match claims.idtyp() {
        Some("app") => return true,
        Some("user") => return false,
        _ => {}
    }
    let of_user = [
        "upn",
        "preferred_username",
        "unique_name",
        "name",
        "email",
        "given_name",
        "family_name",
    ];
    let is_of_user = of_user.iter().any(|name| claims.get(name).is_some());
    let names_itself = claims.sub().is_none()
        || claims.oid() == claims.sub()
        || claims.sub() == claims.client()
        || !claims.texts("roles").is_empty();
    claims.get("scp").is_none() && !is_of_user && names_itself
}

#[cfg(test)]
mod tests;

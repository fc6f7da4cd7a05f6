//! Who calls: the access token of the request, checked in every respect.
//!
//! Spec: RFC 6750, RFC 7519, RFC 9068 §4; the claims of Entra's v1.0 and v2.0 access tokens.

use crate::keys::{IssuerKeys, Unverifiable};
use behalf_wire::jose::{Claims, JoseError, TimeCheck, Unverified};

/// How far the clocks of issuer and API may differ.
const LEEWAY_S: i64 = 60;

/// The user in whose name a request is made, and the application that makes it for him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// `oid`: the same for every API of the tenant; `sub` where there is none.
    pub id: String,
    pub name: String,
    /// Client id of the application.
    pub via: String,
    pub scopes: Vec<String>,
}

/// Why a request is refused. The texts are public and never contain the token.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    NoToken,
    Invalid(String),
    /// A good token of an application: this API has no use for one.
    UsersOnly,
    MissingScope(&'static str),
    /// The issuer's keys cannot be read: nothing is wrong with the request.
    KeysUnavailable(String),
}

pub struct Tokens {
    audiences: Vec<String>,
    issuers: Vec<IssuerKeys>,
}

impl Tokens {
    pub fn new(audiences: Vec<String>, issuers: Vec<IssuerKeys>) -> Self {
        Self { audiences, issuers }
    }

    /// Checks an `Authorization` header: signature, issuer, times, audience, user, scope.
    pub async fn check(
        &self,
        header: Option<&str>,
        scope: &'static str,
        now_s: i64,
    ) -> Result<Caller, Refusal> {
        let token = header.and_then(bearer).ok_or(Refusal::NoToken)?;
        // Read unverified, only to choose whose keys to verify with.
        let claimed = Unverified::peek(token).map_err(invalid)?;
        let issuer = claimed
            .claims
            .iss()
            .and_then(|iss| self.issuers.iter().find(|known| known.issuer() == iss));
        let issuer =
            issuer.ok_or_else(|| Refusal::Invalid("the issuer is not trusted here".to_owned()))?;
        let claims = issuer
            .verify(token, now_s)
            .await
            .map_err(|error| match error {
                Unverifiable::Token(error) => invalid(error),
                Unverifiable::NoKeys(why) => Refusal::KeysUnavailable(why),
            })?;
        judge(&claims, issuer.issuer(), &self.audiences, scope, now_s)
    }
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()).then(|| token.trim())
}

/// Everything that verified claims must say. Pure.
fn judge(
    claims: &Claims,
    issuer: &str,
    audiences: &[String],
    scope: &'static str,
    now_s: i64,
) -> Result<Caller, Refusal> {
    if claims.iss() != Some(issuer) {
        return Err(Refusal::Invalid(
            "the issuer is not trusted here".to_owned(),
        ));
    }
    TimeCheck {
        leeway_s: LEEWAY_S,
        exp_required: true,
    }
    .check(claims, now_s)
    .map_err(invalid)?;
    if !audiences
        .iter()
        .any(|audience| claims.has_audience(audience))
    {
        return Err(Refusal::Invalid(
            "the token was issued for another API".to_owned(),
        ));
    }
    let via = claims
        .client()
        .ok_or_else(|| Refusal::Invalid("the token names no client".to_owned()))?;
    let scopes: Vec<String> = claims.scopes().into_iter().map(str::to_owned).collect();
    // An application's own token has roles instead of scopes (Entra), or is about the client itself (RFC 9068 §2.2).
    if scopes.is_empty() || claims.idtyp() == Some("app") || claims.sub() == Some(via) {
        return Err(Refusal::UsersOnly);
    }
    if !scopes.iter().any(|held| held == scope) {
        return Err(Refusal::MissingScope(scope));
    }
    let id = claims
        .oid()
        .or(claims.sub())
        .ok_or_else(|| Refusal::Invalid("the token names no user".to_owned()))?;
    let names = ["name", "preferred_username", "unique_name", "upn"];
    let name = names
        .into_iter()
        .find_map(|claim| claims.text(claim))
        .unwrap_or(id);
    Ok(Caller {
        id: id.to_owned(),
        name: name.to_owned(),
        via: via.to_owned(),
        scopes,
    })
}

fn invalid(error: JoseError) -> Refusal {
    Refusal::Invalid(error.to_string())
}

#[cfg(test)]
mod tests;

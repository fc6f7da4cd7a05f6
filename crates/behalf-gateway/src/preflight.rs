//! What is wrong with an assertion, found before anything is sent (entra.md, section 9).
//!
//! Nothing here trusts the assertion: it is decoded, not verified. The provider verifies it; the gateway only refuses
//! early what he is known to refuse, with a reason its caller can act on.

#[cfg(test)]
mod tests;

use behalf_model::fault::{
    PREFLIGHT_APP_ONLY, PREFLIGHT_AUDIENCE, PREFLIGHT_EXPIRED, PREFLIGHT_FOR_GRAPH,
    PREFLIGHT_ID_TOKEN, PREFLIGHT_NOT_YET_VALID, PREFLIGHT_OPAQUE, PREFLIGHT_TENANT,
    SCOPE_OF_ITSELF, SCOPES_OF_SEVERAL_RESOURCES,
};
use behalf_model::profile::{is_openid, resource_of};
use behalf_model::{Fault, UnixTime};
use behalf_wire::jose::{Unverified, UnverifiedClaims};
use uuid::Uuid;

/// A token ending within this time is refused: it could end on its way. The vault gives out nothing that ends sooner.
const EXPIRY_MARGIN_S: i64 = 60;
/// How far the issuer's clock may run ahead of ours.
const CLOCK_SKEW_S: i64 = 300;

/// The exchange that is about to be asked for.
#[derive(Clone, Copy, Debug)]
pub struct Intent<'a> {
    /// `OAuth Client ID`: the application that must be the audience.
    pub client_id: &'a str,
    /// Further names of that application (application ID URIs).
    pub audiences: &'a [String],
    /// `OAuth Url`.
    pub authority: &'a str,
    /// `OAuth Scope`, one by one.
    pub scopes: &'a [String],
}

/// What is used from the decoded assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preflight {
    /// `OAuth Url` with `common` and `organizations` replaced by the assertion's tenant.
    pub authority: String,
    /// The user in the assertion, to be compared with the one in the answer.
    pub user: Option<TokenUser>,
}

/// A user as Entra-shaped tokens name him in every audience (`sub` differs between them).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenUser {
    pub tid: String,
    pub oid: String,
}

/// Decodes the assertion and refuses what the provider would refuse.
///
/// Errors: `PREFLIGHT_*`, `SCOPES_OF_SEVERAL_RESOURCES`, `SCOPE_OF_ITSELF`.
pub fn check(assertion: &str, intent: Intent<'_>, now: UnixTime) -> Result<Preflight, Fault> {
    let token = Unverified::peek(assertion).map_err(|why| PREFLIGHT_OPAQUE.plain().because(why))?;
    if token.header.nonce().is_some() {
        return Err(PREFLIGHT_FOR_GRAPH.plain());
    }
    let claims = &token.claims;
    id_token(claims)?;
    audience(claims, intent)?;
    app_only(claims)?;
    times(claims, now)?;
    scopes(intent)?;
    Ok(Preflight {
        authority: authority(claims, intent)?,
        user: user_of(claims),
    })
}

/// The same for RFC 8693, whose servers take tokens of any audience and also opaque ones: only what is readable and
/// certain to fail is refused. Errors: `PREFLIGHT_EXPIRED`, `PREFLIGHT_NOT_YET_VALID`.
pub fn check_subject_token(
    assertion: &str,
    authority: &str,
    now: UnixTime,
) -> Result<Preflight, Fault> {
    let authority = authority.to_owned();
    let Ok(token) = Unverified::peek(assertion) else {
        return Ok(Preflight {
            authority,
            user: None,
        });
    };
    times(&token.claims, now)?;
    Ok(Preflight {
        authority,
        user: user_of(&token.claims),
    })
}

/// The user that a token names, if it is readable.
pub fn user_of_token(token: &str) -> Option<TokenUser> {
    user_of(&Unverified::peek(token).ok()?.claims)
}

fn user_of(claims: &UnverifiedClaims) -> Option<TokenUser> {
    Some(TokenUser {
        tid: claims.tid()?.to_lowercase(),
        oid: claims.oid()?.to_lowercase(),
    })
}

fn id_token(claims: &UnverifiedClaims) -> Result<(), Fault> {
    // Roles say nothing: users who were assigned some have them in their ID tokens too.
    let grants_nothing = claims.scopes().is_empty() && claims.idtyp().is_none();
    let marks = ["nonce", "at_hash", "c_hash"]
        .iter()
        .any(|name| claims.get(name).is_some());
    if grants_nothing && marks {
        Err(PREFLIGHT_ID_TOKEN.plain())
    } else {
        Ok(())
    }
}

fn audience(claims: &UnverifiedClaims, intent: Intent<'_>) -> Result<(), Fault> {
    let own_uri = format!("api://{}", intent.client_id);
    let mine = || {
        let names = [intent.client_id, own_uri.as_str()];
        names
            .into_iter()
            .chain(intent.audiences.iter().map(String::as_str))
    };
    let found = claims.audiences();
    // Entra prints GUIDs in lower case whatever the profile says; every other name is compared letter by letter.
    let same = |aud: &str, name: &str| {
        aud == name || (Uuid::try_parse(name).is_ok() && aud.eq_ignore_ascii_case(name))
    };
    if found.iter().any(|aud| mine().any(|name| same(aud, name))) {
        return Ok(());
    }
    let only_case = found
        .iter()
        .any(|aud| mine().any(|name| aud.eq_ignore_ascii_case(name)));
    let hint = match only_case {
        true => " They differ in upper and lower case only.",
        false => "",
    };
    let found = if found.is_empty() {
        "nobody".to_owned()
    } else {
        found.join(", ")
    };
    Err(PREFLIGHT_AUDIENCE
        .with(format!(
            "The token is for {found}, this gateway is {}: the client must request {own_uri}/….{hint}",
            intent.client_id
        ))
        .fact("token_audience", found)
        .fact("expected_audience", mine().collect::<Vec<_>>().join(" ")))
}

fn app_only(claims: &UnverifiedClaims) -> Result<(), Fault> {
    match claims.idtyp() == Some("app") || claims.scopes().is_empty() {
        true => Err(PREFLIGHT_APP_ONLY.plain()),
        false => Ok(()),
    }
}

fn times(claims: &UnverifiedClaims, now: UnixTime) -> Result<(), Fault> {
    let unreadable = |why| {
        PREFLIGHT_OPAQUE
            .with("The token's times are not numbers.")
            .because(why)
    };
    if let Some(end) = claims.exp().map_err(unreadable)?.map(UnixTime)
        && end < now.plus_s(EXPIRY_MARGIN_S)
    {
        let at = end.rfc3339();
        let verb = if end <= now { "expired" } else { "expires" };
        let detail = format!("The user's token {verb} at {at}: the client must get a new one.");
        return Err(PREFLIGHT_EXPIRED.with(detail).fact("expires_at", at));
    }
    for name in ["nbf", "iat"] {
        let from = claims.date(name).map_err(unreadable)?.map(UnixTime);
        if let Some(from) = from.filter(|from| *from > now.plus_s(CLOCK_SKEW_S)) {
            let detail = format!(
                "The user's token begins at {}, in {} s: one of the clocks is wrong.",
                from.rfc3339(),
                from.since_s(now)
            );
            return Err(PREFLIGHT_NOT_YET_VALID.with(detail));
        }
    }
    Ok(())
}

/// A guest's token must go to the tenant that issued it; `common` would look for him in his own.
fn authority(claims: &UnverifiedClaims, intent: Intent<'_>) -> Result<String, Fault> {
    let Some(tid) = claims.tid().and_then(|tid| Uuid::try_parse(tid).ok()) else {
        return Ok(intent.authority.to_owned());
    };
    let Some((before, tenant, after)) = tenant_segment(intent.authority) else {
        return Ok(intent.authority.to_owned());
    };
    if tenant.eq_ignore_ascii_case("common") || tenant.eq_ignore_ascii_case("organizations") {
        return Ok(format!("{before}{tid}{after}"));
    }
    match Uuid::try_parse(tenant) {
        Ok(pinned) if pinned != tid => Err(PREFLIGHT_TENANT
            .with(format!(
                "OAuth Url names tenant {pinned}, the user's token comes from {tid}."
            ))
            .fact("profile_tenant", pinned.to_string())
            .fact("token_tenant", tid.to_string())),
        _ => Ok(intent.authority.to_owned()),
    }
}

/// Splits `https://host/<tenant>/oauth2/…`; `None` for a URL of another shape, whose segments mean something else.
pub(crate) fn tenant_segment(authority: &str) -> Option<(&str, &str, &str)> {
    let end = authority.find("/oauth2/")?;
    let start = authority[..end].rfind('/')? + 1;
    let is_host = authority[..start].ends_with("://");
    (!is_host).then(|| {
        (
            &authority[..start],
            &authority[start..end],
            &authority[end..],
        )
    })
}

fn scopes(intent: Intent<'_>) -> Result<(), Fault> {
    let mut resources = intent
        .scopes
        .iter()
        .filter(|s| !is_openid(s))
        .map(|s| resource_of(s));
    let Some(first) = resources.next() else {
        return Ok(());
    };
    if let Some(other) = resources.find(|resource| *resource != first) {
        let name = |resource: Option<&str>| resource.unwrap_or("the default resource").to_owned();
        return Err(SCOPES_OF_SEVERAL_RESOURCES
            .with(format!(
                "The scopes belong to {} and to {}.",
                name(first),
                name(other)
            ))
            .fact("scopes", intent.scopes.join(" ")));
    }
    let itself = first.is_some_and(|resource| {
        resource == format!("api://{}", intent.client_id)
            || intent
                .audiences
                .iter()
                .any(|a| a == resource && Uuid::try_parse(a).is_err())
    });
    match itself {
        true => Err(SCOPE_OF_ITSELF
            .plain()
            .fact("scopes", intent.scopes.join(" "))),
        false => Ok(()),
    }
}

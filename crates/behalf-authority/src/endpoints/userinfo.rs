//! UserInfo (OpenID Connect Core section 5.3).

use super::{caught, log, names_several, preflight, segment};
use crate::Authority;
use crate::context::Context;
use crate::rules::user;
use crate::tokens::subject;
use crate::tokens::verified::{self, OwnToken};
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use behalf_model::fault::{
    ID_TOKEN_USED, INVALID_TOKEN, METHOD_NOT_ALLOWED, TOKEN_AUDIENCE, TOKEN_EXPIRED, TOKEN_MISSING,
    TOKEN_NOT_YET_VALID,
};
use behalf_model::tenant::Tenant;
use behalf_model::user::User;
use behalf_model::{ClientId, Fault, UnixTime, UserId};
use behalf_wire::jose::Unverified;
use behalf_wire::oauth::error::{ErrorAnswer, description};
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderValue,
    WWW_AUTHENTICATE,
};
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Map, Value};
use std::sync::Arc;

const AHEAD_S: i64 = 300;

pub async fn userinfo(
    State(authority): State<Arc<Authority>>,
    tenant: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let context = Context::new(&authority.env, &parts.headers, parts.uri.query());
    let result = match parts.method {
        Method::GET | Method::POST => {
            caught(answer(
                &authority,
                &segment(tenant),
                &parts.headers,
                context.now,
            ))
            .await
        }
        Method::OPTIONS => return preflight("GET, POST, OPTIONS"),
        _ => Err(METHOD_NOT_ALLOWED.plain()),
    };
    match result {
        Ok(claims) => response(StatusCode::OK, Value::Object(claims).to_string()),
        Err(fault) => refuse(&fault, &context),
    }
}

async fn answer(
    authority: &Authority,
    tenant: &str,
    headers: &HeaderMap,
    now: UnixTime,
) -> Result<Map<String, Value>, Fault> {
    let header = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(|| TOKEN_MISSING.plain())?;
    let (_, token) = header
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .ok_or_else(|| TOKEN_MISSING.plain())?;
    let token = token.trim();
    let tenant = if names_several(tenant) {
        let invalid = || INVALID_TOKEN.with("The token names no tenant of this installation.");
        let peeked = Unverified::peek(token).map_err(|_| invalid())?;
        let named = peeked.claims.tid().ok_or_else(invalid)?;
        authority.tenant(named).await.map_err(|_| invalid())?
    } else {
        authority.tenant(tenant).await?
    };
    let own = verified::verify(authority, &tenant, token, now).await?;
    let own =
        own.map_err(|_| INVALID_TOKEN.with("The token is not one that this tenant signed."))?;
    let (id, issued_at) = decide(&own, &authority.issuers(tenant.id), now)?;
    let user = user::require(authority, &tenant, id, issued_at).await;
    let user = user.map_err(|fault| INVALID_TOKEN.with(fault.detail))?;
    Ok(claims(&tenant, &own, &user))
}

/// Errors: `ID_TOKEN_USED`, `TOKEN_AUDIENCE`, `TOKEN_EXPIRED`, `TOKEN_NOT_YET_VALID`, `INVALID_TOKEN`.
fn decide(
    own: &OwnToken,
    issuers: &[String; 3],
    now: UnixTime,
) -> Result<(UserId, UnixTime), Fault> {
    let claims = &own.claims;
    if claims.client().is_none() {
        return Err(ID_TOKEN_USED.plain());
    }
    if !issuers.iter().any(|issuer| claims.has_audience(issuer)) {
        return Err(TOKEN_AUDIENCE.with(
            "The token is for an API. Ask for OpenID Connect scopes only to get one for userinfo.",
        ));
    }
    if now >= own.expires_at {
        return Err(TOKEN_EXPIRED.plain());
    }
    if claims
        .date("nbf")
        .ok()
        .flatten()
        .is_some_and(|from| from > now.plus_s(AHEAD_S).0)
    {
        return Err(TOKEN_NOT_YET_VALID.plain());
    }
    let user = claims.oid().and_then(|oid| oid.parse().ok());
    let issued_at = claims.date("iat").ok().flatten().map(UnixTime);
    user.zip(issued_at)
        .filter(|_| !claims.scopes().is_empty())
        .ok_or_else(|| INVALID_TOKEN.with("The token names no user."))
}

/// `sub` is the one of the ID token; the rest by scope (OpenID Connect Core section 5.4).
fn claims(tenant: &Tenant, own: &OwnToken, user: &User) -> Map<String, Value> {
    let scopes = own.claims.scopes();
    let client: Option<ClientId> = own.claims.client().and_then(|client| client.parse().ok());
    let sub = client
        .map(|client| subject::pairwise(tenant.id, user.id, &client))
        .unwrap_or_default();
    let mut claims = Map::from_iter([
        ("sub".to_owned(), sub.into()),
        ("oid".to_owned(), user.id.to_string().into()),
        ("tid".to_owned(), tenant.id.to_string().into()),
    ]);
    let profile = [
        ("name", &user.name),
        ("given_name", &user.given_name),
        ("family_name", &user.family_name),
        ("preferred_username", &user.upn),
    ];
    let email = [("email", &user.email)];
    let allowed = |scope: &str| scopes.contains(&scope);
    let profile = profile.iter().filter(|_| allowed("profile"));
    for (name, value) in profile
        .chain(email.iter().filter(|_| allowed("email")))
        .filter(|(_, value)| !value.is_empty())
    {
        claims.insert((*name).to_owned(), (*value).clone().into());
    }
    if allowed("profile") && !user.groups.is_empty() {
        claims.insert("groups".to_owned(), user.groups.clone().into());
    }
    claims
}

/// RFC 6750 section 3: the challenge says what is wrong; without a token it says nothing.
fn refuse(fault: &Fault, context: &Context) -> Response {
    log(fault, context);
    let text = description(&format!("{}: {}", fault.kind.code, fault.detail));
    let request_id = context.request_id.to_string();
    let body = ErrorAnswer {
        error: fault.kind.oauth,
        error_description: &text,
        error_uri: None,
        request_id: Some(&request_id),
    };
    let status = StatusCode::from_u16(fault.kind.http).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = response(
        status,
        String::from_utf8(body.to_json()).unwrap_or_default(),
    );
    let headers = response.headers_mut();
    if status == StatusCode::UNAUTHORIZED {
        let challenge = if fault.is(&TOKEN_MISSING) {
            "Bearer".to_owned()
        } else {
            format!(
                "Bearer error=\"{}\", error_description=\"{text}\"",
                fault.kind.oauth
            )
        };
        headers.extend(HeaderValue::from_str(&challenge).map(|value| (WWW_AUTHENTICATE, value)));
    }
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(ALLOW, HeaderValue::from_static("GET, POST, OPTIONS"));
    }
    response
}

fn response(status: StatusCode, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

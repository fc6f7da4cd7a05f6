//! OAuth 2.1 and OpenID Connect, by the book (RFC 6749 section 5).

use super::{TokenAnswer, TokenRequest};
use crate::client_auth::PresentedClient;
use crate::context::Context;
use crate::grants::GrantRequest;
use crate::rules::scope::is_oidc;
use axum::body::Body;
use axum::response::Response;
use behalf_model::Fault;
use behalf_model::fault::{CLIENT_DISABLED, CLIENT_UNKNOWN};
use behalf_wire::oauth::error::{ErrorAnswer, description};
use behalf_wire::oauth::form::Form;
use behalf_wire::oauth::token;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use std::borrow::Cow;

pub(super) fn read<'a>(
    form: &'a Form<'a>,
    grant: GrantRequest<'a>,
    client: PresentedClient<'a>,
) -> TokenRequest<'a> {
    let scope = form.get("scope").filter(|scope| !scope.trim().is_empty());
    let scope = match (scope, form.get("resource")) {
        (scope, Some(resource)) => {
            Some(Cow::Owned(at_resource(scope.unwrap_or_default(), resource)))
        }
        (scope, None) => scope.map(Cow::Borrowed),
    };
    TokenRequest {
        grant,
        client,
        scope,
        client_info: false,
    }
}

/// A resource indicator (RFC 8707) says where the scopes without prefix belong; without any it means all that was
/// granted there.
pub fn at_resource(scope: &str, resource: &str) -> String {
    let mut named = false;
    let mut scopes: Vec<String> = Vec::new();
    for name in scope.split_ascii_whitespace() {
        let oidc = is_oidc(name);
        named |= !oidc;
        scopes.push(if oidc || name.contains('/') {
            name.to_owned()
        } else {
            format!("{resource}/{name}")
        });
    }
    if !named {
        scopes.push(format!("{resource}/.default"));
    }
    scopes.join(" ")
}

pub(super) fn answer(answer: &TokenAnswer, context: &Context) -> Response {
    let body = token::TokenAnswer {
        token_type: "Bearer",
        scope: Some(&answer.scope)
            .filter(|scope| !scope.is_empty())
            .map(String::as_str),
        expires_in: answer.expires_at.since_s(answer.issued_at),
        ext_expires_in: None,
        expires_on: None,
        not_before: None,
        resource: None,
        access_token: &answer.access_token,
        refresh_token: answer.refresh_token.as_deref(),
        id_token: answer.id_token.as_deref(),
        client_info: None,
    };
    response(StatusCode::OK, body.to_json(), context)
}

pub(super) fn refuse(fault: &Fault, context: &Context) -> Response {
    // An unknown client has failed to authenticate (RFC 6749 section 5.2); Entra has another word and status for it.
    let unknown = fault.is(&CLIENT_UNKNOWN) || fault.is(&CLIENT_DISABLED);
    let error = match fault.kind.oauth {
        _ if unknown => "invalid_client",
        // RFC 8707 section 2 has its own word for it; the others are Entra's.
        "invalid_resource" => "invalid_target",
        "invalid_instance" => "invalid_request",
        other => other,
    };
    let text = description(&format!("{}: {}", fault.kind.code, fault.detail));
    let request_id = context.request_id.to_string();
    let body = ErrorAnswer {
        error,
        error_description: &text,
        error_uri: None,
        request_id: Some(&request_id),
    };
    let status = match StatusCode::from_u16(fault.kind.http) {
        _ if unknown => StatusCode::UNAUTHORIZED,
        status => status.unwrap_or(StatusCode::BAD_REQUEST),
    };
    let mut response = response(status, body.to_json(), context);
    if status == StatusCode::UNAUTHORIZED {
        response
            .headers_mut()
            .insert(WWW_AUTHENTICATE, super::CHALLENGE);
    }
    response
}

fn response(status: StatusCode, body: Vec<u8>, context: &Context) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(
        "x-content-type-options",
        HeaderValue::from_static("nosniff"),
    );
    if let Ok(id) = HeaderValue::from_str(&context.request_id.to_string()) {
        headers.insert("x-request-id", id);
    }
    response
}

#[cfg(test)]
mod tests;

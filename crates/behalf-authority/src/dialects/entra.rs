//! Entra's dialect, v2.0 (`scope`) and v1.0 (`resource`).

use super::{Dialect, TokenAnswer, TokenRequest};
use crate::client_auth::PresentedClient;
use crate::context::Context;
use crate::grants::GrantRequest;
use axum::body::Body;
use axum::response::Response;
use behalf_model::Fault;
use behalf_model::fault::PARAMETER_MISSING;
use behalf_wire::entra::error::{EntraError, HEADERS, clitelem};
use behalf_wire::oauth::form::Form;
use behalf_wire::oauth::token;
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
use std::borrow::Cow;

pub(super) fn read_v2<'a>(
    form: &'a Form<'a>,
    grant: GrantRequest<'a>,
    client: PresentedClient<'a>,
) -> TokenRequest<'a> {
    let scope = form.get("scope").filter(|scope| !scope.trim().is_empty());
    let scope = scope.map(Cow::Borrowed);
    TokenRequest {
        grant,
        client,
        scope,
        client_info: form.get("client_info") == Some("1"),
    }
}

/// v1.0 names a resource and means everything granted there; ID token and refresh token come unasked.
///
/// Errors: `PARAMETER_MISSING` without `resource` where nothing else says what the token is for.
pub(super) fn read_v1<'a>(
    form: &'a Form<'a>,
    grant: GrantRequest<'a>,
    client: PresentedClient<'a>,
) -> Result<TokenRequest<'a>, Fault> {
    let scope = match (form.get("resource"), &grant) {
        (Some(resource), GrantRequest::ClientCredentials) => {
            Some(Cow::Owned(format!("{resource}/.default")))
        }
        (Some(resource), _) => Some(Cow::Owned(format!(
            "{resource}/.default openid profile email offline_access"
        ))),
        (None, GrantRequest::AuthorizationCode { .. } | GrantRequest::RefreshToken { .. }) => None,
        (None, _) => return Err(missing("resource")),
    };
    Ok(TokenRequest {
        grant,
        client,
        scope,
        client_info: form.get("client_info") == Some("1"),
    })
}

/// The refusal that Entra gives for an absent parameter.
pub fn missing(parameter: &str) -> Fault {
    PARAMETER_MISSING.with(format!(
        "The request body must contain the following parameter: '{parameter}'."
    ))
}

pub(super) fn answer(dialect: Dialect, answer: &TokenAnswer, context: &Context) -> Response {
    let expires_in = answer.expires_at.since_s(answer.issued_at);
    let v1 = dialect == Dialect::EntraV1;
    let (expires_on, not_before) = (
        answer.expires_at.0.to_string(),
        answer.issued_at.0.to_string(),
    );
    let scope = if v1 {
        &answer.short_scope
    } else {
        &answer.scope
    };
    let body = token::TokenAnswer {
        token_type: "Bearer",
        scope: Some(scope).filter(|_| !answer.app_only).map(String::as_str),
        expires_in,
        ext_expires_in: Some(expires_in),
        expires_on: v1.then_some(&expires_on),
        not_before: v1.then_some(&not_before),
        resource: v1.then_some(&answer.resource),
        access_token: &answer.access_token,
        refresh_token: answer.refresh_token.as_deref(),
        id_token: answer.id_token.as_deref(),
        client_info: answer.client_info.as_deref(),
    };
    response(StatusCode::OK, body.to_json(), 0, context)
}

/// The number after `AADSTS`. Kinds of other rooms and of plain OAuth have none of their own and are shown as 50000.
pub fn code_of(fault: &Fault) -> u32 {
    match fault.kind.aadsts {
        0 => 50000,
        code => code,
    }
}

pub fn refuse(fault: &Fault, context: &Context, public_url: &str) -> Response {
    let code = code_of(fault);
    let body = EntraError {
        error: fault.kind.oauth,
        code,
        text: &fault.detail,
        suberror: Some(fault.kind.suberror).filter(|text| !text.is_empty()),
        claims: fault.claims.as_deref(),
        trace_id: &context.request_id.to_string(),
        correlation_id: &context.correlation_id.to_string(),
        timestamp: &context.now.entra(),
        public_url,
    };
    let status = StatusCode::from_u16(fault.kind.http).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = response(status, body.to_json(), code, context);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    if status == StatusCode::UNAUTHORIZED {
        response
            .headers_mut()
            .insert(WWW_AUTHENTICATE, super::CHALLENGE);
    }
    response
}

pub(super) fn response(
    status: StatusCode,
    body: Vec<u8>,
    code: u32,
    context: &Context,
) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    for (name, value) in HEADERS {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    let named = [
        ("x-ms-request-id", context.request_id.to_string()),
        ("client-request-id", context.correlation_id.to_string()),
        ("x-ms-clitelem", clitelem(code)),
    ];
    for (name, value) in named {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}

//! Faults in Graph's format: the only place of the room where failures become text.

use crate::Sites;
use crate::occasion::Occasion;
use axum::body::Body;
use axum::response::Response;
use behalf_model::Fault;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

/// Shape: `{"error":{"code":"accessDenied","message":"…","innerError":{"code":"BH4002","date":"2026-01-01T00:00:00",
/// "request-id":"…","client-request-id":"…"}}}`; `WWW-Authenticate` with 401 and missing scopes, `Allow` with 405.
pub(super) fn response(fault: &Fault, occasion: &Occasion, room: &Sites) -> Response {
    if fault.kind.http >= 500 {
        let source = fault.source.as_deref().unwrap_or_default();
        tracing::error!(
            request_id = occasion.request_id,
            code = fault.kind.code,
            source,
            "request failed"
        );
    }
    let status = StatusCode::from_u16(fault.kind.http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = json!({ "error": {
        "code": code(status),
        "message": message(fault),
        "innerError": {
            "code": fault.kind.code,
            "date": occasion.now().rfc3339().trim_end_matches('Z'),
            "request-id": occasion.request_id,
            "client-request-id": occasion.client_request_id,
        },
    }});
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    let fact = |name: &str| {
        fault
            .facts
            .iter()
            .find(|(fact, _)| *fact == name)
            .map(|(_, value)| value.as_str())
    };
    if let Some(allow) = fact("allow").and_then(|allow| HeaderValue::from_str(allow).ok()) {
        headers.insert(header::ALLOW, allow);
    }
    if (status == StatusCode::UNAUTHORIZED || fact("scope").is_some())
        && let Ok(challenge) = HeaderValue::from_str(&challenge(fault, fact("scope"), room))
    {
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// The words that Graph uses for files and lists.
fn code(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "InvalidAuthenticationToken",
        StatusCode::FORBIDDEN => "accessDenied",
        StatusCode::NOT_FOUND => "itemNotFound",
        StatusCode::METHOD_NOT_ALLOWED => "notAllowed",
        StatusCode::CONFLICT => "editConflict",
        StatusCode::PRECONDITION_FAILED => "resourceModified",
        StatusCode::PAYLOAD_TOO_LARGE => "requestTooLarge",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupportedMediaType",
        StatusCode::NOT_IMPLEMENTED => "notSupported",
        StatusCode::SERVICE_UNAVAILABLE => "serviceNotAvailable",
        status if status.is_server_error() => "generalException",
        _ => "invalidRequest",
    }
}

fn message(fault: &Fault) -> String {
    let detail = fault.detail.trim_end_matches('.');
    format!("{detail}. {}", fault.kind.remedy)
}

/// RFC 6750 §3. A request without any token gets no `error`: nothing was wrong with what it did not send.
fn challenge(fault: &Fault, scope: Option<&str>, room: &Sites) -> String {
    let client = room
        .config
        .audiences
        .first()
        .map(String::as_str)
        .unwrap_or_default();
    let mut challenge = format!(
        "Bearer realm=\"{}\", client_id=\"{}\"",
        room.config.tenant,
        quotable(client)
    );
    if fault.kind.code != behalf_model::fault::TOKEN_MISSING.code {
        let description = quotable(&fault.detail);
        challenge += &format!(
            ", error=\"{}\", error_description=\"{description}\"",
            fault.kind.oauth
        );
    }
    if let Some(scope) = scope {
        challenge += &format!(", scope=\"{}\"", quotable(scope));
    }
    if let Some(claims) = &fault.claims {
        challenge += &format!(", claims=\"{}\"", quotable(claims));
    }
    challenge
}

/// What may stand in a quoted string (RFC 6750 §3): printable ASCII without quote and backslash.
fn quotable(text: &str) -> String {
    text.chars()
        .filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\'))
        .collect()
}

//! Faults on the REST face: problem details (RFC 9457) with the challenge of RFC 6750.

#[cfg(test)]
mod tests;

use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use behalf_model::Fault;
use behalf_model::fault::TOKEN_MISSING;
use behalf_wire::problem::{CONTENT_TYPE, Problem};
use http::{HeaderValue, StatusCode, header};
use serde_json::Value;

/// The answer for a fault. `metadata_url`: the document that tells a client where to get a token (RFC 9728).
pub(crate) fn response(fault: &Fault, request_id: &str, metadata_url: &str) -> Response {
    let kind = fault.kind;
    let party = kind.party.to_string();
    let mut members: Vec<(&str, Value)> = vec![("hint", kind.remedy.into())];
    members.extend(
        fault
            .facts
            .iter()
            .map(|(name, value)| (*name, value.as_str().into())),
    );
    if let Some(claims) = &fault.claims {
        members.push(("claims", claims.as_str().into()));
    }
    let body = Problem {
        fault: kind.code,
        code: kind.name,
        title: kind.title,
        status: kind.http,
        detail: &fault.detail,
        party: &party,
        cause: kind.cause,
        remedy: kind.remedy,
        request_id: Some(request_id),
        members,
    };
    let mut response = Response::new(body.to_json().into());
    *response.status_mut() =
        StatusCode::from_u16(kind.http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if kind.http == 401
        && let Ok(challenge) = HeaderValue::from_str(&challenge(fault, metadata_url))
    {
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    let retry_after = fault.facts.iter().find(|(name, _)| *name == "retry_after");
    if let Some(wait) = retry_after.and_then(|(_, wait)| HeaderValue::from_str(wait).ok()) {
        headers.insert(header::RETRY_AFTER, wait);
    }
    response
}

/// `WWW-Authenticate` (RFC 6750 section 3, RFC 9728 section 5.1). Without a token there is no `error`: nothing was wrong,
/// something is missing. A claims challenge travels in base64, which is what Microsoft's clients read.
fn challenge(fault: &Fault, metadata_url: &str) -> String {
    let mut text = format!("Bearer resource_metadata=\"{metadata_url}\"");
    if let Some(claims) = &fault.claims {
        let claims = STANDARD.encode(claims);
        text.push_str(&format!(
            ", error=\"insufficient_claims\", claims=\"{claims}\""
        ));
    } else if !fault.is(&TOKEN_MISSING) {
        let description: String = fault.detail.chars().map(quotable).collect();
        text.push_str(&format!(
            ", error=\"invalid_token\", error_description=\"{description}\""
        ));
    }
    text
}

/// The characters that RFC 6750 allows in `error_description`.
fn quotable(c: char) -> char {
    match c {
        '"' => '\'',
        ' '..='~' if c != '\\' => c,
        _ => ' ',
    }
}

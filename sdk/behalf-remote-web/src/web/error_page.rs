//! The page that says what went wrong.

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::{Error, ErrorKind};

pub(super) fn page(error: &Error) -> Response {
    let status = match error.kind() {
        ErrorKind::Configuration | ErrorKind::Store => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorKind::Unreachable | ErrorKind::Metadata | ErrorKind::TokenRefused => {
            StatusCode::BAD_GATEWAY
        }
        ErrorKind::HostNotAllowed | ErrorKind::AccessDenied => StatusCode::FORBIDDEN,
        ErrorKind::TokenMalformed => StatusCode::BAD_REQUEST,
        _ => StatusCode::UNAUTHORIZED,
    };
    let headers: [(HeaderName, &str); 3] = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'"),
    ];
    let [what, why, fix] = [error.what(), error.why(), error.fix()].map(escaped);
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{what}</title>\
         <h1>{what}</h1><p>Why: {why}.</p><p>To fix it: {fix}.</p></html>"
    );
    (status, headers, body).into_response()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

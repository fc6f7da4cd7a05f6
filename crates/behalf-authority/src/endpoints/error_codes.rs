//! What an error code means: the page behind `error_uri` (RFC 6749 section 5.2).

use super::public_get;
use crate::Authority;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use behalf_model::Kind;
use behalf_model::fault::{self, NOT_FOUND};
use http::header::{CONTENT_TYPE, HeaderValue};
use std::fmt::Write as _;
use std::sync::Arc;

/// `/error?code=65001` or `/error?code=BH2086`: title, cause and remedy as plain text.
pub async fn explain(State(authority): State<Arc<Authority>>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let code = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("code="))
        .unwrap_or_default()
        .to_owned();
    let work = async move {
        let text =
            explanation(&code).ok_or_else(|| NOT_FOUND.with("There is no such error code."))?;
        let mut response = Response::new(Body::from(text));
        response.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
        response.headers_mut().insert(
            "x-content-type-options",
            HeaderValue::from_static("nosniff"),
        );
        Ok(response)
    };
    public_get(&authority, request, work).await
}

/// Several causes can share one of Entra's numbers.
fn explanation(code: &str) -> Option<String> {
    let number: Option<u32> = code
        .trim_start_matches("AADSTS")
        .parse()
        .ok()
        .filter(|number| *number != 0);
    let meant = |kind: &&Kind| kind.code.eq_ignore_ascii_case(code) || number == Some(kind.aadsts);
    let mut text = String::new();
    for kind in fault::all().filter(meant) {
        let Kind {
            code,
            name,
            title,
            cause,
            remedy,
            party,
            ..
        } = kind;
        // Writing into a String cannot fail.
        let _ = writeln!(
            text,
            "{code} ({name})\n{title}.\n\nCause: {cause}\nRemedy: {remedy}\nTo be done by: {party}\n"
        );
    }
    (!text.is_empty()).then_some(text)
}

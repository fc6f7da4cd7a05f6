//! Accents in which the content is spoken to. Each reads and writes the same sites, lists and items.

mod graph;

use crate::Sites;
use axum::Router;
use behalf_model::Fault;
use behalf_model::fault::TOKEN_MISSING;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use std::sync::Arc;

/// The face of the room. Answers every path, so it cannot be merged with another router that has a fallback.
pub fn router(room: Arc<Sites>) -> Router {
    Router::new().fallback(graph::handle).with_state(room)
}

/// The token of `Authorization: Bearer …` (RFC 6750 §2.1). A token in the URL or in a form is never looked at.
///
/// Errors: `TOKEN_MISSING`, also for two headers: another server might have checked the other one.
fn bearer(headers: &HeaderMap) -> Result<&str, Fault> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or_else(|| TOKEN_MISSING.plain())?;
    if values.next().is_some() {
        return Err(TOKEN_MISSING.with("There is more than one Authorization header."));
    }
    let text = value.to_str().unwrap_or_default();
    match text.split_once(' ') {
        Some((scheme, token))
            if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() =>
        {
            Ok(token.trim())
        }
        _ => Err(TOKEN_MISSING.with("The Authorization header does not hold a bearer token.")),
    }
}

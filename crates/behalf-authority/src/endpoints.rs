//! One endpoint per file, and what they share: refusals for addresses and methods that do not exist.

pub mod acs_metadata;
pub mod adminconsent;
pub mod authorize;
pub mod consent;
pub mod discovery;
pub mod error_codes;
pub mod interactive;
pub mod jwks;
pub mod login;
pub mod logout;
pub mod token;
pub mod userinfo;

use crate::Authority;
use crate::context::Context;
use crate::dialects::Dialect;
use crate::guard::{Panicked, catching};
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use behalf_model::Fault;
use behalf_model::fault::{INTERNAL, METHOD_NOT_ALLOWED, NOT_FOUND};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue,
};
use http::{HeaderMap, Method, StatusCode, Uri};
use std::future::Future;
use std::sync::Arc;

/// The tenant's segment of a URL; one that is no text names no tenant.
pub(crate) fn segment(path: Result<Path<String>, PathRejection>) -> String {
    path.map(|Path(segment)| segment).unwrap_or_default()
}

/// Segments that stand for several tenants: their metadata is public, tokens are issued by one tenant only.
pub(crate) fn names_several(segment: &str) -> bool {
    ["common", "organizations", "consumers"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(segment))
}

/// Runs the work of an endpoint; a panic becomes `INTERNAL`.
pub(crate) async fn caught<T>(work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    catching(work)
        .await
        .unwrap_or_else(|Panicked(text)| Err(INTERNAL.plain().because(format!("panic: {text}"))))
}

/// Writes to the log what a refusal does not tell the client. Once, here, at the edge.
pub(crate) fn log(fault: &Fault, context: &Context) {
    let (code, request_id) = (fault.kind.code, context.request_id);
    if fault.kind.http >= 500 {
        let source = fault.source.as_deref().unwrap_or_default();
        tracing::error!(code, %request_id, source, "{}", fault.detail);
    } else {
        tracing::debug!(code, %request_id, "{}", fault.detail);
    }
}

/// Public metadata: any origin may read it, and caches may keep it.
pub(crate) fn public_json(body: impl Into<Body>, cache_control: &'static str) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache_control));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        "x-content-type-options",
        HeaderValue::from_static("nosniff"),
    );
    response
}

/// The answer of a public `GET` endpoint, with its refusals and its CORS preflight.
pub(crate) async fn public_get(
    authority: &Authority,
    request: Request,
    work: impl Future<Output = Result<Response, Fault>>,
) -> Response {
    public_get_in(authority, Dialect::EntraV2, request, work).await
}

/// The same, with refusals in the words of a dialect.
pub(crate) async fn public_get_in(
    authority: &Authority,
    dialect: Dialect,
    request: Request,
    work: impl Future<Output = Result<Response, Fault>>,
) -> Response {
    let (parts, _) = request.into_parts();
    let context = Context::new(&authority.env, &parts.headers, parts.uri.query());
    let result = match parts.method {
        Method::GET | Method::HEAD => caught(work).await,
        Method::OPTIONS => return preflight("GET, HEAD, OPTIONS"),
        _ => Err(METHOD_NOT_ALLOWED.plain()),
    };
    result.unwrap_or_else(|fault| {
        with_allow(
            refuse(authority, dialect, &fault, &context),
            "GET, HEAD, OPTIONS",
        )
    })
}

/// A refusal in a dialect, logged, readable by scripts of any origin (there are no cookies here).
pub(crate) fn refuse(
    authority: &Authority,
    dialect: Dialect,
    fault: &Fault,
    context: &Context,
) -> Response {
    log(fault, context);
    let mut response = dialect.refuse(fault, context, &authority.config.public_url);
    response
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// Names the methods in a 405 (RFC 9110 section 15.5.6).
pub(crate) fn with_allow(mut response: Response, methods: &'static str) -> Response {
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        response
            .headers_mut()
            .insert(ALLOW, HeaderValue::from_static(methods));
    }
    response
}

/// Single page apps read metadata and redeem codes from their own origin.
pub(crate) fn preflight(methods: &'static str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static(methods),
    );
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("*, authorization"),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    response
}

/// Any address of the authority that does not exist.
pub async fn not_found(
    State(authority): State<Arc<Authority>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let context = Context::new(&authority.env, &headers, uri.query());
    refuse(&authority, Dialect::EntraV2, &NOT_FOUND.plain(), &context)
}

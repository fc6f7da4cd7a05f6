//! Pages for people: plain HTML that works without JavaScript, each with the headers that protect it.

mod view;

pub use view::{Consent, FormPost, Line, Link, Notice, ProviderForm, SignIn, SignOut, Stance};

use crate::context::Context;
use askama::Template;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use behalf_model::Fault;
use behalf_wire::jose::backend::sha256;
use http::{HeaderName, HeaderValue, StatusCode, header};
use std::sync::LazyLock;

/// The style of every page; allowed in the Content-Security-Policy by its hash.
pub const STYLE: &str = include_str!("../templates/style.css");

/// The only script there is: sends the form_post answer on. Allowed by its hash, and only on that page.
pub const AUTO_SUBMIT: &str = "document.forms[0].submit()";

/// What a page may do beyond showing itself.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Where its forms may lead besides this host, redirects included: CSP source expressions.
    pub form_targets: Vec<String>,
    /// Whether `AUTO_SUBMIT` may run.
    pub auto_submit: bool,
}

/// Renders a page.
pub fn page(status: StatusCode, content: &impl Template, policy: &Policy) -> Response {
    let html = content.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a page could not be rendered");
        String::from(
            "<!doctype html><title>Error</title><h1>Something went wrong inside Behalf</h1>",
        )
    });
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    let csp = HeaderValue::try_from(content_security_policy(policy));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        csp.unwrap_or(HeaderValue::from_static("default-src 'none'")),
    );
    protect(&mut response);
    response
}

/// The page for a failure: title, cause, remedy, code, request id.
pub fn error(fault: &Fault, context: &Context) -> Response {
    let request_id = context.request_id;
    if fault.kind.http >= 500 {
        tracing::error!(code = fault.kind.code, detail = fault.detail, source = fault.source, %request_id, "page refused");
    } else {
        tracing::info!(code = fault.kind.code, detail = fault.detail, source = fault.source, %request_id, "page refused");
    }
    let content = view::Problem {
        title: fault.kind.title,
        detail: &fault.detail,
        cause: fault.kind.cause,
        remedy: fault.kind.remedy,
        code: fault.kind.code,
        aadsts: fault.kind.aadsts,
        party: fault.kind.party.to_string(),
        facts: &fault.facts,
        request_id: request_id.to_string(),
        time: context.now.rfc3339(),
    };
    let status = StatusCode::from_u16(fault.kind.http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    page(status, &content, &Policy::default())
}

/// `303 See Other`: never 307, which would make the browser post a password on to the next address (RFC 9700 §4.12).
pub fn redirect(location: &str) -> Response {
    let Ok(location) = HeaderValue::try_from(location) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
    protect(&mut response);
    response
}

/// Headers of everything that a browser gets from us.
fn protect(response: &mut Response) {
    const ALWAYS: [(HeaderName, &str); 5] = [
        (header::CACHE_CONTROL, "no-store"),
        (header::PRAGMA, "no-cache"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in ALWAYS {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
}

fn content_security_policy(policy: &Policy) -> String {
    static STYLE_HASH: LazyLock<String> = LazyLock::new(|| source_hash(STYLE));
    static SCRIPT_HASH: LazyLock<String> = LazyLock::new(|| source_hash(AUTO_SUBMIT));
    let mut csp = format!(
        "default-src 'none'; style-src '{}'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
        *STYLE_HASH
    );
    // Browsers apply form-action to the redirects after a form as well, so the way back to the client must be in it.
    for target in &policy.form_targets {
        csp.push(' ');
        csp.push_str(target);
    }
    if policy.auto_submit {
        csp.push_str(&format!("; script-src '{}'", *SCRIPT_HASH));
    }
    csp
}

fn source_hash(text: &str) -> String {
    format!(
        "sha256-{}",
        base64::engine::general_purpose::STANDARD.encode(sha256(text.as_bytes()))
    )
}

/// The CSP source expression for the place that a redirect URI leads to.
pub fn csp_source(redirect_uri: &str) -> Option<String> {
    let url = url::Url::parse(redirect_uri).ok()?;
    let host = url
        .host_str()
        .filter(|_| matches!(url.scheme(), "http" | "https"));
    // Host names only: CSP has no form for IPv6 addresses, and nothing else may slip into the header.
    let plain = |host: &str| {
        host.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
    };
    Some(match (host.filter(|host| plain(host)), url.port()) {
        (Some(host), Some(port)) => format!("{}://{host}:{port}", url.scheme()),
        (Some(host), None) => format!("{}://{host}", url.scheme()),
        (None, _) => format!("{}:", url.scheme()),
    })
}

#[cfg(test)]
mod tests;

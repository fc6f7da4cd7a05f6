//! What a token endpoint's refusal means to the caller (check 7 of 2.4; entra.md, section 9, "Outcome → caller").
//!
//! Whatever the meaning, its text is `Requesting an access token failed: {StatusName} {Reason phrase} {error}
//! {error_description}`.

#[cfg(test)]
mod tests;

use crate::Gateway;
use crate::masked::masked;
use crate::preflight;
use crate::profiles::Route;
use crate::token_cache::Refused;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use behalf_model::fault::UpstreamRefusal;
use behalf_model::fault::{
    OBO_ASSERTION_REFUSED, OBO_CLIENT_REFUSED, OBO_INTERACTION_REQUIRED, OBO_NO_CONSENT,
    OBO_POLICY_BLOCKED, OBO_SCOPE_REFUSED, OBO_USER_REFUSED, PREFLIGHT_APP_ONLY,
    PREFLIGHT_ID_TOKEN, SCOPE_OF_ITSELF, TOKEN_ENDPOINT_GARBAGE, TOKEN_ENDPOINT_UNAVAILABLE,
    TOKEN_REQUEST_REFUSED,
};
use behalf_model::ports::OutboundResponse;
use behalf_model::principal::Principal;
use behalf_model::{Fault, Kind, Secret, TenantId};
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// Texts of others are cut here.
const MAX_DESCRIPTION_CHARS: usize = 1_000;

#[derive(Deserialize)]
struct Body {
    error: String,
    error_description: Option<String>,
    suberror: Option<String>,
    error_codes: Option<Vec<Value>>,
    trace_id: Option<String>,
    correlation_id: Option<String>,
    timestamp: Option<String>,
    claims: Option<Value>,
}

/// Reads an answer that is no success. `client_secret`: what must not come back in its text.
pub(crate) fn of(
    response: &OutboundResponse,
    route: &Route,
    client_secret: Option<&Secret>,
) -> Refused {
    let status = response.status;
    let refusal = match serde_json::from_slice::<Body>(&response.body) {
        Ok(body) => read(status, body, client_secret),
        Err(_) if out_of_order(status) => UpstreamRefusal {
            status: status.as_u16(),
            ..UpstreamRefusal::default()
        },
        Err(_) => {
            let detail = format!(
                "{}: status {status}, and no error in JSON.",
                TOKEN_ENDPOINT_GARBAGE.title
            );
            return TOKEN_ENDPOINT_GARBAGE.with(detail).into();
        }
    };
    let kind = classify(&refusal, route.profile.oauth_on_behalf_of);
    let lasting = LASTING.iter().any(|lasting| lasting.code == kind.code);
    let mut fault = fault(kind, refusal, route);
    let wait = response
        .headers
        .get(http::header::RETRY_AFTER)
        .and_then(|wait| wait.to_str().ok());
    if let Some(wait) = wait.filter(|wait| out_of_order(status) && wait.len() <= 32) {
        fault = fault.fact("retry_after", wait);
    }
    Refused { fault, lasting }
}

/// Refusals that the same assertion would meet again: consent, assertion, user. Never the client's own fault or an outage.
static LASTING: [&Kind; 7] = [
    &OBO_NO_CONSENT,
    &OBO_INTERACTION_REQUIRED,
    &OBO_ASSERTION_REFUSED,
    &OBO_USER_REFUSED,
    &OBO_POLICY_BLOCKED,
    &PREFLIGHT_APP_ONLY,
    &PREFLIGHT_ID_TOKEN,
];

fn out_of_order(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

fn read(status: StatusCode, body: Body, client_secret: Option<&Secret>) -> UpstreamRefusal {
    let clean = |text: String| cleaned(&text, client_secret);
    let claims = body.claims.map(|claims| match claims {
        Value::String(text) => text,
        other => other.to_string(),
    });
    let description = body.error_description.unwrap_or_default();
    let codes = body
        .error_codes
        .iter()
        .flatten()
        .filter_map(Value::as_i64)
        .collect::<Vec<_>>();
    UpstreamRefusal {
        status: status.as_u16(),
        error: clean(body.error),
        error_codes: match codes.is_empty() {
            true => code_in(&description).into_iter().collect(),
            false => codes,
        },
        error_description: clean(description),
        suberror: body.suberror.map(clean),
        trace_id: body.trace_id.map(clean),
        correlation_id: body.correlation_id.map(clean),
        timestamp: body.timestamp.map(clean),
        // Passed on byte for byte, so one with a token in it is not passed on at all.
        claims: claims
            .filter(|text| masked(text, &[]) == *text)
            .filter(|text| serde_json::from_str::<serde_json::Map<_, Value>>(text).is_ok()),
    }
}

/// `AADSTS65001: …` → 65001.
fn code_in(description: &str) -> Option<i64> {
    let digits = description.strip_prefix("AADSTS")?;
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    digits[..end].parse().ok()
}

/// The sentence without Entra's trailer, without control characters, and without anything that could be a token or is
/// the secret.
fn cleaned(text: &str, client_secret: Option<&Secret>) -> String {
    let end = ["\r", "\n", " Trace ID:"]
        .iter()
        .filter_map(|mark| text.find(mark))
        .min();
    let sent: Vec<&str> = client_secret.map(Secret::expose).into_iter().collect();
    masked(&text[..end.unwrap_or(text.len())], &sent)
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_DESCRIPTION_CHARS)
        .collect()
}

/// Entra's numbers are read first because it uses one `error` for many causes; other servers have only `error`.
fn classify(refusal: &UpstreamRefusal, delegated: bool) -> &'static Kind {
    if StatusCode::from_u16(refusal.status).is_ok_and(out_of_order) {
        return &TOKEN_ENDPOINT_UNAVAILABLE;
    }
    let suberror = refusal.suberror.as_deref().unwrap_or_default();
    if refusal.claims.is_some() {
        return &OBO_INTERACTION_REQUIRED;
    }
    if let Some(kind) = refusal.error_codes.iter().find_map(|code| by_number(*code)) {
        return kind;
    }
    match (refusal.error.as_str(), suberror) {
        (_, "consent_required") | ("consent_required", _) => &OBO_NO_CONSENT,
        (_, "basic_action" | "additional_action" | "bad_token" | "user_password_expired")
        | ("interaction_required" | "login_required", _) => &OBO_INTERACTION_REQUIRED,
        (_, "message_only") => &OBO_POLICY_BLOCKED,
        ("invalid_client" | "unauthorized_client" | "unsupported_grant_type", _) => {
            &OBO_CLIENT_REFUSED
        }
        ("invalid_scope" | "invalid_resource" | "invalid_target", _) => &OBO_SCOPE_REFUSED,
        ("access_denied", _) if delegated => &OBO_USER_REFUSED,
        ("invalid_grant", _) if delegated => &OBO_ASSERTION_REFUSED,
        ("temporarily_unavailable" | "server_error", _) => &TOKEN_ENDPOINT_UNAVAILABLE,
        _ => &TOKEN_REQUEST_REFUSED,
    }
}

/// The table of entra.md, section 3.
fn by_number(code: i64) -> Option<&'static Kind> {
    Some(match code {
        65001 | 65004 | 90094 | 90095 => &OBO_NO_CONSENT,
        50076 | 50079 | 50072 | 50074 | 50131 | 50158 | 53000..=53002 | 530_003 => {
            &OBO_INTERACTION_REQUIRED
        }
        53003 => &OBO_POLICY_BLOCKED,
        50034 | 50053 | 50055 | 50057 | 50105 | 50126 => &OBO_USER_REFUSED,
        50013 | 50027 | 50173 | 54005 | 70008 | 70043 | 500_131 | 500_133 | 700_082 | 700_084
        | 5_000_224 => &OBO_ASSERTION_REFUSED,
        240_002 => &PREFLIGHT_ID_TOKEN,
        7_000_114 => &PREFLIGHT_APP_ONLY,
        90009 => &SCOPE_OF_ITSELF,
        28002 | 28003 | 65005 | 70011 | 500_011 | 500_014 | 650_052 | 650_056 | 650_057
        | 700_022 | 1_002_012 => &OBO_SCOPE_REFUSED,
        50012 | 70001 | 70002 | 70003 | 700_011 | 700_016 | 700_023 | 700_024 | 700_025
        | 700_027 | 700_030 | 900_144 | 7_000_112 | 7_000_215 | 7_000_216 | 7_000_218
        | 7_000_222 => &OBO_CLIENT_REFUSED,
        _ => return None,
    })
}

fn fault(kind: &'static Kind, refusal: UpstreamRefusal, route: &Route) -> Fault {
    let mut fault = kind.with(message(&refusal));
    let mut put = |name: &'static str, value: &Option<String>| {
        if let Some(value) = value {
            fault.facts.push((name, value.clone()));
        }
    };
    put("suberror", &refusal.suberror);
    put("trace_id", &refusal.trace_id);
    put("correlation_id", &refusal.correlation_id);
    put("timestamp", &refusal.timestamp);
    if !refusal.error_codes.is_empty() {
        let codes: Vec<String> = refusal
            .error_codes
            .iter()
            .map(ToString::to_string)
            .collect();
        fault = fault.fact("error_codes", codes.join(" "));
    }
    if kind.code == OBO_NO_CONSENT.code
        && let Some(url) = admin_consent_url(route)
    {
        fault = fault.fact("admin_consent_url", url);
    }
    fault.claims = refusal.claims.clone();
    fault.upstream = Some(Box::new(refusal));
    fault
}

/// `Requesting an access token failed: BadRequest Bad Request invalid_grant AADSTS65001: …`
fn message(refusal: &UpstreamRefusal) -> String {
    let status = StatusCode::from_u16(refusal.status).ok();
    let reason = status
        .and_then(|s| s.canonical_reason())
        .unwrap_or("Unknown");
    let name: String = reason.chars().filter(char::is_ascii_alphanumeric).collect();
    let parts = [&name, reason, &refusal.error, &refusal.error_description];
    let words: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{}: {}", OBO_NO_CONSENT.title, words.join(" "))
}

/// Where an administrator consents: the v2.0 form of Entra, without `redirect_uri`, which is the application's own affair.
fn admin_consent_url(route: &Route) -> Option<String> {
    let profile = &route.profile;
    let (before, tenant, _) = preflight::tenant_segment(profile.oauth_url.as_deref()?)?;
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", profile.oauth_client_id.as_deref()?)
        .append_pair("scope", &route.scopes.join(" "))
        .finish();
    Some(format!("{before}{tenant}/v2.0/adminconsent?{query}"))
}

/// Adds the title of the client when it is registered with this very installation.
pub(super) async fn with_app_name(gateway: &Gateway, fault: Fault, route: &Route) -> Fault {
    let profile = &route.profile;
    let tenant = profile
        .oauth_url
        .as_deref()
        .and_then(preflight::tenant_segment);
    let tenant: Option<TenantId> = tenant.and_then(|(_, tenant, _)| tenant.parse().ok());
    let (Some(tenant), Some(client_id)) = (tenant, profile.oauth_client_id.as_deref()) else {
        return fault;
    };
    match gateway.facts.get::<Principal>(tenant, client_id).await {
        Ok(Some(principal)) => fault.fact("app_name", Arc::as_ref(&principal).title.clone()),
        _ => fault,
    }
}

/// The claims challenge of a back-end (entra.md 7.1), as JSON text: `WWW-Authenticate: Bearer
/// error="insufficient_claims", claims="<base64>"`.
pub(crate) fn challenge_of(response: &OutboundResponse) -> Option<String> {
    let headers = response.headers.get_all(http::header::WWW_AUTHENTICATE);
    headers
        .iter()
        .filter_map(|value| value.to_str().ok())
        .find_map(|challenge| {
            let (_, rest) = challenge.split_once("claims=\"")?;
            let (encoded, _) = rest.split_once('"')?;
            let standard = encoded.replace('-', "+").replace('_', "/");
            let bytes = STANDARD_NO_PAD
                .decode(standard.trim_end_matches('='))
                .ok()?;
            let text = String::from_utf8(bytes).ok()?;
            serde_json::from_str::<serde_json::Map<_, Value>>(&text)
                .ok()
                .map(|_| text)
        })
}

//! REST back-ends: one rendered request, sent with the credential, answered once.

#[cfg(test)]
mod tests;

use super::attempts::{self, Attempts};
use super::{egress, failure};
use crate::credentials::Credential;
use crate::profiles::Route;
use crate::script::RenderedRequest;
use behalf_model::Fault;
use behalf_model::fault::{BACKEND_REDIRECT, INTERNAL};
use behalf_model::ports::{Outbound, OutboundRequest, OutboundResponse};
use http::{HeaderMap, HeaderValue, Method, header};

/// Sends the request. An answer of any status is an answer, except redirects, which are followed once for GET and HEAD
/// within the same origin and otherwise refused: they would carry the user's token elsewhere.
///
/// Errors: `BACKEND_TIMEOUT`, `_UNREACHABLE`, `_TLS`, `_BROKEN`, `_TOO_LARGE`, `_EGRESS`, `_REDIRECT`.
pub(crate) async fn send(
    outbound: &dyn Outbound,
    route: &Route,
    rendered: &RenderedRequest,
    credential: &Credential,
    request_id: &str,
) -> Result<OutboundResponse, Fault> {
    let request = request(route, rendered, credential, request_id)?;
    let attempts = Attempts::of(&route.profile.retry, &request.method);
    let response = attempts::send(outbound, request.clone(), attempts).await;
    let response = response.map_err(|error| failure::of_error(&error))?;
    if !is_redirect(&response) {
        return Ok(response);
    }
    let url = redirect_target(&request, &response)?;
    let response = outbound.send(OutboundRequest { url, ..request }).await;
    let response = response.map_err(|error| failure::of_error(&error))?;
    match is_redirect(&response) {
        true => Err(BACKEND_REDIRECT.with("The back-end redirects again after one redirect.")),
        false => Ok(response),
    }
}

fn request(
    route: &Route,
    rendered: &RenderedRequest,
    credential: &Credential,
    request_id: &str,
) -> Result<OutboundRequest, Fault> {
    let mut headers = HeaderMap::with_capacity(rendered.headers.len() + 2);
    for (name, value) in &rendered.headers {
        headers.insert(name, value.clone());
    }
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-request-id", id);
    }
    let mut url = rendered.url.clone();
    match credential {
        Credential::None => {}
        Credential::Header(name, value) => {
            headers.insert(name, value.clone());
        }
        Credential::Bearer { token, .. } => {
            headers.insert(header::AUTHORIZATION, token.authorization.clone());
        }
        Credential::Query(name, key) => {
            url.push(if url.contains('?') { '&' } else { '?' });
            let pair = form_urlencoded::Serializer::new(String::new())
                .append_pair(name, key.expose())
                .finish();
            url.push_str(&pair);
        }
    }
    let profile = &route.profile;
    let limit = profile.limits.max_response_bytes;
    Ok(OutboundRequest {
        method: rendered.verb.clone(),
        egress: route.egress.clone(),
        url,
        headers,
        body: rendered.body.clone(),
        connect_timeout_ms: profile.timeouts.connect_ms.min(rendered.timeout_ms),
        total_timeout_ms: rendered.timeout_ms,
        max_response_bytes: usize::try_from(limit).map_err(|why| INTERNAL.plain().because(why))?,
    })
}

/// 304 belongs to caches and 300 to people; neither moves a request.
fn is_redirect(response: &OutboundResponse) -> bool {
    matches!(response.status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Errors: `BACKEND_REDIRECT` unless it is a read that stays within scheme, host and port.
fn redirect_target(
    request: &OutboundRequest,
    response: &OutboundResponse,
) -> Result<String, Fault> {
    let location = response
        .headers
        .get(header::LOCATION)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let refused = || {
        let to = match location.contains("://") {
            true => egress::authority(location),
            false => "another place",
        };
        BACKEND_REDIRECT
            .with(format!(
                "{} redirects a {} to {to}: refused.",
                egress::authority(&request.url),
                request.method
            ))
            .fact("backend_status", response.status.as_str())
    };
    let origin = origin(&request.url);
    let reads = request.method == Method::GET || request.method == Method::HEAD;
    let printable = location
        .bytes()
        .all(|b| matches!(b, b'!'..=b'~') && !matches!(b, b'\\' | b'#'));
    let target = match location {
        // `//host/…` leaves the origin.
        path if path.starts_with('/') && !path.starts_with("//") => format!("{origin}{path}"),
        absolute if self::origin(absolute).eq_ignore_ascii_case(origin) => absolute.to_owned(),
        _ => return Err(refused()),
    };
    if reads && printable {
        Ok(target)
    } else {
        Err(refused())
    }
}

/// `https://host:port` of an absolute URL.
fn origin(url: &str) -> &str {
    let Some((scheme, _)) = url.split_once("://") else {
        return "";
    };
    &url[..scheme.len() + 3 + egress::authority(url).len()]
}

//! What the edge answers by itself.

use super::Rooms;
use axum::body::Body;
use behalf_model::Fault;
use behalf_model::fault::NOT_FOUND;
use behalf_wire::problem::{CONTENT_TYPE, Problem};
use http::header::{CACHE_CONTROL, CONTENT_TYPE as CONTENT_TYPE_HEADER};
use http::{HeaderValue, Request, Response, StatusCode};

/// `/healthz`, the page at `/`, and 404 for the rest.
pub fn own(rooms: &Rooms, request: &Request<Body>, request_id: &str) -> Response<Body> {
    match request.uri().path() {
        "/healthz" => answer(StatusCode::OK, "application/json", "{\"status\":\"ok\"}"),
        "/" if rooms.authority.is_some() => {
            answer(StatusCode::OK, "text/html; charset=utf-8", PAGE)
        }
        _ => problem(&NOT_FOUND.plain(), request_id),
    }
}

/// RFC 9457, with the two members that OAuth clients look for, because any endpoint can be the one that failed.
pub fn problem(fault: &Fault, request_id: &str) -> Response<Body> {
    let kind = fault.kind;
    let party = kind.party.to_string();
    let document = Problem {
        fault: kind.code,
        code: kind.name,
        title: kind.title,
        status: kind.http,
        detail: &fault.detail,
        party: &party,
        cause: kind.cause,
        remedy: kind.remedy,
        request_id: Some(request_id),
        members: vec![
            ("error", kind.oauth.into()),
            ("error_description", format!("{fault}").into()),
        ],
    };
    let status = StatusCode::from_u16(kind.http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer(status, CONTENT_TYPE, document.to_json())
}

fn answer(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE_HEADER, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

const PAGE: &str = "<!doctype html>
<html lang=\"en\">
<head><meta charset=\"utf-8\"><title>Behalf</title></head>
<body>
<h1>Behalf</h1>
<p>This is a delegated access server: it signs people in and lets programs act on their behalf, with their permissions and
no others.</p>
<p>Programs find everything they need below <code>/&lt;tenant&gt;/v2.0/.well-known/openid-configuration</code>. There is
nothing to do here by hand.</p>
</body>
</html>
";

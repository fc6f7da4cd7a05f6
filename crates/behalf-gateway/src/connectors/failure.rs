//! Why a back-end gave no usable answer, as faults that name it.

use behalf_model::fault::{
    BACKEND_BROKEN, BACKEND_BUSY, BACKEND_CONFLICT, BACKEND_EGRESS, BACKEND_FAILED,
    BACKEND_FORBIDDEN, BACKEND_NOT_FOUND, BACKEND_REDIRECT, BACKEND_REJECTED, BACKEND_TIMEOUT,
    BACKEND_TLS, BACKEND_TOO_LARGE, BACKEND_UNAUTHORIZED, BACKEND_UNREACHABLE,
};
use behalf_model::ports::{OutboundError, OutboundResponse};
use behalf_model::{Fault, Kind};
use http::{HeaderMap, header};

/// No answer at all. The text of the error is public: it names hosts and limits only.
pub(crate) fn of_error(error: &OutboundError) -> Fault {
    let kind: &'static Kind = match error {
        OutboundError::Refused(_) | OutboundError::BadUrl(_) => &BACKEND_EGRESS,
        OutboundError::Connect { .. } => &BACKEND_UNREACHABLE,
        OutboundError::Tls { .. } => &BACKEND_TLS,
        OutboundError::Timeout { .. } => &BACKEND_TIMEOUT,
        OutboundError::Broken { .. } => &BACKEND_BROKEN,
        OutboundError::TooLarge { .. } => &BACKEND_TOO_LARGE,
    };
    kind.with(format!("{}: {error}.", kind.title))
}

/// An answer that the method does not count as success. `message`: what the script's `Error Message` found.
pub(crate) fn of_status(response: &OutboundResponse, message: Option<&str>) -> Fault {
    let status = response.status;
    let kind: &'static Kind = match status.as_u16() {
        301 | 302 | 303 | 307 | 308 => &BACKEND_REDIRECT,
        400 | 422 => &BACKEND_REJECTED,
        401 => &BACKEND_UNAUTHORIZED,
        403 => &BACKEND_FORBIDDEN,
        404 | 410 => &BACKEND_NOT_FOUND,
        409 | 412 | 428 => &BACKEND_CONFLICT,
        429 | 503 => &BACKEND_BUSY,
        _ => &BACKEND_FAILED,
    };
    let detail = match message {
        Some(message) => format!("{}: status {status}, {}", kind.title, message),
        None => format!("{}: status {status}.", kind.title),
    };
    let mut fault = kind.with(detail).fact("backend_status", status.as_str());
    for name in [
        "request-id",
        "x-request-id",
        "x-ms-request-id",
        "x-correlation-id",
    ] {
        if let Some(id) = text(&response.headers, name) {
            fault = fault.fact("backend_request_id", id);
            break;
        }
    }
    match text(&response.headers, header::RETRY_AFTER.as_str()) {
        Some(wait) if kind.code == BACKEND_BUSY.code => fault.fact("retry_after", wait),
        _ => fault,
    }
}

/// A header that is short and printable; anything else is not passed on.
fn text<'r>(headers: &'r HeaderMap, name: &str) -> Option<&'r str> {
    headers
        .get(name)?
        .to_str()
        .ok()
        .filter(|text| text.len() <= 128)
}

//! What is known about a request before it is understood: its time and its names.

use behalf_model::{Env, UnixTime};
use http::HeaderMap;
use uuid::Uuid;

/// Read once per request, so that one request has one time.
#[derive(Clone, Debug)]
pub struct Context {
    pub now: UnixTime,
    pub now_ms: i64,
    /// Ours: `x-ms-request-id`, `trace_id`, the id in the log and in the audit trail.
    pub request_id: Uuid,
    /// The client's `client-request-id`, else a new one.
    pub correlation_id: Uuid,
}

/// Header, query and body parameter in which clients name their request.
pub const CLIENT_REQUEST_ID: &str = "client-request-id";

impl Context {
    pub fn new(env: &Env, headers: &HeaderMap, query: Option<&str>) -> Self {
        let now_ms = env.now_ms();
        let request_id = env.uuid();
        let header = |name: &str| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .and_then(named)
        };
        let in_query = || {
            let pairs = query?.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .filter(|(name, _)| *name == CLIENT_REQUEST_ID)
                .find_map(|(_, value)| named(value))
        };
        let correlation_id = header(CLIENT_REQUEST_ID)
            .or_else(|| header("x-ms-client-request-id"))
            .or_else(in_query)
            .unwrap_or_else(|| env.uuid());
        Self {
            now: UnixTime(now_ms.div_euclid(1000)),
            now_ms,
            request_id,
            correlation_id,
        }
    }

    /// Takes the id that stood in the body (msal-node), if it is one.
    pub fn correlate(&mut self, client_request_id: Option<&str>) {
        if let Some(id) = client_request_id.and_then(named) {
            self.correlation_id = id;
        }
    }
}

/// Only GUIDs are echoed: other text would end up in headers and logs.
fn named(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text.trim()).ok()
}

#[cfg(test)]
mod tests;

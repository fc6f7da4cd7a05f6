//! One request: its time and its ids.

use behalf_model::{Env, UnixTime};
use http::HeaderMap;

/// Read once per request, at the edge.
#[derive(Clone, Debug)]
pub(crate) struct Occasion {
    pub now_ms: i64,
    /// Ours; in the answer, the log and the audit trail.
    pub request_id: String,
    /// The caller's own (`client-request-id`), or ours again when he sent none that can be echoed.
    pub client_request_id: String,
}

impl Occasion {
    pub fn of(headers: &HeaderMap, env: &Env) -> Self {
        let request_id = env.uuid().to_string();
        let sent = headers
            .get("client-request-id")
            .and_then(|value| value.to_str().ok());
        // Echoed into a header and an error body: nothing that could break out of either.
        let harmless = |id: &&str| {
            (1..=64).contains(&id.len())
                && id
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_.{}".contains(&b))
        };
        let client_request_id = sent.filter(harmless).unwrap_or(&request_id).to_owned();
        Self {
            now_ms: env.now_ms(),
            request_id,
            client_request_id,
        }
    }

    pub fn now(&self) -> UnixTime {
        UnixTime(self.now_ms.div_euclid(1000))
    }
}

//! Sending once, or again where repeating is safe (reference, 3.8).

#[cfg(test)]
mod tests;

use behalf_model::ports::{Outbound, OutboundError, OutboundRequest, OutboundResponse};
use http::{Method, header};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// What may be tried again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempts<'a> {
    /// After the first.
    pub further: u32,
    pub statuses: &'a [u16],
    /// Statuses count only when the server says when to come back.
    pub only_when_asked: bool,
}

impl<'a> Attempts<'a> {
    pub const NONE: Self = Self {
        further: 0,
        statuses: &[],
        only_when_asked: false,
    };

    /// An exchange changes nothing, so it may be repeated; refusals (400, 401) never are.
    pub const TOKEN_REQUEST: Self = Self {
        further: 2,
        statuses: &[429, 500, 502, 503, 504],
        only_when_asked: true,
    };

    /// As the profile says, for methods that may be repeated (RFC 9110 section 9.2.2).
    pub fn of(retry: &'a behalf_model::profile::Retry, method: &Method) -> Self {
        let idempotent = [Method::GET, Method::HEAD, Method::PUT, Method::DELETE].contains(method);
        match idempotent {
            true => Self {
                further: retry.attempts,
                statuses: &retry.statuses,
                only_when_asked: false,
            },
            false => Self::NONE,
        }
    }
}

/// Sends a request, again after failed connections and the given statuses. The total timeout of the request is the
/// budget of all attempts and of the waiting between them: no wait begins that would exceed it.
pub(crate) async fn send(
    outbound: &dyn Outbound,
    mut request: OutboundRequest,
    attempts: Attempts<'_>,
) -> Result<OutboundResponse, OutboundError> {
    if attempts.further == 0 {
        return outbound.send(request).await;
    }
    let deadline = Instant::now() + Duration::from_millis(request.total_timeout_ms);
    let mut made = 0;
    loop {
        let outcome = outbound.send(request.clone()).await;
        let wait = match &outcome {
            Err(OutboundError::Connect { .. }) => Some(backoff(made)),
            Ok(response) if attempts.statuses.contains(&response.status.as_u16()) => {
                match retry_after(response) {
                    Some(wanted) => Some(wanted),
                    None if attempts.only_when_asked => None,
                    None => Some(backoff(made)),
                }
            }
            _ => None,
        };
        let left = deadline.saturating_duration_since(Instant::now());
        match wait {
            Some(wait) if made < attempts.further && wait < left => {
                sleep(wait).await;
                made += 1;
                request.total_timeout_ms = u64::try_from((left - wait).as_millis())
                    .unwrap_or(u64::MAX)
                    .max(1);
            }
            _ => return outcome,
        }
    }
}

/// 100 ms, 200 ms, 400 ms …
fn backoff(made: u32) -> Duration {
    Duration::from_millis(100 << made.min(6))
}

/// Seconds only: the form with a date would need the server's clock.
fn retry_after(response: &OutboundResponse) -> Option<Duration> {
    let text = response.headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

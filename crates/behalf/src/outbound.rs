//! The `Outbound` port: every request that leaves this process.
//!
//! Egress rules see the address that is finally connected to, so a name that resolves to a private address (DNS
//! rebinding) is refused. Redirects are answers, never followed; bodies are passed on undecoded; a URL is sent as
//! spelled. Connections are pooled per origin *and* per permission to reach private addresses, so that a strict
//! request never rides on a connection which only a lenient one was allowed to open.

mod address;
mod body;
mod connect;
mod pool;
mod target;

use async_trait::async_trait;
use behalf_model::ports::{Outbound, OutboundError, OutboundRequest, OutboundResponse};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Request, Response};
use pool::{Connection, Pool};
use rustls::ClientConfig;
use std::sync::Arc;
use std::time::Duration;
use target::Target;

/// HTTP/1.1 and HTTP/2 client over TCP and TLS.
pub struct HttpOutbound {
    pool: Pool,
    tls: Arc<ClientConfig>,
    /// Hosts, with optional port, that may have private addresses whatever the request says: upstream issuers and
    /// back-ends of the local network, listed by the operator.
    private_hosts: Vec<String>,
}

impl HttpOutbound {
    pub fn new(tls: ClientConfig, private_hosts: Vec<String>) -> Self {
        Self {
            pool: Pool::default(),
            tls: Arc::new(tls),
            private_hosts,
        }
    }

    async fn exchange(
        &self,
        target: &Target,
        request: OutboundRequest,
    ) -> Result<OutboundResponse, OutboundError> {
        let limit = request.max_response_bytes;
        let connect_timeout = Duration::from_millis(request.connect_timeout_ms);
        let mut message = target.message(request);
        while let Some(mut kept) = self.pool.take(&target.key).await {
            // A kept connection may have been closed by the other side at this very moment; when the message was
            // not sent it comes back and the next connection gets it.
            match kept.send(message).await {
                Ok(answer) => return self.finish(target, kept, answer, limit).await,
                Err((Some(unsent), _)) => message = unsent,
                Err((None, error)) => return Err(broken(target, &error)),
            }
        }
        let mut fresh = connect::open(&target.key, &self.tls, connect_timeout).await?;
        match fresh.send(message).await {
            Ok(answer) => self.finish(target, fresh, answer, limit).await,
            Err((_, error)) => Err(broken(target, &error)),
        }
    }

    async fn finish(
        &self,
        target: &Target,
        connection: Connection,
        answer: Response<Incoming>,
        limit: usize,
    ) -> Result<OutboundResponse, OutboundError> {
        let (head, incoming) = answer.into_parts();
        let body = body::read(incoming, &head.headers, limit)
            .await
            .map_err(|e| match e {
                body::Unread::TooLarge => OutboundError::TooLarge {
                    host: target.host(),
                    limit_bytes: limit,
                },
                body::Unread::Broken(error) => broken(target, &error),
            })?;
        self.pool.put(&target.key, connection);
        Ok(OutboundResponse {
            status: head.status,
            headers: head.headers,
            body,
        })
    }
}

#[async_trait]
impl Outbound for HttpOutbound {
    async fn send(&self, request: OutboundRequest) -> Result<OutboundResponse, OutboundError> {
        let target = Target::of(&request, &self.private_hosts)?;
        let timeout_ms = request.total_timeout_ms;
        tokio::time::timeout(
            Duration::from_millis(timeout_ms),
            self.exchange(&target, request),
        )
        .await
        .unwrap_or_else(|_| {
            Err(OutboundError::Timeout {
                host: target.host(),
                timeout_ms,
            })
        })
    }
}

/// What goes over a connection.
type Message = Request<Full<Bytes>>;

/// The reason is hyper's own wording, which names protocol states and never content.
fn broken(target: &Target, error: &hyper::Error) -> OutboundError {
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        reason = format!("{reason}: {inner}");
        source = inner.source();
    }
    OutboundError::Broken {
        host: target.host(),
        reason,
    }
}

#[cfg(test)]
mod tests;

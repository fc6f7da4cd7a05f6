use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

/// One request out, one response back. Implementations never follow redirects and never reach an address that
/// `egress` does not allow; the check is made on the address that is finally connected to (DNS rebinding).
#[async_trait]
pub trait Outbound: Send + Sync {
    async fn send(&self, request: OutboundRequest) -> Result<OutboundResponse, OutboundError>;
}

#[derive(Clone, Debug)]
pub struct OutboundRequest {
    pub method: Method,
    /// Absolute URL. Sent exactly as spelled: no normalisation of the path.
    pub url: String,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub connect_timeout_ms: u64,
    /// For the whole exchange, the body included.
    pub total_timeout_ms: u64,
    /// A longer response body is an error, not a truncation.
    pub max_response_bytes: usize,
    pub egress: Egress,
}

/// Which destinations a request may reach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Egress {
    /// Host names (with optional `:port`) that may be contacted; empty = the host of the URL itself.
    pub hosts: Vec<String>,
    /// Whether the name may resolve to a loopback, private, link-local or other non-public address.
    pub private_addresses: bool,
    /// Whether `http://` is allowed.
    pub insecure: bool,
}

#[derive(Clone, Debug)]
pub struct OutboundResponse {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Why no response came back. Texts are public: they name hosts and limits, never headers or bodies.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    #[error("the address {0} is not allowed by the egress rules")]
    Refused(String),
    #[error("no connection to {host}: {reason}")]
    Connect { host: String, reason: String },
    #[error("TLS with {host} failed: {reason}")]
    Tls { host: String, reason: String },
    #[error("{host} gave no complete answer within {timeout_ms} ms")]
    Timeout { host: String, timeout_ms: u64 },
    #[error("{host} broke off: {reason}")]
    Broken { host: String, reason: String },
    #[error("the answer of {host} is longer than {limit_bytes} bytes")]
    TooLarge { host: String, limit_bytes: usize },
    #[error("the URL is not usable: {0}")]
    BadUrl(String),
}

impl OutboundError {
    /// Nothing reached the other side, so repeating is safe whatever the method.
    pub fn never_sent(&self) -> bool {
        matches!(
            self,
            Self::Connect { .. } | Self::Refused(_) | Self::BadUrl(_) | Self::Tls { .. }
        )
    }
}

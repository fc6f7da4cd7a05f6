//! The crate's only door to the network.

use async_trait::async_trait;
use bytes::Bytes;

/// One request out, one response back.
///
/// An implementation must not follow redirects (a bearer token would follow them to another host), must bound time
/// and size of an answer, and must verify certificates. `HyperHttp` (feature `hyper`) is one.
#[async_trait]
pub trait Http: Send + Sync {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, HttpFailure>;
}

/// Why there is no response. The text must hold neither headers nor bodies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpFailure(pub String);

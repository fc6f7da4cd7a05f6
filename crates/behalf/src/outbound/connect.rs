//! Opening a connection: names to addresses, addresses through the egress rules, TCP, TLS.

use super::address::is_public;
use super::pool::Connection;
use super::target::Key;
use behalf_model::ports::OutboundError;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Longest head of an answer, in bytes.
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// Addresses of one name that are tried.
const MAX_ADDRESSES: u32 = 4;

pub async fn open(
    key: &Key,
    tls: &Arc<ClientConfig>,
    timeout: Duration,
) -> Result<Connection, OutboundError> {
    tokio::time::timeout(timeout, open_patiently(key, tls, timeout))
        .await
        .unwrap_or_else(|_| {
            Err(failed(
                key,
                format!("nothing was established within {} ms", timeout.as_millis()),
            ))
        })
}

async fn open_patiently(
    key: &Key,
    tls: &Arc<ClientConfig>,
    timeout: Duration,
) -> Result<Connection, OutboundError> {
    let stream = tcp(key, timeout).await?;
    if !key.tls {
        return http1(key, stream).await;
    }
    let refused = |reason: String| OutboundError::Tls {
        host: key.authority.to_string(),
        reason,
    };
    let name =
        ServerName::try_from(bare_host(key).to_owned()).map_err(|e| refused(e.to_string()))?;
    let stream = TlsConnector::from(tls.clone())
        .connect(name, stream)
        .await
        .map_err(|e| refused(e.to_string()))?;
    if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
        http2(key, stream).await
    } else {
        http1(key, stream).await
    }
}

/// Tries the allowed addresses one after the other, none so long that the next has no time left.
async fn tcp(key: &Key, timeout: Duration) -> Result<TcpStream, OutboundError> {
    let addresses = allowed_addresses(key).await?;
    let share = timeout
        / u32::try_from(addresses.len())
            .unwrap_or(MAX_ADDRESSES)
            .max(1);
    let mut last = "no address".to_owned();
    for address in addresses {
        match tokio::time::timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                stream.set_nodelay(true).map_err(|e| failed(key, e))?;
                return Ok(stream);
            }
            Ok(Err(error)) => last = error.to_string(),
            Err(_) => last = format!("{} does not answer", address.ip()),
        }
    }
    Err(failed(key, last))
}

async fn allowed_addresses(key: &Key) -> Result<Vec<SocketAddr>, OutboundError> {
    let host = bare_host(key);
    let found: Vec<SocketAddr> = match host.parse::<IpAddr>() {
        Ok(address) => vec![SocketAddr::new(address, key.port())],
        Err(_) => tokio::net::lookup_host((host, key.port()))
            .await
            .map_err(|e| failed(key, e))?
            .collect(),
    };
    let Some(first) = found.first().map(SocketAddr::ip) else {
        return Err(failed(key, "the name has no address"));
    };
    let allowed: Vec<SocketAddr> = found
        .into_iter()
        .filter(|a| key.private_addresses || is_public(a.ip()))
        .take(MAX_ADDRESSES as usize)
        .collect();
    if allowed.is_empty() {
        return Err(OutboundError::Refused(format!(
            "{first} (of {})",
            key.authority
        )));
    }
    Ok(allowed)
}

async fn http1<S>(key: &Key, stream: S) -> Result<Connection, OutboundError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (sender, connection) = http1::Builder::new()
        .max_buf_size(MAX_HEAD_BYTES)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|e| failed(key, e))?;
    tokio::spawn(watched(key.authority.to_string(), connection));
    Ok(Connection::Http1(sender))
}

async fn http2<S>(key: &Key, stream: S) -> Result<Connection, OutboundError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (sender, connection) = http2::Builder::new(TokioExecutor::new())
        .max_header_list_size(MAX_HEAD_BYTES as u32)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|e| failed(key, e))?;
    tokio::spawn(watched(key.authority.to_string(), connection));
    Ok(Connection::Http2(sender))
}

/// Drives a connection until it ends. Whoever waits for an answer learns of an error by himself.
async fn watched(host: String, connection: impl Future<Output = hyper::Result<()>>) {
    if let Err(error) = connection.await {
        tracing::debug!(host, %error, "an outbound connection ended");
    }
}

/// An IPv6 literal without its brackets.
fn bare_host(key: &Key) -> &str {
    key.host().trim_start_matches('[').trim_end_matches(']')
}

fn failed(key: &Key, reason: impl ToString) -> OutboundError {
    OutboundError::Connect {
        host: key.authority.to_string(),
        reason: reason.to_string(),
    }
}

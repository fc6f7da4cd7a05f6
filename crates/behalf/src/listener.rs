//! Listeners: sockets, TLS, HTTP/1.1 and HTTP/2, limits, graceful end.

mod certificates;

use crate::edge::{Connection, Edge};
pub use certificates::Certificates;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_rustls::TlsAcceptor;

/// Longest request head, in bytes. A token of a user in two hundred groups has 12 KiB.
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// Requests of one HTTP/2 connection at the same time.
const MAX_STREAMS: u32 = 256;
/// Pause after the system refused a connection (usually: no file descriptor left).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Open connections of the listener; more wait in the system's queue.
    pub max_connections: usize,
    /// For the TLS handshake, for the head of a request, and between two requests of a connection.
    pub header_timeout_s: u64,
    /// For requests in flight when the process is asked to end.
    pub shutdown_s: u64,
}

/// A bound socket with what it serves.
pub struct Listener {
    pub socket: TcpListener,
    /// `None`: plain HTTP, which the configuration allows on loopback only.
    pub tls: Option<TlsAcceptor>,
    pub edge: Arc<Edge>,
    pub limits: Limits,
}

impl Listener {
    /// Serves until `stop` turns true, then lets requests in flight finish.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let slots = Arc::new(Semaphore::new(self.limits.max_connections));
        let graceful = GracefulShutdown::new();
        let server = Arc::new(Server {
            http: http(&self.limits),
            tls: self.tls,
            edge: self.edge,
            limits: self.limits,
        });
        loop {
            let next = async {
                // The slot comes first, so that clients over the limit wait in the system's queue, not in memory.
                let slot = slots.clone().acquire_owned().await.ok()?;
                Some((slot, self.socket.accept().await))
            };
            let (slot, accepted) = tokio::select! {
                next = next => match next { Some(next) => next, None => break },
                _ = stop.wait_for(|stop| *stop) => break,
            };
            match accepted {
                Ok((stream, peer)) => {
                    tokio::spawn(server.clone().serve(stream, peer, slot, graceful.watcher()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
        drop(self.socket);
        if tokio::time::timeout(
            Duration::from_secs(server.limits.shutdown_s),
            graceful.shutdown(),
        )
        .await
        .is_err()
        {
            tracing::warn!(
                shutdown_s = server.limits.shutdown_s,
                "requests were still running and are cut off"
            );
        }
    }
}

struct Server {
    http: auto::Builder<TokioExecutor>,
    tls: Option<TlsAcceptor>,
    edge: Arc<Edge>,
    limits: Limits,
}

fn http(limits: &Limits) -> auto::Builder<TokioExecutor> {
    let timeout = Duration::from_secs(limits.header_timeout_s);
    let mut http = auto::Builder::new(TokioExecutor::new());
    http.http1()
        .timer(TokioTimer::new())
        .header_read_timeout(timeout)
        .max_buf_size(MAX_HEAD_BYTES);
    http.http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEAD_BYTES as u32)
        .keep_alive_interval(timeout)
        .keep_alive_timeout(timeout);
    http
}

impl Server {
    async fn serve(
        self: Arc<Self>,
        stream: TcpStream,
        peer: SocketAddr,
        _slot: OwnedSemaphorePermit,
        watcher: Watcher,
    ) {
        // Small answers must not wait for the acknowledgement of the last one.
        if stream.set_nodelay(true).is_err() {
            return;
        }
        let Some(acceptor) = &self.tls else {
            return self.http(stream, peer, watcher).await;
        };
        let timeout = Duration::from_secs(self.limits.header_timeout_s);
        match tokio::time::timeout(timeout, acceptor.accept(stream)).await {
            Ok(Ok(stream)) => self.http(stream, peer, watcher).await,
            Ok(Err(error)) => log_handshake(&peer, &error),
            Err(_) => tracing::debug!(%peer, "no TLS handshake in time"),
        }
    }

    async fn http<S>(&self, stream: S, peer: SocketAddr, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let asked = Arc::new(AtomicBool::new(false));
        let service = Connection {
            edge: self.edge.clone(),
            peer,
            asked: asked.clone(),
        };
        let connection = self
            .http
            .serve_connection(TokioIo::new(stream), service)
            .into_owned();
        let mut connection = pin!(watcher.watch(connection));
        // The HTTP library's own limits begin with the first bytes: a client that sends none, or half of an HTTP/2
        // preface, would hold its place for ever.
        let timeout = Duration::from_secs(self.limits.header_timeout_s);
        let ended = match tokio::time::timeout(timeout, connection.as_mut()).await {
            Ok(ended) => ended,
            Err(_) if asked.load(Ordering::Relaxed) => connection.await,
            Err(_) => Err("no request in time".into()),
        };
        if let Err(error) = ended {
            tracing::debug!(%peer, error, "a connection ended");
        }
    }
}

/// A client that does not know our certificate authority reports nothing useful on its own side (entra.md 8.1).
fn log_handshake(peer: &SocketAddr, error: &std::io::Error) {
    let text = error.to_string();
    if text.contains("UnknownCA")
        || text.contains("BadCertificate")
        || text.contains("CertificateUnknown")
    {
        tracing::warn!(%peer, error = text, "a client does not trust this server's certificate; give it the CA file (`behalf check` prints how)");
    } else {
        tracing::debug!(%peer, error = text, "TLS handshake failed");
    }
}

#[cfg(test)]
mod tests;

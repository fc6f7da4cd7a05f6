//! Listening, with TLS unless on loopback by explicit wish.

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// A peer that has said nothing useful by then is let go: handshakes and headers must not be held open for free.
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Server {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    address: SocketAddr,
}

impl Server {
    pub async fn bind(listen: SocketAddr, tls: Option<Arc<ServerConfig>>) -> Result<Self, String> {
        let failed = |error| format!("{listen}: {error}");
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self {
            listener,
            tls: tls.map(TlsAcceptor::from),
            address,
        })
    }

    /// With the port that was really taken.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Until the process is asked to end; requests under way are finished.
    pub async fn run(self, router: Router) {
        // HTTP/1.1 alone: a builder that first finds out which version is spoken waits for the first bytes without end.
        let mut builder = Builder::new(TokioExecutor::new()).http1_only();
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(PATIENCE);
        let builder = Arc::new(builder);
        let graceful = GracefulShutdown::new();
        let mut end = std::pin::pin!(tokio::signal::ctrl_c());
        loop {
            let stream = tokio::select! {
                accepted = self.listener.accept() => accepted.map(|(stream, _)| stream),
                _ = &mut end => break,
            };
            // Out of file descriptors, for example: pausing lets connections end instead of spinning.
            let Ok(stream) = stream else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let (builder, tls, router) = (builder.clone(), self.tls.clone(), router.clone());
            let watcher = graceful.watcher();
            tokio::spawn(async move {
                let Some(io) = handshake(stream, tls).await else {
                    return;
                };
                let connection =
                    builder.serve_connection(TokioIo::new(io), TowerToHyperService::new(router));
                // A connection that breaks off is the peer's affair.
                let _ = watcher.watch(connection.into_owned()).await;
            });
        }
        // Whoever is still busy after that would keep the process from ending.
        let _ = tokio::time::timeout(PATIENCE, graceful.shutdown()).await;
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

async fn handshake(stream: TcpStream, tls: Option<TlsAcceptor>) -> Option<Box<dyn Stream>> {
    match tls {
        None => Some(Box::new(stream)),
        Some(tls) => {
            let stream = tokio::time::timeout(PATIENCE, tls.accept(stream))
                .await
                .ok()?
                .ok()?;
            Some(Box::new(stream))
        }
    }
}

#[cfg(test)]
mod tests;

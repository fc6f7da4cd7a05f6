//! The network through hyper.

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::sync::Arc;
use std::time::Duration;

use crate::{Error, ErrorKind, Http, HttpFailure};

/// HTTP/1.1 over TCP and TLS with pooled connections. Follows no redirect, waits at most 30 seconds and reads at most
/// 16 MiB.
#[derive(Clone)]
pub struct HyperHttp {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    timeout: Duration,
    most_bytes: usize,
}

impl HyperHttp {
    /// Trusts the certificate authorities that browsers trust. Errors: [`ErrorKind::Configuration`].
    pub fn new() -> Result<Self, Error> {
        Self::with_root_certificates("")
    }

    /// Trusts the certificates of a PEM text too: the certificate authority of a local network.
    ///
    /// ```
    /// use behalf_remote_web::{ErrorKind, HyperHttp};
    ///
    /// assert!(HyperHttp::with_root_certificates("").is_ok());
    /// let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    /// assert_eq!(HyperHttp::with_root_certificates(broken).err().map(|error| error.kind()), Some(ErrorKind::Configuration));
    /// ```
    pub fn with_root_certificates(pem: &str) -> Result<Self, Error> {
        let mut roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            let certificate = certificate.map_err(|error| unusable(&error))?;
            roots.add(certificate).map_err(|error| unusable(&error))?;
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            timeout: Duration::from_secs(30),
            most_bytes: 16 * 1024 * 1024,
        })
    }

    /// How long one exchange may take.
    pub fn timeout_ms(mut self, timeout_ms: u64) -> Self {
        self.timeout = Duration::from_millis(timeout_ms);
        self
    }

    /// Largest body that is read.
    pub fn most_bytes(mut self, most_bytes: usize) -> Self {
        self.most_bytes = most_bytes;
        self
    }

    async fn exchange(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, HttpFailure> {
        let response = self
            .client
            .request(request.map(Full::new))
            .await
            .map_err(|error| HttpFailure(with_sources(&error)))?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, self.most_bytes).collect().await;
        let body = body.map_err(|_| {
            HttpFailure(format!(
                "its answer broke off or is larger than {} bytes",
                self.most_bytes
            ))
        })?;
        Ok(http::Response::from_parts(parts, body.to_bytes()))
    }
}

#[async_trait]
impl Http for HyperHttp {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, HttpFailure> {
        let exchange = tokio::time::timeout(self.timeout, self.exchange(request)).await;
        exchange.unwrap_or_else(|_| {
            Err(HttpFailure(format!(
                "no answer within {} ms",
                self.timeout.as_millis()
            )))
        })
    }
}

/// "client error (Connect)" says little; the causes below it say "certificate unknown issuer".
fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text += &format!(": {cause}");
        source = cause.source();
    }
    text
}

fn unusable(error: &dyn std::fmt::Display) -> Error {
    Error::new(
        ErrorKind::Configuration,
        "The root certificates cannot be used",
        error.to_string(),
        "give PEM text with blocks CERTIFICATE",
    )
}

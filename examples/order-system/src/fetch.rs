//! Reading the issuer's documents over HTTPS.

use axum::body::Body;
use http_body_util::{BodyExt, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

pub type Fetched<'a> = Pin<Box<dyn Future<Output = Result<String, String>> + Send + 'a>>;

/// One document by its URL. The error says publicly why there is none.
pub trait Fetch: Send + Sync {
    fn get<'a>(&'a self, url: &'a str) -> Fetched<'a>;
}

/// Never follows a redirect, reads at most [`MAX_BYTES`] and waits at most [`TIMEOUT`].
pub struct Https {
    client: Client<HttpsConnector<HttpConnector>, Body>,
    loopback_http: bool,
}

const MAX_BYTES: usize = 512 * 1024;
const TIMEOUT: Duration = Duration::from_secs(10);

impl Https {
    pub fn new(ca: Option<&Path>, loopback_http: bool) -> Result<Self, String> {
        let mut roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        if let Some(path) = ca {
            let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
            for certificate in CertificateDer::pem_file_iter(path).map_err(|e| failed(&e))? {
                roots
                    .add(certificate.map_err(|e| failed(&e))?)
                    .map_err(|e| failed(&e))?;
            }
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let builder = hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(config);
        let connector = builder.https_or_http().enable_http1().build();
        Ok(Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            loopback_http,
        })
    }

    /// Keys that came over an unprotected line would let anybody on it sign tokens.
    fn may_read(&self, url: &Url) -> bool {
        let loopback = match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        };
        url.scheme() == "https" || (url.scheme() == "http" && self.loopback_http && loopback)
    }

    async fn read(&self, url: &str) -> Result<String, String> {
        let parsed = Url::parse(url).map_err(|error| format!("{url}: {error}"))?;
        if !self.may_read(&parsed) {
            return Err(format!("{url} is not https"));
        }
        let uri = parsed
            .as_str()
            .parse()
            .map_err(|error| format!("{url}: {error}"))?;
        let response = self
            .client
            .get(uri)
            .await
            .map_err(|error| format!("{url}: {error}"))?;
        if response.status() != ::http::StatusCode::OK {
            return Err(format!("{url} answers {}", response.status()));
        }
        let body = Limited::new(response.into_body(), MAX_BYTES)
            .collect()
            .await;
        let bytes = body.map_err(|error| format!("{url}: {error}"))?.to_bytes();
        String::from_utf8(bytes.into()).map_err(|_| format!("{url} answers no text"))
    }
}

impl Fetch for Https {
    fn get<'a>(&'a self, url: &'a str) -> Fetched<'a> {
        Box::pin(async move {
            let read = tokio::time::timeout(TIMEOUT, self.read(url)).await;
            read.unwrap_or_else(|_| {
                Err(format!(
                    "{url} gave no answer within {} s",
                    TIMEOUT.as_secs()
                ))
            })
        })
    }
}

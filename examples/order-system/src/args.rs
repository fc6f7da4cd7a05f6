//! The command line.

use clap::Parser;
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// An order system whose users sign in elsewhere: it accepts their access tokens, with the scopes order.read,
/// order.write and order.delete.
#[derive(Parser, Debug)]
#[command(name = "order-system", version)]
pub struct Args {
    /// Address to listen on; port 0 takes any free one, and the line printed at start names it.
    #[arg(long, default_value = "127.0.0.1:8446")]
    pub listen: SocketAddr,
    /// Issuer exactly as its tokens spell it, for example https://login.corp.lan/TENANT/v2.0; may be repeated. An
    /// issuer ending in /v2.0 stands for its v1.0 form too.
    #[arg(long, required = true)]
    pub issuer: Vec<String>,
    /// Name under which tokens are issued for this API: the client id of its registration, its application ID URI;
    /// may be repeated. Compared exactly.
    #[arg(long, required = true)]
    pub audience: Vec<String>,
    /// Certificate chain in PEM.
    #[arg(long, requires = "tls_key", required_unless_present = "http")]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate in PEM.
    #[arg(long, requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Development only: plain HTTP, here and at the issuer, on loopback addresses.
    #[arg(long, conflicts_with = "tls_cert")]
    pub http: bool,
    /// Certificate authorities in PEM to trust at the issuer, beside the public ones.
    #[arg(long)]
    pub ca: Option<PathBuf>,
    /// Database file.
    #[arg(long, default_value = "orders.db")]
    pub db: PathBuf,
}

impl Args {
    /// Every issuer whose tokens count. Entra's v1.0 tokens name `…/TENANT/` where v2.0 tokens name `…/TENANT/v2.0`;
    /// it is the API's registration that decides which of the two it gets, and the same keys sign both.
    pub fn issuers(&self) -> Vec<String> {
        let v1 = self
            .issuer
            .iter()
            .filter_map(|issuer| issuer.strip_suffix("v2.0"))
            .filter(|v1| v1.ends_with('/'));
        let mut all: Vec<String> = self
            .issuer
            .iter()
            .map(String::as_str)
            .chain(v1)
            .map(str::to_owned)
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// `None` for plain HTTP, which is refused on anything but loopback: tokens would cross the network readable.
    pub fn tls(&self) -> Result<Option<Arc<ServerConfig>>, String> {
        let (Some(cert), Some(key)) = (&self.tls_cert, &self.tls_key) else {
            return if self.listen.ip().is_loopback() {
                Ok(None)
            } else {
                Err(format!(
                    "--http is for loopback only, and {} is not",
                    self.listen
                ))
            };
        };
        let of = |path: &PathBuf| {
            let path = path.display().to_string();
            move |error: rustls_pki_types::pem::Error| format!("{path}: {error}")
        };
        let chain: Vec<_> = CertificateDer::pem_file_iter(cert)
            .map_err(of(cert))?
            .collect::<Result<_, _>>()
            .map_err(of(cert))?;
        let key = PrivateKeyDer::from_pem_file(key).map_err(of(key))?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|error| format!("{}: {error}", cert.display()))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Some(Arc::new(config)))
    }
}

#[cfg(test)]
mod tests;

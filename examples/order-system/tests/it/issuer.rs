//! An issuer over TLS with a certificate authority of its own, and an HTTPS client that trusts it.

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use behalf_wire::jose::jws::{HeaderExtras, sign_compact};
use behalf_wire::jose::{JwkSet, JwsAlg, KeyKind, SigningKey, backend};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;

pub struct Issuer {
    pub name: String,
    /// Directory with `ca.pem`, `cert.pem` and `key.pem`.
    pub files: tempfile::TempDir,
    key: SigningKey,
}

impl Issuer {
    pub async fn start() -> Self {
        let files = certificates();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let name = format!("https://{}/tenant/v2.0", listener.local_addr().unwrap());
        let der = backend::generate_pkcs8(KeyKind::Rsa2048).unwrap();
        let key = SigningKey::from_pkcs8(JwsAlg::RS256, None, &der).unwrap();
        let jwks = JwkSet {
            keys: vec![key.public_jwk().unwrap()],
            unusable: Vec::new(),
        }
        .to_public_json();
        let discovery = json!({ "issuer": name, "jwks_uri": format!("{name}/keys") }).to_string();
        let router = Router::new()
            .route(
                "/tenant/v2.0/.well-known/openid-configuration",
                get(async move || discovery),
            )
            .route("/tenant/v2.0/keys", get(async move || jwks));
        tokio::spawn(serve(listener, router, server_config(files.path())));
        Self { name, files, key }
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    pub fn token(&self, claims: &Value) -> String {
        let mut claims = claims.clone();
        claims["iss"] = self.name.clone().into();
        sign_compact(
            &HeaderExtras::default(),
            claims.to_string().as_bytes(),
            &self.key,
        )
        .unwrap()
    }

    pub async fn send(
        &self,
        method: &str,
        url: String,
        token: &str,
        body: &str,
    ) -> (StatusCode, Value) {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_file(self.file("ca.pem")).unwrap())
            .unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap();
        let config = config.with_root_certificates(roots).with_no_client_auth();
        let builder = hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(config);
        let client = Client::builder(TokioExecutor::new())
            .build(builder.https_only().enable_all_versions().build());
        let request = Request::builder()
            .method(method)
            .uri(url)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .body(Body::from(body.to_owned()))
            .unwrap();
        let response = client.request(request).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }
}

fn certificates() -> tempfile::TempDir {
    let mut ca = CertificateParams::new(Vec::new()).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(["127.0.0.1".to_owned()])
        .unwrap()
        .signed_by(&key, &ca)
        .unwrap();
    let files = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("ca.pem", ca.pem()),
        ("cert.pem", leaf.pem()),
        ("key.pem", key.serialize_pem()),
    ] {
        std::fs::write(files.path().join(name), text).unwrap();
    }
    files
}

fn server_config(files: &Path) -> ServerConfig {
    let chain = vec![CertificateDer::from_pem_file(files.join("cert.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(files.join("key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    config
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap()
}

async fn serve(listener: TcpListener, router: Router, config: ServerConfig) {
    let tls = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, router) = (tls.clone(), router.clone());
        tokio::spawn(async move {
            let Ok(stream) = tls.accept(stream).await else {
                return;
            };
            let builder = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
            let _ = builder
                .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
                .await;
        });
    }
}

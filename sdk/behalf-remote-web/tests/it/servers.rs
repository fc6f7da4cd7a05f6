//! An authentication server and a content host over TLS.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::IntoResponse;
use behalf_wire::acs::Host;
use behalf_wire::acs::access_token::{self, AccessTokenCheck, Caller, NewAccessToken, NewCaller};
use behalf_wire::acs::challenge::Challenge;
use behalf_wire::acs::metadata::Metadata;
use behalf_wire::acs::token::{Grant, PARAMETERS, TokenAnswer, TokenRequest};
use behalf_wire::jose::{Certificate, JwsAlg, SigningKey};
use behalf_wire::oauth::form::Form;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, PKCS_RSA_SHA256};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

pub const CLIENT_ID: &str = "0bb64fb5-74a0-4c0c-9b20-2c2fd5d3a3b5";
pub const REALM: &str = "4c6b2b1e-8f0a-4c51-9d5e-0123456789ab";
pub const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

#[expect(
    clippy::disallowed_methods,
    reason = "the program under test runs on the real clock"
)]
pub fn now_s() -> i64 {
    i64::try_from(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs(),
    )
    .unwrap()
}

/// An authentication server and a content host in one, as small as the formats allow.
pub struct Server {
    pub host: Host,
    key: SigningKey,
    certificate: Certificate,
}

impl Server {
    pub fn public_url(&self) -> String {
        format!("https://{}", self.host)
    }

    fn token(&self, form: &Bytes) -> String {
        let form = Form::parse(form, PARAMETERS).unwrap();
        let request = TokenRequest::read(&form).unwrap();
        assert_eq!(request.client_secret, SECRET);
        let caller = match request.grant {
            Grant::RefreshToken("IAAA-refresh") => NewCaller::UserAndApp {
                name_id: "alice",
                identity_provider: "urn:federation:microsoftonline",
            },
            _ => NewCaller::AppOnly { object_id: "app" },
        };
        let new = NewAccessToken {
            realm: REALM,
            host: &self.host,
            client_id: CLIENT_ID,
            caller,
            not_before_s: now_s(),
            expires_at_s: now_s() + 43_200,
        };
        new.sign(&self.key, &self.certificate.x5t()).unwrap()
    }

    /// Who calls, by the bearer token and the keys of the metadata document.
    fn caller(&self, headers: &HeaderMap) -> Option<Caller> {
        let bearer = headers
            .get("authorization")?
            .to_str()
            .ok()?
            .strip_prefix("Bearer ")?;
        let check = AccessTokenCheck {
            keys: &self.metadata().keyring(now_s()).unwrap(),
            realm: REALM,
            hosts: std::slice::from_ref(&self.host),
            clock_skew_s: 0,
        };
        let token = access_token::verify(bearer, &check, now_s()).ok()?;
        Some(token.caller().clone())
    }

    fn metadata(&self) -> Metadata {
        let certificates = std::slice::from_ref(&self.certificate);
        Metadata::of_sts(REALM, &self.public_url(), certificates).unwrap()
    }
}

async fn answer(
    State(server): State<Arc<Server>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> axum::response::Response {
    let challenge = || {
        let challenge = Challenge {
            realm: REALM,
            trusted_issuers: &[],
            authorization_uri: &server.public_url(),
        };
        (
            StatusCode::UNAUTHORIZED,
            [("www-authenticate", challenge.header_value())],
        )
            .into_response()
    };
    match uri.path() {
        "/metadata/json/1" => server.metadata().to_json().into_response(),
        path if path.ends_with("/tokens/OAuth/2") => {
            let token = server.token(&body);
            let answer = TokenAnswer {
                not_before_s: now_s(),
                expires_at_s: now_s() + 43_200,
                resource: "",
                access_token: &token,
                refresh_token: None,
            };
            answer.to_json(now_s()).into_response()
        }
        "/sites/sales/_api/web" => match server.caller(&headers) {
            Some(Caller::UserAndApp { name_id, .. }) => {
                format!(r#"{{"Title":"{name_id}"}}"#).into_response()
            }
            Some(Caller::AppOnly { .. }) => r#"{"Title":"app"}"#.into_response(),
            None => challenge(),
        },
        "/redirect" => (StatusCode::FOUND, [("location", "/sites/sales/_api/web")]).into_response(),
        "/large" => vec![b'x'; 100_000].into_response(),
        "/silent" => std::future::pending().await,
        _ => challenge(),
    }
}

/// The server's address and the PEM of the authority that signed its certificate.
pub async fn serve() -> (Arc<Server>, String) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let tls_key = KeyPair::generate().unwrap();
    let tls = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let tls = tls.signed_by(&tls_key, &authority).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![tls.der().clone()],
            PrivateKeyDer::try_from(tls_key.serialize_der()).unwrap(),
        )
        .unwrap();

    let rsa = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
    let signing = CertificateParams::new(vec!["sts".to_owned()])
        .unwrap()
        .self_signed(&rsa)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = Arc::new(Server {
        host: Host::parse(&format!("localhost:{port}")).unwrap(),
        key: SigningKey::from_pkcs8(JwsAlg::RS256, None, &rsa.serialize_der()).unwrap(),
        certificate: Certificate::from_der(signing.der()).unwrap(),
    });
    let router = Router::new()
        .fallback(answer)
        .with_state(Arc::clone(&server));
    let listener = TlsListener {
        listener,
        acceptor: TlsAcceptor::from(Arc::new(config)),
    };
    tokio::spawn(async move { axum::serve(listener, router).await });
    (server, authority.pem())
}

struct TlsListener {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl axum::serve::Listener for TlsListener {
    type Io = tokio_rustls::server::TlsStream<tokio::net::TcpStream>;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let Ok((stream, address)) = self.listener.accept().await else {
                continue;
            };
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

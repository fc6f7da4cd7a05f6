//! A stand-in for everything behind the gateway: an issuer whose tokens the gateway accepts, a token endpoint that
//! counts its exchanges, and a back-end that says whose token it was called with. Runs inside the bench process.

use behalf_wire::jose::backend::generate_pkcs8;
use behalf_wire::jose::{JwsAlg, KeyKind, SigningKey, Unverified, jws};
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::{Duration, SystemTime};
use tokio::net::TcpListener;

type Failure = Box<dyn std::error::Error + Send + Sync>;

pub const AUDIENCE: &str = "11111111-2222-3333-4444-555555555555";

pub struct Upstream {
    pub port: u16,
    key: SigningKey,
    exchanges: AtomicU64,
    text: String,
}

impl Upstream {
    pub async fn start() -> Result<Arc<Self>, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let upstream = Arc::new(Self {
            port: listener.local_addr()?.port(),
            key: SigningKey::from_pkcs8(
                JwsAlg::ES256,
                Some("bench".into()),
                &generate_pkcs8(KeyKind::P256)?,
            )?,
            exchanges: AtomicU64::new(0),
            text: "x".repeat(1000),
        });
        tokio::spawn(accept(listener, upstream.clone()));
        Ok(upstream)
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn exchanges(&self) -> u64 {
        self.exchanges.load(SeqCst)
    }

    /// A token of user `n`, as the provider would issue it for the gateway.
    pub fn token(&self, n: usize) -> Result<String, Failure> {
        let now = now_s();
        let claims = format!(
            r#"{{"iss":"{}","aud":"{AUDIENCE}","oid":"00000000-0000-4000-8000-{n:012}","sub":"s{n}","tid":"bench","azp":"front","scp":"access_as_user","preferred_username":"user{n}@bench.example","name":"User {n}","iat":{now},"nbf":{now},"exp":{},"ver":"2.0"}}"#,
            self.url(),
            now + 3600
        );
        Ok(jws::sign_compact(
            &jws::HeaderExtras::default(),
            claims.as_bytes(),
            &self.key,
        )?)
    }

    async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, hyper::http::Error> {
        let path = request.uri().path().to_owned();
        let bearer = request
            .headers()
            .get("authorization")
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let method = request.method().clone();
        let body = request
            .into_body()
            .collect()
            .await
            .map(|b| b.to_bytes())
            .unwrap_or_default();
        let json = match (method, path.as_str()) {
            (Method::GET, "/.well-known/openid-configuration") => {
                let url = self.url();
                format!(
                    r#"{{"issuer":"{url}","jwks_uri":"{url}/jwks","token_endpoint":"{url}/token","authorization_endpoint":"{url}/authorize"}}"#
                )
            }
            (Method::GET, "/jwks") => {
                let key = self
                    .key
                    .public_jwk()
                    .and_then(|k| k.to_public_json())
                    .unwrap_or_default();
                format!(r#"{{"keys":[{key}]}}"#)
            }
            (Method::POST, "/token") => {
                self.exchanges.fetch_add(1, SeqCst);
                // Long enough that a thousand first calls arrive while the first exchange is still under way.
                tokio::time::sleep(Duration::from_millis(50)).await;
                let assertion = form_urlencoded::parse(&body)
                    .find(|(n, _)| n == "assertion")
                    .map(|(_, v)| v.into_owned());
                let user = Unverified::peek(&assertion.unwrap_or_default()).ok();
                let oid = user
                    .as_ref()
                    .and_then(|u| u.claims.oid())
                    .unwrap_or("nobody");
                format!(
                    r#"{{"token_type":"Bearer","expires_in":3600,"scope":"api://back-end/use","access_token":"for-{oid}"}}"#
                )
            }
            _ => {
                let user = bearer.strip_prefix("Bearer for-").unwrap_or("nobody");
                format!(r#"{{"user":"{user}","text":"{}"}}"#, self.text)
            }
        };
        Response::builder()
            .header("content-type", "application/json")
            .body(Full::from(json))
    }
}

async fn accept(listener: TcpListener, upstream: Arc<Upstream>) {
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let upstream = upstream.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| upstream.clone().answer(request));
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the stand-in issues real tokens; it is no part of the product"
)]
fn now_s() -> u64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |d| d.as_secs())
}

//! An issuer that answers behind the `Outbound` port, strict where real ones are and wrong where a test wants it.

use async_trait::async_trait;
use behalf_model::ports::{Outbound, OutboundError, OutboundRequest, OutboundResponse};
use behalf_wire::jose::backend::{KeyKind, generate_pkcs8};
use behalf_wire::jose::{JwsAlg, SigningKey, base64url};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::sync::Semaphore;

pub const ISSUER: &str = "https://login.upstream.example/tid/v2.0";
pub const CLIENT: &str = "22222222-2222-2222-2222-222222222222";
pub const SECRET: &str = "the-upstream-secret";
/// When the fixed clock of the tests starts.
pub const NOW: i64 = behalf_model::env::fixed::START_S;

#[derive(Clone)]
pub struct Upstream(pub Arc<Mutex<State>>, Arc<Semaphore>);

pub struct State {
    pub key: SigningKey,
    /// What discovery names as issuer.
    pub issuer: String,
    pub iss_parameter: bool,
    pub methods: Vec<&'static str>,
    /// What the next code redemption answers, set by `authorize`.
    pub nonce: String,
    pub challenge: String,
    pub redirect_uri: String,
    /// Overrides claims of the ID token; null removes.
    pub id_claims: Value,
    /// Flips a bit of the ID token's signature.
    pub tamper: bool,
    pub audience: String,
    /// The user whom access tokens name.
    pub oid: Option<&'static str>,
    pub refresh: Refresh,
    pub down: bool,
    /// Requests by path.
    pub seen: HashMap<String, Vec<HashMap<String, String>>>,
}

#[derive(Clone)]
pub enum Refresh {
    Rotate,
    KeepToken,
    Refuse(Value),
    Garbage,
}

impl Upstream {
    pub fn new() -> Self {
        let state = State {
            key: new_key("k1"),
            issuer: ISSUER.to_owned(),
            iss_parameter: false,
            methods: vec!["client_secret_post"],
            nonce: String::new(),
            challenge: String::new(),
            redirect_uri: String::new(),
            id_claims: json!({}),
            tamper: false,
            audience: format!("api://{CLIENT}"),
            oid: Some("alice-oid"),
            refresh: Refresh::Rotate,
            down: false,
            seen: HashMap::new(),
        };
        Self(
            Arc::new(Mutex::new(state)),
            Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
        )
    }

    pub fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.lock().unwrap());
    }

    /// Remembers what an authorization request asked for, as the issuer's sign-in page would.
    pub fn authorize(&self, query: &HashMap<String, String>) {
        self.set(|state| {
            state.nonce = query["nonce"].clone();
            state.challenge = query["code_challenge"].clone();
            state.redirect_uri = query["redirect_uri"].clone();
        });
    }

    pub fn requests(&self, path: &str) -> Vec<HashMap<String, String>> {
        self.0
            .lock()
            .unwrap()
            .seen
            .get(path)
            .cloned()
            .unwrap_or_default()
    }

    /// From now on answers wait until `go` is called.
    pub fn hold(&self) {
        self.1.forget_permits(Semaphore::MAX_PERMITS);
    }

    pub fn go(&self) {
        self.1.add_permits(1000);
    }
}

pub fn new_key(kid: &str) -> SigningKey {
    let der = generate_pkcs8(KeyKind::P256).unwrap();
    SigningKey::from_pkcs8(JwsAlg::ES256, Some(kid.to_owned()), &der).unwrap()
}

pub fn jwt(key: &SigningKey, claims: &Value) -> String {
    let header = json!({"alg": key.alg().name(), "kid": key.kid(), "typ": "JWT"});
    let message = format!(
        "{}.{}",
        base64url::encode(header.to_string()),
        base64url::encode(claims.to_string())
    );
    let signature = key.sign(message.as_bytes()).unwrap();
    format!("{message}.{}", base64url::encode(signature))
}

#[async_trait]
impl Outbound for Upstream {
    async fn send(&self, request: OutboundRequest) -> Result<OutboundResponse, OutboundError> {
        let url = url::Url::parse(&request.url).unwrap();
        let mut form: HashMap<String, String> =
            form_urlencoded::parse(&request.body).into_owned().collect();
        if let Some(value) = request.headers.get("authorization") {
            form.insert(
                "(authorization)".to_owned(),
                value.to_str().unwrap().to_owned(),
            );
        }
        assert!(
            !request.egress.private_addresses && !request.egress.insecure,
            "egress stays closed by default"
        );
        self.0
            .lock()
            .unwrap()
            .seen
            .entry(url.path().to_owned())
            .or_default()
            .push(form.clone());
        let _turn = self.1.acquire().await.unwrap();
        let state = &mut *self.0.lock().unwrap();
        let host = url.host_str().unwrap().to_owned();
        if state.down {
            return Err(OutboundError::Connect {
                host,
                reason: "refused".to_owned(),
            });
        }
        let (status, body) = match url.path() {
            "/tid/v2.0/.well-known/openid-configuration" => (200, state.discovery()),
            "/keys" => {
                let jwk: Value = serde_json::from_str(
                    &state.key.public_jwk().unwrap().to_public_json().unwrap(),
                )
                .unwrap();
                (200, json!({"keys": [jwk]}).to_string())
            }
            "/token" => state.token(&form),
            _ => (404, String::new()),
        };
        let status = StatusCode::from_u16(status).unwrap();
        Ok(OutboundResponse {
            status,
            headers: HeaderMap::new(),
            body: Bytes::from(body),
        })
    }
}

impl State {
    fn discovery(&self) -> String {
        json!({
            "issuer": self.issuer,
            "authorization_endpoint": "https://login.upstream.example/authorize",
            "token_endpoint": "https://login.upstream.example/token",
            "jwks_uri": "https://login.upstream.example/keys",
            "token_endpoint_auth_methods_supported": self.methods,
            "authorization_response_iss_parameter_supported": self.iss_parameter,
        })
        .to_string()
    }

    fn token(&self, form: &HashMap<String, String>) -> (u16, String) {
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        let by_post = field("client_id") == CLIENT && field("client_secret") == SECRET;
        let basic = format!("Basic {}", base64_standard(&format!("{CLIENT}:{SECRET}")));
        if !by_post && field("(authorization)") != basic {
            return (401, json!({"error": "invalid_client"}).to_string());
        }
        match field("grant_type") {
            "authorization_code" => {
                let verified =
                    behalf_wire::oauth::pkce::matches_s256(&self.challenge, field("code_verifier"));
                if field("code") != "good-code"
                    || !verified
                    || field("redirect_uri") != self.redirect_uri
                {
                    return (400, json!({"error": "invalid_grant"}).to_string());
                }
                (200, self.tokens(field("code"), Some("refresh-1")))
            }
            "refresh_token" => match &self.refresh {
                Refresh::Rotate => (
                    200,
                    self.tokens(
                        field("refresh_token"),
                        Some(&format!("{}+", field("refresh_token"))),
                    ),
                ),
                Refresh::KeepToken => (200, self.tokens(field("refresh_token"), None)),
                Refresh::Refuse(body) => (400, body.to_string()),
                Refresh::Garbage => (200, "<html>".to_owned()),
            },
            _ => (400, json!({"error": "unsupported_grant_type"}).to_string()),
        }
    }

    fn tokens(&self, from: &str, refresh_token: Option<&str>) -> String {
        let access = jwt(
            &self.key,
            &json!({"iss": ISSUER, "aud": self.audience, "oid": self.oid, "from": from}),
        );
        let mut claims = json!({
            "iss": ISSUER, "aud": CLIENT, "sub": "alice-sub", "oid": "alice-oid", "nonce": self.nonce,
            "iat": NOW, "exp": NOW + 3600, "name": "Alice Upstream", "preferred_username": "alice@upstream.example",
        });
        for (name, value) in self.id_claims.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
            .as_object_mut()
            .unwrap()
            .retain(|_, value| !value.is_null());
        let mut id_token = jwt(&self.key, &claims);
        if self.tamper {
            let flipped = if id_token.ends_with('A') { "Q" } else { "A" };
            id_token.replace_range(id_token.len() - 1.., flipped);
        }
        let mut answer = json!({"token_type": "Bearer", "expires_in": 3600, "access_token": access, "id_token": id_token});
        if let Some(token) = refresh_token {
            answer["refresh_token"] = token.into();
        }
        answer.to_string()
    }
}

fn base64_standard(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}

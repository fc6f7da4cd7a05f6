//! What the gateway talks to, with answers that a test decides.

use async_trait::async_trait;
use behalf_model::fault::INVALID_TOKEN;
use behalf_model::ports::{
    Outbound, OutboundError, OutboundRequest, OutboundResponse, ProviderToken, TokenVault,
    TokenVerifier, VaultMiss,
};
use behalf_model::secret::{Sealed, Sealer};
use behalf_model::token::VerifiedToken;
use behalf_model::{Fault, Secret, TenantId, UnixTime, UserId};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

/// Knows the tokens it was told.
#[derive(Default)]
pub struct Verifier(pub Mutex<HashMap<String, Arc<VerifiedToken>>>);

#[async_trait]
impl TokenVerifier for Verifier {
    async fn verify(
        &self,
        token: &str,
        audiences: &[String],
        _: UnixTime,
    ) -> Result<Arc<VerifiedToken>, Fault> {
        assert_eq!(audiences, ["api://gateway"]);
        self.0
            .lock()
            .unwrap()
            .get(token)
            .cloned()
            .ok_or_else(|| INVALID_TOKEN.plain())
    }
}

/// Provider tokens by user; a miss for everybody else.
#[derive(Default)]
pub struct Vault(pub Mutex<HashMap<UserId, Result<String, VaultMiss>>>);

#[async_trait]
impl TokenVault for Vault {
    async fn token(
        &self,
        _: TenantId,
        user: UserId,
        provider: &str,
        now: UnixTime,
    ) -> Result<ProviderToken, VaultMiss> {
        assert_eq!(provider, "microsoft");
        let kept = self.0.lock().unwrap().get(&user).cloned();
        let token = kept.unwrap_or(Err(VaultMiss::NoToken))?;
        Ok(ProviderToken {
            access_token: Secret::new(token),
            expires_at: now.plus_s(3600),
        })
    }

    async fn forget(&self, _: TenantId, user: UserId) {
        self.0.lock().unwrap().remove(&user);
    }
}

pub type Answer = Result<OutboundResponse, OutboundError>;
type Server = Box<dyn Fn(&OutboundRequest) -> Answer + Send + Sync>;

/// The network: token endpoint and back-end, told apart by host; remembers what was sent.
pub struct Network {
    pub sent: Mutex<Vec<OutboundRequest>>,
    pub token_endpoint: Mutex<Server>,
    pub back_end: Mutex<Server>,
    /// While set, the back-end takes calls and never answers.
    held: AtomicBool,
    taken: Notify,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            sent: Mutex::default(),
            token_endpoint: Mutex::new(Box::new(|request| json(200, &echo_token(request)))),
            back_end: Mutex::new(Box::new(|_| json(200, r#"{"id":"7"}"#))),
            held: AtomicBool::default(),
            taken: Notify::default(),
        }
    }
}

#[async_trait]
impl Outbound for Network {
    async fn send(&self, request: OutboundRequest) -> Answer {
        self.sent.lock().unwrap().push(request.clone());
        // Lets other calls come in between, as a network would.
        tokio::task::yield_now().await;
        let to_issuer = is_token_request(&request);
        if self.held.load(SeqCst) && !to_issuer {
            self.taken.notify_one();
            return std::future::pending().await;
        }
        let server = if to_issuer {
            &self.token_endpoint
        } else {
            &self.back_end
        };
        let server = server.lock().unwrap();
        server(&request)
    }
}

impl Network {
    /// From now on the back-end takes calls and never answers. Returns when it has taken one.
    pub async fn hold_calls(&self) {
        self.held.store(true, SeqCst);
        self.taken.notified().await;
    }

    pub fn exchanges(&self) -> Vec<OutboundRequest> {
        self.sent
            .lock()
            .unwrap()
            .iter()
            .filter(|r| is_token_request(r))
            .cloned()
            .collect()
    }

    pub fn calls(&self) -> Vec<OutboundRequest> {
        self.sent
            .lock()
            .unwrap()
            .iter()
            .filter(|r| !is_token_request(r))
            .cloned()
            .collect()
    }

    pub fn on_token_request(
        &self,
        server: impl Fn(&OutboundRequest) -> Answer + Send + Sync + 'static,
    ) {
        *self.token_endpoint.lock().unwrap() = Box::new(server);
    }

    pub fn on_call(&self, server: impl Fn(&OutboundRequest) -> Answer + Send + Sync + 'static) {
        *self.back_end.lock().unwrap() = Box::new(server);
    }
}

fn is_token_request(request: &OutboundRequest) -> bool {
    request.url.contains("/oauth2/") || request.url.contains("sts.test")
}

pub fn json(status: u16, body: &str) -> Answer {
    answer(status, &[("content-type", "application/json")], body)
}

pub fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::try_from(*name).unwrap();
        map.insert(name, HeaderValue::from_str(value).unwrap());
    }
    let status = StatusCode::from_u16(status).unwrap();
    Ok(OutboundResponse {
        status,
        headers: map,
        body: Bytes::from(body.to_owned()),
    })
}

/// A form field of a token request.
pub fn field(request: &OutboundRequest, name: &str) -> Option<String> {
    let mut fields = form_urlencoded::parse(&request.body);
    fields
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

/// An access token that names the assertion it was made from.
fn echo_token(request: &OutboundRequest) -> String {
    let assertion = field(request, "assertion").or_else(|| field(request, "subject_token"));
    let assertion = assertion.unwrap_or_else(|| "application".to_owned());
    format!(r#"{{"token_type":"Bearer","expires_in":3599,"access_token":"for.{assertion}"}}"#)
}

pub fn header<'r>(request: &'r OutboundRequest, name: &str) -> &'r str {
    request
        .headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

/// Not a cipher: tests have nothing to hide.
pub struct Reverse;

impl Sealer for Reverse {
    fn seal(&self, purpose: &str, clear: &str) -> Sealed {
        Sealed(format!("{purpose}|{clear}").chars().rev().collect())
    }

    fn open(&self, purpose: &str, sealed: &Sealed) -> Option<Secret> {
        let text: String = sealed.0.chars().rev().collect();
        text.strip_prefix(&format!("{purpose}|")).map(Secret::new)
    }
}

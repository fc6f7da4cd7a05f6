//! What the tests share: a clock that stands still, a network in memory.

use async_trait::async_trait;
use behalf_wire::acs::context_token::NewContextToken;
use behalf_wire::acs::metadata::Metadata;
use behalf_wire::acs::{AppSecret, Host};
use bytes::Bytes;
use http::{Request, Response};
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use crate::{
    AppSettings, AppSettingsBuilder, Env, Http, HttpFailure, MemoryRefreshTokens, RemoteApp, WebUrl,
};

pub const CLIENT_ID: &str = "0bb64fb5-74a0-4c0c-9b20-2c2fd5d3a3b5";
pub const REALM: &str = "4c6b2b1e-8f0a-4c51-9d5e-0123456789ab";
/// 2026-01-01T00:00:00Z.
pub const NOW_S: i64 = 1_767_225_600;
pub const DOMAIN: &str = "app.corp.lan:3333";
pub const STS: &str = "https://sts.corp.lan:8443";
pub const WEB: &str = "https://sites.corp.lan/sites/sales";
pub const REFRESH_TOKEN: &str = "IAAA-the-refresh-token";

pub fn secret(fill: u8) -> String {
    AppSecret::text_of(&[fill; 32]).to_string()
}

pub fn web() -> WebUrl {
    WebUrl::parse(WEB).unwrap()
}

/// Settings as a careful author writes them.
pub fn settings() -> AppSettingsBuilder {
    AppSettings::builder(CLIENT_ID, &secret(1))
        .app_host_domain(DOMAIN)
        .sts(STS)
        .allow_content_host("sites.corp.lan")
}

/// A context token that the test may change before it is signed.
pub fn context_token<'a>(change: impl FnOnce(&mut NewContextToken<'a>)) -> String {
    static OWN: LazyLock<Host> = LazyLock::new(|| Host::parse(DOMAIN).unwrap());
    let mut new = NewContextToken {
        client_id: CLIENT_ID,
        app_host_domain: &OWN,
        realm: REALM,
        cache_key: "KQAy+OtlIQ==",
        security_token_service_uri: "https://sts.corp.lan:8443/tokens/OAuth/2",
        refresh_token: REFRESH_TOKEN,
        is_browser_hosted_app: true,
        not_before_s: NOW_S,
        host_web: None,
    };
    change(&mut new);
    new.sign(&AppSecret::parse(&secret(1)).unwrap()).unwrap()
}

/// A clock set by the test; bytes that count up, so that no two nonces are the same.
pub struct TestEnv {
    pub now_s: AtomicI64,
    next: AtomicU8,
}

impl TestEnv {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            now_s: AtomicI64::new(NOW_S),
            next: AtomicU8::new(0),
        })
    }

    pub fn set(&self, now_s: i64) {
        self.now_s.store(now_s, Ordering::SeqCst);
    }
}

impl Env for TestEnv {
    fn now_s(&self) -> i64 {
        self.now_s.load(Ordering::SeqCst)
    }

    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.next.fetch_add(1, Ordering::SeqCst));
    }
}

type Answer = Result<Response<Bytes>, HttpFailure>;
type Handler = dyn Fn(&Seen) -> Answer + Send + Sync;

/// A request as it left.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: String,
    pub url: String,
    pub headers: http::HeaderMap,
    pub body: String,
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Fields of a posted form.
    pub fn form(&self) -> HashMap<String, String> {
        form_urlencoded::parse(self.body.as_bytes())
            .into_owned()
            .collect()
    }
}

/// Answers in place of every server.
pub struct TestHttp {
    handler: Box<Handler>,
    seen: Mutex<Vec<Seen>>,
}

impl TestHttp {
    pub fn new(handler: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            handler: Box::new(handler),
            seen: Mutex::default(),
        })
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Requests whose URL contains the text.
    pub fn seen_at(&self, text: &str) -> Vec<Seen> {
        let seen = self.seen().into_iter();
        seen.filter(|seen| seen.url.contains(text)).collect()
    }
}

#[async_trait]
impl Http for TestHttp {
    async fn send(&self, request: Request<Bytes>) -> Answer {
        let seen = Seen {
            method: request.method().to_string(),
            url: request.uri().to_string(),
            headers: request.headers().clone(),
            body: String::from_utf8(request.body().to_vec()).unwrap(),
        };
        self.seen.lock().unwrap().push(seen.clone());
        // Lets the other tasks of a test run while this one waits, as a network would.
        tokio::task::yield_now().await;
        (self.handler)(&seen)
    }
}

pub fn answer(status: u16, body: impl Into<String>) -> Answer {
    Ok(Response::builder()
        .status(status)
        .body(Bytes::from(body.into()))
        .unwrap())
}

pub fn metadata() -> Answer {
    let document = Metadata::of_sts(REALM, STS, &[]).unwrap();
    answer(200, String::from_utf8(document.to_json()).unwrap())
}

pub fn token_answer(token: &str) -> Answer {
    answer(
        200,
        format!(r#"{{"token_type":"Bearer","expires_in":"43200","access_token":"{token}"}}"#),
    )
}

pub fn sts_error(status: u16, error: &str, code: u32, text: &str) -> Answer {
    let body = format!(
        r#"{{"error":"{error}","error_description":"AADSTS{code}: {text}\r\nTrace ID: t","error_codes":[{code}]}}"#
    );
    answer(status, body)
}

pub fn challenge() -> Answer {
    let header = format!("Bearer realm=\"{REALM}\",client_id=\"x\"");
    let response = Response::builder()
        .status(401)
        .header("www-authenticate", header);
    Ok(response.body(Bytes::new()).unwrap())
}

/// An authentication server and a content host that grant everything. Tokens are numbered.
pub fn everything() -> Arc<TestHttp> {
    let issued = AtomicI64::new(0);
    TestHttp::new(move |seen| {
        if seen.url.contains("/metadata/json/1") {
            metadata()
        } else if seen.url.contains("/tokens/OAuth/2") {
            token_answer(&format!(
                "token-{}",
                issued.fetch_add(1, Ordering::SeqCst) + 1
            ))
        } else if seen.url.contains("/_vti_bin/client.svc") {
            challenge()
        } else {
            answer(200, r#"{"Title":"Sales"}"#)
        }
    })
}

pub fn app(settings: AppSettingsBuilder, http: &Arc<TestHttp>, env: &Arc<TestEnv>) -> RemoteApp {
    RemoteApp::new(
        settings.build().unwrap(),
        http.clone(),
        Arc::new(MemoryRefreshTokens::new()),
        env.clone(),
    )
}

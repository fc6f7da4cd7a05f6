//! An issuer that lives in memory, for tests.

use crate::fetch::{Fetch, Fetched};
use behalf_wire::jose::jws::{HeaderExtras, sign_compact};
use behalf_wire::jose::{JwkSet, JwsAlg, KeyKind, SigningKey, backend};
use serde_json::{Value, json};
use std::sync::Mutex;

pub const ISSUER: &str = "https://login.corp.lan/7e7e7e7e-0000-0000-0000-000000000000/v2.0";
pub const ISSUER_V1: &str = "https://login.corp.lan/7e7e7e7e-0000-0000-0000-000000000000/";
pub const AUDIENCE: &str = "0de45e25-0000-0000-0000-000000000000";
pub const APP_ID_URI: &str = "api://ometa.order.system";
pub const GATEWAY: &str = "9a7e3a11-0000-0000-0000-000000000000";
pub const ALICE: &str = "a11ce000-0000-0000-0000-000000000000";
pub const NOW_S: i64 = 1_767_225_600;

pub fn key(kid: &str) -> SigningKey {
    let der = backend::generate_pkcs8(KeyKind::P256).unwrap();
    SigningKey::from_pkcs8(JwsAlg::ES256, Some(kid.to_owned()), &der).unwrap()
}

pub fn sign(key: &SigningKey, claims: &Value) -> String {
    let extras = HeaderExtras {
        typ: Some("JWT"),
        ..HeaderExtras::default()
    };
    sign_compact(&extras, claims.to_string().as_bytes(), key).unwrap()
}

/// Claims of a v2.0 token that the gateway got on behalf of Alice.
pub fn claims_v2() -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "iat": NOW_S, "nbf": NOW_S, "exp": NOW_S + 3600,
        "oid": ALICE, "sub": "pairwise", "azp": GATEWAY, "azpacr": "1", "ver": "2.0",
        "name": "Alice", "preferred_username": "alice@corp.lan", "scp": "order.read order.write",
    })
}

/// The same as a v1.0 token.
pub fn claims_v1() -> Value {
    json!({
        "iss": ISSUER_V1, "aud": APP_ID_URI, "iat": NOW_S, "nbf": NOW_S, "exp": NOW_S + 3600,
        "oid": ALICE, "sub": "pairwise", "appid": GATEWAY, "appidacr": "1", "ver": "1.0",
        "unique_name": "alice@corp.lan", "scp": "order.read order.write",
    })
}

/// `claims` with some members replaced; `null` takes one away.
pub fn with(mut claims: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        let members = claims.as_object_mut().unwrap();
        if value.is_null() {
            members.remove(name)
        } else {
            members.insert(name.clone(), value.clone())
        };
    }
    claims
}

/// Answers discovery and keys of both issuers, and counts how often.
#[derive(Default)]
pub struct FakeIssuer(Mutex<State>);

#[derive(Default)]
struct State {
    keys: Vec<SigningKey>,
    down: bool,
    lies: bool,
    asked: Vec<String>,
}

impl FakeIssuer {
    pub fn publish(&self, keys: &[&SigningKey]) {
        self.0.lock().unwrap().keys = keys.iter().map(|key| (*key).clone()).collect();
    }

    pub fn set_down(&self, down: bool) {
        self.0.lock().unwrap().down = down;
    }

    /// From now on the discovery document names another issuer.
    pub fn lie(&self) {
        self.0.lock().unwrap().lies = true;
    }

    /// How often the keys were read.
    pub fn readings(&self) -> usize {
        self.0
            .lock()
            .unwrap()
            .asked
            .iter()
            .filter(|url| url.ends_with("/keys"))
            .count()
    }

    fn answer(&self, url: &str) -> Result<String, String> {
        let mut state = self.0.lock().unwrap();
        state.asked.push(url.to_owned());
        if state.down {
            return Err(format!("{url} answers 503"));
        }
        if let Some(issuer) = url.strip_suffix("/.well-known/openid-configuration") {
            let slash = if issuer.ends_with("/v2.0") { "" } else { "/" };
            let issuer = if state.lies {
                "https://evil.example".to_owned()
            } else {
                format!("{issuer}{slash}")
            };
            return Ok(
                json!({ "issuer": issuer, "jwks_uri": "https://login.corp.lan/keys" }).to_string(),
            );
        }
        let keys = state
            .keys
            .iter()
            .filter_map(SigningKey::public_jwk)
            .collect();
        Ok(JwkSet {
            keys,
            unusable: Vec::new(),
        }
        .to_public_json())
    }
}

impl Fetch for FakeIssuer {
    fn get<'a>(&'a self, url: &'a str) -> Fetched<'a> {
        Box::pin(async move { self.answer(url) })
    }
}

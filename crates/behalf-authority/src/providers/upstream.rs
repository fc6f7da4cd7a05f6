//! Issuers that users sign in at: their metadata and keys, fetched once and kept (OpenID Connect Discovery 1.0).

mod kept;

use behalf_model::fault::{UPSTREAM_ANSWER, UPSTREAM_UNREACHABLE};
use behalf_model::ports::{Egress, Outbound, OutboundError, OutboundRequest};
use behalf_model::{Env, Fault, UnixTime};
use behalf_wire::jose::{Claims, JoseError, JwsAlg, Keyring};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use kept::{KEEP_S, Kept, REREAD_S};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// The parts of a discovery document that a sign-in needs.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Metadata {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    /// Absent means `client_secret_basic` only (Discovery §3).
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Whether authorization responses carry `iss` (RFC 9207 §3).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

/// Metadata and keys of upstream issuers, kept in memory. Shared by sign-in, vault and token verification.
pub struct Upstreams {
    outbound: Arc<dyn Outbound>,
    env: Env,
    private: bool,
    issuers: Mutex<HashMap<String, Arc<Issuer>>>,
}

#[derive(Default)]
struct Issuer {
    metadata: Kept<Metadata>,
    keys: Kept<Keyring>,
}

impl Upstreams {
    /// `private`: whether issuers may live at private addresses and, on loopback, speak plain HTTP.
    pub fn new(outbound: Arc<dyn Outbound>, env: Env, private: bool) -> Self {
        Self {
            outbound,
            env,
            private,
            issuers: Mutex::default(),
        }
    }

    /// Errors: `UPSTREAM_UNREACHABLE`, `UPSTREAM_ANSWER`.
    pub async fn metadata(&self, issuer: &str) -> Result<Arc<Metadata>, Fault> {
        let read = self.read_metadata(issuer);
        self.entry(issuer)
            .metadata
            .get(self.env.now(), KEEP_S, read)
            .await
    }

    async fn read_metadata(&self, issuer: &str) -> Result<Metadata, Fault> {
        let url = format!(
            "{}/.well-known/openid-configuration",
            issuer.trim_end_matches('/')
        );
        let metadata: Metadata = parse(
            &self.read(issuer, &url).await?,
            issuer,
            "discovery document",
        )?;
        // Exactly, letter by letter: an issuer that answers in another's name is a mix-up attack (Discovery §4.3).
        if metadata.issuer == issuer {
            return Ok(metadata);
        }
        let detail = format!("The discovery document of '{issuer}' names another issuer.");
        Err(UPSTREAM_ANSWER.with(detail).because(&metadata.issuer))
    }

    /// Verifies a JWT of the issuer: signature, `iss`, and times with `leeway_s`. Audience is the caller's to check.
    ///
    /// Errors: the outer are `UPSTREAM_UNREACHABLE` and `UPSTREAM_ANSWER`, the inner say what is wrong with the token.
    pub async fn verify(
        &self,
        issuer: &str,
        token: &str,
        now: UnixTime,
        leeway_s: i64,
    ) -> Result<Result<Claims, JoseError>, Fault> {
        let mut answer = self
            .keys(issuer, KEEP_S)
            .await?
            .verify_jwt(token, JwsAlg::PUBLIC_KEY);
        if matches!(answer, Err(JoseError::KeyUnknown | JoseError::NoFittingKey)) {
            answer = self
                .keys(issuer, REREAD_S)
                .await?
                .verify_jwt(token, JwsAlg::PUBLIC_KEY);
        }
        Ok(answer.and_then(|(_, claims)| {
            if claims.iss() != Some(issuer) {
                return Err(JoseError::ClaimType("iss"));
            }
            behalf_wire::jose::jwt::validate_times(&claims, now.0, leeway_s)?;
            Ok(claims)
        }))
    }

    /// The issuer's keys, read at most `max_age_s` ago if they can be.
    async fn keys(&self, issuer: &str, max_age_s: i64) -> Result<Arc<Keyring>, Fault> {
        let read = async {
            let metadata = self.metadata(issuer).await?;
            let body = self.read(issuer, &metadata.jwks_uri).await?;
            let keys = std::str::from_utf8(&body)
                .ok()
                .and_then(|text| Keyring::from_jwks(text).ok());
            keys.ok_or_else(|| unusable(issuer, "key set"))
        };
        self.entry(issuer)
            .keys
            .get(self.env.now(), max_age_s, read)
            .await
    }

    /// Posts a form to an endpoint of the issuer. Answer: status and body, whatever the status.
    ///
    /// Errors: `UPSTREAM_UNREACHABLE`.
    pub(super) async fn post(
        &self,
        issuer: &str,
        url: &str,
        authorization: Option<HeaderValue>,
        form: String,
    ) -> Result<(http::StatusCode, Bytes), Fault> {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        if let Some(value) = authorization {
            headers.insert(header::AUTHORIZATION, value);
        }
        let response = self
            .send(issuer, Method::POST, url, headers, form.into())
            .await?;
        Ok((response.status, response.body))
    }

    async fn read(&self, issuer: &str, url: &str) -> Result<Bytes, Fault> {
        let response = self
            .send(issuer, Method::GET, url, HeaderMap::new(), Bytes::new())
            .await?;
        if response.status.is_success() {
            return Ok(response.body);
        }
        let detail = format!(
            "'{issuer}' answered {} for {}.",
            response.status.as_u16(),
            path_of(url)
        );
        Err(if response.status.is_server_error() {
            &UPSTREAM_UNREACHABLE
        } else {
            &UPSTREAM_ANSWER
        }
        .with(detail))
    }

    async fn send(
        &self,
        issuer: &str,
        method: Method,
        url: &str,
        mut headers: HeaderMap,
        body: Bytes,
    ) -> Result<behalf_model::ports::OutboundResponse, Fault> {
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        // Plain HTTP only when the administrator configured the issuer itself that way, on a development machine.
        let insecure = self.private && issuer.starts_with("http://");
        let request = OutboundRequest {
            method,
            url: url.to_owned(),
            headers,
            body,
            connect_timeout_ms: 5_000,
            total_timeout_ms: 15_000,
            max_response_bytes: MAX_ANSWER_BYTES,
            egress: Egress {
                hosts: Vec::new(),
                private_addresses: self.private,
                insecure,
            },
        };
        self.outbound
            .send(request)
            .await
            .map_err(|error| match error {
                OutboundError::TooLarge { .. } => unusable(issuer, "answer").because(error),
                _ => UPSTREAM_UNREACHABLE.with(format!("'{issuer}' cannot be reached: {error}.")),
            })
    }

    fn entry(&self, issuer: &str) -> Arc<Issuer> {
        let mut issuers = self.issuers.lock().unwrap_or_else(PoisonError::into_inner);
        issuers.entry(issuer.to_owned()).or_default().clone()
    }
}

fn parse<T: for<'de> Deserialize<'de>>(body: &[u8], issuer: &str, what: &str) -> Result<T, Fault> {
    serde_json::from_slice(body).map_err(|error| unusable(issuer, what).because(error))
}

fn unusable(issuer: &str, what: &str) -> Fault {
    UPSTREAM_ANSWER.with(format!("The {what} of '{issuer}' is not usable."))
}

fn path_of(url: &str) -> String {
    url::Url::parse(url)
        .map(|url| url.path().to_owned())
        .unwrap_or_default()
}

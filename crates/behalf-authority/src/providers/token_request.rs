//! Our requests to an upstream's token endpoint: redeeming a code, refreshing a token (RFC 6749 §4.1.3, §6).

use super::upstream::Upstreams;
use base64::Engine;
use behalf_model::facts::Facts;
use behalf_model::fault::{
    UPSTREAM_ANSWER, UPSTREAM_NOT_SET, UPSTREAM_REFUSED, UPSTREAM_UNREACHABLE, UpstreamRefusal,
};
use behalf_model::key::NamedSecret;
use behalf_model::secret::Sealer;
use behalf_model::tenant::{Provider, Upstream};
use behalf_model::{Fault, Secret, TenantId};
use http::HeaderValue;
use serde::Deserialize;
use serde_json::Value;

/// What a token endpoint gave. `expires_in_s` is the answer's own figure, when it has one.
pub struct Tokens {
    pub access_token: Option<Secret>,
    pub refresh_token: Option<Secret>,
    pub id_token: Option<Secret>,
    pub expires_in_s: Option<i64>,
}

/// What stands in the request beside the client's credentials.
pub enum Asked<'a> {
    Code {
        code: &'a str,
        redirect_uri: &'a str,
        verifier: &'a str,
    },
    Refresh {
        refresh_token: &'a Secret,
    },
}

/// The provider's registration at its issuer, complete.
pub struct Registration<'a> {
    pub tenant: TenantId,
    pub upstream: &'a Upstream,
    secret: Option<Secret>,
}

impl<'a> Registration<'a> {
    /// Errors: `UPSTREAM_NOT_SET`.
    pub async fn of(
        facts: &Facts,
        sealer: &dyn Sealer,
        tenant: TenantId,
        provider: &'a Provider,
    ) -> Result<Self, Fault> {
        let not_set =
            |what: &str| UPSTREAM_NOT_SET.with(format!("Provider '{}': {what}.", provider.name));
        let upstream = provider
            .upstream
            .as_ref()
            .ok_or_else(|| not_set("the upstream settings are missing"))?;
        // A public registration (PKCE only) has no secret.
        if upstream.client_secret.is_empty() {
            return Ok(Self {
                tenant,
                upstream,
                secret: None,
            });
        }
        let name = upstream.client_secret.strip_prefix("secret:");
        let name =
            name.ok_or_else(|| not_set("client_secret must have the form 'secret:<name>'"))?;
        let sealed = facts.get::<NamedSecret>(tenant, name).await?;
        let sealed = sealed
            .ok_or_else(|| not_set("the secret that client_secret refers to does not exist"))?;
        let secret = sealer.open(&NamedSecret::purpose(tenant, name), &sealed.value);
        let secret = secret.ok_or_else(|| {
            not_set("the client secret cannot be opened with this installation's key")
        })?;
        Ok(Self {
            tenant,
            upstream,
            secret: Some(secret),
        })
    }

    /// Scopes of a sign-in: what the administrator set, and what every sign-in needs.
    pub fn scope(&self) -> String {
        let mut scopes: Vec<&str> = vec!["openid", "profile", "email", "offline_access"];
        scopes.extend(
            self.upstream
                .scopes
                .iter()
                .map(String::as_str)
                .filter(|s| !s.is_empty()),
        );
        let mut seen = std::collections::HashSet::new();
        scopes.retain(|scope| seen.insert(*scope));
        scopes.join(" ")
    }

    /// Errors: `UPSTREAM_UNREACHABLE`, `UPSTREAM_ANSWER`, `UPSTREAM_REFUSED` with `Fault::upstream` filled.
    pub async fn ask(&self, upstreams: &Upstreams, asked: &Asked<'_>) -> Result<Tokens, Fault> {
        let issuer = &self.upstream.issuer;
        let metadata = upstreams.metadata(issuer).await?;
        let methods = metadata.token_endpoint_auth_methods_supported.as_deref();
        let by_post =
            methods.is_some_and(|methods| methods.iter().any(|m| m == "client_secret_post"));
        let (form, authorization) = self.form(asked, by_post)?;
        let (status, body) = upstreams
            .post(issuer, &metadata.token_endpoint, authorization, form)
            .await?;
        read(issuer, status, &body)
    }

    /// The request's body, and its `Authorization` when the secret travels there.
    fn form(
        &self,
        asked: &Asked<'_>,
        by_post: bool,
    ) -> Result<(String, Option<HeaderValue>), Fault> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        match asked {
            Asked::Code {
                code,
                redirect_uri,
                verifier,
            } => {
                form.append_pair("grant_type", "authorization_code")
                    .append_pair("code", code);
                form.append_pair("redirect_uri", redirect_uri)
                    .append_pair("code_verifier", verifier);
            }
            Asked::Refresh { refresh_token } => {
                form.append_pair("grant_type", "refresh_token")
                    .append_pair("refresh_token", refresh_token.expose());
            }
        }
        form.append_pair("scope", &self.scope());
        let mut authorization = None;
        match &self.secret {
            Some(secret) if !by_post => {
                authorization = Some(basic(&self.upstream.client_id, secret)?)
            }
            secret => {
                form.append_pair("client_id", &self.upstream.client_id);
                if let Some(secret) = secret {
                    form.append_pair("client_secret", secret.expose());
                }
            }
        }
        Ok((form.finish(), authorization))
    }
}

/// RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
fn basic(client_id: &str, secret: &Secret) -> Result<HeaderValue, Fault> {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encode(client_id), encode(secret.expose()));
    let text = format!(
        "Basic {}",
        base64::engine::general_purpose::STANDARD.encode(pair)
    );
    let mut value = HeaderValue::try_from(text).map_err(|_| UPSTREAM_NOT_SET.plain())?;
    value.set_sensitive(true);
    Ok(value)
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    access_token: Option<Secret>,
    #[serde(default)]
    refresh_token: Option<Secret>,
    #[serde(default)]
    id_token: Option<Secret>,
    /// A number, or a string of digits as some v1 endpoints write it.
    #[serde(default)]
    expires_in: Option<Value>,
}

fn read(issuer: &str, status: http::StatusCode, body: &[u8]) -> Result<Tokens, Fault> {
    if status.is_server_error() || status == http::StatusCode::TOO_MANY_REQUESTS {
        return Err(UPSTREAM_UNREACHABLE.with(format!("'{issuer}' answered {}.", status.as_u16())));
    }
    if !status.is_success() {
        let refusal = refusal(status, body);
        let detail = format!("'{issuer}' refused: {}.", refusal.error);
        let mut fault = UPSTREAM_REFUSED.with(detail);
        fault.upstream = Some(Box::new(refusal));
        return Err(fault);
    }
    let answer: Answer = serde_json::from_slice(body)
        // The parser's message could quote the body, and with it a token.
        .map_err(|_| {
            UPSTREAM_ANSWER.with(format!("The token answer of '{issuer}' is not usable."))
        })?;
    let expires_in_s = answer.expires_in.as_ref().and_then(|value| match value {
        Value::String(text) => text.parse().ok(),
        value => value.as_i64(),
    });
    Ok(Tokens {
        access_token: answer.access_token.filter(|t| !t.expose().is_empty()),
        refresh_token: answer.refresh_token.filter(|t| !t.expose().is_empty()),
        id_token: answer.id_token,
        expires_in_s,
    })
}

fn refusal(status: http::StatusCode, body: &[u8]) -> UpstreamRefusal {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
    UpstreamRefusal {
        status: status.as_u16(),
        error: error_code(&text("error").unwrap_or_default()),
        error_description: text("error_description").unwrap_or_default(),
        suberror: text("suberror"),
        error_codes: json
            .get("error_codes")
            .and_then(Value::as_array)
            .map(|codes| codes.iter().filter_map(Value::as_i64).collect())
            .unwrap_or_default(),
        trace_id: text("trace_id"),
        correlation_id: text("correlation_id"),
        timestamp: text("timestamp"),
        claims: text("claims"),
    }
}

/// An `error` value as it may be shown: only what such codes consist of, and not more than a line.
pub fn error_code(text: &str) -> String {
    let code: String = text
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "_-.".contains(*c))
        .take(64)
        .collect();
    if code.is_empty() {
        "unknown_error".to_owned()
    } else {
        code
    }
}

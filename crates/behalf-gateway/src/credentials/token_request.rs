//! One form POST to a token endpoint (RFC 6749 section 3.2), and what is kept of its answer.

use super::{Asking, Credential, client_auth, refusal, token_response};
use crate::connectors::attempts::{self, Attempts};
use crate::profiles::Route;
use crate::token_cache::{Holder, IssuedToken, Key, Outcome, Refused};
use behalf_model::fault::{TOKEN_ENDPOINT_GARBAGE, TOKEN_ENDPOINT_UNAVAILABLE};
use behalf_model::ports::{OutboundError, OutboundRequest};
use behalf_model::{Fault, Secret};
use http::{HeaderMap, HeaderValue, Method, header};
use std::sync::Arc;

/// Far more than any token response has.
const MAX_RESPONSE_BYTES: usize = 256 * 1024;

/// A token as the endpoint gave it.
pub(crate) struct Fresh {
    pub access_token: Secret,
    pub expires_in_s: i64,
    /// When the issuer itself wants it renewed.
    pub refresh_in_s: Option<i64>,
}

/// The fields of a token request, under the names the server wants.
pub(super) struct Form<'a> {
    route: &'a Route,
    encoded: String,
}

impl<'a> Form<'a> {
    /// With `grant_type` and the extras of the profile.
    pub fn new(asking: Asking<'a>) -> Self {
        let route = asking.route;
        let mut form = Self {
            route,
            encoded: String::with_capacity(2048),
        };
        form.put(
            "grant_type",
            route.profile.oauth_grant.map_or("", |grant| grant.as_str()),
        );
        for (name, value) in &route.profile.oauth_extra {
            form.put(name, value);
        }
        form
    }

    pub fn put(&mut self, name: &str, value: &str) {
        let wanted = self.route.profile.oauth_param_names.get(name);
        if !self.encoded.is_empty() {
            self.encoded.push('&');
        }
        let name = wanted.map_or(name, String::as_str);
        self.encoded
            .extend(form_urlencoded::byte_serialize(name.as_bytes()));
        self.encoded.push('=');
        self.encoded
            .extend(form_urlencoded::byte_serialize(value.as_bytes()));
    }

    /// The scopes of the profile, if it has any.
    pub fn scope(&mut self) {
        if !self.route.scopes.is_empty() {
            self.put("scope", &self.route.scopes.join(" "));
        }
    }
}

/// A bearer credential for the holder: kept, or got by one `exchange` however many ask at once.
pub(super) async fn bearer<F>(
    asking: Asking<'_>,
    holder: Holder,
    exchange: impl FnOnce() -> F,
) -> Result<Credential, Fault>
where
    F: Future<Output = Result<Fresh, Refused>>,
{
    let settings = asking.route.profile.token_cache;
    let key = asking
        .route
        .target
        .as_ref()
        .filter(|_| settings.on)
        .map(|target| Key {
            holder,
            target: target.clone(),
        });
    let outcome = match &key {
        Some(key) => {
            asking
                .gateway
                .tokens
                .get(key, asking.now, || issue(asking, exchange()))
                .await
        }
        None => issue(asking, exchange()).await,
    };
    let token = outcome.map_err(|refused| refused.fault.clone())?;
    Ok(Credential::Bearer { token, key })
}

async fn issue(
    asking: Asking<'_>,
    exchange: impl Future<Output = Result<Fresh, Refused>>,
) -> Outcome {
    match exchange.await {
        Ok(fresh) => issued(asking, &fresh)
            .map(Arc::new)
            .map_err(|fault| Arc::new(fault.into())),
        Err(refused) => Err(Arc::new(refused)),
    }
}

fn issued(asking: Asking<'_>, fresh: &Fresh) -> Result<IssuedToken, Fault> {
    let early = i64::try_from(asking.route.profile.token_cache.renew_early_s).unwrap_or(i64::MAX);
    // A token that lives shorter than the margin is still used for half its life.
    let latest = fresh
        .expires_in_s
        .saturating_sub(early)
        .max(fresh.expires_in_s / 2);
    let renew_in_s = fresh
        .refresh_in_s
        .map_or(latest, |wanted| wanted.min(latest));
    Ok(IssuedToken {
        authorization: token_response::authorization(&fresh.access_token)?,
        expires_at: asking.now.plus_s(fresh.expires_in_s),
        renew_at: asking.now.plus_s(renew_in_s),
    })
}

/// Sends the form. `endpoint`: in place of the profile's `OAuth Url`.
///
/// Errors: [`refusal::of`], `TOKEN_ENDPOINT_UNAVAILABLE`, `TOKEN_ENDPOINT_GARBAGE`, `SECRET_MISSING`.
pub(super) async fn ask(
    asking: Asking<'_>,
    mut form: Form<'_>,
    endpoint: Option<&str>,
) -> Result<Fresh, Refused> {
    let route = asking.route;
    let endpoint = endpoint
        .or(route.profile.oauth_url.as_deref())
        .unwrap_or_default();
    let proof = client_auth::add(asking, &mut form, endpoint).await?;
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
    headers.insert(header::CONTENT_TYPE, form_type);
    if let Ok(id) = HeaderValue::from_str(asking.request_id) {
        headers.insert("client-request-id", id);
    }
    if let Some(authorization) = proof.authorization {
        headers.insert(header::AUTHORIZATION, authorization);
    }
    let request = OutboundRequest {
        method: Method::POST,
        url: endpoint.to_owned(),
        headers,
        body: form.encoded.into(),
        connect_timeout_ms: route.profile.timeouts.connect_ms,
        total_timeout_ms: route.profile.timeouts.total_ms,
        max_response_bytes: MAX_RESPONSE_BYTES,
        egress: route.egress_for(endpoint),
    };
    let answer = attempts::send(&*asking.gateway.outbound, request, Attempts::TOKEN_REQUEST).await;
    let response = answer.map_err(|error| named(unreachable(&error), route))?;
    if response.status.is_success() {
        return token_response::read(&response.body).map_err(|why| {
            named(TOKEN_ENDPOINT_GARBAGE.plain().fact("reason", why), route).into()
        });
    }
    let mut refused = refusal::of(&response, route, proof.secret.as_ref());
    refused.fault =
        refusal::with_app_name(asking.gateway, named(refused.fault, route), route).await;
    Err(refused)
}

fn unreachable(error: &OutboundError) -> Fault {
    let detail = format!("{}: {error}", TOKEN_ENDPOINT_UNAVAILABLE.title);
    TOKEN_ENDPOINT_UNAVAILABLE.with(detail)
}

/// With the settings that were actually used (2.4).
pub(super) fn named(fault: Fault, route: &Route) -> Fault {
    let profile = &route.profile;
    let fault = fault
        .fact("profile", &profile.name)
        .fact(
            "client_id",
            profile.oauth_client_id.as_deref().unwrap_or_default(),
        )
        .fact(
            "authority",
            profile.oauth_url.as_deref().unwrap_or_default(),
        );
    match route.scopes.is_empty() {
        true => fault,
        false => fault.fact("scopes", route.scopes.join(" ")),
    }
}

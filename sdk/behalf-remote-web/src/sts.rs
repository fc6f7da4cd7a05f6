//! The authentication server: its metadata and its token endpoint.

use behalf_wire::acs::error::ReceivedError;
use behalf_wire::acs::metadata::{self, Metadata};
use behalf_wire::acs::token::{ReceivedAnswer, TokenRequest};
use behalf_wire::oauth::form;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::error::foreign_text;
use crate::hosts::AllowedHosts;
use crate::{Error, ErrorKind, Http, WebUrl};

/// How long a metadata document is used before it is read again.
const METADATA_LIFE_S: i64 = 3_600;
/// More (server, realm) pairs than one app meets.
const MOST_ENDPOINTS: usize = 1_000;

type Endpoints = HashMap<(String, String), (WebUrl, i64)>;

/// Token endpoints by server and realm.
#[derive(Default)]
pub(crate) struct Sts(Mutex<Endpoints>);

/// The server's address in `appctx.SecurityTokenServiceUri`, when the settings allow its host: the client secret is
/// sent there. Errors: [`ErrorKind::HostNotAllowed`].
pub(crate) fn address_of(uri: &str, allowed: &AllowedHosts) -> Result<WebUrl, Error> {
    let endpoint = WebUrl::parse(uri)?;
    allowed.check_sts(&endpoint)?;
    WebUrl::parse(endpoint.origin())
}

impl Sts {
    /// One request to the token endpoint that the server's metadata names.
    ///
    /// Errors: [`ErrorKind::Metadata`], [`ErrorKind::Unreachable`], [`ErrorKind::HostNotAllowed`],
    /// [`ErrorKind::RefreshTokenLost`] for a refresh token that is no longer accepted, [`ErrorKind::TokenRefused`].
    pub async fn token(
        &self,
        http: &dyn Http,
        allowed: &AllowedHosts,
        (sts, realm): (&WebUrl, &str),
        request: &TokenRequest<'_>,
        now_s: i64,
    ) -> Result<ReceivedAnswer, Error> {
        let endpoint = self.endpoint(http, allowed, (sts, realm), now_s).await?;
        let message = Request::builder()
            .method(Method::POST)
            .uri(endpoint.as_str())
            .header(CONTENT_TYPE, HeaderValue::from_static(form::CONTENT_TYPE))
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .body(Bytes::from(request.to_form().as_bytes().to_vec()))
            .map_err(|_| unusable(sts, "its token endpoint is no URL"))?;
        let response = send(http, sts, message).await?;
        if response.status().is_success() {
            return ReceivedAnswer::parse(response.body()).ok_or_else(|| {
                unusable(
                    sts,
                    "its token endpoint answers something else than a token",
                )
            });
        }
        if response.status().as_u16() == 404 {
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clear();
        }
        Err(refusal(sts, request, &response))
    }

    async fn endpoint(
        &self,
        http: &dyn Http,
        allowed: &AllowedHosts,
        (sts, realm): (&WebUrl, &str),
        now_s: i64,
    ) -> Result<WebUrl, Error> {
        let key = (sts.as_str().to_owned(), realm.to_owned());
        let kept = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .cloned();
        if let Some((endpoint, until_s)) = kept
            && now_s < until_s
        {
            return Ok(endpoint);
        }
        let query: String = form_urlencoded::byte_serialize(realm.as_bytes()).collect();
        let message = Request::builder()
            .uri(sts.join(&format!("{}?realm={query}", metadata::PATH)))
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .body(Bytes::new())
            .map_err(|_| unusable(sts, "its address cannot be asked"))?;
        let response = send(http, sts, message).await?;
        if !response.status().is_success() {
            let why = format!("its metadata document is not there ({})", response.status());
            return Err(unusable(sts, why));
        }
        let location = Metadata::parse(response.body())
            .and_then(|document| document.token_endpoint().map(str::to_owned))
            .map_err(|error| unusable(sts, error.to_string()))?;
        let endpoint = WebUrl::parse(&location)?;
        // The document says where the secret goes, so its word is checked like the token's.
        allowed.check_sts(&endpoint)?;
        let mut endpoints = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if endpoints.len() >= MOST_ENDPOINTS {
            endpoints.clear();
        }
        endpoints.insert(
            key,
            (endpoint.clone(), now_s.saturating_add(METADATA_LIFE_S)),
        );
        Ok(endpoint)
    }
}

async fn send(
    http: &dyn Http,
    sts: &WebUrl,
    message: Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    http.send(message).await.map_err(|failure| {
        Error::new(
            ErrorKind::Unreachable,
            format!("The authentication server {} gave no answer", sts.host()),
            failure.0,
            "check its name, port, certificate and network; a local certificate authority must be trusted by the app",
        )
    })
}

fn unusable(sts: &WebUrl, why: impl Into<String>) -> Error {
    Error::new(
        ErrorKind::Metadata,
        format!("The authentication server {} cannot be used", sts.host()),
        why,
        format!(
            "open {} in a browser: it must show a JSON document with one endpoint of protocol OAuth2",
            sts.join(metadata::PATH)
        ),
    )
}

fn refusal(sts: &WebUrl, request: &TokenRequest<'_>, response: &Response<Bytes>) -> Error {
    let what = format!("The authentication server {} issued no token", sts.host());
    let status = response.status();
    if status.is_server_error() {
        let why = format!("it failed itself ({status})");
        return Error::new(
            ErrorKind::Unreachable,
            what,
            why,
            "try again; its log says more",
        );
    }
    let Some(error) = ReceivedError::parse(response.body()) else {
        let why = format!("it answered {status} with something else than an OAuth error");
        return Error::new(
            ErrorKind::TokenRefused,
            what,
            why,
            "check that the address is an authentication server's",
        );
    };
    let why = format!(
        "{} ({}): {}",
        foreign_text(&error.error),
        status,
        described(&error, request)
    );
    let (kind, fix) = advice(&error, request);
    Error::new(kind, what, why, fix)
}

/// The server's own words, unless they repeat what was sent.
fn described(error: &ReceivedError, request: &TokenRequest<'_>) -> String {
    use behalf_wire::acs::token::Grant;
    let sent = match request.grant {
        Grant::ClientCredentials => None,
        Grant::RefreshToken(token) => Some(token),
        Grant::AuthorizationCode { code, .. } => Some(code),
    };
    let repeats = |text: &str| error.error_description.contains(text);
    if repeats(request.client_secret) || sent.is_some_and(repeats) {
        return "(its text repeats a secret and is not shown)".into();
    }
    foreign_text(&error.error_description)
}

fn advice(error: &ReceivedError, request: &TokenRequest<'_>) -> (ErrorKind, &'static str) {
    use behalf_wire::acs::token::Grant;
    let has = |codes: &[u32]| error.error_codes.iter().any(|code| codes.contains(code));
    if has(&[7_000_222]) {
        return (
            ErrorKind::TokenRefused,
            "the client secret has expired: make a new one at registration and configure it as the first, the old one as secondary",
        );
    }
    if has(&[7_000_215, 50_012]) || error.error == "invalid_client" && !has(&[700_016]) {
        return (
            ErrorKind::TokenRefused,
            "the client secret is not the registered one: configure the current one first; a secondary one is never sent",
        );
    }
    if has(&[700_016]) {
        return (
            ErrorKind::TokenRefused,
            "the client id is not registered in this realm: register the app in the tenant that the token names",
        );
    }
    if has(&[500_011]) {
        return (
            ErrorKind::TokenRefused,
            "the content host is not registered with the authentication server under this name, or the token is for another realm",
        );
    }
    if has(&[65_001]) {
        return (
            ErrorKind::TokenRefused,
            "nobody has granted the app this permission: install or trust it on the site",
        );
    }
    match request.grant {
        Grant::RefreshToken(_) if error.error == "invalid_grant" => (
            ErrorKind::RefreshTokenLost,
            "launch the app again from SharePoint: that brings a new refresh token",
        ),
        Grant::AuthorizationCode { .. } if error.error == "invalid_grant" => (
            ErrorKind::TokenRefused,
            "ask for a new authorization code: each is valid once, for about five minutes, with the redirect URI it was asked for with",
        ),
        _ => (
            ErrorKind::TokenRefused,
            "look the code up in the authentication server's log under the trace id",
        ),
    }
}

#[cfg(test)]
mod tests;

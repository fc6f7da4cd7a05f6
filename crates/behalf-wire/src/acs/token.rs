//! The token endpoint: `POST {sts}[/R]/tokens/OAuth/2`, a form in, JSON whose values are all strings out.

use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use zeroize::Zeroizing;

use crate::oauth::form::Form;

/// Path below the authentication server's address, with or without `/<realm>` before it.
pub const PATH: &str = "tokens/OAuth/2";

pub const ANSWER_CONTENT_TYPE: &str = "application/json; charset=utf-8";

/// Parameters that may stand once only; for [`Form::parse`].
pub const PARAMETERS: &[&str] = &[
    "grant_type",
    "client_id",
    "client_secret",
    "resource",
    "scope",
    "refresh_token",
    "code",
    "redirect_uri",
];

/// What is asked for. `client_id` is a formatted name, `resource` is `<SharePoint>/<host>@<realm>`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenRequest<'a> {
    pub client_id: &'a str,
    /// The base64 text itself.
    pub client_secret: &'a str,
    pub resource: &'a str,
    pub grant: Grant<'a>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Grant<'a> {
    ClientCredentials,
    RefreshToken(&'a str),
    AuthorizationCode {
        code: &'a str,
        redirect_uri: &'a str,
    },
}

/// Why a form is no token request. OAuth error: `unsupported_grant_type` or `invalid_request`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    #[error("the parameter '{0}' is missing")]
    Missing(&'static str),
    #[error("grant_type must be client_credentials, refresh_token or authorization_code")]
    Grant,
}

impl<'a> TokenRequest<'a> {
    /// Reads a form. Some clients send the resource as `scope` only. Errors: [`RequestError`].
    pub fn read(form: &'a Form<'_>) -> Result<Self, RequestError> {
        let required = |name| form.get(name).ok_or(RequestError::Missing(name));
        let grant = match required("grant_type")? {
            "client_credentials" => Grant::ClientCredentials,
            "refresh_token" => Grant::RefreshToken(required("refresh_token")?),
            "authorization_code" => Grant::AuthorizationCode {
                code: required("code")?,
                redirect_uri: required("redirect_uri")?,
            },
            _ => return Err(RequestError::Grant),
        };
        Ok(Self {
            client_id: required("client_id")?,
            client_secret: required("client_secret")?,
            resource: required("resource").or_else(|missing| form.get("scope").ok_or(missing))?,
            grant,
        })
    }

    /// The body to send, `application/x-www-form-urlencoded`.
    pub fn to_form(&self) -> Zeroizing<String> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", self.grant.name())
            .append_pair("client_id", self.client_id)
            .append_pair("client_secret", self.client_secret);
        match self.grant {
            Grant::ClientCredentials => form.append_pair("scope", self.resource),
            Grant::RefreshToken(token) => form.append_pair("refresh_token", token),
            Grant::AuthorizationCode { code, redirect_uri } => form
                .append_pair("code", code)
                .append_pair("redirect_uri", redirect_uri),
        };
        form.append_pair("resource", self.resource);
        Zeroizing::new(form.finish())
    }
}

impl Grant<'_> {
    pub fn name(&self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::RefreshToken(_) => "refresh_token",
            Self::AuthorizationCode { .. } => "authorization_code",
        }
    }
}

impl fmt::Debug for TokenRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRequest")
            .field("grant", &self.grant.name())
            .field("client_id", &self.client_id)
            .field("resource", &self.resource)
            .finish_non_exhaustive()
    }
}

/// The answer as it is written. One public client parses `expires_in` only from a string, so every value is one;
/// OAuth 2.1 and Entra need numbers and have a type of their own. Units: seconds, Unix seconds.
#[derive(Clone, Copy)]
pub struct TokenAnswer<'a> {
    pub not_before_s: i64,
    pub expires_at_s: i64,
    /// As it was asked for.
    pub resource: &'a str,
    pub access_token: &'a str,
    pub refresh_token: Option<&'a str>,
}

#[derive(Serialize)]
struct WrittenAnswer<'a> {
    token_type: &'static str,
    expires_in: String,
    not_before: String,
    expires_on: String,
    resource: &'a str,
    access_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
}

impl TokenAnswer<'_> {
    /// Shape: `{"token_type":"Bearer","expires_in":"43199","not_before":"…","expires_on":"…","resource":"…",
    /// "access_token":"…"[,"refresh_token":"…"]}`.
    pub fn to_json(&self, now_s: i64) -> Vec<u8> {
        let answer = WrittenAnswer {
            token_type: "Bearer",
            expires_in: (self.expires_at_s - now_s).max(0).to_string(),
            not_before: self.not_before_s.to_string(),
            expires_on: self.expires_at_s.to_string(),
            resource: self.resource,
            access_token: self.access_token,
            refresh_token: self.refresh_token,
        };
        #[expect(clippy::expect_used, reason = "texts into memory cannot fail")]
        serde_json::to_vec(&answer).expect("a token answer serialises")
    }
}

/// The answer as a client reads it: numbers are accepted where strings are expected, since servers differ.
#[derive(Clone, Deserialize)]
pub struct ReceivedAnswer {
    pub token_type: String,
    #[serde(default, deserialize_with = "number")]
    expires_in: Option<i64>,
    #[serde(default, deserialize_with = "number")]
    expires_on: Option<i64>,
    pub access_token: String,
    #[serde(default)]
    pub refresh_token: Option<String>,
    #[serde(default)]
    pub resource: Option<String>,
}

impl ReceivedAnswer {
    /// `None` when the text is no such JSON, the token is empty or of another type than Bearer.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let answer: Self = serde_json::from_slice(text).ok()?;
        let usable =
            answer.token_type.eq_ignore_ascii_case("Bearer") && !answer.access_token.is_empty();
        usable.then_some(answer)
    }

    /// Unix seconds. `expires_in` is preferred: it does not depend on the two clocks being equal.
    pub fn expires_at_s(&self, now_s: i64) -> Option<i64> {
        let from_now = self.expires_in.map(|seconds| now_s.saturating_add(seconds));
        from_now.or(self.expires_on)
    }
}

impl fmt::Debug for ReceivedAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedAnswer")
            .field("resource", &self.resource)
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Spelling {
        Number(i64),
        Text(String),
    }
    match Option::<Spelling>::deserialize(deserializer)? {
        None => Ok(None),
        Some(Spelling::Number(number)) => Ok(Some(number)),
        Some(Spelling::Text(text)) => text.parse().map(Some).map_err(serde::de::Error::custom),
    }
}

#[cfg(test)]
mod tests;

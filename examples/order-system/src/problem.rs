//! Errors as `application/problem+json` (RFC 9457) with the challenge of RFC 6750 §3.

use crate::tokens::Refusal;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

/// Shape: `{"type":"about:blank","title":"Unauthorized","status":401,"detail":"…"}`.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: String,
    challenge: Option<String>,
}

impl Problem {
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            challenge: None,
        }
    }

    fn challenge(mut self, error: &str) -> Self {
        let description = self.detail.replace(
            |c: char| !matches!(c, ' '..='~') || c == '"' || c == '\\',
            "",
        );
        self.challenge = Some(format!(
            "Bearer realm=\"orders\", error=\"{error}\", error_description=\"{description}\""
        ));
        self
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoToken => {
                let problem = Self::new(
                    StatusCode::UNAUTHORIZED,
                    "Send 'Authorization: Bearer <access token>'.",
                );
                Self {
                    challenge: Some("Bearer realm=\"orders\"".to_owned()),
                    ..problem
                }
            }
            Refusal::Invalid(why) => Self::new(
                StatusCode::UNAUTHORIZED,
                format!("The access token is not valid: {why}."),
            )
            .challenge("invalid_token"),
            Refusal::UsersOnly => {
                let detail = "The access token belongs to an application. Orders are made by users: \
                              send a token that an application got on behalf of a user.";
                Self::new(StatusCode::FORBIDDEN, detail)
            }
            Refusal::MissingScope(scope) => {
                let detail = format!("The access token lacks the scope {scope}.");
                let problem =
                    Self::new(StatusCode::FORBIDDEN, detail).challenge("insufficient_scope");
                let challenge = problem
                    .challenge
                    .map(|challenge| format!("{challenge}, scope=\"{scope}\""));
                Self {
                    challenge,
                    ..problem
                }
            }
            Refusal::KeysUnavailable(why) => {
                let detail =
                    format!("The keys of the issuer cannot be read: {why}. Try again later.");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
            }
        }
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        eprintln!("order-system: database: {error}");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The orders cannot be read or written at the moment.",
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or("Error");
        let status = self.status.as_u16();
        let body = json!({ "type": "about:blank", "title": title, "status": status, "detail": self.detail });
        let mut response = (self.status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(challenge) = self
            .challenge
            .and_then(|text| HeaderValue::from_str(&text).ok())
        {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

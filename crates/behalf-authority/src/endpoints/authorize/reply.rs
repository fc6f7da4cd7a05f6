//! The answer of the authorization endpoint: where it goes and in which form.

use crate::context::Context;
use crate::dialects::{Dialect, entra};
use crate::pages::{self, FormPost, Policy};
use crate::{Authority, pages::csp_source};
use axum::response::Response;
use behalf_model::Fault;
use behalf_wire::entra::error::EntraError;
use behalf_wire::oauth::error::description;
use http::StatusCode;

/// How the answer travels (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResponseMode {
    #[default]
    Query,
    Fragment,
    FormPost,
}

impl ResponseMode {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "query" => Some(Self::Query),
            "fragment" => Some(Self::Fragment),
            "form_post" => Some(Self::FormPost),
            _ => None,
        }
    }
}

/// Where the answer goes. Made only for a redirect URI that was found permitted.
#[derive(Clone, Debug)]
pub struct Target {
    pub redirect_uri: String,
    pub mode: ResponseMode,
    pub state: Option<String>,
    /// Sent as `iss`, so that a client of several issuers knows whose answer it holds (RFC 9207).
    pub issuer: String,
    pub dialect: Dialect,
    /// Title of the application.
    pub app: String,
}

impl Target {
    /// Shape: `<redirect_uri>?code=…&state=…&iss=…`, or the same as fragment or posted form.
    pub fn success(&self, mut fields: Vec<(&'static str, String)>) -> Response {
        self.finish(&mut fields);
        self.send(fields)
    }

    /// Shape: `error=…&error_description=…&state=…&iss=…` (RFC 6749 §4.1.2.1).
    pub fn failure(&self, authority: &Authority, fault: &Fault, context: &Context) -> Response {
        let request_id = context.request_id.to_string();
        tracing::info!(
            code = fault.kind.code,
            detail = fault.detail,
            source = fault.source,
            request_id,
            "authorization refused"
        );
        let error = match fault.kind.oauth {
            // Values of the token endpoint have no meaning here.
            "invalid_grant" => "access_denied",
            "invalid_client" => "unauthorized_client",
            error => error,
        };
        let text = match self.dialect {
            Dialect::OAuth | Dialect::Acs => {
                description(&format!("{} {}", fault.kind.code, fault.detail))
            }
            Dialect::EntraV1 | Dialect::EntraV2 => EntraError {
                error,
                code: entra::code_of(fault),
                text: &fault.detail,
                suberror: None,
                claims: None,
                trace_id: &request_id,
                correlation_id: &context.correlation_id.to_string(),
                timestamp: &context.now.entra(),
                public_url: &authority.config.public_url,
            }
            .description(),
        };
        let mut fields = vec![("error", error.to_owned()), ("error_description", text)];
        self.finish(&mut fields);
        self.send(fields)
    }

    /// Where forms of our pages may lead on the way to this answer.
    pub fn policy(&self) -> Policy {
        Policy {
            form_targets: csp_source(&self.redirect_uri).into_iter().collect(),
            auto_submit: false,
        }
    }

    fn finish(&self, fields: &mut Vec<(&'static str, String)>) {
        fields.extend(self.state.clone().map(|state| ("state", state)));
        fields.push(("iss", self.issuer.clone()));
    }

    fn send(&self, fields: Vec<(&'static str, String)>) -> Response {
        if self.mode == ResponseMode::FormPost {
            let policy = Policy {
                auto_submit: true,
                ..self.policy()
            };
            let content = FormPost {
                app: &self.app,
                action: &self.redirect_uri,
                fields: &fields,
            };
            return pages::page(StatusCode::OK, &content, &policy);
        }
        let encoded = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let separator = match self.mode {
            ResponseMode::Fragment => '#',
            _ if self.redirect_uri.contains('?') => '&',
            _ => '?',
        };
        pages::redirect(&format!("{}{separator}{encoded}", self.redirect_uri))
    }
}

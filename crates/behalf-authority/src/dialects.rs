//! Dialects of the token endpoint: they read the same neutral request and write the same neutral answer.

pub mod acs;
pub mod entra;
pub mod oauth;

use crate::client_auth::PresentedClient;
use crate::context::Context;
use crate::grants::GrantRequest;
use axum::response::Response;
use behalf_model::fault::{MALFORMED, PARAMETER_DUPLICATE};
use behalf_model::tenant::Tenant;
use behalf_model::{Fault, UnixTime};
use behalf_wire::oauth::form::{Form, FormError};
use http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Which endpoint was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Dialect {
    /// `/{tenant}/oidc/token`
    OAuth,
    /// `/{tenant}/oauth2/v2.0/token`
    EntraV2,
    /// `/{tenant}/oauth2/token`, with `resource` in place of `scope`.
    EntraV1,
    /// `/tokens/OAuth/2` and `/{realm}/tokens/OAuth/2`, with a content host as `resource`.
    Acs,
}

/// A token request in no dialect. Everything in it was merely sent.
pub struct TokenRequest<'a> {
    pub grant: GrantRequest<'a>,
    pub client: PresentedClient<'a>,
    /// `None`: no scope was sent.
    pub scope: Option<Cow<'a, str>>,
    /// Entra: the client wants `client_info`.
    pub client_info: bool,
}

/// A token answer in no dialect.
pub struct TokenAnswer {
    pub access_token: String,
    pub issued_at: UnixTime,
    pub expires_at: UnixTime,
    /// What was asked for, in the client's spelling.
    pub scope: String,
    /// Names without their resource, for Entra v1.0.
    pub short_scope: String,
    /// The resource in the client's spelling.
    pub resource: String,
    /// No user is in it.
    pub app_only: bool,
    pub refresh_token: Option<String>,
    pub id_token: Option<String>,
    pub client_info: Option<String>,
}

/// On every 401 of a token endpoint: how clients may prove who they are in a header (RFC 6749 section 5.2).
const CHALLENGE: HeaderValue = HeaderValue::from_static("Basic realm=\"token\"");

/// Parameters that may stand once (RFC 6749 section 3.2).
const SINGLE: &[&str] = &[
    "grant_type",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "scope",
    "resource",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "assertion",
    "requested_token_use",
    "requested_token_type",
    "client_info",
    "claims",
    "client-request-id",
];

/// Reads the form of a token request.
///
/// Errors: `PARAMETER_DUPLICATE`, `MALFORMED`.
pub fn read_form(body: &[u8]) -> Result<Form<'_>, Fault> {
    Form::parse(body, SINGLE).map_err(|error| match error {
        FormError::Duplicate(name) => {
            PARAMETER_DUPLICATE.with(format!("The parameter '{name}' is sent more than once."))
        }
        other => MALFORMED.with(format!("The body is not a valid form: {other}.")),
    })
}

impl Dialect {
    pub fn is_entra(self) -> bool {
        matches!(self, Self::EntraV1 | Self::EntraV2)
    }

    /// Understands a form.
    ///
    /// Errors: `PARAMETER_MISSING`, `GRANT_TYPE_UNSUPPORTED`, `TOKEN_USE_UNSUPPORTED`, `MALFORMED`, and those of
    /// formatted names.
    pub fn read<'a>(
        self,
        form: &'a Form<'a>,
        headers: &HeaderMap,
        tenant: &Tenant,
    ) -> Result<TokenRequest<'a>, Fault> {
        check_claims(form)?;
        let grant = GrantRequest::read(form)?;
        let client = || PresentedClient::read(form, headers);
        match self {
            Self::OAuth => Ok(oauth::read(form, grant, client()?)),
            Self::EntraV2 => Ok(entra::read_v2(form, grant, client()?)),
            Self::EntraV1 => entra::read_v1(form, grant, client()?),
            Self::Acs => acs::read(form, grant, tenant),
        }
    }

    pub fn answer(self, answer: &TokenAnswer, context: &Context) -> Response {
        match self {
            Self::OAuth => oauth::answer(answer, context),
            Self::EntraV1 | Self::EntraV2 => entra::answer(self, answer, context),
            Self::Acs => acs::answer(answer, context),
        }
    }

    pub fn refuse(self, fault: &Fault, context: &Context, public_url: &str) -> Response {
        match self {
            Self::OAuth => oauth::refuse(fault, context),
            Self::EntraV1 | Self::EntraV2 => entra::refuse(fault, context, public_url),
            Self::Acs => acs::refuse(fault, context, public_url),
        }
    }
}

/// `claims` asks for nothing that we know, but it must be JSON of an acceptable depth (Entra ignores unknown members).
fn check_claims(form: &Form<'_>) -> Result<(), Fault> {
    let Some(claims) = form.get("claims") else {
        return Ok(());
    };
    behalf_wire::jose::json::parse_object(claims.as_bytes())
        .map(|_| ())
        .map_err(|fault| {
            MALFORMED.with(format!(
                "The parameter 'claims' is not acceptable JSON: {fault}."
            ))
        })
}

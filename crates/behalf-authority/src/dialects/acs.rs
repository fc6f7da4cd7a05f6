//! The dialect of SharePoint's authentication server (ACS): formatted names in, strings out.
//!
//! `client_id` is `<id>[/<app host domain>]@<realm>`, `resource` is `<SharePoint>/<content host>@<realm>`. What was asked
//! for travels as the neutral request's scope.

use super::{TokenAnswer, TokenRequest, entra};
use crate::client_auth::{Credential, PresentedClient, none};
use crate::context::Context;
use crate::grants::{GrantRequest, JWT_BEARER};
use axum::response::Response;
use behalf_model::Fault;
use behalf_model::fault::{
    FORMATTED_NAME_MALFORMED, GRANT_TYPE_UNSUPPORTED, REALM_MISSING, REALM_OTHER,
};
use behalf_model::tenant::Tenant;
use behalf_wire::acs::error::AcsError;
use behalf_wire::acs::{PrincipalName, token};
use behalf_wire::oauth::form::Form;
use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER};
use std::borrow::Cow;

/// Number and text that Entra's v1.0 endpoint puts before every refused credential.
const CREDENTIALS: (u32, &str) = (70002, "Error validating credentials.");

/// The realm of a request whose URL names none: that of `client_id`, else that of the resource.
///
/// Errors: `REALM_MISSING`.
pub fn realm<'a>(form: &'a Form<'_>) -> Result<&'a str, Fault> {
    let of = |name| form.get(name)?.rsplit_once('@').map(|(_, realm)| realm);
    of("client_id")
        .or_else(|| of("resource"))
        .or_else(|| of("scope"))
        .filter(|realm| !realm.is_empty())
        .ok_or_else(|| REALM_MISSING.plain())
}

/// Errors: `PARAMETER_MISSING`, `CLIENT_CREDENTIAL_MISSING`, `GRANT_TYPE_UNSUPPORTED`, `FORMATTED_NAME_MALFORMED`,
/// `REALM_OTHER`.
pub(super) fn read<'a>(
    form: &'a Form<'a>,
    grant: GrantRequest<'a>,
    tenant: &Tenant,
) -> Result<TokenRequest<'a>, Fault> {
    if let GrantRequest::JwtBearer { .. } = grant {
        return Err(GRANT_TYPE_UNSUPPORTED.with(format!(
            "The grant type '{JWT_BEARER}' is not supported here."
        )));
    }
    let client_id = form
        .get("client_id")
        .ok_or_else(|| entra::missing("client_id"))?;
    let client = client(client_id, form.get("client_secret"), tenant)?;
    // Some clients send the resource as `scope` only.
    let resource = form
        .get("resource")
        .or_else(|| form.get("scope"))
        .ok_or_else(|| entra::missing("resource"))?;
    Ok(TokenRequest {
        grant,
        client,
        scope: Some(Cow::Borrowed(resource)),
        client_info: false,
    })
}

/// A client id without a realm is the plain id: the realm stands in the URL then, or in the resource.
fn client<'a>(
    client_id: &'a str,
    secret: Option<&'a str>,
    tenant: &Tenant,
) -> Result<PresentedClient<'a>, Fault> {
    let secret = secret.ok_or_else(none::credential_missing)?;
    let (id, app_host) = match client_id.split_once('@') {
        None => (client_id, None),
        Some((principal, _)) => {
            let name = PrincipalName::parse(client_id).map_err(|error| {
                FORMATTED_NAME_MALFORMED
                    .with(format!("The parameter 'client_id' is malformed: {error}."))
            })?;
            if !tenant.is_named(name.realm()) {
                return Err(REALM_OTHER.with(format!(
                    "The parameter 'client_id' names another realm than the request, which is for '{}'.",
                    tenant.id
                )));
            }
            let id = principal.split('/').next().unwrap_or(principal);
            (id, name.host().cloned())
        }
    };
    Ok(PresentedClient {
        client_id: Some(Cow::Borrowed(id)),
        credential: Credential::Secret(Cow::Borrowed(secret)),
        app_host,
    })
}

pub(super) fn answer(answer: &TokenAnswer, context: &Context) -> Response {
    let body = token::TokenAnswer {
        not_before_s: answer.issued_at.0,
        expires_at_s: answer.expires_at.0,
        resource: &answer.resource,
        access_token: &answer.access_token,
        refresh_token: answer.refresh_token.as_deref(),
    };
    entra::response(StatusCode::OK, body.to_json(context.now.0), 0, context)
}

/// Refused credentials are told in two steps, as Entra's v1.0 endpoint does.
pub(super) fn refuse(fault: &Fault, context: &Context, public_url: &str) -> Response {
    let number = entra::code_of(fault);
    let own = (number, fault.detail.as_str());
    let causes = match fault.kind.oauth {
        "invalid_client" | "invalid_grant" => vec![CREDENTIALS, own],
        _ => vec![own],
    };
    let body = AcsError {
        error: fault.kind.oauth,
        causes: &causes,
        trace_id: &context.request_id.to_string(),
        correlation_id: &context.correlation_id.to_string(),
        timestamp: &context.now.entra(),
        public_url,
    };
    let status = StatusCode::from_u16(fault.kind.http).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = entra::response(status, body.to_json(), number, context);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

//! The token endpoint: one pipeline for every grant, client authentication and dialect.
//!
//! dialect → client authentication → grant allowed → grant → commit → mint → answer. A grant fills only its own part
//! and cannot skip a check of the others.

mod issue;
mod trail;

use super::{caught, names_several, preflight, refuse, segment, with_allow};
use crate::Authority;
use crate::client_auth;
use crate::context::{CLIENT_REQUEST_ID, Context};
use crate::dialects::{Dialect, TokenAnswer, acs, read_form};
use crate::grants::{Asking, GrantRequest, Refusal};
use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use behalf_model::Fault;
use behalf_model::fault::{
    CONFLICT, MALFORMED, METHOD_NOT_ALLOWED, TENANT_NOT_NAMED, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE,
};
use behalf_model::ports::{Committed, StoreError};
use behalf_model::tenant::Tenant;
use behalf_wire::oauth::form::is_form;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Method};
use std::sync::Arc;
use trail::Trail;

type Segment = Result<Path<String>, PathRejection>;

pub async fn oauth(
    State(authority): State<Arc<Authority>>,
    tenant: Segment,
    request: Request,
) -> Response {
    handle(&authority, Dialect::OAuth, Some(&segment(tenant)), request).await
}

pub async fn entra_v2(
    State(authority): State<Arc<Authority>>,
    tenant: Segment,
    request: Request,
) -> Response {
    handle(
        &authority,
        Dialect::EntraV2,
        Some(&segment(tenant)),
        request,
    )
    .await
}

pub async fn entra_v1(
    State(authority): State<Arc<Authority>>,
    tenant: Segment,
    request: Request,
) -> Response {
    handle(
        &authority,
        Dialect::EntraV1,
        Some(&segment(tenant)),
        request,
    )
    .await
}

pub async fn acs(
    State(authority): State<Arc<Authority>>,
    tenant: Segment,
    request: Request,
) -> Response {
    handle(&authority, Dialect::Acs, Some(&segment(tenant)), request).await
}

/// `/tokens/OAuth/2`: the realm stands in the form.
pub async fn acs_any_realm(State(authority): State<Arc<Authority>>, request: Request) -> Response {
    handle(&authority, Dialect::Acs, None, request).await
}

async fn handle(
    authority: &Authority,
    dialect: Dialect,
    tenant: Option<&str>,
    request: Request,
) -> Response {
    if request.method() == Method::OPTIONS {
        return preflight("POST, OPTIONS");
    }
    let mut context = Context::new(&authority.env, request.headers(), request.uri().query());
    let mut trail = Trail::default();
    match caught(serve(
        authority,
        dialect,
        tenant,
        request,
        &mut context,
        &mut trail,
    ))
    .await
    {
        Ok(answer) => {
            let mut response = dialect.answer(&answer, &context);
            response
                .headers_mut()
                .insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            response
        }
        Err(fault) => {
            if let Some(refused) = trail.refused(&fault, &context) {
                authority.store().commit_soon(vec![refused]).await;
            }
            with_allow(
                refuse(authority, dialect, &fault, &context),
                "POST, OPTIONS",
            )
        }
    }
}

async fn serve(
    authority: &Authority,
    dialect: Dialect,
    tenant: Option<&str>,
    request: Request,
    context: &mut Context,
    trail: &mut Trail,
) -> Result<TokenAnswer, Fault> {
    let (parts, body) = request.into_parts();
    if parts.method != Method::POST {
        return Err(METHOD_NOT_ALLOWED.plain());
    }
    check_content_type(&parts.headers)?;
    let body = read_body(body, authority.config.max_body_bytes).await?;
    let form = read_form(&body)?;
    context.correlate(form.get(CLIENT_REQUEST_ID));
    let tenant = match tenant {
        Some(segment) => segment,
        None => acs::realm(&form)?,
    };
    let tenant = named_tenant(authority, tenant).await?;
    trail.tenant = Some(tenant.id);

    let request = dialect.read(&form, &parts.headers, &tenant)?;
    trail.grant = request.grant.name();
    let client =
        client_auth::authenticate(authority, &tenant, dialect, &request.client, context).await?;
    trail.client = Some(client.principal.client_id.to_string());
    request.grant.check_allowed(&client)?;

    let scope = request.scope.as_deref();
    let asking = Asking {
        authority,
        tenant: &tenant,
        dialect,
        client: &client,
        scope,
        context,
    };
    let (issuing, committed) = settle(&asking, &request.grant, trail).await?;
    issue::issue(&asking, issuing, &committed, request.client_info).await
}

/// Plans and commits. When another request changed the same row first, the plan is made again from what is there
/// now: the second redeemer of a code then sees a replay, a repeated refresh sees its own successor.
async fn settle(
    asking: &Asking<'_>,
    grant: &GrantRequest<'_>,
    trail: &mut Trail,
) -> Result<(issue::Issuing, Committed), Fault> {
    const ATTEMPTS: usize = 4;
    let store = asking.authority.store();
    for _ in 0..ATTEMPTS {
        let plan = match grant.plan(asking).await {
            Ok(plan) => plan,
            Err(Refusal { fault, mut changes }) => {
                if !changes.is_empty() {
                    changes.extend(trail.refused(&fault, asking.context));
                    store.commit(changes).await?;
                    trail.written = true;
                }
                return Err(*fault);
            }
        };
        let (issuing, mut changes) = issue::prepare(asking.authority, plan);
        let issued = trail.issued(&issuing.plan, asking.context);
        if changes.is_empty() && issuing.plan.subject.is_none() {
            // An application's token in its own name changes nothing here (docs/decisions/0007).
            store.commit_soon(vec![issued]).await;
            return Ok((issuing, Committed::default()));
        }
        changes.push(issued);
        match store.commit(changes).await {
            Ok(committed) => return Ok((issuing, committed)),
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(CONFLICT.plain())
}

fn check_content_type(headers: &HeaderMap) -> Result<(), Fault> {
    let announced = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    if announced.is_some_and(is_form) {
        return Ok(());
    }
    Err(UNSUPPORTED_MEDIA_TYPE
        .with("The request body must be of type application/x-www-form-urlencoded."))
}

/// The whole body, or a refusal as soon as it is longer than it may be.
pub(crate) async fn read_body(body: Body, limit_bytes: usize) -> Result<Bytes, Fault> {
    axum::body::to_bytes(body, limit_bytes)
        .await
        .map_err(|error| {
            let error = error.into_inner();
            if error.is::<http_body_util::LengthLimitError>() {
                TOO_LARGE.with(format!(
                    "The request body is larger than {limit_bytes} bytes."
                ))
            } else {
                MALFORMED.with("The request body broke off.").because(error)
            }
        })
}

/// Errors: `TENANT_NOT_NAMED` for the addresses that stand for several tenants.
async fn named_tenant(authority: &Authority, segment: &str) -> Result<Arc<Tenant>, Fault> {
    if names_several(segment) {
        return Err(TENANT_NOT_NAMED.plain());
    }
    authority.tenant(segment).await
}

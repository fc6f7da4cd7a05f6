//! The authorization endpoint (RFC 6749 §3.1): sign in, consent, answer with a code.

pub mod reply;
pub mod request;

use super::consent::{self, Consent};
use super::login;
use crate::Authority;
use crate::browser::{Incoming, Methods, Params, Pending};
use crate::dialects::Dialect;
use crate::rules::sign_in;
use crate::sessions::SignedIn;
use crate::tokens;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use behalf_model::Fault;
use behalf_model::fault::{CONSENT_REQUIRED, INTERACTION_REQUIRED, LOGIN_REQUIRED};
use behalf_model::grant::{Authorization, CodeDetails};
use behalf_wire::entra::claims::client_info;
use request::{AuthorizeRequest, Refused};
use std::sync::Arc;

pub fn routes() -> Router<Arc<Authority>> {
    Router::new()
        .route("/{tenant}/oauth2/v2.0/authorize", any(v2))
        .route("/{tenant}/oauth2/authorize", any(v1))
        .route("/{tenant}/oidc/authorize", any(oauth))
}

async fn v2(State(authority): State<Arc<Authority>>, request: Request) -> Response {
    serve(&authority, request, Dialect::EntraV2).await
}

async fn v1(State(authority): State<Arc<Authority>>, request: Request) -> Response {
    serve(&authority, request, Dialect::EntraV1).await
}

async fn oauth(State(authority): State<Arc<Authority>>, request: Request) -> Response {
    serve(&authority, request, Dialect::OAuth).await
}

async fn serve(authority: &Authority, request: Request, dialect: Dialect) -> Response {
    let incoming = match Incoming::read(authority, request, Methods::GetAndPost).await {
        Ok(incoming) => incoming,
        Err(page) => return page,
    };
    incoming
        .answer(authority, begin(authority, &incoming, dialect))
        .await
}

async fn begin(
    authority: &Authority,
    incoming: &Incoming,
    dialect: Dialect,
) -> Result<Response, Fault> {
    let request = match request::read(authority, &incoming.tenant, dialect, &incoming.params).await
    {
        Ok(request) => request,
        Err(refused) => return refused.tell(authority, incoming),
    };
    let pending = Pending::Authorize {
        dialect,
        params: incoming.params.0.clone(),
    };
    let signed_in = SignedIn::of(authority, incoming).await?;
    let demand = request.demand();
    match signed_in {
        Some(signed_in) if sign_in::answers(demand, &signed_in, incoming.context.now) => {
            proceed(authority, incoming, request, pending, &signed_in).await
        }
        _ if request.prompt.none => {
            let fault =
                LOGIN_REQUIRED.with("A silent sign-in request was sent but no user is signed in.");
            Ok(request.target.failure(authority, &fault, &incoming.context))
        }
        signed_in => {
            // The application knows where its users come from: straight to that provider.
            let hinted = request
                .domain_hint
                .as_deref()
                .and_then(|name| incoming.tenant.provider(name));
            match hinted.filter(|provider| provider.upstream.is_some()) {
                Some(provider) => {
                    crate::providers::oidc::depart(authority, incoming, provider, pending).await
                }
                None => login::page(authority, incoming, pending, signed_in.as_ref(), None).await,
            }
        }
    }
}

/// Goes on with a request whose user has just signed in. It is read anew: what it names may have changed meanwhile.
pub async fn resume(
    authority: &Authority,
    incoming: &Incoming,
    pending: Pending,
    dialect: Dialect,
    params: &Params,
    signed_in: &SignedIn,
) -> Result<Response, Fault> {
    match request::read(authority, &incoming.tenant, dialect, params).await {
        Ok(request) => proceed(authority, incoming, request, pending, signed_in).await,
        Err(refused) => refused.tell(authority, incoming),
    }
}

async fn proceed(
    authority: &Authority,
    incoming: &Incoming,
    request: AuthorizeRequest,
    pending: Pending,
    signed_in: &SignedIn,
) -> Result<Response, Fault> {
    let (tenant, user) = (&incoming.tenant, &signed_in.user);
    let consent = consent::needed(
        authority,
        tenant,
        &request.principal,
        &request.requested,
        user,
        request.prompt.consent,
    );
    let consent = match consent.await {
        Ok(consent) => consent,
        Err(fault) => return Ok(request.target.failure(authority, &fault, &incoming.context)),
    };
    match consent {
        Consent::Given => complete(authority, incoming, &request, signed_in).await,
        Consent::Needed(plan) if request.prompt.none => {
            let kind = if plan.may_be_accepted_by(user, tenant) {
                &CONSENT_REQUIRED
            } else {
                &INTERACTION_REQUIRED
            };
            let client = &request.principal.client_id;
            let detail = format!(
                "The user or administrator has not consented to use the application with ID '{client}'."
            );
            Ok(request
                .target
                .failure(authority, &kind.with(detail), &incoming.context))
        }
        Consent::Needed(plan) => consent::page(
            authority,
            incoming,
            pending,
            &request.principal,
            &plan,
            signed_in,
            request.target.policy(),
        ),
    }
}

/// Answers with a code. Consent was found given, or was given on the page a moment ago.
pub async fn complete(
    authority: &Authority,
    incoming: &Incoming,
    request: &AuthorizeRequest,
    signed_in: &SignedIn,
) -> Result<Response, Fault> {
    let tenant = &incoming.tenant;
    let details = CodeDetails {
        authorization: Authorization {
            tenant: tenant.id,
            client: request.principal.client_id.clone(),
            user: signed_in.user.id,
            scopes: request.requested.original.clone(),
            auth_time: signed_in.session.auth_time,
            amr: signed_in.session.amr.clone(),
            session: Some(signed_in.session.id),
            host_web: None,
        },
        redirect_uri: request.target.redirect_uri.clone(),
        nonce: request.nonce.clone(),
        pkce: request.pkce.clone(),
    };
    let expires_at = incoming
        .context
        .now
        .plus_s(tenant.lifetimes.authorization_code_s);
    let code = tokens::code::issue(authority, details, expires_at).await?;
    let mut fields = vec![("code", code)];
    if request.client_info {
        fields.push((
            "client_info",
            client_info(&signed_in.user.id.to_string(), &tenant.id.to_string()),
        ));
    }
    Ok(request.target.success(fields))
}

impl Refused {
    pub fn tell(self, authority: &Authority, incoming: &Incoming) -> Result<Response, Fault> {
        match self {
            Self::Page(fault) => Err(fault),
            Self::Reply(target, fault) => Ok(target.failure(authority, &fault, &incoming.context)),
        }
    }
}

//! The sign-in page, its form, and the return from other providers.

use super::{adminconsent, authorize};
use crate::browser::{Form, Incoming, Methods, Params, Pending, Step};
use crate::pages::{self, Link, Policy, ProviderForm, csp_source};
use crate::providers::account::{self, Proven};
use crate::providers::oidc::{self, Arrival, Called, PATH_SEGMENT, Return};
use crate::providers::password;
use crate::rules::sign_in;
use crate::sessions::{Proof, SignedIn};
use crate::{Authority, endpoints::authorize::request::Prompt};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use behalf_model::fault::{
    FORM_FOREIGN, PROVIDER_UNKNOWN, SIGNIN_BUSY, SIGNIN_LOCKED, SIGNIN_REFUSED, UPSTREAM_REFUSED,
};
use behalf_model::ports::Change;
use behalf_model::tenant::{Provider, ProviderKind};
use behalf_model::user::User;
use behalf_model::{Fault, Secret};
use http::{StatusCode, header};
use percent_encoding::utf8_percent_encode;
use std::sync::Arc;

pub fn routes() -> Router<Arc<Authority>> {
    Router::new()
        .route("/{tenant}/login", any(submit))
        .route("/{tenant}/login/{provider}", any(leave))
        .route("/{tenant}/signin-oidc/{provider}", any(back_from_oidc))
        .route("/{tenant}/signin-microsoft", any(back_from_microsoft))
}

/// The sign-in page of the tenant. `problem`: why the user sees it again.
pub async fn page(
    authority: &Authority,
    incoming: &Incoming,
    pending: Pending,
    current: Option<&SignedIn>,
    problem: Option<&Fault>,
) -> Result<Response, Fault> {
    let tenant = &incoming.tenant;
    let client_id = pending.param("client_id").unwrap_or_default();
    let app = authorize::request::principal(authority, tenant, client_id).await?;
    let redirect_uri = pending.param("redirect_uri").unwrap_or_default();
    let policy = Policy {
        form_targets: csp_source(redirect_uri).into_iter().collect(),
        auto_submit: false,
    };
    let hint = pending.param("login_hint").unwrap_or_default().to_owned();
    let current = current.filter(|signed_in| may_continue(&pending, signed_in, incoming));
    let form = Form::seal(
        authority,
        tenant.id,
        &incoming.browser,
        Step::SignIn(pending),
    );
    let (passwords, others): (Vec<_>, Vec<_>) = tenant
        .providers
        .iter()
        .partition(|provider| provider.kind == ProviderKind::Password);
    let content = pages::SignIn {
        tenant: &tenant.display_name,
        app: &app.title,
        problem: problem.map(|fault| fault.detail.as_str()),
        current: current.map(|signed_in| signed_in.user.upn.as_str()),
        action: incoming.path("login"),
        form: &form,
        hint: &hint,
        providers: tenant.providers.len(),
        passwords: passwords
            .iter()
            .map(|p| ProviderForm {
                name: &p.name,
                label: label(p),
            })
            .collect(),
        links: others
            .iter()
            .map(|p| Link {
                label: label(p),
                href: href(incoming, p, &form),
            })
            .collect(),
    };
    let status = problem
        .and_then(|fault| StatusCode::from_u16(fault.kind.http).ok())
        .unwrap_or(StatusCode::OK);
    Ok(pages::page(status, &content, &policy))
}

fn label(provider: &Provider) -> &str {
    if provider.label.is_empty() {
        &provider.name
    } else {
        &provider.label
    }
}

/// A link and no form: the provider may lead the browser over hosts that no form-action could list.
fn href(incoming: &Incoming, provider: &Provider, form: &str) -> String {
    let name = utf8_percent_encode(&provider.name, PATH_SEGMENT);
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("form", form)
        .finish();
    format!("{}/{name}?{query}", incoming.path("login"))
}

fn may_continue(pending: &Pending, signed_in: &SignedIn, incoming: &Incoming) -> bool {
    let prompt = Prompt::parse(pending.param("prompt").unwrap_or_default()).unwrap_or_default();
    let max_age_s = pending.param("max_age").and_then(|text| text.parse().ok());
    let demand = sign_in::Demand {
        prompt,
        max_age_s,
        login_hint: None,
    };
    sign_in::may_continue(demand, signed_in, incoming.context.now)
}

async fn submit(State(authority): State<Arc<Authority>>, request: Request) -> Response {
    let incoming = match Incoming::read(&authority, request, Methods::Post).await {
        Ok(incoming) => incoming,
        Err(page) => return page,
    };
    incoming
        .answer(&authority, with_password(&authority, &incoming))
        .await
}

async fn with_password(authority: &Authority, incoming: &Incoming) -> Result<Response, Fault> {
    let params = &incoming.params;
    let form = Form::open(
        authority,
        incoming.tenant.id,
        &incoming.browser,
        params.get("form"),
    )?;
    let Step::SignIn(pending) = form else {
        return Err(FORM_FOREIGN.plain());
    };
    if params.get("continue").is_some() {
        let signed_in = SignedIn::of(authority, incoming).await?;
        return match signed_in.filter(|signed_in| may_continue(&pending, signed_in, incoming)) {
            Some(signed_in) => resume(authority, incoming, pending, &signed_in).await,
            None => page(authority, incoming, pending, None, None).await,
        };
    }
    let provider = params
        .get("provider")
        .and_then(|name| incoming.tenant.provider(name));
    let provider = provider.filter(|provider| provider.kind == ProviderKind::Password);
    let provider = provider.ok_or_else(|| PROVIDER_UNKNOWN.plain())?;
    let username = params.get("username").unwrap_or_default();
    let password = Secret::new(params.get("password").unwrap_or_default());
    let proven = password::authenticate(authority, &incoming.tenant, username, password).await;
    match proven.map(|account| Proven::by_password(&incoming.tenant, &provider.name, &account)) {
        Ok(proven) => {
            let proof = Proof {
                amr: vec!["pwd".to_owned()],
                auth_time: incoming.context.now,
            };
            let user = admit(authority, incoming, &pending, proven).await?;
            enter(authority, incoming, pending, user, proof).await
        }
        Err(fault) => {
            refused(authority, incoming, &pending, &provider.name, &fault).await;
            let again = [&SIGNIN_REFUSED, &SIGNIN_LOCKED, &SIGNIN_BUSY]
                .iter()
                .any(|kind| fault.is(kind));
            if again {
                page(authority, incoming, pending, None, Some(&fault)).await
            } else {
                Err(fault)
            }
        }
    }
}

async fn leave(State(authority): State<Arc<Authority>>, request: Request) -> Response {
    let incoming = match Incoming::read(&authority, request, Methods::Get).await {
        Ok(incoming) => incoming,
        Err(page) => return page,
    };
    incoming
        .answer(&authority, to_provider(&authority, &incoming))
        .await
}

async fn to_provider(authority: &Authority, incoming: &Incoming) -> Result<Response, Fault> {
    let form = Form::open(
        authority,
        incoming.tenant.id,
        &incoming.browser,
        incoming.params.get("form"),
    )?;
    let Step::SignIn(pending) = form else {
        return Err(FORM_FOREIGN.plain());
    };
    let provider = incoming.tenant.provider(&incoming.name);
    let provider = provider.filter(|provider| provider.kind != ProviderKind::Password);
    let provider = provider.ok_or_else(|| PROVIDER_UNKNOWN.plain())?;
    oidc::depart(authority, incoming, provider, pending).await
}

async fn back_from_microsoft(
    State(authority): State<Arc<Authority>>,
    request: Request,
) -> Response {
    let incoming = match Incoming::read(&authority, request, Methods::Get).await {
        Ok(incoming) => incoming,
        Err(page) => return page,
    };
    incoming
        .answer(
            &authority,
            from_provider(&authority, &incoming, Called::Microsoft),
        )
        .await
}

async fn back_from_oidc(State(authority): State<Arc<Authority>>, request: Request) -> Response {
    let incoming = match Incoming::read(&authority, request, Methods::Get).await {
        Ok(incoming) => incoming,
        Err(page) => return page,
    };
    incoming
        .answer(
            &authority,
            from_provider(&authority, &incoming, Called::Oidc(&incoming.name)),
        )
        .await
}

async fn from_provider(
    authority: &Authority,
    incoming: &Incoming,
    called: Called<'_>,
) -> Result<Response, Fault> {
    let returned = Return::read(authority, incoming).await?;
    let pending = returned.pending().clone();
    let Arrival {
        provider,
        proven,
        proof,
        tokens,
    } = match returned.arrive(authority, incoming, called).await {
        Ok(arrival) => arrival,
        Err(fault) => {
            refused(authority, incoming, &pending, returned.provider(), &fault).await;
            // The user cancelled there, or may try another way here.
            let again = fault.is(&UPSTREAM_REFUSED);
            return if again {
                page(authority, incoming, pending, None, Some(&fault)).await
            } else {
                Err(fault)
            };
        }
    };
    let user = admit(authority, incoming, &pending, proven).await?;
    authority
        .vault
        .store_tokens(
            user.tenant,
            user.id,
            &provider,
            &tokens,
            incoming.context.now,
        )
        .await?;
    enter(authority, incoming, pending, user, proof).await
}

/// From the proven account to the user, who may have been switched off.
async fn admit(
    authority: &Authority,
    incoming: &Incoming,
    pending: &Pending,
    proven: Proven,
) -> Result<Arc<User>, Fault> {
    let provider = proven.provider.clone();
    let user = account::sign_in(authority, &incoming.tenant, proven).await;
    if let Err(fault) = &user {
        refused(authority, incoming, pending, &provider, fault).await;
    }
    user
}

async fn enter(
    authority: &Authority,
    incoming: &Incoming,
    pending: Pending,
    user: Arc<User>,
    proof: Proof,
) -> Result<Response, Fault> {
    let mut audit = incoming.audit("signin", Some(&user), None);
    audit.client = pending.param("client_id").map(str::to_owned);
    audit
        .detail
        .insert("provider".to_owned(), user.provider.clone());
    let (signed_in, cookie) = SignedIn::start(authority, incoming, user, proof, audit).await?;
    let answer = resume(authority, incoming, pending, &signed_in).await;
    // Signed in he is, whatever becomes of the request.
    let mut response = answer.unwrap_or_else(|fault| pages::error(&fault, &incoming.context));
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Goes on with what the user came for.
async fn resume(
    authority: &Authority,
    incoming: &Incoming,
    pending: Pending,
    signed_in: &SignedIn,
) -> Result<Response, Fault> {
    match pending.clone() {
        Pending::Authorize { dialect, params } => {
            authorize::resume(
                authority,
                incoming,
                pending,
                dialect,
                &Params(params),
                signed_in,
            )
            .await
        }
        Pending::AdminConsent { params } => {
            adminconsent::ask(authority, incoming, &Params(params), Some(signed_in)).await
        }
    }
}

/// Neither name nor password: people type the one into the field of the other.
async fn refused(
    authority: &Authority,
    incoming: &Incoming,
    pending: &Pending,
    provider: &str,
    fault: &Fault,
) {
    let mut audit = incoming.audit("signin.refused", None, None);
    audit.client = pending
        .param("client_id")
        .map(|id| id.chars().take(128).collect());
    audit.outcome = fault.kind.code.to_owned();
    audit
        .detail
        .insert("provider".to_owned(), provider.to_owned());
    audit.user = fault
        .facts
        .iter()
        .find(|(name, _)| *name == "user")
        .map(|(_, id)| id.clone());
    authority
        .store()
        .commit_soon(vec![Change::Audit(audit)])
        .await;
}

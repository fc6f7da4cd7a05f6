//! Consent: what an application asks for, shown to a person, and kept when it is accepted.

mod grant;
mod plan;
mod shown;

pub use grant::{Given, keep};
pub use plan::{Consent, Line, Plan, What, needed, of_registration};

use super::{adminconsent, authorize};
use crate::Authority;
use crate::browser::{Form, Incoming, Methods, Params, Pending, Step};
use crate::dialects::Dialect;
use crate::pages::{self, Policy, Stance};
use crate::sessions::SignedIn;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use behalf_model::audit::AuditEvent;
use behalf_model::fault::{
    ADMIN_CONSENT_NEEDED, CONSENT_CHANGED, CONSENT_DECLINED, FORM_FOREIGN, NOT_AN_ADMINISTRATOR,
};
use behalf_model::ports::Change;
use behalf_model::principal::Principal;
use behalf_model::{Fault, Kind};
use http::StatusCode;
use std::sync::Arc;

pub fn routes() -> Router<Arc<Authority>> {
    Router::new().route("/{tenant}/consent", any(submit))
}

/// The page that asks, or tells whom to ask.
pub fn page(
    authority: &Authority,
    incoming: &Incoming,
    pending: Pending,
    client: &Principal,
    plan: &Plan,
    signed_in: &SignedIn,
    policy: Policy,
) -> Result<Response, Fault> {
    let (tenant, user) = (&incoming.tenant, &signed_in.user);
    let for_everyone = matches!(pending, Pending::AdminConsent { .. });
    let stance = match plan.may_be_accepted_by(user, tenant) {
        _ if for_everyone => Stance::Administrator,
        true => Stance::Ask,
        false => Stance::Blocked,
    };
    let admin_href = (stance == Stance::Blocked).then(|| admin_href(authority, incoming, &pending));
    let step = Step::Consent {
        user: user.id,
        shown: plan.digest(),
        pending,
    };
    let content = pages::Consent {
        heading: if stance == Stance::Blocked {
            "Approval needed"
        } else {
            "Permissions requested"
        },
        tenant: &tenant.display_name,
        app: &client.title,
        client_id: client.client_id.as_str(),
        upn: &user.upn,
        stance,
        lines: plan.shown(client.client_id.as_str()),
        offer_everyone: user.admin && stance == Stance::Ask && !plan.lines.is_empty(),
        admin_href,
        action: incoming.path("consent"),
        form: &Form::seal(authority, tenant.id, &incoming.browser, step),
    };
    let status = if stance == Stance::Blocked {
        StatusCode::FORBIDDEN
    } else {
        StatusCode::OK
    };
    Ok(pages::page(status, &content, &policy))
}

/// The page on which an administrator can give what the user may not.
fn admin_href(authority: &Authority, incoming: &Incoming, pending: &Pending) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("client_id", pending.param("client_id").unwrap_or_default());
    if let Some(scope) = pending.param("scope") {
        query.append_pair("scope", scope);
    }
    format!(
        "{}{}?{}",
        authority.config.public_url,
        incoming.path("v2.0/adminconsent"),
        query.finish()
    )
}

async fn submit(State(authority): State<Arc<Authority>>, request: Request) -> Response {
    let incoming = match Incoming::read(&authority, request, Methods::Post).await {
        Ok(incoming) => incoming,
        Err(page) => return page,
    };
    incoming
        .answer(&authority, decide(&authority, &incoming))
        .await
}

/// What the person answered on the page, and what he had been shown.
pub struct Answer {
    pub signed_in: SignedIn,
    pub shown: String,
    pub accepted: bool,
    pub everyone: bool,
}

async fn decide(authority: &Authority, incoming: &Incoming) -> Result<Response, Fault> {
    let form = Form::open(
        authority,
        incoming.tenant.id,
        &incoming.browser,
        incoming.params.get("form"),
    )?;
    let Step::Consent {
        pending,
        user,
        shown,
    } = form
    else {
        return Err(FORM_FOREIGN.plain());
    };
    let signed_in = SignedIn::of(authority, incoming).await?;
    // Another tab may have signed somebody else in: he has not seen the page.
    let signed_in = signed_in
        .filter(|signed_in| signed_in.user.id == user)
        .ok_or_else(|| CONSENT_CHANGED.plain())?;
    let answer = Answer {
        signed_in,
        shown,
        accepted: incoming.params.get("answer") == Some("accept"),
        everyone: incoming.params.get("everyone") == Some("yes"),
    };
    match pending {
        Pending::Authorize { dialect, params } => {
            for_request(authority, incoming, dialect, Params(params), answer).await
        }
        Pending::AdminConsent { params } => {
            adminconsent::submit(authority, incoming, &Params(params), answer).await
        }
    }
}

async fn for_request(
    authority: &Authority,
    incoming: &Incoming,
    dialect: Dialect,
    params: Params,
    answer: Answer,
) -> Result<Response, Fault> {
    let tenant = &incoming.tenant;
    let request = match authorize::request::read(authority, tenant, dialect, &params).await {
        Ok(request) => request,
        Err(refused) => return refused.tell(authority, incoming),
    };
    let (principal, requested) = (&request.principal, &request.requested);
    let user = answer.signed_in.user.clone();
    let consent = needed(
        authority,
        tenant,
        principal,
        requested,
        &user,
        request.prompt.consent,
    )
    .await?;
    // Already given: in another tab, or by an administrator in between.
    let Consent::Needed(plan) = consent else {
        return authorize::complete(authority, incoming, &request, &answer.signed_in).await;
    };
    let may = plan.may_be_accepted_by(&user, tenant);
    if !answer.accepted {
        let kind = if may {
            &CONSENT_DECLINED
        } else {
            &ADMIN_CONSENT_NEEDED
        };
        let event = event(incoming, principal, &plan, &answer, Some(kind));
        authority
            .store()
            .commit_soon(vec![Change::Audit(event)])
            .await;
        return Ok(request
            .target
            .failure(authority, &kind.plain(), &incoming.context));
    }
    answer.check(&plan, may)?;
    let given = Given {
        tenant: tenant.id,
        user: (!answer.everyone).then_some(user.id),
        by: &user.upn,
        at: incoming.context.now,
    };
    keep(
        authority,
        &plan,
        &given,
        &event(incoming, principal, &plan, &answer, None),
    )
    .await?;
    authorize::complete(authority, incoming, &request, &answer.signed_in).await
}

impl Answer {
    /// Errors: `CONSENT_CHANGED`, `ADMIN_CONSENT_NEEDED`, `NOT_AN_ADMINISTRATOR`.
    pub fn check(&self, plan: &Plan, may_accept: bool) -> Result<(), Fault> {
        if plan.digest() != self.shown {
            return Err(CONSENT_CHANGED.plain());
        }
        if self.everyone && !self.signed_in.user.admin {
            return Err(NOT_AN_ADMINISTRATOR.plain());
        }
        if !may_accept {
            return Err(ADMIN_CONSENT_NEEDED.plain());
        }
        Ok(())
    }
}

/// The audit row of an answer; `refused` when it was no.
pub fn event(
    incoming: &Incoming,
    client: &Principal,
    plan: &Plan,
    answer: &Answer,
    refused: Option<&'static Kind>,
) -> AuditEvent {
    let mut event = incoming.audit(
        "consent",
        Some(&answer.signed_in.user),
        Some(&client.client_id),
    );
    event.object = plan
        .lines
        .first()
        .map(|line| line.resource.app_id.to_string());
    event.scopes = plan.names();
    event.detail.insert(
        "for".to_owned(),
        if answer.everyone { "everyone" } else { "user" }.to_owned(),
    );
    if let Some(kind) = refused {
        event.outcome = kind.code.to_owned();
    }
    event
}

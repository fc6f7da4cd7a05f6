//! Consent of an administrator for everyone (Entra's `adminconsent`).
//!
//! Shape: `GET /{tenant}/v2.0/adminconsent?client_id&scope&redirect_uri&state`, and `/{tenant}/adminconsent` without
//! `scope`. Answer at the redirect URI: `admin_consent=True&tenant=<guid>&scope=…&state=…`, or
//! `error=…&error_description=…&admin_consent=True&state=…`. Without a redirect URI the answer is a page.

use super::authorize::request::principal;
use super::consent::{self, Answer, Given, Plan};
use super::login;
use crate::Authority;
use crate::browser::{Incoming, Methods, Params, Pending};
use crate::dialects::entra;
use crate::pages::{self, Notice, Policy, csp_source};
use crate::rules::{redirect_uri, scope};
use crate::sessions::SignedIn;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use behalf_model::fault::{
    ADMIN_CONSENT_DECLINED, AUTHORIZE_MALFORMED, NO_PERMISSIONS, NOT_AN_ADMINISTRATOR,
};
use behalf_model::ports::Change;
use behalf_model::principal::Principal;
use behalf_model::{Fault, Kind};
use behalf_wire::entra::error::EntraError;
use http::StatusCode;
use std::sync::Arc;

pub fn routes() -> Router<Arc<Authority>> {
    Router::new()
        .route("/{tenant}/v2.0/adminconsent", any(serve))
        .route("/{tenant}/adminconsent", any(serve))
}

async fn serve(State(authority): State<Arc<Authority>>, request: Request) -> Response {
    let incoming = match Incoming::read(&authority, request, Methods::Get).await {
        Ok(incoming) => incoming,
        Err(page) => return page,
    };
    incoming
        .answer(&authority, begin(&authority, &incoming))
        .await
}

async fn begin(authority: &Authority, incoming: &Incoming) -> Result<Response, Fault> {
    let signed_in = SignedIn::of(authority, incoming).await?;
    ask(authority, incoming, &incoming.params, signed_in.as_ref()).await
}

/// Shows the page, or first the sign-in page: again and again until an administrator signs in.
pub async fn ask(
    authority: &Authority,
    incoming: &Incoming,
    params: &Params,
    signed_in: Option<&SignedIn>,
) -> Result<Response, Fault> {
    let asked = Asked::read(authority, incoming, params).await?;
    let pending = Pending::AdminConsent {
        params: params.0.clone(),
    };
    let Some(signed_in) = signed_in else {
        return login::page(authority, incoming, pending, None, None).await;
    };
    if !signed_in.user.admin {
        let upn = &signed_in.user.upn;
        let fault =
            NOT_AN_ADMINISTRATOR.with(format!("{upn} is not an administrator. Sign in as one."));
        return login::page(authority, incoming, pending, None, Some(&fault)).await;
    }
    let plan = match asked.plan(authority, incoming).await {
        Ok(plan) => plan,
        Err(fault) => return asked.refuse(authority, incoming, &fault),
    };
    consent::page(
        authority,
        incoming,
        pending,
        &asked.client,
        &plan,
        signed_in,
        asked.policy(),
    )
}

/// The page was answered.
pub async fn submit(
    authority: &Authority,
    incoming: &Incoming,
    params: &Params,
    mut answer: Answer,
) -> Result<Response, Fault> {
    let asked = Asked::read(authority, incoming, params).await?;
    let plan = asked.plan(authority, incoming).await?;
    answer.everyone = true;
    if !answer.accepted {
        let kind: &'static Kind = &ADMIN_CONSENT_DECLINED;
        let event = consent::event(incoming, &asked.client, &plan, &answer, Some(kind));
        authority
            .store()
            .commit_soon(vec![Change::Audit(event)])
            .await;
        return asked.refuse(authority, incoming, &kind.plain());
    }
    let user = answer.signed_in.user.clone();
    answer.check(&plan, user.admin)?;
    let given = Given {
        tenant: incoming.tenant.id,
        user: None,
        by: &user.upn,
        at: incoming.context.now,
    };
    let event = consent::event(incoming, &asked.client, &plan, &answer, None);
    consent::keep(authority, &plan, &given, &event).await?;
    Ok(asked.granted(incoming, &plan))
}

/// A request that may be answered at its redirect URI, if it has one.
struct Asked {
    client: Arc<Principal>,
    redirect_uri: Option<String>,
    state: Option<String>,
    scope: Option<String>,
}

impl Asked {
    /// Errors: `AUTHORIZE_MALFORMED`, `CLIENT_UNKNOWN`, `CLIENT_DISABLED`, `REDIRECT_URI_MISMATCH`, all for a page.
    async fn read(
        authority: &Authority,
        incoming: &Incoming,
        params: &Params,
    ) -> Result<Self, Fault> {
        if params.duplicate(&[]).is_some() {
            return Err(AUTHORIZE_MALFORMED.with("A parameter occurs twice."));
        }
        let client_id = params.get("client_id").ok_or_else(|| {
            AUTHORIZE_MALFORMED
                .with("The request must contain the following parameter: 'client_id'.")
        })?;
        let client = principal(authority, &incoming.tenant, client_id).await?;
        let redirect_uri = params.get("redirect_uri").map(str::to_owned);
        if let Some(uri) = &redirect_uri {
            redirect_uri::permitted(&client, uri)?;
        }
        let text = |name: &str| params.get(name).map(str::to_owned);
        Ok(Self {
            client,
            redirect_uri,
            state: text("state"),
            scope: text("scope"),
        })
    }

    /// Named scopes of one resource, or, without any and for `.default`, all that the registration lists.
    async fn plan(&self, authority: &Authority, incoming: &Incoming) -> Result<Plan, Fault> {
        let tenant = &incoming.tenant;
        if let Some(text) = &self.scope {
            let requested = scope::resolve(authority, tenant, &self.client, text).await?;
            if let Some(resource) = requested
                .resource
                .as_ref()
                .filter(|_| !requested.is_default)
            {
                let mut plan = Plan::default();
                plan.add_scopes(&self.client, resource, requested.scopes.iter());
                return Ok(plan);
            }
        }
        let plan = consent::of_registration(authority, tenant, &self.client).await?;
        if plan.lines.is_empty() {
            let text = format!(
                "The application '{}' lists no API permissions.",
                self.client.client_id
            );
            return Err(NO_PERMISSIONS.with(text));
        }
        Ok(plan)
    }

    fn granted(&self, incoming: &Incoming, plan: &Plan) -> Response {
        let mut fields = vec![
            ("admin_consent", "True".to_owned()),
            ("tenant", incoming.tenant.id.to_string()),
        ];
        let Some(uri) = &self.redirect_uri else {
            let text = format!(
                "{} may now be used by everyone with these permissions: {}.",
                self.client.title,
                plan.names().join(", ")
            );
            let content = Notice {
                title: "Consent given",
                text: &text,
            };
            return pages::page(StatusCode::OK, &content, &Policy::default());
        };
        fields.extend(self.scope.clone().map(|scope| ("scope", scope)));
        self.redirect(uri, fields)
    }

    fn refuse(
        &self,
        authority: &Authority,
        incoming: &Incoming,
        fault: &Fault,
    ) -> Result<Response, Fault> {
        let Some(uri) = &self.redirect_uri else {
            return Err(fault.clone());
        };
        let context = &incoming.context;
        let description = EntraError {
            error: fault.kind.oauth,
            code: entra::code_of(fault),
            text: &fault.detail,
            suberror: None,
            claims: None,
            trace_id: &context.request_id.to_string(),
            correlation_id: &context.correlation_id.to_string(),
            timestamp: &context.now.entra(),
            public_url: &authority.config.public_url,
        }
        .description();
        let fields = vec![
            ("error", fault.kind.oauth.to_owned()),
            ("error_description", description),
            ("admin_consent", "True".to_owned()),
        ];
        Ok(self.redirect(uri, fields))
    }

    fn redirect(&self, uri: &str, mut fields: Vec<(&'static str, String)>) -> Response {
        fields.extend(self.state.clone().map(|state| ("state", state)));
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let separator = if uri.contains('?') { '&' } else { '?' };
        pages::redirect(&format!("{uri}{separator}{query}"))
    }

    fn policy(&self) -> Policy {
        Policy {
            form_targets: self
                .redirect_uri
                .as_deref()
                .and_then(csp_source)
                .into_iter()
                .collect(),
            auto_submit: false,
        }
    }
}

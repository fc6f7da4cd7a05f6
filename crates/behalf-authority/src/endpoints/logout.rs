//! Sign-out (OpenID Connect RP-Initiated Logout 1.0, Entra's `logout`).

use super::authorize::request::principal;
use crate::Authority;
use crate::browser::{Form, Incoming, Methods, Params, Step};
use crate::pages::{self, Notice, Policy, csp_source};
use crate::rules::redirect_uri;
use crate::sessions::SignedIn;
use crate::tokens::verified;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use behalf_model::Fault;
use behalf_model::fault::{AUTHORIZE_MALFORMED, FORM_FOREIGN, SIGNOUT_HINT, SIGNOUT_REDIRECT};
use behalf_model::principal::Principal;
use http::{HeaderValue, StatusCode, header};
use std::sync::Arc;

pub fn routes() -> Router<Arc<Authority>> {
    Router::new()
        .route("/{tenant}/oauth2/v2.0/logout", any(serve))
        .route("/{tenant}/oauth2/logout", any(serve))
        .route("/{tenant}/oidc/logout", any(serve))
}

async fn serve(State(authority): State<Arc<Authority>>, request: Request) -> Response {
    let incoming = match Incoming::read(&authority, request, Methods::GetAndPost).await {
        Ok(incoming) => incoming,
        Err(page) => return page,
    };
    incoming
        .answer(&authority, begin(&authority, &incoming))
        .await
}

async fn begin(authority: &Authority, incoming: &Incoming) -> Result<Response, Fault> {
    if let Some(form) = incoming.params.get("form") {
        return confirmed(authority, incoming, form).await;
    }
    let asked = Asked::read(authority, incoming, &incoming.params).await?;
    let Some(signed_in) = SignedIn::of(authority, incoming).await? else {
        return Ok(asked.done());
    };
    // Only who holds the ID token of this very user may end the session without a question: any other site could
    // otherwise sign people out (RP-Initiated Logout §2).
    if asked.user.as_deref() == Some(&*signed_in.user.id.to_string()) {
        return end(authority, incoming, &asked, signed_in).await;
    }
    let step = Step::SignOut {
        params: incoming.params.0.clone(),
    };
    let content = pages::SignOut {
        tenant: &incoming.tenant.display_name,
        upn: &signed_in.user.upn,
        action: incoming.path("oauth2/v2.0/logout"),
        form: &Form::seal(authority, incoming.tenant.id, &incoming.browser, step),
    };
    Ok(pages::page(StatusCode::OK, &content, &asked.policy()))
}

async fn confirmed(
    authority: &Authority,
    incoming: &Incoming,
    form: &str,
) -> Result<Response, Fault> {
    let step = Form::open(authority, incoming.tenant.id, &incoming.browser, Some(form))?;
    let Step::SignOut { params } = step else {
        return Err(FORM_FOREIGN.plain());
    };
    let asked = Asked::read(authority, incoming, &Params(params)).await?;
    match SignedIn::of(authority, incoming).await? {
        Some(signed_in) => end(authority, incoming, &asked, signed_in).await,
        None => Ok(asked.done()),
    }
}

async fn end(
    authority: &Authority,
    incoming: &Incoming,
    asked: &Asked,
    signed_in: SignedIn,
) -> Result<Response, Fault> {
    let client = asked.client.as_ref().map(|client| &client.client_id);
    let audit = incoming.audit("signout", Some(&signed_in.user), client);
    let cookie: HeaderValue = signed_in.end(authority, audit).await?;
    let mut response = asked.done();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// A sign-out request whose claims were checked.
struct Asked {
    client: Option<Arc<Principal>>,
    /// The user of a verified `id_token_hint`.
    user: Option<String>,
    /// Registered for the client.
    redirect_uri: Option<String>,
    state: Option<String>,
}

impl Asked {
    /// Errors: `AUTHORIZE_MALFORMED`, `SIGNOUT_HINT`, `SIGNOUT_REDIRECT`, `CLIENT_UNKNOWN`, all for a page.
    async fn read(
        authority: &Authority,
        incoming: &Incoming,
        params: &Params,
    ) -> Result<Self, Fault> {
        if params.duplicate(&[]).is_some() {
            return Err(AUTHORIZE_MALFORMED.with("A parameter occurs twice."));
        }
        let tenant = &incoming.tenant;
        let hint = match params.get("id_token_hint") {
            Some(token) => Some(hint(authority, incoming, token).await?),
            None => None,
        };
        let (hinted_client, user) = hint.unzip();
        let client_id = match (params.get("client_id"), hinted_client) {
            (Some(given), Some(hinted)) if !given.eq_ignore_ascii_case(&hinted) => {
                return Err(
                    SIGNOUT_HINT.with("client_id and id_token_hint name different applications.")
                );
            }
            (Some(given), _) => Some(given.to_owned()),
            (None, hinted) => hinted,
        };
        let client = match client_id {
            Some(id) => Some(principal(authority, tenant, &id).await?),
            None => None,
        };
        let redirect_uri = params.get("post_logout_redirect_uri").map(str::to_owned);
        if let Some(uri) = &redirect_uri {
            let client = client.as_ref().ok_or_else(|| SIGNOUT_REDIRECT.plain())?;
            redirect_uri::permitted(client, uri)
                .map_err(|fault| SIGNOUT_REDIRECT.with(fault.detail))?;
        }
        Ok(Self {
            client,
            user,
            redirect_uri,
            state: params.get("state").map(str::to_owned),
        })
    }

    fn done(&self) -> Response {
        let Some(uri) = &self.redirect_uri else {
            let text = "Your session has ended, and the tokens kept for you from other sign-in providers are deleted. You can close this window.";
            return pages::page(
                StatusCode::OK,
                &Notice {
                    title: "Signed out",
                    text,
                },
                &Policy::default(),
            );
        };
        let Some(state) = &self.state else {
            return pages::redirect(uri);
        };
        let separator = if uri.contains('?') { '&' } else { '?' };
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("state", state)
            .finish();
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

/// Client and user of an ID token of ours. It may have expired: sessions outlive ID tokens (RP-Initiated Logout §2).
async fn hint(
    authority: &Authority,
    incoming: &Incoming,
    token: &str,
) -> Result<(String, String), Fault> {
    let own = verified::verify(authority, &incoming.tenant, token, incoming.context.now).await?;
    let own = own.map_err(|_| SIGNOUT_HINT.plain())?;
    let claims = &own.claims;
    // An access token names its client as azp, appid or client_id and has scopes; it is no proof of a sign-in there.
    let is_access_token = claims.client().is_some() || !claims.scopes().is_empty();
    match (claims.audiences().as_slice(), claims.oid()) {
        ([client], Some(user)) if !is_access_token => Ok(((*client).to_owned(), user.to_owned())),
        _ => Err(SIGNOUT_HINT.plain()),
    }
}

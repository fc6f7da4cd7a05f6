//! The extractor.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use behalf_wire::acs::standard_tokens::StandardTokens;
use behalf_wire::jose::backend::constant_time_eq;
use std::fmt;

use super::error_page;
use super::session::{Session, Sessions};
use crate::{AccessToken, Error, ErrorKind, RemoteApp, SharePointClient, UserContext, WebUrl};

/// For whom and for which web the app works in this request. Extracted in handlers behind
/// [`RemoteWeb::protect`](super::RemoteWeb::protect).
#[derive(Clone)]
pub struct SharePointContext {
    app: RemoteApp,
    user: UserContext,
    tokens: StandardTokens,
    csrf_token: String,
}

impl SharePointContext {
    pub(super) fn new(
        app: &RemoteApp,
        sessions: &Sessions,
        session: Session,
    ) -> Result<Self, Error> {
        Ok(Self {
            app: app.clone(),
            user: session.user_context()?,
            tokens: session.standard_tokens(),
            csrf_token: sessions.csrf_token(&session),
        })
    }

    /// `SPHostUrl`.
    pub fn host_web(&self) -> &WebUrl {
        self.user.web()
    }

    /// `SPAppWebUrl`, when the app has a web of its own on an allowed host.
    pub fn app_web(&self) -> Option<WebUrl> {
        WebUrl::parse(self.tokens.app_web_url.as_deref()?).ok()
    }

    /// `SPLanguage`, such as `en-US`. It comes from the browser: escape it in pages, as the next two.
    pub fn language(&self) -> &str {
        &self.tokens.language
    }

    /// `SPClientTag`.
    pub fn client_tag(&self) -> &str {
        &self.tokens.client_tag
    }

    /// `SPProductNumber`.
    pub fn product_number(&self) -> &str {
        &self.tokens.product_number
    }

    /// `SPHostUrl=…&SPLanguage=…&…`, for links between the app's pages, so that each can be bookmarked.
    pub fn query(&self) -> String {
        self.tokens.query()
    }

    pub fn user(&self) -> &UserContext {
        &self.user
    }

    /// Calls the host web as user and app.
    pub fn client(&self) -> SharePointClient {
        self.app.user_client(self.user.clone())
    }

    /// Calls the host web as the app alone: what the app may do whoever is there. Use it for what the user has asked
    /// for and may not do, and for nothing else.
    pub fn app_only_client(&self) -> SharePointClient {
        self.app.app_only_client(self.user.web().clone())
    }

    /// The access token of user and app. Errors: see [`RemoteApp::user_token`].
    pub async fn access_token(&self) -> Result<AccessToken, Error> {
        self.app.user_token(&self.user).await
    }

    /// For a hidden field in each form of the app.
    pub fn csrf_token(&self) -> &str {
        &self.csrf_token
    }

    /// Whether a posted form was made for this session.
    pub fn is_csrf_token(&self, posted: &str) -> bool {
        constant_time_eq(posted.as_bytes(), self.csrf_token.as_bytes())
    }

    /// Forgets the user's tokens. The session goes on until its end, but every call needs a new launch.
    pub async fn forget(&self) -> Result<(), Error> {
        self.app.forget(&self.user).await
    }
}

impl fmt::Debug for SharePointContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharePointContext")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

impl<S: Sync> FromRequestParts<S> for SharePointContext {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            error_page::page(&Error::new(
                ErrorKind::Configuration,
                "The page does not know for which site and user it shall work",
                "its route is not behind RemoteWeb::protect",
                "add the route to the router that is given to protect",
            ))
        })
    }
}

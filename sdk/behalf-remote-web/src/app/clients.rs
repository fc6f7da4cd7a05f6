//! Clients that get their tokens from the app.

use std::sync::Arc;

use super::{RemoteApp, UserContext, app_key};
use crate::client::{SharePointClient, Tokens};
use crate::{AccessToken, Error, WebUrl};

impl RemoteApp {
    /// Calls the host web with user and app: what both may do.
    pub fn user_client(&self, context: UserContext) -> SharePointClient {
        let web = context.web().clone();
        let tokens = Arc::new(UserTokens {
            app: self.clone(),
            context,
        });
        SharePointClient::new(web, tokens, Arc::clone(&self.0.http))
    }

    /// Calls a web with the app alone.
    pub fn app_only_client(&self, web: WebUrl) -> SharePointClient {
        let tokens = Arc::new(AppOnlyTokens {
            app: self.clone(),
            web: web.clone(),
        });
        SharePointClient::new(web, tokens, Arc::clone(&self.0.http))
    }
}

struct UserTokens {
    app: RemoteApp,
    context: UserContext,
}

#[async_trait::async_trait]
impl Tokens for UserTokens {
    async fn token(&self) -> Result<AccessToken, Error> {
        self.app.user_token(&self.context).await
    }

    async fn refused(&self, token: &AccessToken) {
        self.app
            .0
            .access_tokens
            .forget(&self.context.token_key(), Some(token));
    }
}

struct AppOnlyTokens {
    app: RemoteApp,
    web: WebUrl,
}

#[async_trait::async_trait]
impl Tokens for AppOnlyTokens {
    async fn token(&self) -> Result<AccessToken, Error> {
        self.app.app_only_token(&self.web).await
    }

    async fn refused(&self, token: &AccessToken) {
        if let Ok(realm) = self.app.realm_of(&self.web).await {
            self.app
                .0
                .access_tokens
                .forget(&app_key(&self.web, &realm), Some(token));
        }
    }
}

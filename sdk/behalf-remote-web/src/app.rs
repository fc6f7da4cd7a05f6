//! The app: verifies context tokens and gets access tokens.

mod clients;
mod user_context;
mod verify;

use behalf_wire::acs::context_token::{ContextToken, REFRESH_TOKEN_LIFETIME_S};
use behalf_wire::acs::token::{Grant, ReceivedAnswer, TokenRequest};
use behalf_wire::acs::{PrincipalName, SHAREPOINT_PRINCIPAL};
use std::sync::Arc;
use zeroize::Zeroizing;

pub use user_context::UserContext;
pub use verify::context_token_in;

use crate::access_token::{CallerKey, TokenCache, TokenKey};
use crate::realm::Realms;
use crate::sts::{self, Sts};
use crate::{
    AccessToken, AppSettings, Env, Error, ErrorKind, Http, RefreshTokenStore, StoredRefreshToken,
    WebUrl,
};

/// A provider-hosted app. Cloning shares its caches.
#[derive(Clone)]
pub struct RemoteApp(Arc<Inner>);

struct Inner {
    settings: AppSettings,
    http: Arc<dyn Http>,
    refresh_tokens: Arc<dyn RefreshTokenStore>,
    env: Arc<dyn Env>,
    access_tokens: TokenCache,
    realms: Realms,
    sts: Sts,
}

impl RemoteApp {
    /// ```no_run
    /// # async fn example() -> Result<(), behalf_remote_web::Error> {
    /// use behalf_remote_web::{AppSettings, HyperHttp, MemoryRefreshTokens, RemoteApp, SystemEnv, WebUrl};
    /// use std::sync::Arc;
    ///
    /// let settings = AppSettings::builder("0bb64fb5-74a0-4c0c-9b20-2c2fd5d3a3b5", "…")
    ///     .app_host_domain("app.corp.lan")
    ///     .sts("https://sts.corp.lan")
    ///     .allow_content_host("sites.corp.lan")
    ///     .build()?;
    /// let app = RemoteApp::new(
    ///     settings,
    ///     Arc::new(HyperHttp::new()?),
    ///     Arc::new(MemoryRefreshTokens::new()),
    ///     Arc::new(SystemEnv),
    /// );
    /// let web = WebUrl::parse("https://sites.corp.lan/sites/sales")?;
    /// let title = app.app_only_client(web).get("web?$select=Title").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(
        settings: AppSettings,
        http: Arc<dyn Http>,
        refresh_tokens: Arc<dyn RefreshTokenStore>,
        env: Arc<dyn Env>,
    ) -> Self {
        Self(Arc::new(Inner {
            settings,
            http,
            refresh_tokens,
            env,
            access_tokens: TokenCache::default(),
            realms: Realms::default(),
            sts: Sts::default(),
        }))
    }

    pub fn settings(&self) -> &AppSettings {
        &self.0.settings
    }

    #[cfg(feature = "axum")]
    pub(crate) fn env(&self) -> &dyn Env {
        &*self.0.env
    }

    /// Verifies a posted context token: signature with each of the app's secrets, time, audience, realm, and that
    /// the authentication server it names is one that the app allows.
    ///
    /// Errors: [`ErrorKind::TokenMalformed`], [`ErrorKind::SecretMismatch`], [`ErrorKind::Expired`],
    /// [`ErrorKind::Clock`] for a token of the future, [`ErrorKind::Audience`], [`ErrorKind::HostNotAllowed`].
    pub fn verify_context_token(&self, token: &str) -> Result<ContextToken, Error> {
        verify::context_token(token, &self.0.settings, self.0.env.now_s())
    }

    /// Verifies a posted context token and keeps its refresh token, so that the user's calls can begin. `web` is
    /// `SPHostUrl`, which nobody signs: its host must be one that the app allows, and when the token names the host
    /// web, it must be on the same host. Errors: as [`verify_context_token`](Self::verify_context_token), and
    /// [`ErrorKind::Store`].
    pub async fn accept(&self, token: &str, web: WebUrl) -> Result<UserContext, Error> {
        self.accept_verified(&self.verify_context_token(token)?, web)
            .await
    }

    pub(crate) async fn accept_verified(
        &self,
        token: &ContextToken,
        web: WebUrl,
    ) -> Result<UserContext, Error> {
        self.0.settings.allowed().check_content(&web)?;
        if let Some(named) = token.host_web_url() {
            verify::same_host(&web, named)?;
        }
        let uri = token.security_token_service_uri();
        let sts = sts::address_of(uri, self.0.settings.allowed())?;
        let context = UserContext::new(web, token.cache_key(), token.realm(), token.user());
        let kept = StoredRefreshToken {
            refresh_token: Zeroizing::new(token.expose_refresh_token().to_owned()),
            sts: sts.as_str().to_owned(),
            expires_at_s: token
                .not_before_s()
                .saturating_add(REFRESH_TOKEN_LIFETIME_S),
        };
        self.0.refresh_tokens.put(&context.key(), kept).await?;
        Ok(context)
    }

    /// An access token that carries user and app: from the cache, or from the user's refresh token.
    ///
    /// Errors: [`ErrorKind::RefreshTokenLost`] when the user must launch the app again, [`ErrorKind::TokenRefused`],
    /// [`ErrorKind::Unreachable`], [`ErrorKind::Metadata`], [`ErrorKind::HostNotAllowed`], [`ErrorKind::Store`].
    pub async fn user_token(&self, context: &UserContext) -> Result<AccessToken, Error> {
        self.0.settings.allowed().check_content(context.web())?;
        let now_s = self.0.env.now_s();
        let request = || self.refreshed(context, now_s);
        self.0
            .access_tokens
            .get(&context.token_key(), now_s, request)
            .await
    }

    async fn refreshed(&self, context: &UserContext, now_s: i64) -> Result<AccessToken, Error> {
        let key = context.key();
        let kept = self.0.refresh_tokens.get(&key).await?;
        let Some(mut kept) = kept.filter(|kept| now_s < kept.expires_at_s) else {
            return Err(Error::new(
                ErrorKind::RefreshTokenLost,
                "There is no access token for this user",
                "no refresh token of this user is kept for this site, or its six months are over",
                "launch the app again from SharePoint",
            ));
        };
        let sts = sts::address_of(&kept.sts, self.0.settings.allowed())?;
        let grant = Grant::RefreshToken(&kept.refresh_token);
        let answer = match self
            .asked(&sts, context.realm(), context.web(), grant, now_s)
            .await
        {
            Err(error) if error.kind() == ErrorKind::RefreshTokenLost => {
                self.0
                    .refresh_tokens
                    .remove(&key, Some(&kept.refresh_token))
                    .await?;
                return Err(error);
            }
            answer => answer?,
        };
        let token = self.access_token(&answer, context.web(), now_s)?;
        if let Some(next) = answer.refresh_token.filter(|next| !next.is_empty()) {
            kept.refresh_token = Zeroizing::new(next);
            kept.expires_at_s = now_s.saturating_add(REFRESH_TOKEN_LIFETIME_S);
            self.0.refresh_tokens.put(&key, kept).await?;
        }
        Ok(token)
    }

    /// An access token that carries the app alone, with the rights that were granted to it (`AllowAppOnlyPolicy`).
    /// The realm is the configured one or the one that the content host tells.
    ///
    /// Errors: [`ErrorKind::Configuration`] without `sts` in the settings, otherwise as
    /// [`user_token`](Self::user_token) and [`ErrorKind::RealmUnknown`].
    pub async fn app_only_token(&self, web: &WebUrl) -> Result<AccessToken, Error> {
        self.0.settings.allowed().check_content(web)?;
        let sts = self.configured_sts()?;
        let realm = self.realm_of(web).await?;
        let now_s = self.0.env.now_s();
        let key = app_key(web, &realm);
        let request = || async {
            let grant = Grant::ClientCredentials;
            let answer = self.asked(sts, &realm, web, grant, now_s).await?;
            self.access_token(&answer, web, now_s)
        };
        self.0.access_tokens.get(&key, now_s, request).await
    }

    /// Where to send the browser of a user whom the app asks for permissions on the fly. `scope` is like
    /// `Web.Read List.Write`; `state` comes back and must be compared, or another site could bring its own code.
    pub fn authorize_url(
        &self,
        web: &WebUrl,
        scope: &str,
        redirect_uri: &str,
        state: &str,
    ) -> Result<String, Error> {
        self.0.settings.allowed().check_content(web)?;
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", self.0.settings.client_id())
            .append_pair("scope", scope)
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("state", state)
            .finish();
        Ok(web.join(&format!("_layouts/15/OAuthAuthorize.aspx?{query}")))
    }

    /// Redeems an authorization code. `user` is the app's own name for the user it signed in: the code does not say
    /// who it is from. Errors: as [`app_only_token`](Self::app_only_token), and [`ErrorKind::RefreshTokenLost`] when
    /// the answer has no refresh token.
    pub async fn redeem_code(
        &self,
        web: WebUrl,
        code: &str,
        redirect_uri: &str,
        user: &str,
    ) -> Result<UserContext, Error> {
        self.0.settings.allowed().check_content(&web)?;
        let sts = self.configured_sts()?;
        let realm = self.realm_of(&web).await?;
        let now_s = self.0.env.now_s();
        let grant = Grant::AuthorizationCode { code, redirect_uri };
        let answer = self.asked(sts, &realm, &web, grant, now_s).await?;
        let token = self.access_token(&answer, &web, now_s)?;
        let Some(refresh_token) = answer.refresh_token else {
            return Err(Error::new(
                ErrorKind::RefreshTokenLost,
                "The authorization code brought no refresh token",
                "the authentication server's answer has none",
                "ask its administrator whether refresh tokens are switched off for this app",
            ));
        };
        // The prefix keeps a name that the app chose from ever meeting a CacheKey.
        let context = UserContext::new(web, &format!("code:{user}"), &realm, Some(user));
        let kept = StoredRefreshToken {
            refresh_token: Zeroizing::new(refresh_token),
            sts: sts.as_str().to_owned(),
            expires_at_s: now_s.saturating_add(REFRESH_TOKEN_LIFETIME_S),
        };
        self.0.refresh_tokens.put(&context.key(), kept).await?;
        self.0.access_tokens.put(&context.token_key(), now_s, token);
        Ok(context)
    }

    /// The realm of the settings, or the one that the content host tells. Errors: [`ErrorKind::RealmUnknown`],
    /// [`ErrorKind::Unreachable`], [`ErrorKind::HostNotAllowed`].
    pub async fn realm_of(&self, web: &WebUrl) -> Result<String, Error> {
        self.0.settings.allowed().check_content(web)?;
        match self.0.settings.realm() {
            Some(realm) => Ok(realm.to_ascii_lowercase()),
            None => self.0.realms.of(&*self.0.http, web).await,
        }
    }

    /// Forgets the user's tokens, for a page "sign out".
    pub async fn forget(&self, context: &UserContext) -> Result<(), Error> {
        self.0.access_tokens.forget(&context.token_key(), None);
        self.0.refresh_tokens.remove(&context.key(), None).await
    }

    fn configured_sts(&self) -> Result<&WebUrl, Error> {
        self.0.settings.sts().ok_or_else(|| {
            Error::new(
                ErrorKind::Configuration,
                "The app gets no token",
                "without a context token nothing tells where the authentication server is",
                "set sts to its address",
            )
        })
    }

    /// Only the first secret is ever sent; a secondary one is for verifying.
    async fn asked(
        &self,
        sts: &WebUrl,
        realm: &str,
        web: &WebUrl,
        grant: Grant<'_>,
        now_s: i64,
    ) -> Result<ReceivedAnswer, Error> {
        let settings = &self.0.settings;
        let names = || {
            let client = PrincipalName::new(settings.client_id(), realm)?;
            let resource =
                PrincipalName::with_host(SHAREPOINT_PRINCIPAL, web.host().clone(), realm)?;
            Ok((client.to_string(), resource.to_string()))
        };
        let (client_id, resource) = names().map_err(|error: behalf_wire::acs::NameError| {
            Error::new(
                ErrorKind::Configuration,
                "The app gets no token",
                error.to_string(),
                "check client id and realm in the settings",
            )
        })?;
        let request = TokenRequest {
            client_id: &client_id,
            client_secret: settings.secrets()[0].expose(),
            resource: &resource,
            grant,
        };
        let place = (sts, realm);
        self.0
            .sts
            .token(&*self.0.http, settings.allowed(), place, &request, now_s)
            .await
    }

    fn access_token(
        &self,
        answer: &ReceivedAnswer,
        web: &WebUrl,
        now_s: i64,
    ) -> Result<AccessToken, Error> {
        let ends = answer.expires_at_s(now_s).filter(|ends| *ends > now_s);
        let sendable = http::HeaderValue::from_str(&answer.access_token).is_ok();
        let Some(expires_at_s) = ends.filter(|_| sendable) else {
            return Err(Error::new(
                ErrorKind::TokenRefused,
                "The authentication server's answer cannot be used",
                "it does not say how long the token lives, or the token has characters that no header may have",
                "check that the address is an authentication server's",
            ));
        };
        let ahead_s = self.0.settings.renew_ahead_s();
        let host = web.host().clone();
        Ok(AccessToken::new(
            &answer.access_token,
            host,
            now_s,
            expires_at_s,
            ahead_s,
        ))
    }
}

fn app_key(web: &WebUrl, realm: &str) -> TokenKey {
    TokenKey {
        caller: CallerKey::App,
        host: web.host().clone(),
        realm: realm.to_owned(),
    }
}

#[cfg(test)]
mod tests;

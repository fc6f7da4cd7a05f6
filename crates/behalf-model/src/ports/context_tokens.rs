use crate::{ClientId, Fault, Secret, TenantId, UnixTime, UserId};
use async_trait::async_trait;

/// What a content host asks of the authentication server (ACS) for a user who launches or trusts an app.
#[async_trait]
pub trait ContextTokens: Send + Sync {
    /// The context token for the app's remote web, posted there as `SPAppToken`. `target` is the address that it will
    /// be posted to: its host must be the registered app host domain.
    ///
    /// Errors: `CLIENT_UNKNOWN`, `CLIENT_DISABLED`, `APP_HOST_DOMAIN_MISSING`, `APP_HOST_DOMAIN_OTHER`,
    /// `APP_SECRET_UNREADABLE`, `CONTENT_HOST_UNKNOWN`, and those of tenant and user.
    async fn context_token(
        &self,
        launch: &AppLaunch,
        target: &str,
        now: UnixTime,
    ) -> Result<IssuedContextToken, Fault>;

    /// An authorization code after the user trusted an app on the fly (`OAuthAuthorize.aspx`); good for five minutes and
    /// once. Without `redirect_uri` the only registered one is meant.
    ///
    /// Errors: `CLIENT_UNKNOWN`, `CLIENT_DISABLED`, `REDIRECT_URI_MISMATCH`, `CONTENT_HOST_UNKNOWN`, and those of tenant
    /// and user.
    async fn authorization_code(
        &self,
        launch: &AppLaunch,
        redirect_uri: Option<&str>,
        now: UnixTime,
    ) -> Result<IssuedCode, Fault>;
}

/// Who starts which app from where. The content host vouches for it.
#[derive(Clone, Debug)]
pub struct AppLaunch {
    pub tenant: TenantId,
    pub client: ClientId,
    pub user: UserId,
    /// When the user proved who he is; a token dies with everything that was proven before `User::valid_from`.
    pub auth_time: UnixTime,
    /// URL of the host web, at a registered content host of the tenant.
    pub host_web: String,
    /// `false` for remote event receivers.
    pub browser_hosted: bool,
}

#[derive(Clone, Debug)]
pub struct IssuedContextToken {
    pub token: Secret,
    /// The same for every launch of this app by this user, whatever the site.
    pub cache_key: String,
    pub expires_at: UnixTime,
}

#[derive(Clone, Debug)]
pub struct IssuedCode {
    pub code: Secret,
    /// The registered address to send it to.
    pub redirect_uri: String,
}

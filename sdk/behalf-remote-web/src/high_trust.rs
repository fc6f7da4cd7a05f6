//! High trust: the app issues its access tokens itself, under a certificate that the content host trusts.

use async_trait::async_trait;
use behalf_wire::acs::high_trust::{BuildError, HighTrustKey, NewActorToken, NewOuterToken, User};
use behalf_wire::jose::JoseError;
use std::sync::Arc;

pub use behalf_wire::acs::high_trust::NII_ACTIVE_DIRECTORY;

use crate::client::{SharePointClient, Tokens};
use crate::hosts::AllowedHosts;
use crate::realm::Realms;
use crate::{AccessToken, Env, Error, ErrorKind, Http, WebUrl};

/// Tokens live for 12 hours, as those of an authentication server do.
const LIFETIME_S: i64 = 43_200;

/// An app with a certificate. It needs no authentication server, and must itself have signed in the users it names:
/// the content host believes it.
#[derive(Clone)]
pub struct HighTrustApp(Arc<Inner>);

struct Inner {
    client_id: String,
    issuer_id: String,
    key: HighTrustKey,
    realm: Option<String>,
    allowed: AllowedHosts,
    http: Arc<dyn Http>,
    env: Arc<dyn Env>,
    realms: Realms,
}

/// What a [`HighTrustApp`] is made of.
pub struct HighTrustSettings<'a> {
    pub client_id: &'a str,
    /// GUID that the certificate is registered under; equal to the client id unless it is a trust broker.
    pub issuer_id: &'a str,
    /// PEM text with the registered certificate.
    pub certificate_pem: &'a str,
    /// PEM text with its RSA key, PKCS#8 and not encrypted.
    pub private_key_pem: &'a str,
    /// `None` asks the content host.
    pub realm: Option<&'a str>,
    /// The hosts that tokens may be made for; a token for any other is not made.
    pub content_hosts: &'a [&'a str],
    /// For development only.
    pub allow_http_on_loopback: bool,
}

/// A user as the content host knows him.
#[derive(Clone, PartialEq, Eq)]
pub struct HighTrustUser {
    /// For example a SID.
    pub name_id: Option<String>,
    pub upn: Option<String>,
    /// [`NII_ACTIVE_DIRECTORY`] or `trusted:<provider>`.
    pub name_id_issuer: String,
}

impl HighTrustUser {
    /// A user of the directory by SID.
    pub fn sid(sid: &str) -> Self {
        Self {
            name_id: Some(sid.to_owned()),
            upn: None,
            name_id_issuer: NII_ACTIVE_DIRECTORY.into(),
        }
    }

    /// A user by user principal name, of the directory or of `trusted:<provider>`.
    pub fn upn(upn: &str, name_id_issuer: &str) -> Self {
        Self {
            name_id: None,
            upn: Some(upn.to_owned()),
            name_id_issuer: name_id_issuer.to_owned(),
        }
    }
}

impl HighTrustApp {
    /// Errors: [`ErrorKind::Configuration`]: broken PEM, a key that is not the certificate's, a certificate that is
    /// not valid today, no content host.
    pub fn new(
        settings: &HighTrustSettings<'_>,
        http: Arc<dyn Http>,
        env: Arc<dyn Env>,
    ) -> Result<Self, Error> {
        let key = HighTrustKey::from_pem(settings.certificate_pem, settings.private_key_pem)
            .map_err(|error| unusable(&error))?;
        if !key.certificate().is_valid_at(env.now_s()) {
            return Err(unusable(&JoseError::Certificate(
                "it is expired or not yet valid",
            )));
        }
        let content = settings
            .content_hosts
            .iter()
            .map(|host| behalf_wire::acs::Host::parse(host))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| unusable(&error))?;
        if content.is_empty() {
            return Err(unusable(
                &"there is no content host that tokens may be made for",
            ));
        }
        Ok(Self(Arc::new(Inner {
            client_id: settings.client_id.to_owned(),
            issuer_id: settings.issuer_id.to_owned(),
            key,
            realm: settings.realm.map(str::to_owned),
            allowed: AllowedHosts {
                sts: Vec::new(),
                content: Some(content),
                http_on_loopback: settings.allow_http_on_loopback,
            },
            http,
            env,
            realms: Realms::default(),
        })))
    }

    /// A token of app and user. Errors: [`ErrorKind::HostNotAllowed`], [`ErrorKind::RealmUnknown`],
    /// [`ErrorKind::Unreachable`], [`ErrorKind::Configuration`].
    pub async fn user_token(
        &self,
        web: &WebUrl,
        user: &HighTrustUser,
    ) -> Result<AccessToken, Error> {
        self.made(web, |actor, key| {
            let user = User {
                name_id: user.name_id.as_deref(),
                upn: user.upn.as_deref(),
                name_id_issuer: &user.name_id_issuer,
            };
            NewOuterToken { actor, user }.sign(key)
        })
        .await
    }

    /// A token of the app alone. Errors: as [`user_token`](Self::user_token).
    pub async fn app_only_token(&self, web: &WebUrl) -> Result<AccessToken, Error> {
        self.made(web, |actor, key| actor.sign(key)).await
    }

    /// Calls a web as the app and this user.
    pub fn user_client(&self, web: WebUrl, user: HighTrustUser) -> SharePointClient {
        self.client(web, Some(user))
    }

    /// Calls a web as the app alone.
    pub fn app_only_client(&self, web: WebUrl) -> SharePointClient {
        self.client(web, None)
    }

    fn client(&self, web: WebUrl, user: Option<HighTrustUser>) -> SharePointClient {
        let tokens = OwnTokens {
            app: self.clone(),
            web: web.clone(),
            user,
        };
        SharePointClient::new(web, Arc::new(tokens), Arc::clone(&self.0.http))
    }

    async fn made(
        &self,
        web: &WebUrl,
        sign: impl FnOnce(NewActorToken<'_>, &HighTrustKey) -> Result<String, BuildError>,
    ) -> Result<AccessToken, Error> {
        let inner = &*self.0;
        inner.allowed.check_content(web)?;
        let realm = match &inner.realm {
            Some(realm) => realm.clone(),
            None => inner.realms.of(&*inner.http, web).await?,
        };
        let now_s = inner.env.now_s();
        let expires_at_s = now_s.saturating_add(LIFETIME_S);
        let actor = NewActorToken {
            issuer_id: &inner.issuer_id,
            client_id: &inner.client_id,
            realm: &realm,
            host: web.host(),
            not_before_s: now_s,
            expires_at_s,
        };
        let token = sign(actor, &inner.key).map_err(|error| unusable(&error))?;
        Ok(AccessToken::new(
            &token,
            web.host().clone(),
            now_s,
            expires_at_s,
            0,
        ))
    }
}

struct OwnTokens {
    app: HighTrustApp,
    web: WebUrl,
    user: Option<HighTrustUser>,
}

#[async_trait]
impl Tokens for OwnTokens {
    async fn token(&self) -> Result<AccessToken, Error> {
        match &self.user {
            Some(user) => self.app.user_token(&self.web, user).await,
            None => self.app.app_only_token(&self.web).await,
        }
    }

    /// Every token is made anew, so there is nothing to forget.
    async fn refused(&self, _: &AccessToken) {}
}

fn unusable(why: &dyn std::fmt::Display) -> Error {
    Error::new(
        ErrorKind::Configuration,
        "High-trust tokens cannot be made",
        why.to_string(),
        "check client id, issuer id, content hosts, and that certificate and private key (RSA, PKCS#8, not encrypted) belong together",
    )
}

#[cfg(test)]
mod tests;

//! The session: an encrypted cookie, so that any server with the client secret can read it and none keeps state.

use behalf_wire::acs::AppSecret;
use behalf_wire::acs::standard_tokens::StandardTokens;
use behalf_wire::jose::base64url;
use serde::{Deserialize, Serialize};

use super::launch::Launch;
use crate::{AppSettings, Env, Error, SealingKey, UserContext, WebUrl};

/// What the cookie holds. No token: the refresh token is in the app's store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    /// Random; what CSRF tokens are made from.
    pub id: String,
    pub cache_key: String,
    pub realm: String,
    pub user: Option<String>,
    pub web: String,
    pub app_web: Option<String>,
    pub language: String,
    pub client_tag: String,
    pub product_number: String,
    /// Unix seconds: the end of the context token, with the tolerance for clocks.
    pub expires_at_s: i64,
}

impl Session {
    pub fn new(context: &UserContext, launch: &Launch, expires_at_s: i64, env: &dyn Env) -> Self {
        let mut id = [0; 16];
        env.fill(&mut id);
        Self {
            id: base64url::encode(id),
            cache_key: context.cache_key().to_owned(),
            realm: context.realm().to_owned(),
            user: context.user().map(str::to_owned),
            web: launch.web.as_str().to_owned(),
            app_web: launch.tokens.app_web_url.clone(),
            language: launch.tokens.language.clone(),
            client_tag: launch.tokens.client_tag.clone(),
            product_number: launch.tokens.product_number.clone(),
            expires_at_s,
        }
    }

    pub fn user_context(&self) -> Result<UserContext, Error> {
        let web = WebUrl::parse(&self.web)?;
        Ok(UserContext::new(
            web,
            &self.cache_key,
            &self.realm,
            self.user.as_deref(),
        ))
    }

    pub fn standard_tokens(&self) -> StandardTokens {
        StandardTokens {
            host_url: self.web.clone(),
            app_web_url: self.app_web.clone(),
            language: self.language.clone(),
            client_tag: self.client_tag.clone(),
            product_number: self.product_number.clone(),
        }
    }
}

/// Seals and opens sessions with keys that follow from the client secrets: a session outlives a rollover.
#[derive(Clone)]
pub(super) struct Sessions {
    keys: Vec<SealingKey>,
    /// Binds a cookie to the app: two apps with one secret do not read each other's.
    purpose: String,
}

impl Sessions {
    pub fn of(settings: &AppSettings) -> Self {
        let key = |secret: &AppSecret| SealingKey::of_secret(secret.expose(), "session");
        Self {
            keys: settings.secrets().iter().map(key).collect(),
            purpose: format!("session:{}", settings.client_id()),
        }
    }

    pub fn sealed(&self, session: &Session, env: &dyn Env) -> String {
        #[expect(
            clippy::expect_used,
            reason = "texts and numbers into memory cannot fail"
        )]
        let clear = serde_json::to_vec(session).expect("a session serialises");
        base64url::encode(self.keys[0].seal(env, self.purpose.as_bytes(), &clear))
    }

    pub fn opened(&self, text: &str) -> Option<Session> {
        let sealed = base64url::decode(text, "the session").ok()?;
        let purpose = self.purpose.as_bytes();
        let clear = self
            .keys
            .iter()
            .find_map(|key| key.open(purpose, &sealed))?;
        serde_json::from_slice(&clear).ok()
    }

    /// Proof that a form was made for this session.
    pub fn csrf_token(&self, session: &Session) -> String {
        base64url::encode(self.keys[0].fingerprint(format!("csrf:{}", session.id).as_bytes()))
    }
}

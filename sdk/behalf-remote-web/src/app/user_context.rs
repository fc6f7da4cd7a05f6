//! Who launched the app, and from where.

use std::fmt;

use crate::access_token::{CallerKey, TokenKey};
use crate::{UserKey, WebUrl};

/// A user who launched the app from a web. The refresh token behind it is in the store.
#[derive(Clone, PartialEq, Eq)]
pub struct UserContext {
    web: WebUrl,
    cache_key: String,
    realm: String,
    user: Option<String>,
}

impl UserContext {
    pub(crate) fn new(web: WebUrl, cache_key: &str, realm: &str, user: Option<&str>) -> Self {
        Self {
            web,
            cache_key: cache_key.to_owned(),
            realm: realm.to_owned(),
            user: user.map(str::to_owned),
        }
    }

    /// The host web.
    pub fn web(&self) -> &WebUrl {
        &self.web
    }

    /// Opaque; the same for one user at all webs of a realm.
    pub fn cache_key(&self) -> &str {
        &self.cache_key
    }

    pub fn realm(&self) -> &str {
        &self.realm
    }

    /// The user's id, when the authentication server puts it into the context token.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    pub(super) fn key(&self) -> UserKey {
        UserKey {
            cache_key: self.cache_key.clone(),
            host: self.web.host().clone(),
            realm: self.realm.clone(),
        }
    }

    pub(super) fn token_key(&self) -> TokenKey {
        TokenKey {
            caller: CallerKey::User(self.cache_key.clone()),
            host: self.web.host().clone(),
            realm: self.realm.clone(),
        }
    }
}

impl fmt::Debug for UserContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserContext")
            .field("web", &self.web.as_str())
            .field("realm", &self.realm)
            .finish_non_exhaustive()
    }
}

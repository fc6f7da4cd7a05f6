//! What a call shows to the back-end: one file per kind of credential.
//!
//! A profile has exactly one kind. On-behalf-of has no second choice: when its checks or its exchange fail, the call
//! fails, and no line here leads from there to the application's own token (R35).

mod api_key;
mod basic;
mod client_auth;
mod client_credentials;
mod on_behalf_of;
pub(crate) mod refusal;
mod secrets;
mod token_exchange;
mod token_request;
mod token_response;

use crate::Gateway;
use crate::caller::Caller;
use crate::profiles::Route;
use crate::token_cache::{IssuedToken, Key};
use behalf_model::fault::INTERNAL;
use behalf_model::profile::Auth;
use behalf_model::{Fault, Secret, UnixTime};
use http::{HeaderName, HeaderValue};
use std::sync::Arc;

pub(crate) use on_behalf_of::{acting_as, assertion_of, linked, trial};

/// One call that needs a credential.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub gateway: &'a Gateway,
    pub route: &'a Route,
    pub caller: &'a Caller,
    pub request_id: &'a str,
    pub now: UnixTime,
}

/// What goes along with the request.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    None,
    /// The value is marked sensitive, so that no `Debug` shows it.
    Header(HeaderName, HeaderValue),
    Query(String, Secret),
    Bearer {
        token: Arc<IssuedToken>,
        key: Option<Key>,
    },
}

impl Credential {
    /// The back-end refused it: forget the token, so that the next one asks anew. False when there is nothing to renew.
    pub fn discard(&self, gateway: &Gateway) -> bool {
        let Self::Bearer { token, key } = self else {
            return false;
        };
        if let Some(key) = key {
            gateway.tokens.purge(key, token);
        }
        true
    }

    /// What must not come back in words of the back-end.
    pub fn secrets(&self) -> Vec<&str> {
        let secret = match self {
            Self::None => None,
            Self::Header(_, value) => value.to_str().ok().map(without_scheme),
            Self::Query(_, key) => Some(key.expose()),
            Self::Bearer { token, .. } => token.authorization.to_str().ok().map(without_scheme),
        };
        secret.into_iter().collect()
    }
}

fn without_scheme(value: &str) -> &str {
    let scheme = ["Bearer ", "Basic "]
        .into_iter()
        .find(|scheme| value.starts_with(scheme));
    &value[scheme.map_or(0, str::len)..]
}

/// The credential of one call.
///
/// Errors: the seven errors and the `OBO_*`, `PREFLIGHT_*`, `TOKEN_*` and `SECRET_*` kinds.
pub(crate) async fn obtain(asking: Asking<'_>) -> Result<Credential, Fault> {
    let profile = &asking.route.profile;
    match profile.auth() {
        Auth::None => Ok(Credential::None),
        Auth::Basic => basic::obtain(asking).await,
        Auth::ApiKey => api_key::obtain(asking).await,
        Auth::Oauth if profile.oauth_on_behalf_of => on_behalf_of::obtain(asking).await,
        Auth::Oauth => client_credentials::obtain(asking).await,
        // Compiling refuses such profiles.
        Auth::ClientCert | Auth::Negotiate => {
            Err(INTERNAL.plain().because("a profile that does not compile"))
        }
    }
}

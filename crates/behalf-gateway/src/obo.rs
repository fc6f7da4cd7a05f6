//! The seven errors of on-behalf-of and the order of their checks (reference, 2.4).
//!
//! [`decide`] makes checks 1–5, [`missing`] names check 6, and the refusal of the token endpoint is check 7
//! (`credentials::refusal`). There is no way from here to the application's own credentials.

#[cfg(test)]
mod tests;

use crate::caller::{Caller, Standing};
use behalf_model::Fault;
use behalf_model::fault::{
    OBO_NO_ACCESS_TOKEN, OBO_NO_PROVIDER_TOKEN, OBO_NO_PROVIDER_USER, OBO_NO_USER_IN_TOKEN,
    OBO_USER_INACTIVE, OBO_USER_NOT_FOUND, VAULT_UNAVAILABLE,
};
use behalf_model::ports::VaultMiss;
use behalf_model::user::User;
use std::sync::Arc;

/// Who asks, as far as the checks care.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    Nobody,
    Application,
    /// His token names a user who is no longer on record.
    Gone,
    User(&'a Arc<User>),
}

impl<'a> From<&'a Caller> for Subject<'a> {
    fn from(caller: &'a Caller) -> Self {
        match caller {
            Caller::Anonymous => Self::Nobody,
            Caller::App(_) => Self::Application,
            Caller::User {
                standing: Standing::Gone,
                ..
            } => Self::Gone,
            Caller::User {
                standing: Standing::Known(user),
                ..
            } => Self::User(user),
        }
    }
}

/// Everything the decision depends on.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub subject: Subject<'a>,
    /// The provider that the profile asks for.
    pub provider: &'a str,
    /// The provider that issued the caller's token itself (R48).
    pub issued_by: Option<&'a str>,
    /// The other users of the same person, in any order.
    pub linked: &'a [Arc<User>],
}

/// The user of the requested provider in whose name the call goes on.
#[derive(Clone, Debug)]
pub struct ProviderUser {
    pub user: Arc<User>,
    pub assertion: AssertionFrom,
}

/// Where his token comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssertionFrom {
    /// The caller sent it: the provider issued it for the gateway (R48).
    Caller,
    Vault,
}

/// Checks 1–5: E2, E4, E5, E3, E6, first hit wins.
///
/// Errors: `OBO_NO_ACCESS_TOKEN`, `OBO_NO_USER_IN_TOKEN`, `OBO_USER_NOT_FOUND`, `OBO_USER_INACTIVE`,
/// `OBO_NO_PROVIDER_USER`.
pub fn decide(facts: Facts<'_>) -> Result<ProviderUser, Fault> {
    let user = match facts.subject {
        Subject::Nobody => return Err(OBO_NO_ACCESS_TOKEN.plain()),
        Subject::Application => return Err(OBO_NO_USER_IN_TOKEN.plain()),
        Subject::Gone => return Err(OBO_USER_NOT_FOUND.plain()),
        Subject::User(user) if !user.active => return Err(OBO_USER_INACTIVE.plain()),
        Subject::User(user) => user,
    };
    if user.provider == facts.provider {
        let own = facts.issued_by == Some(facts.provider);
        let assertion = if own {
            AssertionFrom::Caller
        } else {
            AssertionFrom::Vault
        };
        return Ok(ProviderUser {
            user: user.clone(),
            assertion,
        });
    }
    let of_provider = || {
        facts
            .linked
            .iter()
            .filter(|other| other.provider == facts.provider)
    };
    // Several of one provider: the one longest known, so that the choice does not change from call to call.
    let oldest = of_provider()
        .filter(|other| other.active)
        .min_by_key(|u| (u.created_at, u.id));
    match oldest {
        Some(other) => Ok(ProviderUser {
            user: other.clone(),
            assertion: AssertionFrom::Vault,
        }),
        None if of_provider().next().is_some() => {
            Err(OBO_USER_INACTIVE.plain().fact("provider", facts.provider))
        }
        None => Err(OBO_NO_PROVIDER_USER
            .plain()
            .fact("provider", facts.provider)),
    }
}

/// Check 6: what it means that the vault has no token.
///
/// Errors: `OBO_NO_PROVIDER_TOKEN` (E7) with the sign-in link; `VAULT_UNAVAILABLE` when only the provider is out of
/// reach and signing in again would not help.
pub fn missing(miss: &VaultMiss, provider: &str, sign_in_url: &str) -> Fault {
    let (kind, why) = match miss {
        VaultMiss::NoToken => (&OBO_NO_PROVIDER_TOKEN, "none is kept".to_owned()),
        VaultMiss::Expired => (
            &OBO_NO_PROVIDER_TOKEN,
            "it expired and there is no refresh token".to_owned(),
        ),
        VaultMiss::RefreshRefused(error) => (
            &OBO_NO_PROVIDER_TOKEN,
            format!("the provider refused to refresh it: {error}"),
        ),
        VaultMiss::Unavailable(reason) => {
            return VAULT_UNAVAILABLE
                .plain()
                .fact("provider", provider)
                .because(reason);
        }
    };
    let fault = kind.plain().fact("provider", provider).fact("reason", why);
    if sign_in_url.is_empty() {
        return fault;
    }
    fault.fact("sign_in_url", sign_in_url.replace("{provider}", provider))
}

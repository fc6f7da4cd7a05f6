//! Access tokens of the ACS dialect: who calls which content host, never what is permitted there.

use super::subject;
use crate::Authority;
use behalf_model::fault::INTERNAL;
use behalf_model::principal::Principal;
use behalf_model::resource::SigningAlg;
use behalf_model::tenant::Tenant;
use behalf_model::{Fault, UnixTime, UserId};
use behalf_wire::acs::Host;
use behalf_wire::acs::access_token::{NewAccessToken, NewCaller};

pub use behalf_wire::acs::access_token::LIFETIME_S;

/// The issuer of users' names, in tokens and in the CacheKey. The name itself (`nameid`) is the user's id.
pub const IDENTITY_PROVIDER: &str = "urn:federation:microsoftonline";

/// Everything an access token says.
pub struct AcsAccessToken<'a> {
    pub tenant: &'a Tenant,
    pub client: &'a Principal,
    pub host: &'a Host,
    /// `None`: the application itself.
    pub user: Option<UserId>,
    pub issued_at: UnixTime,
    pub expires_at: UnixTime,
}

/// Signs the token with RS256. Nothing is stored: an access token lives by its signature.
pub async fn mint(authority: &Authority, token: &AcsAccessToken<'_>) -> Result<String, Fault> {
    let (tenant, client) = (token.tenant.id, &token.client.client_id);
    let key = authority.signer(tenant, SigningAlg::RS256).await?;
    let (realm, user) = (tenant.to_string(), token.user.map(|user| user.to_string()));
    let object_id = subject::of_application(tenant, client).to_string();
    let caller = match &user {
        Some(name_id) => NewCaller::UserAndApp {
            name_id,
            identity_provider: IDENTITY_PROVIDER,
        },
        None => NewCaller::AppOnly {
            object_id: &object_id,
        },
    };
    let new = NewAccessToken {
        realm: &realm,
        host: token.host,
        client_id: client.as_str(),
        caller,
        not_before_s: token.issued_at.0,
        expires_at_s: token.expires_at.0,
    };
    let signed = key.private().map(|private| new.sign(private, key.x5t()));
    signed
        .map_err(|error| INTERNAL.plain().because(error))?
        .map_err(|error| INTERNAL.plain().because(error))
}

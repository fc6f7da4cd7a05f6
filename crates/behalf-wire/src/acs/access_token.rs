//! Access tokens of the authentication server: user + app, and app-only. They say who calls, never what is permitted.

use serde::Serialize;

use super::jwt::{self, Lifetime};
use super::{ACS_PRINCIPAL, Host, NameError, PrincipalName, SHAREPOINT_PRINCIPAL};
use crate::jose::{Claims, JoseError, JwsAlg, Keyring, SigningKey};

/// 12 hours.
pub const LIFETIME_S: i64 = 43_200;

/// What an access token is made of. All names are written in lower case.
#[derive(Debug, Clone, Copy)]
pub struct NewAccessToken<'a> {
    pub realm: &'a str,
    /// The content host as the client spelled it, with or without port.
    pub host: &'a Host,
    pub client_id: &'a str,
    pub caller: NewCaller<'a>,
    pub not_before_s: i64,
    pub expires_at_s: i64,
}

#[derive(Debug, Clone, Copy)]
pub enum NewCaller<'a> {
    UserAndApp {
        /// The user's id at the content host.
        name_id: &'a str,
        /// `urn:federation:microsoftonline`, `urn:office:idp:activedirectory`, …
        identity_provider: &'a str,
    },
    AppOnly {
        /// Of the app principal.
        object_id: &'a str,
    },
}

#[derive(Serialize)]
struct Written {
    aud: String,
    iss: String,
    nbf: i64,
    exp: i64,
    nameid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    oid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trustedfordelegation: Option<&'static str>,
    identityprovider: String,
}

impl NewAccessToken<'_> {
    /// Signed with RS256; `x5t` names the certificate of the metadata document.
    /// Errors: [`AccessTokenError::Name`], [`AccessTokenError::Token`].
    pub fn sign(&self, key: &SigningKey, x5t: &str) -> Result<String, AccessTokenError> {
        let issuer = PrincipalName::new(ACS_PRINCIPAL, self.realm)?.to_string();
        let client = PrincipalName::new(self.client_id, self.realm)?.to_string();
        let resource =
            PrincipalName::with_host(SHAREPOINT_PRINCIPAL, self.host.clone(), self.realm)?;
        let claims = match self.caller {
            NewCaller::UserAndApp {
                name_id,
                identity_provider,
            } => Written {
                aud: resource.to_string(),
                iss: issuer,
                nbf: self.not_before_s,
                exp: self.expires_at_s,
                nameid: name_id.to_lowercase(),
                actor: Some(client),
                sub: None,
                oid: None,
                trustedfordelegation: None,
                identityprovider: identity_provider.to_lowercase(),
            },
            NewCaller::AppOnly { object_id } => Written {
                aud: resource.to_string(),
                nbf: self.not_before_s,
                exp: self.expires_at_s,
                nameid: client,
                actor: None,
                sub: Some(object_id.to_lowercase()),
                oid: Some(object_id.to_lowercase()),
                trustedfordelegation: Some("false"),
                identityprovider: issuer.clone(),
                iss: issuer,
            },
        };
        Ok(jwt::signed(&jwt::rs256(x5t), &claims, key)?)
    }
}

/// Whom a verified token speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    UserAndApp {
        client_id: String,
        /// In lower case.
        name_id: String,
        identity_provider: String,
    },
    AppOnly {
        client_id: String,
    },
}

/// A verified access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    caller: Caller,
    audience: PrincipalName,
    expires_at_s: i64,
}

impl AccessToken {
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// `<SharePoint>/<host>@<realm>`.
    pub fn audience(&self) -> &PrincipalName {
        &self.audience
    }

    /// Unix seconds.
    pub fn expires_at_s(&self) -> i64 {
        self.expires_at_s
    }
}

/// What a content host demands of an access token.
#[derive(Debug, Clone, Copy)]
pub struct AccessTokenCheck<'a> {
    /// The authentication server's keys, from its metadata.
    pub keys: &'a Keyring,
    pub realm: &'a str,
    /// The host's own names; each is met with and without its port.
    pub hosts: &'a [Host],
    pub clock_skew_s: i64,
}

/// Why an access token is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessTokenError {
    #[error(transparent)]
    Token(#[from] JoseError),
    #[error("Invalid audience Uri '{found}'.")]
    Audience { found: String },
    #[error("the token was not issued by the authentication server of this realm")]
    Issuer,
    #[error("the token's names are of another realm")]
    Realm,
    #[error(transparent)]
    Name(#[from] NameError),
}

/// Verifies signature (RS256, `x5t` required), issuer, time and audience. Errors: [`AccessTokenError`].
pub fn verify(
    token: &str,
    check: &AccessTokenCheck<'_>,
    now_s: i64,
) -> Result<AccessToken, AccessTokenError> {
    let (header, claims) = check.keys.verify_jwt(token, &[JwsAlg::RS256])?;
    if header.x5t().is_none() {
        return Err(JoseError::HeaderType("x5t").into());
    }
    // A token that carries another one inside is high trust, with rules of its own.
    if claims.get("actortoken").is_some() {
        return Err(JoseError::ClaimType("actortoken").into());
    }
    let issuer = PrincipalName::parse(claims.required_text("iss")?)?;
    if issuer != PrincipalName::new(ACS_PRINCIPAL, check.realm)? {
        return Err(AccessTokenError::Issuer);
    }
    let lifetime = Lifetime::check(&claims, now_s, check.clock_skew_s)?;
    let audience = own_audience(claims.required_text("aud")?, check.realm, check.hosts)?;
    Ok(AccessToken {
        caller: caller(&claims, check.realm)?,
        audience,
        expires_at_s: lifetime.expires_at_s,
    })
}

fn caller(claims: &Claims, realm: &str) -> Result<Caller, AccessTokenError> {
    let name_id = claims.required_text("nameid")?;
    if claims.get("actor").is_none() {
        return Ok(Caller::AppOnly {
            client_id: client_id(name_id, realm)?,
        });
    }
    Ok(Caller::UserAndApp {
        client_id: client_id(claims.required_text("actor")?, realm)?,
        name_id: name_id.to_lowercase(),
        identity_provider: claims.required_text("identityprovider")?.to_lowercase(),
    })
}

fn client_id(name: &str, realm: &str) -> Result<String, AccessTokenError> {
    let name = PrincipalName::parse(name)?;
    if !name.realm().eq_ignore_ascii_case(realm) {
        return Err(AccessTokenError::Realm);
    }
    Ok(name.id().to_owned())
}

/// The audience when it is the content server's principal at one of its own hosts in this realm.
pub(super) fn own_audience(
    found: &str,
    realm: &str,
    hosts: &[Host],
) -> Result<PrincipalName, AccessTokenError> {
    let refusal = || AccessTokenError::Audience {
        found: found.to_owned(),
    };
    let audience = PrincipalName::parse(found).map_err(|_| refusal())?;
    let own_host = audience
        .host()
        .is_some_and(|host| hosts.iter().any(|own| own.may_be(host)));
    let own = audience.id() == SHAREPOINT_PRINCIPAL
        && audience.realm().eq_ignore_ascii_case(realm)
        && own_host;
    own.then_some(audience).ok_or_else(refusal)
}

#[cfg(test)]
mod tests;

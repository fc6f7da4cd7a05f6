//! High trust (server to server): tokens that an app issues itself under a certificate the content host trusts.
//!
//! The actor token says which app calls and is signed. For a call as a user it stands inside an outer token, which is
//! *not* signed and names the user: the actor's signature and its right to delegate are the only proof of both.

mod build;

use std::fmt;

pub use build::{BuildError, HighTrustKey, NewActorToken, NewOuterToken, User};

use super::access_token::{AccessTokenError, own_audience};
use super::jwt::Lifetime;
use super::{Host, NameError, PrincipalName};
use crate::jose::jwt::ClaimSet;
use crate::jose::{Certificate, Claims, JoseError, JwsAlg, Keyring, Unverified, VerifyingKey};

/// `nii` of users of a directory; other sign-in providers are `trusted:<name>`.
pub const NII_ACTIVE_DIRECTORY: &str = "urn:office:idp:activedirectory";

/// Longest time between `nbf` and `exp`: one client starts 12 hours in the past and ends 12 hours ahead.
pub const MAX_SPAN_S: i64 = 86_400;

/// An issuer that an administrator registered with the content host.
#[derive(Debug, Clone)]
pub struct TrustedIssuer {
    /// Several while a certificate is being replaced.
    pub certificates: Vec<Certificate>,
    /// A broker may vouch for any app; otherwise the issuer's id must be the app's client id.
    pub is_trust_broker: bool,
}

/// What a content host demands.
#[derive(Debug, Clone, Copy)]
pub struct HighTrustCheck<'a> {
    pub realm: &'a str,
    /// The host's own names; each is met with and without its port.
    pub hosts: &'a [Host],
    pub clock_skew_s: i64,
}

/// A verified high-trust token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HighTrustToken {
    client_id: String,
    issuer_id: String,
    user: Option<VerifiedUser>,
    audience: PrincipalName,
    expires_at_s: i64,
}

/// A user whom a trusted app vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedUser {
    /// In lower case, for example a SID.
    pub name_id: Option<String>,
    /// In lower case.
    pub upn: Option<String>,
    /// In lower case: [`NII_ACTIVE_DIRECTORY`] or `trusted:<provider>`.
    pub name_id_issuer: String,
}

impl HighTrustToken {
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// GUID of the trusted issuer whose certificate signed.
    pub fn issuer_id(&self) -> &str {
        &self.issuer_id
    }

    /// `None` for an app-only call.
    pub fn user(&self) -> Option<&VerifiedUser> {
        self.user.as_ref()
    }

    pub fn audience(&self) -> &PrincipalName {
        &self.audience
    }

    /// Unix seconds; the earlier of both tokens.
    pub fn expires_at_s(&self) -> i64 {
        self.expires_at_s
    }
}

/// Which of the two tokens something is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Actor,
    Outer,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Actor => "actor token",
            Self::Outer => "outer token",
        })
    }
}

/// Why a high-trust token is refused; each is a 401.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HighTrustError {
    #[error("an unsigned token is accepted only with a signed actor token inside (actortoken)")]
    NoActor,
    #[error("an outer token must have alg \"none\" and an empty signature")]
    OuterSigned,
    #[error("an actor token must not carry another actor token")]
    NestedActor,
    #[error("the {0} is not acceptable: {1}")]
    Token(Part, JoseError),
    #[error("the issuer {0} is not registered as a trusted security token issuer")]
    IssuerUnknown(String),
    #[error("the certificate named by x5t is not registered for the issuer {0}")]
    CertificateUnknown(String),
    #[error("the certificate of the issuer {0} is expired or not yet valid")]
    CertificateExpired(String),
    #[error(
        "the issuer {issuer_id} is no trust broker and may vouch only for itself, not for {client_id}"
    )]
    NotBroker {
        issuer_id: String,
        client_id: String,
    },
    #[error("the {0} is valid for longer than {MAX_SPAN_S} s")]
    Span(Part),
    #[error("the {0} has a name of another realm")]
    Realm(Part),
    #[error("the {0} has a name that cannot be read: {1}")]
    Name(Part, NameError),
    #[error("Invalid audience Uri '{found}'.")]
    Audience { found: String },
    #[error("the outer token's issuer is not the app that the actor token names")]
    OuterIssuer,
    #[error("outer and actor token are for different audiences")]
    OuterAudience,
    #[error("the actor token is not trusted for delegation, so it cannot call as a user")]
    NoDelegation,
    #[error("the outer token names no user: nameid or upn, with nii, is needed")]
    NoUser,
}

/// Whether the token is for [`verify`]: unsigned, or issued by anybody but the authentication server.
pub fn is_high_trust(token: &Unverified) -> bool {
    let issuer = token
        .claims
        .iss()
        .and_then(|iss| PrincipalName::parse(iss).ok());
    token.header.alg() == Some("none")
        || token.claims.get("actortoken").is_some()
        || issuer.is_some_and(|issuer| issuer.id() != super::ACS_PRINCIPAL)
}

/// Verifies an outer token with its actor, or an actor token alone (app-only).
///
/// `registered` finds a trusted issuer by its GUID, in lower case. Errors: [`HighTrustError`].
pub fn verify(
    token: &str,
    check: &HighTrustCheck<'_>,
    registered: impl Fn(&str) -> Option<TrustedIssuer>,
    now_s: i64,
) -> Result<HighTrustToken, HighTrustError> {
    let outer = Unverified::peek(token).map_err(in_part(Part::Outer))?;
    let unsigned = outer.header.alg() == Some("none");
    match outer.claims.get("actortoken") {
        None if unsigned => Err(HighTrustError::NoActor),
        None => actor(token, check, registered, now_s).map(|actor| actor.token),
        Some(_) if !unsigned || !token.ends_with('.') => Err(HighTrustError::OuterSigned),
        Some(inner) => {
            let inner = inner.as_str().ok_or(HighTrustError::NoActor)?;
            let actor = actor(inner, check, registered, now_s)?;
            called_by(actor, &outer.claims, check, now_s)
        }
    }
}

struct Actor {
    token: HighTrustToken,
    name: PrincipalName,
    may_delegate: bool,
}

fn actor(
    token: &str,
    check: &HighTrustCheck<'_>,
    registered: impl Fn(&str) -> Option<TrustedIssuer>,
    now_s: i64,
) -> Result<Actor, HighTrustError> {
    let part = Part::Actor;
    let peeked = Unverified::peek(token).map_err(in_part(part))?;
    let issuer_name = peeked.claims.required_text("iss").map_err(in_part(part))?;
    let issuer = own_name(issuer_name, check.realm, part)?;
    let issuer_id = issuer.id().to_owned();
    let Some(trusted) = registered(&issuer_id) else {
        return Err(HighTrustError::IssuerUnknown(issuer_id));
    };
    let claims = signed_claims(token, &peeked, &trusted, &issuer_id, now_s)?;
    if claims.get("actortoken").is_some() {
        return Err(HighTrustError::NestedActor);
    }
    let expires_at_s = lifetime(&claims, check, now_s, part)?;
    let name = claims.required_text("nameid").map_err(in_part(part))?;
    let name = own_name(name, check.realm, part)?;
    if !trusted.is_trust_broker && name.id() != issuer_id {
        return Err(HighTrustError::NotBroker {
            issuer_id,
            client_id: name.id().to_owned(),
        });
    }
    Ok(Actor {
        token: HighTrustToken {
            client_id: name.id().to_owned(),
            issuer_id,
            user: None,
            audience: audience(&claims, check, part)?,
            expires_at_s,
        },
        name,
        may_delegate: is_true(claims.get("trustedfordelegation")),
    })
}

/// RS256 with a certificate of the issuer that is valid now and named by `x5t`.
fn signed_claims(
    token: &str,
    peeked: &Unverified,
    trusted: &TrustedIssuer,
    issuer_id: &str,
    now_s: i64,
) -> Result<Claims, HighTrustError> {
    let in_actor = in_part(Part::Actor);
    if peeked.header.x5t().is_none() {
        return Err(in_actor(JoseError::HeaderType("x5t")));
    }
    let verified_with = |certificate: &Certificate| {
        let key = VerifyingKey::from_certificate(certificate)?;
        Keyring::new(vec![key]).verify_jwt(token, &[JwsAlg::RS256])
    };
    for certificate in &trusted.certificates {
        match verified_with(certificate) {
            Ok(_) if !certificate.is_valid_at(now_s) => {
                return Err(HighTrustError::CertificateExpired(issuer_id.to_owned()));
            }
            Ok((_, claims)) => return Ok(claims),
            Err(JoseError::KeyUnknown) => {}
            Err(error) => return Err(in_actor(error)),
        }
    }
    Err(HighTrustError::CertificateUnknown(issuer_id.to_owned()))
}

fn called_by(
    actor: Actor,
    outer: &ClaimSet,
    check: &HighTrustCheck<'_>,
    now_s: i64,
) -> Result<HighTrustToken, HighTrustError> {
    let part = Part::Outer;
    if !actor.may_delegate {
        return Err(HighTrustError::NoDelegation);
    }
    let issuer = outer.required_text("iss").map_err(in_part(part))?;
    if own_name(issuer, check.realm, part)? != actor.name {
        return Err(HighTrustError::OuterIssuer);
    }
    if audience(outer, check, part)? != actor.token.audience {
        return Err(HighTrustError::OuterAudience);
    }
    let expires_at_s = lifetime(outer, check, now_s, part)?;
    let named = |claim| {
        let name = outer.text(claim).filter(|name| !name.is_empty());
        name.map(str::to_lowercase)
    };
    let (name_id, upn) = (named("nameid"), named("upn"));
    let name_id_issuer = named("nii").filter(|nii| {
        nii == NII_ACTIVE_DIRECTORY
            || nii
                .strip_prefix("trusted:")
                .is_some_and(|name| !name.is_empty())
    });
    match name_id_issuer {
        Some(name_id_issuer) if name_id.is_some() || upn.is_some() => Ok(HighTrustToken {
            user: Some(VerifiedUser {
                name_id,
                upn,
                name_id_issuer,
            }),
            expires_at_s: expires_at_s.min(actor.token.expires_at_s),
            ..actor.token
        }),
        _ => Err(HighTrustError::NoUser),
    }
}

fn lifetime(
    claims: &ClaimSet,
    check: &HighTrustCheck<'_>,
    now_s: i64,
    part: Part,
) -> Result<i64, HighTrustError> {
    let lifetime = Lifetime::check(claims, now_s, check.clock_skew_s).map_err(in_part(part))?;
    if lifetime.expires_at_s.saturating_sub(lifetime.not_before_s) > MAX_SPAN_S {
        return Err(HighTrustError::Span(part));
    }
    Ok(lifetime.expires_at_s)
}

fn audience(
    claims: &ClaimSet,
    check: &HighTrustCheck<'_>,
    part: Part,
) -> Result<PrincipalName, HighTrustError> {
    let found = claims.required_text("aud").map_err(in_part(part))?;
    own_audience(found, check.realm, check.hosts).map_err(|refusal| match refusal {
        AccessTokenError::Audience { found } => HighTrustError::Audience { found },
        _ => HighTrustError::Realm(part),
    })
}

fn own_name(text: &str, realm: &str, part: Part) -> Result<PrincipalName, HighTrustError> {
    let name = PrincipalName::parse(text).map_err(|error| HighTrustError::Name(part, error))?;
    if !name.realm().eq_ignore_ascii_case(realm) {
        return Err(HighTrustError::Realm(part));
    }
    Ok(name)
}

/// A boolean, or its name in a string: clients send either.
fn is_true(value: Option<&serde_json::Value>) -> bool {
    value.is_some_and(|value| {
        let text = value.as_str();
        *value == true || text.is_some_and(|text| text.eq_ignore_ascii_case("true"))
    })
}

fn in_part(part: Part) -> impl Fn(JoseError) -> HighTrustError {
    move |error| HighTrustError::Token(part, error)
}

#[cfg(test)]
mod tests;

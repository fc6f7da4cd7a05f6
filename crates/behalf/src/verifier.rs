//! The `TokenVerifier` port: bearer tokens of this installation's tenants, and those that a provider of the home tenant
//! issued directly for the room (R48).
//!
//! The issuer is read from the unverified token only to choose the keys; everything that is returned was signed by
//! exactly that issuer. A verified token is remembered by its SHA-256 until it expires or its key or issuer goes.

mod cache;
mod reading;

use async_trait::async_trait;
use behalf_authority::Authority;
use behalf_model::fault::{
    ID_TOKEN_USED, INVALID_TOKEN, TENANT_DISABLED, TOKEN_AUDIENCE, TOKEN_EXPIRED, TOKEN_ISSUER,
    TOKEN_NOT_YET_VALID,
};
use behalf_model::ports::TokenVerifier;
use behalf_model::tenant::{DIRECTORY, ProviderKind, Tenant};
use behalf_model::token::{Issuer, VerifiedToken};
use behalf_model::{Fault, TenantId, UnixTime};
use behalf_wire::jose::backend::sha256;
use behalf_wire::jose::{Claims, JoseError, JwsAlg, Unverified};
use cache::{Cache, Entry};
use reading::SubjectClaim;
use std::sync::Arc;

/// How far the clocks of issuer and server may differ for `nbf` and `iat`. `exp` has no leeway, as at Entra.
const LEEWAY_S: i64 = 60;
/// What our own keys sign with; nothing else is accepted as ours (key confusion, `none`).
const OWN_ALGS: &[JwsAlg] = &[JwsAlg::RS256, JwsAlg::ES256, JwsAlg::EdDSA];

/// The verifier of one room.
pub struct Verifier {
    authority: Arc<Authority>,
    /// The tenant whose providers' issuers are trusted for calling this room; `None` for rooms that take only tokens of
    /// this installation.
    home: Option<TenantId>,
    cache: Cache,
}

/// The issuer of a token, as far as it is trusted here.
struct Trusted {
    issuer: Issuer,
    /// A tenant of this installation has its keys in process, also when it is somebody's provider.
    keys: Keys,
    /// Audiences of a provider's tokens; tokens of our own use the room's.
    audiences: Option<Vec<String>>,
    subject: SubjectClaim,
}

enum Keys {
    Own(TenantId),
    Upstream(String),
}

impl Verifier {
    pub fn new(authority: Arc<Authority>, home: Option<TenantId>) -> Self {
        Self {
            authority,
            home,
            cache: Cache::default(),
        }
    }

    async fn trusted(&self, issuer: &str) -> Result<Trusted, Fault> {
        let own = self.own_tenant(issuer);
        if let Some(found) = self.provider(issuer, own).await? {
            return Ok(found);
        }
        let unknown = || {
            TOKEN_ISSUER.with(format!(
                "The issuer '{}' is not trusted here.",
                shown(issuer)
            ))
        };
        let id = own.ok_or_else(unknown)?;
        let tenant = self
            .authority
            .facts
            .get::<Tenant>(DIRECTORY, &id.to_string())
            .await?
            .ok_or_else(unknown)?;
        if !tenant.enabled {
            return Err(TENANT_DISABLED.plain());
        }
        Ok(Trusted {
            issuer: Issuer::Tenant(id),
            keys: Keys::Own(id),
            audiences: None,
            subject: SubjectClaim::Oid,
        })
    }

    async fn provider(
        &self,
        issuer: &str,
        own: Option<TenantId>,
    ) -> Result<Option<Trusted>, Fault> {
        let Some(home) = self.home else {
            return Ok(None);
        };
        let Some(tenant) = self
            .authority
            .facts
            .get::<Tenant>(DIRECTORY, &home.to_string())
            .await?
        else {
            return Ok(None);
        };
        let found = tenant
            .providers
            .iter()
            .find_map(|p| Some((p, p.upstream.as_ref().filter(|u| u.issuer == issuer)?)));
        let Some((provider, upstream)) = found else {
            return Ok(None);
        };
        let keys = own.map_or_else(|| Keys::Upstream(issuer.to_owned()), Keys::Own);
        let subject = match provider.kind {
            ProviderKind::Oidc => SubjectClaim::Sub,
            ProviderKind::Microsoft | ProviderKind::Password => SubjectClaim::Oid,
        };
        Ok(Some(Trusted {
            issuer: Issuer::Provider {
                tenant: home,
                provider: provider.name.clone(),
            },
            keys,
            audiences: Some(upstream.audiences.clone()),
            subject,
        }))
    }

    /// The tenant of this installation that is meant, if the text is exactly one of its issuers.
    fn own_tenant(&self, issuer: &str) -> Option<TenantId> {
        let rest = issuer
            .strip_prefix(self.authority.config.public_url.as_str())?
            .strip_prefix('/')?;
        let tenant: TenantId = rest.split('/').next()?.parse().ok()?;
        self.authority
            .issuers(tenant)
            .iter()
            .any(|ours| ours == issuer)
            .then_some(tenant)
    }

    async fn claims(
        &self,
        trusted: &Trusted,
        issuer: &str,
        token: &str,
        now: UnixTime,
    ) -> Result<Claims, Fault> {
        match &trusted.keys {
            Keys::Own(tenant) => {
                let keyring = self.authority.keyring(*tenant).await?;
                keyring
                    .verify_jwt(token, OWN_ALGS)
                    .map(|(_, claims)| claims)
                    .map_err(refusal)
            }
            Keys::Upstream(name) => {
                let verified = self
                    .authority
                    .upstreams
                    .verify(name, token, now, LEEWAY_S)
                    .await?;
                verified.map_err(refusal)
            }
        }
        .and_then(|claims| {
            // Upstream keys may serve several issuers of one provider: the signature alone does not say which.
            if claims.iss() == Some(issuer) {
                Ok(claims)
            } else {
                Err(TOKEN_ISSUER.plain())
            }
        })
    }

    /// Whether a remembered token would still be accepted if it came for the first time.
    async fn holds(&self, entry: &Entry) -> Result<bool, Fault> {
        if entry.facts_version == self.authority.store().facts_version() {
            return Ok(true);
        }
        let (Issuer::Tenant(tenant), Some(kid)) = (&entry.token.issuer, &entry.kid) else {
            return Ok(false);
        };
        let enabled = self
            .authority
            .facts
            .get::<Tenant>(DIRECTORY, &tenant.to_string())
            .await?;
        Ok(enabled.is_some_and(|t| t.enabled) && self.authority.key_set(*tenant).await?.has(kid))
    }

    async fn verify_anew(
        &self,
        token: &str,
        hash: [u8; 32],
        room: &[String],
        now: UnixTime,
    ) -> Result<Entry, Fault> {
        let facts_version = self.authority.store().facts_version();
        let unverified = Unverified::peek(token).map_err(refusal)?;
        reading::check_type(&unverified.header)?;
        let issuer = unverified
            .claims
            .iss()
            .ok_or_else(|| refusal(JoseError::ClaimType("iss")))?;
        let trusted = self.trusted(issuer).await?;
        let claims = self.claims(&trusted, issuer, token, now).await?;
        check_times(&claims, now)?;
        if reading::is_id_token(&unverified.header, &claims) {
            return Err(ID_TOKEN_USED.plain());
        }
        check_audience(
            &claims.audiences(),
            trusted.audiences.as_deref().unwrap_or(room),
        )?;
        let kid = unverified.header.kid().map(str::to_owned);
        let audiences = trusted.audiences.clone();
        let verified = Arc::new(reading::verified(
            trusted.issuer,
            &trusted.subject,
            &claims,
            token,
            hash,
        )?);
        Ok(Entry {
            token: verified,
            kid,
            audiences,
            facts_version,
        })
    }
}

#[async_trait]
impl TokenVerifier for Verifier {
    async fn verify(
        &self,
        token: &str,
        audiences: &[String],
        now: UnixTime,
    ) -> Result<Arc<VerifiedToken>, Fault> {
        let hash = sha256(token.as_bytes());
        if let Some(entry) = self.cache.get(&hash)
            && self.holds(&entry).await?
        {
            if entry.token.expires_at <= now {
                return Err(expired(entry.token.expires_at));
            }
            check_audience(
                &entry.token.audience,
                entry.audiences.as_deref().unwrap_or(audiences),
            )?;
            return Ok(entry.token);
        }
        let entry = self.verify_anew(token, hash, audiences, now).await?;
        self.cache.put(entry.clone(), now);
        Ok(entry.token)
    }
}

fn check_times(claims: &Claims, now: UnixTime) -> Result<(), Fault> {
    let exp = claims
        .exp()
        .map_err(refusal)?
        .ok_or_else(|| refusal(JoseError::ClaimType("exp")))?;
    if now.0 >= exp {
        return Err(expired(UnixTime(exp)));
    }
    for name in ["nbf", "iat"] {
        let from = claims.date(name).map_err(refusal)?;
        if let Some(from) = from.filter(|from| *from > now.0 + LEEWAY_S) {
            return Err(TOKEN_NOT_YET_VALID.with(format!(
                "The access token is valid from {} ({name}), and it is {}: one of the clocks is wrong.",
                UnixTime(from).rfc3339(),
                now.rfc3339()
            )));
        }
    }
    Ok(())
}

/// Exactly, letter by letter; a difference in letter case alone is named, because it is so hard to see.
fn check_audience<S: AsRef<str>>(found: &[S], accepted: &[String]) -> Result<(), Fault> {
    if found
        .iter()
        .any(|f| accepted.iter().any(|a| a == f.as_ref()))
    {
        return Ok(());
    }
    let near = |f: &&S| accepted.iter().any(|a| a.eq_ignore_ascii_case(f.as_ref()));
    let detail = match found.iter().find(near) {
        Some(f) => format!(
            "The token is for '{}', which differs from this API's name in letter case.",
            shown(f.as_ref())
        ),
        None => match found.first() {
            Some(f) => format!(
                "The token is for '{}', which is not this API.",
                shown(f.as_ref())
            ),
            None => "The token names no audience.".to_owned(),
        },
    };
    let wanted = accepted.first().cloned().unwrap_or_default();
    Err(TOKEN_AUDIENCE.with(detail).fact("audience", wanted))
}

fn expired(at: UnixTime) -> Fault {
    TOKEN_EXPIRED.with(format!("The access token expired at {}.", at.rfc3339()))
}

fn refusal(error: JoseError) -> Fault {
    match error {
        JoseError::Expired { at } => expired(UnixTime(at)),
        JoseError::NotYetValid { from } => TOKEN_NOT_YET_VALID.with(format!(
            "The access token is not valid before {}.",
            UnixTime(from).rfc3339()
        )),
        other => INVALID_TOKEN.with(format!("The access token is not valid: {other}.")),
    }
}

/// Text of a token as far as it may be shown: short, printable, without characters that formats escape.
fn shown(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_ascii_graphic() && !"\"'\\<>&".contains(*c))
        .take(120)
        .collect()
}

#[cfg(test)]
mod tests;

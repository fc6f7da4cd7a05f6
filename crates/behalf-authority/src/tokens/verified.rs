//! Access tokens of our own, coming back as assertion or as bearer: verified, and remembered for a while.

use crate::Authority;
use behalf_model::tenant::Tenant;
use behalf_model::{Fault, TenantId, UnixTime};
use behalf_wire::jose::backend::sha256;
use behalf_wire::jose::{Claims, Header, JoseError, JwsAlg};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// What our keys sign with; nothing else is accepted as ours (key confusion, `none`).
const ALGS: &[JwsAlg] = &[JwsAlg::RS256, JwsAlg::ES256, JwsAlg::EdDSA];

/// A token that this tenant issued: signature and issuer hold. Time, audience and user are the asker's to check.
#[derive(Debug)]
pub struct OwnToken {
    pub tenant: TenantId,
    pub claims: Claims,
    pub header: Header,
    /// Unix seconds; every token of ours has it.
    pub expires_at: UnixTime,
}

/// Why a token is not ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotOurs {
    Jose(JoseError),
    /// Signed with our key, but with an issuer that is not the tenant's.
    Issuer,
}

/// Verifies a token as one of this tenant's. The outer error is the store's.
pub async fn verify(
    authority: &Authority,
    tenant: &Tenant,
    token: &str,
    now: UnixTime,
) -> Result<Result<Arc<OwnToken>, NotOurs>, Fault> {
    let set = authority.key_set(tenant.id).await?;
    let hash = sha256(token.as_bytes());
    let still_published = |own: &OwnToken| {
        own.tenant == tenant.id && own.header.kid().is_some_and(|kid| set.has(kid))
    };
    if let Some(own) = authority
        .verified
        .get(&hash)
        .filter(|own| still_published(own))
    {
        return Ok(Ok(own));
    }
    let issuers = authority.issuers(tenant.id);
    Ok(
        read(&set.keyring, &issuers, tenant.id, token).inspect(|own| {
            if own.expires_at > now {
                authority.verified.put(hash, own.clone());
            }
        }),
    )
}

fn read(
    keyring: &behalf_wire::jose::Keyring,
    issuers: &[String; 3],
    tenant: TenantId,
    token: &str,
) -> Result<Arc<OwnToken>, NotOurs> {
    let (header, claims) = keyring.verify_jwt(token, ALGS).map_err(NotOurs::Jose)?;
    if !claims
        .iss()
        .is_some_and(|iss| issuers.iter().any(|ours| ours == iss))
    {
        return Err(NotOurs::Issuer);
    }
    let exp = claims
        .exp()
        .map_err(NotOurs::Jose)?
        .ok_or(NotOurs::Jose(JoseError::ClaimType("exp")))?;
    Ok(Arc::new(OwnToken {
        tenant,
        claims,
        header,
        expires_at: UnixTime(exp),
    }))
}

/// Verified tokens by their SHA-256: the second exchange of an assertion costs no verification. Bounded by two
/// generations: when the young one is full it becomes the old one, and the old one goes.
#[derive(Default)]
pub struct VerifiedTokens(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    young: HashMap<[u8; 32], Arc<OwnToken>>,
    old: HashMap<[u8; 32], Arc<OwnToken>>,
}

const GENERATION: usize = 4096;

impl VerifiedTokens {
    fn get(&self, hash: &[u8; 32]) -> Option<Arc<OwnToken>> {
        let mut generations = self.0.lock().ok()?;
        if let Some(own) = generations.young.get(hash) {
            return Some(own.clone());
        }
        let own = generations.old.remove(hash)?;
        generations.insert(*hash, own.clone());
        Some(own)
    }

    fn put(&self, hash: [u8; 32], own: Arc<OwnToken>) {
        if let Ok(mut generations) = self.0.lock() {
            generations.insert(hash, own);
        }
    }
}

impl Generations {
    fn insert(&mut self, hash: [u8; 32], own: Arc<OwnToken>) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(hash, own);
    }
}

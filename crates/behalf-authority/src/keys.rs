//! Signing keys of the tenants: made on demand, sealed at rest, published before they sign, kept parsed.
//!
//! A tenant has, per algorithm, the key that signs now and (after [`Authority::maintain_keys`]) the next one, which is
//! published long before its turn, so that a rotation finds it in every cache. A key whose turn is over stays
//! published until the last token it signed has expired.

mod certificate;
mod set;

pub use certificate::{SelfSigned, self_signed};
pub use set::{KeySet, TenantKey, TokenHeader};

use crate::Authority;
use behalf_model::entity::EntityRow;
use behalf_model::fault::INTERNAL;
use behalf_model::key::SigningKey;
use behalf_model::ports::{Change, Expect, StoreError};
use behalf_model::resource::SigningAlg;
use behalf_model::tenant::{DIRECTORY, Tenant};
use behalf_model::{Fault, TenantId, UnixTime};
use behalf_wire::jose::backend::{generate_pkcs8, sha256};
use behalf_wire::jose::{self, JwsAlg, KeyKind, Keyring, base64url};
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

/// How long a key signs before the next one's turn.
const TERM_S: i64 = 90 * 86_400;
/// How long a key stays published after its turn, at least; longer where tokens live longer.
const KEPT_S: i64 = 2 * 86_400;
/// Two processes that make a key for the same place within this time meet at the guard; later they see each other's.
const GUARD_S: i64 = 60;

/// The parsed keys of all tenants, valid for one `facts_version` each.
#[derive(Default)]
pub struct TenantKeys {
    sets: RwLock<HashMap<TenantId, Arc<KeySet>>>,
    /// One key is made at a time: it costs a tenth of a second of CPU.
    making: tokio::sync::Mutex<()>,
}

impl Authority {
    /// The issuers under which a tenant's tokens are accepted: Entra v1.0, Entra v2.0, OAuth/OIDC.
    pub fn issuers(&self, tenant: TenantId) -> [String; 3] {
        let public = &self.config.public_url;
        [
            format!("{public}/{tenant}/"),
            format!("{public}/{tenant}/v2.0"),
            format!("{public}/{tenant}/oidc"),
        ]
    }

    /// Every published key of the tenant, parsed, for verifying its tokens.
    pub async fn keyring(&self, tenant: TenantId) -> Result<Arc<Keyring>, Fault> {
        Ok(self.key_set(tenant).await?.keyring.clone())
    }

    /// The tenant's published keys.
    pub async fn key_set(&self, tenant: TenantId) -> Result<Arc<KeySet>, Fault> {
        let now = self.env.now();
        // Read before the rows: a change in between makes the set stale at once, never wrong for long.
        let version = self.store().facts_version();
        let known = self
            .keys
            .sets
            .read()
            .ok()
            .and_then(|sets| sets.get(&tenant).cloned());
        match known {
            Some(set) if set.is_valid(version, now) => Ok(set),
            known => {
                let rows = self.facts.all::<SigningKey>(tenant).await?;
                let set = Arc::new(KeySet::new(
                    version,
                    now,
                    rows,
                    known.as_deref(),
                    &*self.sealer,
                ));
                if let Ok(mut sets) = self.keys.sets.write() {
                    sets.insert(tenant, set.clone());
                }
                Ok(set)
            }
        }
    }

    /// The key that signs for the tenant now; made when there is none yet.
    pub async fn signer(&self, tenant: TenantId, alg: SigningAlg) -> Result<Arc<TenantKey>, Fault> {
        let now = self.env.now();
        if let Some(key) = self.key_set(tenant).await?.signer(alg, now) {
            return Ok(key);
        }
        let _one_at_a_time = self.keys.making.lock().await;
        if let Some(key) = self.key_set(tenant).await?.signer(alg, now) {
            return Ok(key);
        }
        self.make_key(tenant, alg, "first", now, now).await?;
        let set = self.key_set(tenant).await?;
        set.signer(alg, now).ok_or_else(|| {
            INTERNAL
                .plain()
                .because("a new signing key cannot be read back")
        })
    }

    /// For every tenant: a key for RS256 exists, the next key of each algorithm is published, keys whose turn is over
    /// get their last day. To be called at start and from time to time.
    pub async fn maintain_keys(&self) -> Result<(), Fault> {
        for tenant in self.facts.all::<Tenant>(DIRECTORY).await? {
            self.signer(tenant.id, SigningAlg::RS256).await?;
            self.maintain_tenant_keys(&tenant, self.env.now()).await?;
        }
        Ok(())
    }

    /// Makes the published next keys of the tenant sign from now on, and publishes others for the time after.
    pub async fn rotate_keys(&self, tenant: &Tenant) -> Result<(), Fault> {
        let now = self.env.now();
        self.maintain_tenant_keys(tenant, now).await?;
        let set = self.key_set(tenant.id).await?;
        let next = set.keys().iter().filter(|key| key.row.active_from > now);
        let changes = next
            .map(|key| {
                replace(
                    &key.row,
                    SigningKey {
                        active_from: now,
                        ..(*key.row).clone()
                    },
                )
            })
            .collect();
        self.store().commit(changes).await?;
        self.maintain_tenant_keys(tenant, now).await
    }

    async fn maintain_tenant_keys(&self, tenant: &Tenant, now: UnixTime) -> Result<(), Fault> {
        let _one_at_a_time = self.keys.making.lock().await;
        let set = self.key_set(tenant.id).await?;
        let kept_s = KEPT_S
            .max(tenant.lifetimes.access_token_s)
            .max(tenant.lifetimes.id_token_s);
        let mut retired = Vec::new();
        for alg in [SigningAlg::RS256, SigningAlg::ES256, SigningAlg::EdDSA] {
            let Some(current) = set.signer(alg, now) else {
                continue;
            };
            let others = || {
                set.keys()
                    .iter()
                    .filter(|key| key.row.alg == alg && key.row.kid != current.row.kid)
            };
            if !others().any(|key| key.row.active_from > now) {
                let turn = current
                    .row
                    .active_from
                    .plus_s(TERM_S)
                    .max(now.plus_s(KEPT_S));
                self.make_key(tenant.id, alg, &current.row.kid, now, turn)
                    .await?;
            }
            let over =
                others().filter(|key| key.row.active_from <= now && key.row.retired_at.is_none());
            retired.extend(over.map(|key| {
                replace(
                    &key.row,
                    SigningKey {
                        retired_at: Some(now.plus_s(kept_s)),
                        ..(*key.row).clone()
                    },
                )
            }));
        }
        if !retired.is_empty() {
            self.store().commit(retired).await?;
        }
        Ok(())
    }

    /// Makes a key and stores it, unless another process did so first: then that one's is used.
    async fn make_key(
        &self,
        tenant: TenantId,
        alg: SigningAlg,
        predecessor: &str,
        now: UnixTime,
        active_from: UnixTime,
    ) -> Result<(), Fault> {
        let failed = |error: String| {
            INTERNAL
                .plain()
                .because(format!("making a signing key: {error}"))
        };
        let public_url = self.config.public_url.clone();
        let made =
            tokio::task::spawn_blocking(move || generate(alg, &public_url, now, active_from)).await;
        let (private, key, jwk) = made
            .map_err(|e| failed(e.to_string()))?
            .map_err(|e| failed(e.to_string()))?;
        let kid = key.kid().unwrap_or_default().to_owned();
        let row = SigningKey {
            tenant,
            private: self
                .sealer
                .seal(&SigningKey::purpose(tenant, &kid), &private),
            kid,
            alg,
            public_jwk: jwk,
            published_at: now,
            active_from,
            retired_at: None,
        };
        let place = sha256(format!("signing-key:{tenant}:{alg:?}:{predecessor}").as_bytes());
        let changes = vec![
            Change::UseOnce {
                hash: place,
                expires_at: now.plus_s(GUARD_S),
            },
            Change::PutEntity {
                row: EntityRow::of(&row),
                expect: Expect::Absent,
            },
        ];
        match self.store().commit(changes).await {
            Ok(_) => Ok(()),
            Err(StoreError::Conflict(_)) => {
                // The other process' key may be newer than what this process has seen of the facts.
                if let Ok(mut sets) = self.keys.sets.write() {
                    sets.remove(&tenant);
                }
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn replace(old: &SigningKey, new: SigningKey) -> Change {
    Change::PutEntity {
        row: EntityRow::of(&new),
        expect: Expect::Body(EntityRow::of(old).body),
    }
}

pub(crate) fn jws_alg(alg: SigningAlg) -> JwsAlg {
    match alg {
        SigningAlg::RS256 => JwsAlg::RS256,
        SigningAlg::ES256 => JwsAlg::ES256,
        SigningAlg::EdDSA => JwsAlg::EdDSA,
    }
}

type Made = (String, jose::SigningKey, String);

/// A new key: private part as base64url of PKCS#8, parsed, and the public JWK as JSON. RSA keys come with a
/// self-signed certificate, whose thumbprint is the key id, as clients of Entra expect.
fn generate(
    alg: SigningAlg,
    public_url: &str,
    now: UnixTime,
    active_from: UnixTime,
) -> Result<Made, jose::JoseError> {
    let kind = match alg {
        SigningAlg::RS256 => KeyKind::Rsa2048,
        SigningAlg::ES256 => KeyKind::P256,
        SigningAlg::EdDSA => KeyKind::Ed25519,
    };
    let der = generate_pkcs8(kind)?;
    let mut key = jose::SigningKey::from_pkcs8(jws_alg(alg), None, &der)?;
    let mut jwk = key.public_jwk().ok_or(jose::JoseError::Backend)?;
    if alg == SigningAlg::RS256 {
        let valid_until = active_from.plus_s(2 * TERM_S);
        let certificate = certificate::self_signed(&key, public_url, now, valid_until)?;
        key =
            jose::SigningKey::from_pkcs8(jws_alg(alg), Some(certificate.thumbprint.clone()), &der)?;
        jwk.kid = Some(certificate.thumbprint.clone());
        jwk.x5t = Some(certificate.thumbprint);
        jwk.x5c = vec![certificate.base64];
    }
    let public_jwk = jwk.to_public_json().ok_or(jose::JoseError::Backend)?;
    Ok((base64url::encode(&*der), key, public_jwk))
}

#[cfg(test)]
mod tests;

//! Signing keys of a tenant and named secrets, both sealed at rest.

use crate::entity::Entity;
use crate::resource::SigningAlg;
use crate::secret::Sealed;
use crate::{TenantId, UnixTime};
use serde::{Deserialize, Serialize};

/// A key that signs tokens. Published from `published_at`, signs from `active_from` until the next key's turn, and
/// stays published until `retired_at` so that tokens signed with it keep verifying.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SigningKey {
    pub tenant: TenantId,
    pub kid: String,
    pub alg: SigningAlg,
    /// PKCS#8 DER in base64url, sealed for purpose `signing-key:<tenant>:<kid>`.
    pub private: Sealed,
    /// Public JWK as JSON text, with `kid`, `use`, `alg` and for RSA `x5t`/`x5c`.
    pub public_jwk: String,
    pub published_at: UnixTime,
    pub active_from: UnixTime,
    #[serde(default)]
    pub retired_at: Option<UnixTime>,
}

impl SigningKey {
    pub fn purpose(tenant: TenantId, kid: &str) -> String {
        format!("signing-key:{tenant}:{kid}")
    }
}

impl Entity for SigningKey {
    const KIND: &'static str = "signing_key";

    fn tenant(&self) -> TenantId {
        self.tenant
    }

    fn key(&self) -> String {
        self.kid.clone()
    }
}

/// A secret that configuration refers to as `secret:<name>`; sealed for purpose `secret:<tenant>:<name>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedSecret {
    pub tenant: TenantId,
    pub name: String,
    pub value: Sealed,
}

impl NamedSecret {
    pub fn purpose(tenant: TenantId, name: &str) -> String {
        format!("secret:{tenant}:{name}")
    }
}

impl Entity for NamedSecret {
    const KIND: &'static str = "named_secret";

    fn tenant(&self) -> TenantId {
        self.tenant
    }

    fn key(&self) -> String {
        self.name.clone()
    }
}

//! A private or shared key parsed once and kept, ready to decrypt.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::{ContentAlg, KeyAlg};
use crate::jose::backend::{Agreement, AgreementCurve, RsaUnwrapper};
use crate::jose::jwk::Material;
use crate::jose::{Header, JoseError, Jwk, PublicKey, Purpose};

/// A parsed key that decrypts. Cloning shares the parsed key.
#[derive(Clone)]
pub struct DecryptionKey(Arc<Inner>);

struct Inner {
    kid: Option<String>,
    alg: Option<String>,
    key_ops: Option<Vec<String>>,
    secret: Secret,
}

pub(super) enum Secret {
    Symmetric(Zeroizing<Vec<u8>>),
    Rsa(RsaUnwrapper),
    Agreement(AgreementCurve, Agreement),
}

impl DecryptionKey {
    /// Errors: [`JoseError::KeyPurpose`] for a public key, or for `use` and `key_ops` that say otherwise,
    /// [`JoseError::KeyInvalid`] for parts that do not belong together.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, JoseError> {
        jwk.permits(Purpose::Decrypt)?;
        let secret = match &jwk.material {
            Material::Symmetric(secret) => Secret::Symmetric(secret.clone()),
            Material::Public(_) => {
                return Err(JoseError::KeyPurpose("a public key does not decrypt"));
            }
            Material::Private(key, _) => private(jwk, key)?,
        };
        let inner = Inner {
            kid: jwk.kid.clone(),
            alg: jwk.alg.clone(),
            key_ops: jwk.key_ops.clone(),
            secret,
        };
        Ok(Self(Arc::new(inner)))
    }

    pub fn kid(&self) -> Option<&str> {
        self.0.kid.as_deref()
    }

    pub(super) fn secret(&self) -> &Secret {
        &self.0.secret
    }

    /// Refuses what the key's own `alg` or `key_ops` does not name. A key for direct encryption is allowed to name
    /// the content algorithm instead, as RFC 7520 section 5.6 does.
    pub(super) fn permits(&self, alg: KeyAlg, enc: ContentAlg) -> Result<(), JoseError> {
        if let Some(named) = self.0.alg.as_deref()
            && named != alg.name()
            && !(alg == KeyAlg::Direct && named == enc.name())
        {
            return Err(JoseError::KeyPurpose("its alg is another"));
        }
        if let Some(operations) = &self.0.key_ops
            && !operations
                .iter()
                .any(|name| alg.key_operations().contains(&name.as_str()))
        {
            return Err(JoseError::KeyPurpose(
                "its key_ops do not name the operation",
            ));
        }
        Ok(())
    }
}

fn private(jwk: &Jwk, key: &PublicKey) -> Result<Secret, JoseError> {
    let curve = match key {
        PublicKey::Rsa { .. } => {
            return Ok(Secret::Rsa(RsaUnwrapper::from_pkcs8(&jwk.to_pkcs8()?)?));
        }
        PublicKey::Ed25519 { .. } => return Err(JoseError::KeyPurpose("Ed25519 only signs")),
        PublicKey::Ec { curve, .. } => AgreementCurve::Ec(*curve),
        PublicKey::X25519 { .. } => AgreementCurve::X25519,
    };
    let d = jwk.private_number().unwrap_or_default();
    Ok(Secret::Agreement(
        curve,
        Agreement::new(curve, d, &key.point())?,
    ))
}

/// The keys the header can mean: those of its `kid`, else those without a name; all when it has no `kid`.
pub(super) fn candidates<'a>(
    header: &Header,
    keys: &'a [DecryptionKey],
) -> Result<Vec<&'a DecryptionKey>, JoseError> {
    let Some(kid) = header.kid() else {
        return Ok(keys.iter().collect());
    };
    let named: Vec<_> = keys.iter().filter(|key| key.kid() == Some(kid)).collect();
    if !named.is_empty() {
        return Ok(named);
    }
    let nameless: Vec<_> = keys.iter().filter(|key| key.kid().is_none()).collect();
    if nameless.is_empty() {
        Err(JoseError::KeyUnknown)
    } else {
        Ok(nameless)
    }
}

impl fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptionKey")
            .field("kid", &self.0.kid)
            .field("alg", &self.0.alg)
            .finish_non_exhaustive()
    }
}

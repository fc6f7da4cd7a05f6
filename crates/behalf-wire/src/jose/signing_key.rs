//! A private key parsed once and kept, ready to sign.

use std::fmt;
use std::sync::Arc;

use super::backend::Signer;
use super::jwk::Material;
use super::{JoseError, Jwk, JwsAlg, PublicKey, Purpose, VerifyingKey};

/// A parsed private key bound to one algorithm and one key id. Cloning shares the parsed key.
#[derive(Clone)]
pub struct SigningKey(Arc<Inner>);

struct Inner {
    alg: JwsAlg,
    kid: Option<String>,
    signer: Signer,
    public_key: Option<PublicKey>,
    verifying_key: VerifyingKey,
}

impl SigningKey {
    /// From PKCS#8 DER. `kid` defaults to the key's RFC 7638 thumbprint.
    /// Errors: [`JoseError::KeyInvalid`], [`JoseError::KeyWeak`].
    pub fn from_pkcs8(alg: JwsAlg, kid: Option<String>, der: &[u8]) -> Result<Self, JoseError> {
        let (signer, spki) = Signer::from_pkcs8(alg, der)?;
        let public_key = PublicKey::from_spki(&spki)?;
        let kid = kid.unwrap_or_else(|| public_key.thumbprint());
        let verifying_key =
            VerifyingKey::from_public_key(&public_key, Some(alg), Some(kid.clone()))?;
        Ok(Self(Arc::new(Inner {
            alg,
            kid: Some(kid),
            signer,
            public_key: Some(public_key),
            verifying_key,
        })))
    }

    /// An HMAC secret of at least the hash's length.
    pub fn from_secret(alg: JwsAlg, kid: Option<String>, secret: &[u8]) -> Result<Self, JoseError> {
        let verifying_key = VerifyingKey::from_secret(alg, kid.clone(), secret)?;
        let signer = Signer::hmac(alg, secret).ok_or(JoseError::KeyInvalid(
            "a secret serves HMAC algorithms only",
        ))?;
        Ok(Self(Arc::new(Inner {
            alg,
            kid,
            signer,
            public_key: None,
            verifying_key,
        })))
    }

    /// A private JWK, used with `alg`, which must not contradict the key's own.
    pub fn from_jwk(alg: JwsAlg, jwk: &Jwk) -> Result<Self, JoseError> {
        jwk.permits(Purpose::Sign)?;
        if !jwk.signature_algs()?.contains(&alg) {
            return Err(JoseError::NoFittingKey);
        }
        match &jwk.material {
            Material::Symmetric(secret) => Self::from_secret(alg, jwk.kid.clone(), secret),
            Material::Public(_) | Material::Private(..) => {
                Self::from_pkcs8(alg, jwk.kid.clone(), &jwk.to_pkcs8()?)
            }
        }
    }

    pub fn alg(&self) -> JwsAlg {
        self.0.alg
    }

    /// `None` only for an HMAC secret without a name.
    pub fn kid(&self) -> Option<&str> {
        self.0.kid.as_deref()
    }

    /// The public half, already parsed.
    pub fn verifying_key(&self) -> VerifyingKey {
        self.0.verifying_key.clone()
    }

    /// The public JWK with `kid`, `alg` and `use` "sig"; `None` for an HMAC secret, which has no public half.
    pub fn public_jwk(&self) -> Option<Jwk> {
        let mut jwk = Jwk::from_public_key(self.0.public_key.clone()?);
        jwk.kid.clone_from(&self.0.kid);
        jwk.alg = Some(self.0.alg.name().to_owned());
        jwk.usage = Some("sig".to_owned());
        Some(jwk)
    }

    /// The raw signature in JWS form. Errors: [`JoseError::Backend`].
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, JoseError> {
        self.0.signer.sign(message)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.0.kid)
            .field("alg", &self.0.alg)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

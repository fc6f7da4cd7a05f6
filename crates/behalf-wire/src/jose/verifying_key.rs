//! A key parsed once and kept, ready to check signatures.

use std::fmt;
use std::sync::Arc;

use super::backend::Verifier;
use super::jwk::Material;
use super::{Certificate, Header, JoseError, Jwk, JwsAlg, PublicKey, Purpose, base64url};

/// A parsed key that verifies signatures, bound to the algorithms it may serve. Cloning shares the parsed key.
/// Because each algorithm has its own parsed form, a public key can never be taken for an HMAC secret.
#[derive(Clone)]
pub struct VerifyingKey(Arc<Inner>);

struct Inner {
    kid: Option<String>,
    x5t: Option<[u8; 20]>,
    x5t_s256: Option<[u8; 32]>,
    verifiers: Vec<(JwsAlg, Verifier)>,
    public_key: Option<PublicKey>,
}

impl VerifyingKey {
    /// Errors: [`JoseError::KeyPurpose`] for `use`, `key_ops` or `alg` that say otherwise, [`JoseError::KeyWeak`]
    /// for an HMAC secret shorter than the hash, [`JoseError::KeyInvalid`] for a point off its curve.
    /// Private members are ignored.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, JoseError> {
        jwk.permits(Purpose::Verify)?;
        let algs = jwk.signature_algs()?;
        let verifiers = match &jwk.material {
            Material::Symmetric(secret) => secret_verifiers(&algs, secret)?,
            Material::Public(key) | Material::Private(key, _) => public_verifiers(&algs, key)?,
        };
        Ok(Self(Arc::new(Inner {
            kid: jwk.kid.clone(),
            x5t: jwk.x5t.as_deref().and_then(thumbprint),
            x5t_s256: jwk.x5t_s256.as_deref().and_then(thumbprint),
            verifiers,
            public_key: jwk.public_key().cloned(),
        })))
    }

    /// A public key for one algorithm, or for all of its kind when `alg` is `None`.
    pub fn from_public_key(
        key: &PublicKey,
        alg: Option<JwsAlg>,
        kid: Option<String>,
    ) -> Result<Self, JoseError> {
        let mut jwk = Jwk::from_public_key(key.clone());
        jwk.alg = alg.map(|alg| alg.name().to_owned());
        jwk.kid = kid;
        Self::from_jwk(&jwk)
    }

    /// The key of a certificate, found by its thumbprints. Whether the certificate is trusted and within its time
    /// is the caller's decision.
    pub fn from_certificate(certificate: &Certificate) -> Result<Self, JoseError> {
        let key = certificate.public_key();
        Ok(Self(Arc::new(Inner {
            kid: None,
            x5t: Some(certificate.sha1()),
            x5t_s256: Some(certificate.sha256()),
            verifiers: public_verifiers(key.signature_algs(), key)?,
            public_key: Some(key.clone()),
        })))
    }

    /// An HMAC secret of at least the hash's length. Errors: [`JoseError::KeyWeak`], [`JoseError::KeyInvalid`].
    pub fn from_secret(alg: JwsAlg, kid: Option<String>, secret: &[u8]) -> Result<Self, JoseError> {
        if !alg.is_hmac() {
            return Err(JoseError::KeyInvalid(
                "a secret serves HMAC algorithms only",
            ));
        }
        let verifiers = secret_verifiers(&[alg], secret)?;
        Ok(Self(Arc::new(Inner {
            kid,
            x5t: None,
            x5t_s256: None,
            verifiers,
            public_key: None,
        })))
    }

    pub fn kid(&self) -> Option<&str> {
        self.0.kid.as_deref()
    }

    /// `None` for an HMAC secret.
    pub fn public_key(&self) -> Option<&PublicKey> {
        self.0.public_key.as_ref()
    }

    pub fn algs(&self) -> impl Iterator<Item = JwsAlg> + '_ {
        self.0.verifiers.iter().map(|(alg, _)| *alg)
    }

    pub fn serves(&self, alg: JwsAlg) -> bool {
        self.algs().any(|served| served == alg)
    }

    /// Errors: [`JoseError::NoFittingKey`] when the key does not serve `alg`, [`JoseError::SignatureInvalid`].
    pub fn verify(&self, alg: JwsAlg, message: &[u8], signature: &[u8]) -> Result<(), JoseError> {
        let verifier = self.0.verifiers.iter().find(|(served, _)| *served == alg);
        let (_, verifier) = verifier.ok_or(JoseError::NoFittingKey)?;
        if verifier.verify(message, signature) {
            Ok(())
        } else {
            Err(JoseError::SignatureInvalid)
        }
    }

    /// Whether both are one public key. Secrets are not compared: two of them always count as different.
    pub(crate) fn is_same_key(&self, other: &Self) -> bool {
        self.public_key().is_some() && self.public_key() == other.public_key()
    }

    /// Whether the header names this very key by `kid` or by certificate thumbprint.
    pub(crate) fn is_named_by(&self, header: &Header) -> bool {
        let same = |named: Option<&str>, own: Option<&[u8]>| match (named, own) {
            (Some(named), Some(own)) => {
                base64url::decode_lenient(named).is_some_and(|named| named == own)
            }
            _ => false,
        };
        header.kid().is_some_and(|kid| self.kid() == Some(kid))
            || same(
                header.x5t_s256(),
                self.0.x5t_s256.as_ref().map(<[u8; 32]>::as_slice),
            )
            || same(header.x5t(), self.0.x5t.as_ref().map(<[u8; 20]>::as_slice))
    }

    /// Whether the key bears no name of the sort the header uses, so that the header cannot mean another key.
    pub(crate) fn is_nameless_for(&self, header: &Header) -> bool {
        !(header.kid().is_some() && self.0.kid.is_some()
            || header.x5t().is_some() && self.0.x5t.is_some()
            || header.x5t_s256().is_some() && self.0.x5t_s256.is_some())
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let algs: Vec<_> = self.algs().collect();
        f.debug_struct("VerifyingKey")
            .field("kid", &self.0.kid)
            .field("algs", &algs)
            .finish_non_exhaustive()
    }
}

fn public_verifiers(
    algs: &[JwsAlg],
    key: &PublicKey,
) -> Result<Vec<(JwsAlg, Verifier)>, JoseError> {
    if algs.is_empty() {
        return Err(JoseError::KeyPurpose("its kind does not sign"));
    }
    key.check()?;
    algs.iter()
        .map(|alg| Verifier::public(*alg, key).map(|verifier| (*alg, verifier)))
        .collect()
}

fn secret_verifiers(algs: &[JwsAlg], secret: &[u8]) -> Result<Vec<(JwsAlg, Verifier)>, JoseError> {
    let long_enough = algs
        .iter()
        .filter(|alg| secret.len() >= alg.min_secret_bytes());
    let verifiers: Vec<_> = long_enough
        .filter_map(|alg| Verifier::hmac(*alg, secret).map(|verifier| (*alg, verifier)))
        .collect();
    if verifiers.is_empty() {
        return Err(JoseError::KeyWeak("an HMAC secret shorter than the hash"));
    }
    Ok(verifiers)
}

fn thumbprint<const N: usize>(text: &str) -> Option<[u8; N]> {
    base64url::decode_lenient(text)?.try_into().ok()
}

#[cfg(test)]
mod tests;

//! Parsed keys that sign and verify, and private keys as PKCS#8.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPairComponents, KeySize};
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, ParsedPublicKey, RsaEncoding, RsaKeyPair,
    RsaPublicKeyComponents,
};
use zeroize::Zeroizing;

use crate::jose::{Curve, JoseError, JwsAlg, PublicKey};

/// A private key with the kinds that Behalf generates itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    Rsa2048,
    P256,
    Ed25519,
}

/// A new private key as PKCS#8 DER, from the library's own generator.
pub fn generate_pkcs8(kind: KeyKind) -> Result<Zeroizing<Vec<u8>>, JoseError> {
    let der = match kind {
        KeyKind::Rsa2048 => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| JoseError::Backend)?;
            AsDer::<Pkcs8V1Der<'_>>::as_der(&pair)
                .map_err(|_| JoseError::Backend)?
                .as_ref()
                .to_vec()
        }
        KeyKind::P256 => {
            let pair = EcdsaKeyPair::generate(&signature::ECDSA_P256_SHA256_FIXED_SIGNING);
            pair.and_then(|pair| pair.to_pkcs8v1())
                .map_err(|_| JoseError::Backend)?
                .as_ref()
                .to_vec()
        }
        KeyKind::Ed25519 => {
            let pair = Ed25519KeyPair::generate();
            pair.and_then(|pair| pair.to_pkcs8v1())
                .map_err(|_| JoseError::Backend)?
                .as_ref()
                .to_vec()
        }
    };
    Ok(Zeroizing::new(der))
}

/// A parsed key that checks signatures of one algorithm.
pub(crate) enum Verifier {
    Public(ParsedPublicKey),
    Hmac(Box<hmac::Key>),
}

impl Verifier {
    /// Errors: [`JoseError::KeyInvalid`] when the key is no key of the algorithm's kind, or a point not on its curve.
    pub(crate) fn public(alg: JwsAlg, key: &PublicKey) -> Result<Self, JoseError> {
        let parsed = match key {
            PublicKey::Rsa { n, e } => RsaPublicKeyComponents { n, e }
                .to_parsed_public_key(rsa_parameters(alg).ok_or(JoseError::NoFittingKey)?)
                .map_err(|_| JoseError::KeyInvalid("the RSA numbers are not accepted"))?,
            PublicKey::Ec { curve, .. } => {
                let algorithm = match (alg, curve) {
                    (JwsAlg::ES256, Curve::P256) => &signature::ECDSA_P256_SHA256_FIXED,
                    (JwsAlg::ES384, Curve::P384) => &signature::ECDSA_P384_SHA384_FIXED,
                    (JwsAlg::ES512, Curve::P521) => &signature::ECDSA_P521_SHA512_FIXED,
                    _ => return Err(JoseError::NoFittingKey),
                };
                ParsedPublicKey::new(algorithm, key.point())
                    .map_err(|_| JoseError::KeyInvalid("the point is not on the curve"))?
            }
            PublicKey::Ed25519 { x } if alg == JwsAlg::EdDSA => {
                ParsedPublicKey::new(&signature::ED25519, x)
                    .map_err(|_| JoseError::KeyInvalid("the Ed25519 key is not accepted"))?
            }
            PublicKey::Ed25519 { .. } | PublicKey::X25519 { .. } => {
                return Err(JoseError::NoFittingKey);
            }
        };
        Ok(Self::Public(parsed))
    }

    pub(crate) fn hmac(alg: JwsAlg, secret: &[u8]) -> Option<Self> {
        hmac_key(alg, secret).map(|key| Self::Hmac(Box::new(key)))
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Public(key) => key.verify_sig(message, signature).is_ok(),
            Self::Hmac(key) => hmac::verify(key, message, signature).is_ok(),
        }
    }
}

fn hmac_key(alg: JwsAlg, secret: &[u8]) -> Option<hmac::Key> {
    let algorithm = match alg {
        JwsAlg::HS256 => hmac::HMAC_SHA256,
        JwsAlg::HS384 => hmac::HMAC_SHA384,
        JwsAlg::HS512 => hmac::HMAC_SHA512,
        _ => return None,
    };
    Some(hmac::Key::new(algorithm, secret))
}

fn rsa_parameters(alg: JwsAlg) -> Option<&'static signature::RsaParameters> {
    Some(match alg {
        JwsAlg::RS256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        JwsAlg::RS384 => &signature::RSA_PKCS1_2048_8192_SHA384,
        JwsAlg::RS512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        JwsAlg::PS256 => &signature::RSA_PSS_2048_8192_SHA256,
        JwsAlg::PS384 => &signature::RSA_PSS_2048_8192_SHA384,
        JwsAlg::PS512 => &signature::RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

fn rsa_encoding(alg: JwsAlg) -> Option<&'static dyn RsaEncoding> {
    Some(match alg {
        JwsAlg::RS256 => &signature::RSA_PKCS1_SHA256,
        JwsAlg::RS384 => &signature::RSA_PKCS1_SHA384,
        JwsAlg::RS512 => &signature::RSA_PKCS1_SHA512,
        JwsAlg::PS256 => &signature::RSA_PSS_SHA256,
        JwsAlg::PS384 => &signature::RSA_PSS_SHA384,
        JwsAlg::PS512 => &signature::RSA_PSS_SHA512,
        _ => return None,
    })
}

/// A parsed key that signs with one algorithm.
pub(crate) enum Signer {
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
    Ec(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Hmac(Box<hmac::Key>),
}

impl Signer {
    /// From PKCS#8 DER, with the public key as SubjectPublicKeyInfo DER.
    pub(crate) fn from_pkcs8(alg: JwsAlg, der: &[u8]) -> Result<(Self, Vec<u8>), JoseError> {
        let rejected = |_| JoseError::KeyInvalid("not a PKCS#8 key of the algorithm's kind");
        if let Some(encoding) = rsa_encoding(alg) {
            let pair = RsaKeyPair::from_pkcs8(der).map_err(rejected)?;
            let spki = spki(pair.public_key())?;
            return Ok((Self::Rsa(pair, encoding), spki));
        }
        let curve = match alg {
            JwsAlg::ES256 => &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
            JwsAlg::ES384 => &signature::ECDSA_P384_SHA384_FIXED_SIGNING,
            JwsAlg::ES512 => &signature::ECDSA_P521_SHA512_FIXED_SIGNING,
            JwsAlg::EdDSA => {
                let pair = Ed25519KeyPair::from_pkcs8(der).map_err(rejected)?;
                let spki = spki(pair.public_key())?;
                return Ok((Self::Ed25519(pair), spki));
            }
            _ => return Err(JoseError::KeyInvalid("an HMAC key is not PKCS#8")),
        };
        let pair = EcdsaKeyPair::from_pkcs8(curve, der).map_err(rejected)?;
        let spki = spki(pair.public_key())?;
        Ok((Self::Ec(pair), spki))
    }

    pub(crate) fn hmac(alg: JwsAlg, secret: &[u8]) -> Option<Self> {
        hmac_key(alg, secret).map(|key| Self::Hmac(Box::new(key)))
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, JoseError> {
        match self {
            Self::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &SystemRandom::new(), message, &mut signature)
                    .map_err(|_| JoseError::Backend)?;
                Ok(signature)
            }
            Self::Ec(pair) => {
                let signature = pair
                    .sign(&SystemRandom::new(), message)
                    .map_err(|_| JoseError::Backend)?;
                Ok(signature.as_ref().to_vec())
            }
            Self::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            Self::Hmac(key) => Ok(hmac::sign(key, message).as_ref().to_vec()),
        }
    }
}

fn spki(key: &impl AsDer<PublicKeyX509Der<'static>>) -> Result<Vec<u8>, JoseError> {
    Ok(key
        .as_der()
        .map_err(|_| JoseError::Backend)?
        .as_ref()
        .to_vec())
}

/// The eight numbers of an RSA private key, big-endian (RFC 7518 section 6.3).
pub(crate) struct RsaNumbers<'a> {
    pub(crate) n: &'a [u8],
    pub(crate) e: &'a [u8],
    pub(crate) d: &'a [u8],
    pub(crate) p: &'a [u8],
    pub(crate) q: &'a [u8],
    pub(crate) dp: &'a [u8],
    pub(crate) dq: &'a [u8],
    pub(crate) qi: &'a [u8],
}

impl RsaNumbers<'_> {
    /// PKCS#8 DER. Errors: [`JoseError::KeyInvalid`] when the numbers do not belong together.
    pub(crate) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, JoseError> {
        let pair = RsaKeyPair::from_components(&KeyPairComponents {
            public_key: RsaPublicKeyComponents {
                n: self.n,
                e: self.e,
            },
            d: self.d,
            p: self.p,
            q: self.q,
            dP: self.dp,
            dQ: self.dq,
            qInv: self.qi,
        })
        .map_err(|_| JoseError::KeyInvalid("the RSA numbers do not belong together"))?;
        let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map_err(|_| JoseError::Backend)?;
        Ok(Zeroizing::new(der.as_ref().to_vec()))
    }
}

/// PKCS#8 DER of an EC private number and its public point. Errors: when the two do not belong together.
pub(crate) fn ec_pkcs8(
    curve: Curve,
    d: &[u8],
    point: &[u8],
) -> Result<Zeroizing<Vec<u8>>, JoseError> {
    let algorithm = match curve {
        Curve::P256 => &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
        Curve::P384 => &signature::ECDSA_P384_SHA384_FIXED_SIGNING,
        Curve::P521 => &signature::ECDSA_P521_SHA512_FIXED_SIGNING,
    };
    let pair = EcdsaKeyPair::from_private_key_and_public_key(algorithm, d, point)
        .map_err(|_| JoseError::KeyInvalid("the EC numbers do not belong together"))?;
    Ok(Zeroizing::new(
        pair.to_pkcs8v1()
            .map_err(|_| JoseError::Backend)?
            .as_ref()
            .to_vec(),
    ))
}

/// PKCS#8 DER of an Ed25519 seed and its public key. Errors: when the two do not belong together.
pub(crate) fn ed25519_pkcs8(seed: &[u8], x: &[u8]) -> Result<Zeroizing<Vec<u8>>, JoseError> {
    let pair = Ed25519KeyPair::from_seed_and_public_key(seed, x)
        .map_err(|_| JoseError::KeyInvalid("the Ed25519 numbers do not belong together"))?;
    Ok(Zeroizing::new(
        pair.to_pkcs8v1()
            .map_err(|_| JoseError::Backend)?
            .as_ref()
            .to_vec(),
    ))
}

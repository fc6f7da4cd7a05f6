//! The only file that names the cryptographic library (aws-lc-rs). Everything else speaks in bytes and in the
//! types below, so a change of library, or a hardware key, is a change of this file.
//!
//! Randomness: RSA-PSS salts, ECDSA nonces, blinding and generated keys come from the library's own generator.
//! That is the one accepted exception to "randomness is an argument": a caller-given source would only weaken it.

use aws_lc_rs::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement;
use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, DecryptingKey, DecryptionContext, PaddedBlockDecryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::encoding::{
    AsBigEndian, AsDer, EcPublicKeyUncompressedBin, Pkcs8V1Der, PublicKeyX509Der,
};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384,
    OAEP_SHA512_MGF1SHA512, OaepPrivateDecryptingKey, PrivateDecryptingKey,
};
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, ParsedPublicKey, RsaEncoding, RsaKeyPair,
    RsaPublicKeyComponents,
};
use aws_lc_rs::{constant_time, digest, hkdf, hmac};
use zeroize::Zeroizing;

use super::{Curve, JoseError, JwsAlg, PublicKey};

pub fn sha256(data: &[u8]) -> [u8; 32] {
    sized(digest::digest(&digest::SHA256, data).as_ref())
}

/// SHA-1, for the `x5t` certificate thumbprint only (RFC 7515 section 4.1.7): an identifier, never a protection.
pub fn sha1(data: &[u8]) -> [u8; 20] {
    sized(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, data).as_ref())
}

pub fn hmac_sha256(key: &[u8], data: &[u8]) -> [u8; 32] {
    sized(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data).as_ref())
}

/// HKDF with SHA-256 (RFC 5869): `N` bytes of key for the purpose named by `info`.
pub fn hkdf_sha256<const N: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> [u8; N] {
    struct Length(usize);
    impl hkdf::KeyType for Length {
        fn len(&self) -> usize {
            self.0
        }
    }
    const { assert!(N <= 255 * 32, "HKDF yields at most 255 blocks") };
    let mut out = [0; N];
    hkdf::Salt::new(hkdf::HKDF_SHA256, salt)
        .extract(secret)
        .expand(&[info], Length(N))
        .and_then(|okm| okm.fill(&mut out))
        .expect("the length is within the limit of HKDF");
    out
}

/// Compares secrets without telling by timing where they differ.
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}

/// AES-256-GCM. The nonce must never repeat under one key. Answer: ciphertext, then the 16-byte tag.
pub fn aead_seal(key: &[u8; 32], nonce: [u8; 12], aad: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(plaintext.len() + 16);
    out.extend_from_slice(plaintext);
    gcm_key(key)
        .and_then(|key| {
            key.seal_in_place_append_tag(Nonce::from(&nonce), Aad::from(aad), &mut out)
                .ok()
        })
        .expect("AES-256-GCM seals any text a machine can hold");
    out
}

/// Opens what [`aead_seal`] made; `None` when key, nonce, aad or text differ.
pub fn aead_open(key: &[u8; 32], nonce: [u8; 12], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    gcm_open(key, &nonce, aad, sealed)
}

/// AES-GCM with a key of 16, 24 or 32 bytes, a 12-byte nonce, the 16-byte tag at the end of `sealed`.
pub(crate) fn gcm_open(key: &[u8], nonce: &[u8], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let mut buffer = sealed.to_vec();
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let length = gcm_key(key)?
        .open_in_place(nonce, Aad::from(aad), &mut buffer)
        .ok()?
        .len();
    buffer.truncate(length);
    Some(buffer)
}

fn gcm_key(key: &[u8]) -> Option<LessSafeKey> {
    let algorithm = match key.len() {
        16 => &aead::AES_128_GCM,
        24 => &aead::AES_192_GCM,
        32 => &aead::AES_256_GCM,
        _ => return None,
    };
    UnboundKey::new(algorithm, key).ok().map(LessSafeKey::new)
}

fn aes(key: &[u8]) -> Option<UnboundCipherKey> {
    let algorithm = match key.len() {
        16 => &AES_128,
        24 => &AES_192,
        32 => &AES_256,
        _ => return None,
    };
    UnboundCipherKey::new(algorithm, key).ok()
}

/// AES-CBC with PKCS#7 padding. Only for text whose authenticity has been proven, else it is a padding oracle.
pub(crate) fn cbc_decrypt(key: &[u8], iv: [u8; 16], ciphertext: &[u8]) -> Option<Vec<u8>> {
    let mut buffer = ciphertext.to_vec();
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(aes(key)?).ok()?;
    let length = key
        .decrypt(&mut buffer, DecryptionContext::Iv128(FixedLength::from(iv)))
        .ok()?
        .len();
    buffer.truncate(length);
    Some(buffer)
}

/// One AES block, for the key wrap of RFC 3394.
pub(crate) struct AesBlock(DecryptingKey);

impl AesBlock {
    pub(crate) fn new(key: &[u8]) -> Option<Self> {
        DecryptingKey::ecb(aes(key)?).ok().map(Self)
    }

    pub(crate) fn decrypt(&self, block: &mut [u8; 16]) -> Option<()> {
        self.0
            .decrypt(block, DecryptionContext::None)
            .ok()
            .map(|_| ())
    }
}

/// HMAC with the hash of the given key half's size times two: 16 → SHA-256, 24 → SHA-384, 32 → SHA-512
/// (RFC 7518 section 5.2).
pub(crate) fn cbc_mac(key: &[u8], parts: &[&[u8]]) -> Option<Vec<u8>> {
    let algorithm = match key.len() {
        16 => hmac::HMAC_SHA256,
        24 => hmac::HMAC_SHA384,
        32 => hmac::HMAC_SHA512,
        _ => return None,
    };
    let mut context = hmac::Context::with_key(&hmac::Key::new(algorithm, key));
    parts.iter().for_each(|part| context.update(part));
    Some(context.sign().as_ref()[..key.len()].to_vec())
}

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
    Hmac(hmac::Key),
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
        hmac_key(alg, secret).map(Self::Hmac)
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
    Hmac(hmac::Key),
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
        hmac_key(alg, secret).map(Self::Hmac)
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
        let pair = RsaKeyPair::from_components(&aws_lc_rs::rsa::KeyPairComponents {
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

/// The hash of an RSA-OAEP variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OaepHash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

/// A parsed RSA private key that unwraps content keys.
pub(crate) struct RsaUnwrapper(OaepPrivateDecryptingKey);

impl RsaUnwrapper {
    pub(crate) fn from_pkcs8(der: &[u8]) -> Result<Self, JoseError> {
        PrivateDecryptingKey::from_pkcs8(der)
            .ok()
            .and_then(|key| OaepPrivateDecryptingKey::new(key).ok())
            .map(Self)
            .ok_or(JoseError::KeyInvalid("not an RSA private key"))
    }

    pub(crate) fn unwrap_key(&self, hash: OaepHash, wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let algorithm = match hash {
            OaepHash::Sha1 => &OAEP_SHA1_MGF1SHA1,
            OaepHash::Sha256 => &OAEP_SHA256_MGF1SHA256,
            OaepHash::Sha384 => &OAEP_SHA384_MGF1SHA384,
            OaepHash::Sha512 => &OAEP_SHA512_MGF1SHA512,
        };
        let mut buffer = Zeroizing::new(vec![0; self.0.min_output_size()]);
        let length = self
            .0
            .decrypt(algorithm, wrapped, &mut buffer, None)
            .ok()?
            .len();
        Some(Zeroizing::new(buffer[..length].to_vec()))
    }
}

/// The curve of an ECDH key agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AgreementCurve {
    Ec(Curve),
    X25519,
}

impl AgreementCurve {
    const fn algorithm(self) -> &'static agreement::Algorithm {
        match self {
            Self::Ec(Curve::P256) => &agreement::ECDH_P256,
            Self::Ec(Curve::P384) => &agreement::ECDH_P384,
            Self::Ec(Curve::P521) => &agreement::ECDH_P521,
            Self::X25519 => &agreement::X25519,
        }
    }
}

/// A parsed private key for ECDH.
pub(crate) struct Agreement(agreement::PrivateKey);

impl Agreement {
    /// `d` is the private number, `public` the matching public key: the uncompressed point, or X25519's 32 bytes.
    pub(crate) fn new(curve: AgreementCurve, d: &[u8], public: &[u8]) -> Result<Self, JoseError> {
        let invalid = JoseError::KeyInvalid("the private number does not belong to the public key");
        let key = agreement::PrivateKey::from_private_key(curve.algorithm(), d)
            .map_err(|_| invalid.clone())?;
        let computed = key.compute_public_key().map_err(|_| invalid.clone())?;
        if computed.as_ref() != public {
            return Err(invalid);
        }
        Ok(Self(key))
    }

    /// The shared secret Z. `None` when the peer's key is not on this key's curve (invalid-curve attack).
    pub(crate) fn agree(&self, peer: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let peer = agreement::UnparsedPublicKey::new(self.0.algorithm(), peer);
        agreement::agree(&self.0, peer, (), |secret| {
            Ok(Zeroizing::new(secret.to_vec()))
        })
        .ok()
    }
}

fn sized<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(bytes);
    out
}

#[cfg(test)]
mod tests;

//! What JSON Web Encryption needs of the library: AES-CBC, AES blocks, RSA-OAEP, ECDH.

use aws_lc_rs::agreement;
use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, DecryptingKey, DecryptionContext, PaddedBlockDecryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512,
    OaepAlgorithm, OaepPrivateDecryptingKey, PrivateDecryptingKey,
};
use zeroize::Zeroizing;

use crate::jose::{Curve, JoseError};

pub(super) fn aes(key: &[u8]) -> Option<UnboundCipherKey> {
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

/// The hash of an RSA-OAEP variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OaepHash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl OaepHash {
    pub(super) const fn algorithm(self) -> &'static OaepAlgorithm {
        match self {
            Self::Sha1 => &OAEP_SHA1_MGF1SHA1,
            Self::Sha256 => &OAEP_SHA256_MGF1SHA256,
            Self::Sha384 => &OAEP_SHA384_MGF1SHA384,
            Self::Sha512 => &OAEP_SHA512_MGF1SHA512,
        }
    }
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
        let mut buffer = Zeroizing::new(vec![0; self.0.min_output_size()]);
        let length = self
            .0
            .decrypt(hash.algorithm(), wrapped, &mut buffer, None)
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
    pub(super) const fn algorithm(self) -> &'static agreement::Algorithm {
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

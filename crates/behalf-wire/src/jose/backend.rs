//! The only room that names the cryptographic library (aws-lc-rs): this file and the ones under `backend/`.
//! Everything else speaks in bytes and in the types below, so a change of library, or a hardware key, stays here.
//!
//! Randomness: RSA-PSS salts, ECDSA nonces, blinding and generated keys come from the library's own generator.
//! That is the one accepted exception to "randomness is an argument": a caller-given source would only weaken it.

mod decryption;
#[cfg(test)]
pub(crate) mod encryption;
mod signature;

use aws_lc_rs::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::{constant_time, digest, hkdf, hmac};

pub(crate) use decryption::{
    AesBlock, Agreement, AgreementCurve, OaepHash, RsaUnwrapper, cbc_decrypt, cbc_mac,
};
pub use signature::{KeyKind, generate_pkcs8};
pub(crate) use signature::{RsaNumbers, Signer, Verifier, ec_pkcs8, ed25519_pkcs8};

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

fn sized<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(bytes);
    out
}

#[cfg(test)]
mod tests;

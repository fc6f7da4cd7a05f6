//! The other direction of `decryption`, for tests only: Behalf itself sends no JWE.

use aws_lc_rs::aead::{Aad, Nonce};
use aws_lc_rs::agreement::PrivateKey;
use aws_lc_rs::cipher::{EncryptingKey, EncryptionContext, PaddedBlockEncryptingKey};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{OaepPublicEncryptingKey, PrivateDecryptingKey};

use super::decryption::aes;
use super::{AgreementCurve, OaepHash, gcm_key};

pub(crate) fn gcm_seal(key: &[u8], nonce: &[u8], aad: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let mut out = plaintext.to_vec();
    let nonce = Nonce::try_assume_unique_for_key(nonce).unwrap();
    gcm_key(key)
        .unwrap()
        .seal_in_place_append_tag(nonce, Aad::from(aad), &mut out)
        .unwrap();
    out
}

pub(crate) fn cbc_encrypt(key: &[u8], iv: [u8; 16], plaintext: &[u8]) -> Vec<u8> {
    let mut out = plaintext.to_vec();
    let key = PaddedBlockEncryptingKey::cbc_pkcs7(aes(key).unwrap()).unwrap();
    let context = EncryptionContext::Iv128(FixedLength::from(iv));
    key.less_safe_encrypt(&mut out, context).unwrap();
    out
}

pub(crate) fn aes_encrypt_block(key: &[u8], block: &mut [u8; 16]) {
    EncryptingKey::ecb(aes(key).unwrap())
        .unwrap()
        .encrypt(block)
        .unwrap();
}

pub(crate) fn oaep_wrap(pkcs8: &[u8], hash: OaepHash, key: &[u8]) -> Vec<u8> {
    let public = PrivateDecryptingKey::from_pkcs8(pkcs8)
        .unwrap()
        .public_key();
    let public = OaepPublicEncryptingKey::new(public).unwrap();
    let mut out = vec![0; public.ciphertext_size()];
    let length = public
        .encrypt(hash.algorithm(), key, &mut out, None)
        .unwrap()
        .len();
    out.truncate(length);
    out
}

/// The public key that belongs to a private number.
pub(crate) fn agreement_public(curve: AgreementCurve, d: &[u8]) -> Vec<u8> {
    let key = PrivateKey::from_private_key(curve.algorithm(), d).unwrap();
    key.compute_public_key().unwrap().as_ref().to_vec()
}

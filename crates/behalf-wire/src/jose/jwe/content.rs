//! Content decryption: AES-GCM (RFC 7518 section 5.3) and AES-CBC with HMAC (section 5.2).

use super::{Content, ContentAlg};
use crate::jose::backend;

const GCM_NONCE_BYTES: usize = 12;
const GCM_TAG_BYTES: usize = 16;

/// `None` for every cause alike. Lengths are exact: a shorter tag would be easier to guess.
pub(super) fn decrypt(enc: ContentAlg, key: &[u8], content: &Content) -> Option<Vec<u8>> {
    if key.len() != enc.key_bytes() {
        return None;
    }
    match enc {
        ContentAlg::AesGcm(_) => gcm(key, content),
        ContentAlg::AesCbcHmac(_) => cbc_hmac(key, content),
    }
}

fn gcm(key: &[u8], content: &Content) -> Option<Vec<u8>> {
    if content.iv.len() != GCM_NONCE_BYTES || content.tag.len() != GCM_TAG_BYTES {
        return None;
    }
    let sealed = [content.ciphertext.as_slice(), &content.tag].concat();
    backend::gcm_open(key, &content.iv, &content.aad, &sealed)
}

fn cbc_hmac(key: &[u8], content: &Content) -> Option<Vec<u8>> {
    let iv: [u8; 16] = content.iv.as_slice().try_into().ok()?;
    let (mac_key, cipher_key) = key.split_at(key.len() / 2);
    let aad_bits = (content.aad.len() as u64 * 8).to_be_bytes();
    let mac = backend::cbc_mac(
        mac_key,
        &[&content.aad, &iv, &content.ciphertext, &aad_bits],
    )?;
    // The tag comes first: padding is looked at only in text that its sender vouched for.
    if !backend::constant_time_eq(&mac, &content.tag) {
        return None;
    }
    backend::cbc_decrypt(cipher_key, iv, &content.ciphertext)
}

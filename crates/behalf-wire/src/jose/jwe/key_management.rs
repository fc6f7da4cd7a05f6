//! From the recipient's key to the content key: key wrap, RSA-OAEP, ECDH-ES (RFC 7518 section 4).

use serde_json::Value;
use zeroize::Zeroizing;

use super::key::Secret;
use super::{ContentAlg, DecryptionKey, KeyAlg};
use crate::jose::backend::{self, AesBlock, Agreement, AgreementCurve};
use crate::jose::{Header, JoseError, Jwk, PublicKey, base64url};

type SecretBytes = Zeroizing<Vec<u8>>;

/// Errors: [`JoseError::NoFittingKey`] for a key of another kind or size, [`JoseError::Malformed`] for header
/// parameters that the algorithm needs, [`JoseError::DecryptionFailed`] for all else.
pub(super) fn content_key(
    header: &Header,
    alg: KeyAlg,
    enc: ContentAlg,
    encrypted_key: &[u8],
    key: &DecryptionKey,
) -> Result<SecretBytes, JoseError> {
    if alg.is_direct() && !encrypted_key.is_empty() {
        return Err(JoseError::Malformed(
            "an encrypted key beside direct encryption",
        ));
    }
    let content_key = match (alg, key.secret()) {
        (KeyAlg::Direct, Secret::Symmetric(shared)) if shared.len() == enc.key_bytes() => {
            Some(shared.clone())
        }
        (KeyAlg::AesKeyWrap(length), Secret::Symmetric(shared)) if shared.len() == length => {
            unwrap_aes(shared, encrypted_key)
        }
        (KeyAlg::AesGcmKeyWrap(length), Secret::Symmetric(shared)) if shared.len() == length => {
            unwrap_aes_gcm(header, shared, encrypted_key)?
        }
        (KeyAlg::RsaOaep(hash), Secret::Rsa(private)) => private.unwrap_key(hash, encrypted_key),
        (KeyAlg::Ecdh, Secret::Agreement(curve, private)) => Some(derive(
            header,
            *curve,
            private,
            enc.name(),
            enc.key_bytes(),
        )?),
        (KeyAlg::EcdhKeyWrap(length), Secret::Agreement(curve, private)) => unwrap_aes(
            &derive(header, *curve, private, alg.name(), length)?,
            encrypted_key,
        ),
        _ => return Err(JoseError::NoFittingKey),
    };
    content_key
        .filter(|key| key.len() == enc.key_bytes())
        .ok_or(JoseError::DecryptionFailed)
}

/// AES Key Wrap, unwrapping (RFC 3394 section 2.2.2).
fn unwrap_aes(wrapping_key: &[u8], wrapped: &[u8]) -> Option<SecretBytes> {
    const INITIAL_VALUE: [u8; 8] = [0xa6; 8];
    if wrapped.len() < 24 || !wrapped.len().is_multiple_of(8) {
        return None;
    }
    let aes = AesBlock::new(wrapping_key)?;
    let (first, registers) = wrapped.split_at(8);
    let mut integrity: [u8; 8] = first.try_into().ok()?;
    let mut registers = Zeroizing::new(registers.to_vec());
    let count = registers.len() / 8;
    for step in (1..=count * 6).rev() {
        let register = &mut registers[(step - 1) % count * 8..][..8];
        let mut block = [0; 16];
        block[..8].copy_from_slice(&(u64::from_be_bytes(integrity) ^ step as u64).to_be_bytes());
        block[8..].copy_from_slice(register);
        aes.decrypt(&mut block)?;
        integrity.copy_from_slice(&block[..8]);
        register.copy_from_slice(&block[8..]);
    }
    backend::constant_time_eq(&integrity, &INITIAL_VALUE).then_some(registers)
}

/// AES-GCM as key wrap, with `iv` and `tag` in the header (RFC 7518 section 4.7).
fn unwrap_aes_gcm(
    header: &Header,
    wrapping_key: &[u8],
    wrapped: &[u8],
) -> Result<Option<SecretBytes>, JoseError> {
    let iv = header_bytes(header, "iv")?;
    let tag = header_bytes(header, "tag")?;
    if iv.len() != 12 || tag.len() != 16 {
        return Err(JoseError::DecryptionFailed);
    }
    let sealed = [wrapped, &tag].concat();
    Ok(backend::gcm_open(wrapping_key, &iv, &[], &sealed).map(Zeroizing::new))
}

/// ECDH-ES with the Concat KDF (RFC 7518 section 4.6). `purpose` and the length bind the derived key to its use.
pub(super) fn derive(
    header: &Header,
    curve: AgreementCurve,
    private: &Agreement,
    purpose: &str,
    length: usize,
) -> Result<SecretBytes, JoseError> {
    let shared = private
        .agree(&ephemeral_key(header, curve)?)
        .ok_or(JoseError::DecryptionFailed)?;
    let mut other_info = Vec::new();
    for part in [
        purpose.as_bytes(),
        &header_bytes(header, "apu")?,
        &header_bytes(header, "apv")?,
    ] {
        other_info.extend_from_slice(&(part.len() as u32).to_be_bytes());
        other_info.extend_from_slice(part);
    }
    other_info.extend_from_slice(&(length as u32 * 8).to_be_bytes());
    let mut derived = Zeroizing::new(Vec::with_capacity(length + 32));
    for round in 1_u32.. {
        if derived.len() >= length {
            break;
        }
        let input = Zeroizing::new([&round.to_be_bytes()[..], &shared, &other_info].concat());
        derived.extend_from_slice(&backend::sha256(&input));
    }
    derived.truncate(length);
    Ok(derived)
}

/// The sender's ephemeral public key, on the same curve as the recipient's. Whether the point is on it is checked
/// by the agreement: a point off the curve would leak the private key bit by bit.
fn ephemeral_key(header: &Header, curve: AgreementCurve) -> Result<Vec<u8>, JoseError> {
    let Some(Value::Object(members)) = header.get("epk") else {
        return Err(JoseError::Malformed("epk is missing"));
    };
    let jwk = Jwk::from_members(members)?;
    let of_curve = match (jwk.public_key(), curve) {
        (Some(PublicKey::Ec { curve: own, .. }), AgreementCurve::Ec(expected)) => *own == expected,
        (Some(PublicKey::X25519 { .. }), AgreementCurve::X25519) => true,
        _ => false,
    };
    match jwk.public_key().filter(|_| of_curve) {
        Some(key) => Ok(key.point()),
        None => Err(JoseError::KeyInvalid("epk is on another curve")),
    }
}

fn header_bytes(header: &Header, name: &'static str) -> Result<Vec<u8>, JoseError> {
    match header.get(name) {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => base64url::decode(text, "a header parameter"),
        Some(_) => Err(JoseError::HeaderType(name)),
    }
}

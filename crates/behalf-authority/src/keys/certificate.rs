//! A self-signed X.509 certificate around an RSA signing key, so that its JWK has `x5c` and `x5t` as Entra's keys do.
//!
//! Nobody verifies it as a certificate: clients take key and thumbprint. So it is the least that RFC 5280 calls a
//! certificate, written down as DER directly.

use base64::Engine as _;
use behalf_model::UnixTime;
use behalf_wire::jose::backend::{sha1, sha256};
use behalf_wire::jose::{JoseError, PublicKey, SigningKey, base64url};

pub struct SelfSigned {
    /// base64url SHA-1 of the DER.
    pub thumbprint: String,
    /// Standard base64 of the DER, as `x5c` wants it.
    pub base64: String,
}

impl SelfSigned {
    /// The certificate as PEM (RFC 7468), as a registration takes it.
    pub fn pem(&self) -> String {
        let lines: Vec<&str> = self
            .base64
            .as_bytes()
            .chunks(64)
            .filter_map(|line| std::str::from_utf8(line).ok())
            .collect();
        format!(
            "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
            lines.join("\n")
        )
    }
}

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const UTF8_STRING: u8 = 0x0c;
const GENERALIZED_TIME: u8 = 0x18;
const UTC_TIME: u8 = 0x17;

/// sha256WithRSAEncryption (1.2.840.113549.1.1.11) with NULL parameters.
const SHA256_WITH_RSA: &[u8] = &[
    0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00,
];
/// rsaEncryption (1.2.840.113549.1.1.1) with NULL parameters.
const RSA_ENCRYPTION: &[u8] = &[
    0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];
/// commonName (2.5.4.3).
const COMMON_NAME: &[u8] = &[0x06, 0x03, 0x55, 0x04, 0x03];

/// Errors: `KeyNotOffered` for another kind of key than RSA, `Backend`.
pub fn self_signed(
    key: &SigningKey,
    name: &str,
    from: UnixTime,
    until: UnixTime,
) -> Result<SelfSigned, JoseError> {
    let jwk = key.public_jwk().ok_or(JoseError::KeyNotOffered)?;
    let Some(PublicKey::Rsa { n, e }) = jwk.public_key() else {
        return Err(JoseError::KeyNotOffered);
    };
    let numbers = tlv(SEQUENCE, &[&integer(n), &integer(e)]);
    let public_key = tlv(SEQUENCE, &[RSA_ENCRYPTION, &bit_string(&numbers)]);
    let attribute = tlv(
        SEQUENCE,
        &[COMMON_NAME, &tlv(UTF8_STRING, &[name.as_bytes()])],
    );
    let name = tlv(SEQUENCE, &[&tlv(SET, &[&attribute])]);
    let validity = tlv(SEQUENCE, &[&time(from), &time(until)]);
    let version_3 = tlv(0xa0, &[&integer(&[2])]);
    let serial = integer(&sha256(n)[..16]);
    let body = tlv(
        SEQUENCE,
        &[
            &version_3,
            &serial,
            SHA256_WITH_RSA,
            &name,
            &validity,
            &name,
            &public_key,
        ],
    );
    let signature = bit_string(&key.sign(&body)?);
    let der = tlv(SEQUENCE, &[&body, SHA256_WITH_RSA, &signature]);
    let base64 = base64::engine::general_purpose::STANDARD.encode(&der);
    Ok(SelfSigned {
        thumbprint: base64url::encode(sha1(&der)),
        base64,
    })
}

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = vec![tag];
    if length < 0x80 {
        out.push(length as u8);
    } else {
        let bytes = length.to_be_bytes();
        let significant = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
        out.push(0x80 | significant.len() as u8);
        out.extend_from_slice(significant);
    }
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out
}

/// A positive number: one zero byte in front when its first bit is set.
fn integer(number: &[u8]) -> Vec<u8> {
    let start = number
        .iter()
        .position(|byte| *byte != 0)
        .unwrap_or(number.len().saturating_sub(1));
    let digits = &number[start..];
    let sign: &[u8] = if digits.first().is_some_and(|byte| *byte >= 0x80) {
        &[0]
    } else {
        &[]
    };
    tlv(INTEGER, &[sign, digits])
}

fn bit_string(bytes: &[u8]) -> Vec<u8> {
    tlv(BIT_STRING, &[&[0], bytes])
}

/// UTCTime up to 2049, GeneralizedTime after (RFC 5280 section 4.1.2.5).
fn time(at: UnixTime) -> Vec<u8> {
    let digits: String = at.rfc3339().chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("20") {
        Some(short) if &short[..2] < "50" => tlv(UTC_TIME, &[short.as_bytes(), b"Z"]),
        _ => tlv(GENERALIZED_TIME, &[digits.as_bytes(), b"Z"]),
    }
}

#[cfg(test)]
mod tests;

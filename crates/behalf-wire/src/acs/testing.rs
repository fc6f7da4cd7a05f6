//! What the tests of these formats share.

use std::sync::LazyLock;

use super::AppSecret;
use super::high_trust::HighTrustKey;
use crate::jose::backend::{KeyKind, Signer, generate_pkcs8};
use crate::jose::{Certificate, JwsAlg, SigningKey, base64url};

pub const REALM: &str = "4c6b2b1e-8f0a-4c51-9d5e-0123456789ab";
pub const OTHER_REALM: &str = "5d7c3c2f-8f0a-4c51-9d5e-0123456789ab";
pub const CLIENT_ID: &str = "0bb64fb5-74a0-4c0c-9b20-2c2fd5d3a3b5";
/// 2026-01-01T00:00:00Z.
pub const NOW_S: i64 = 1_767_225_600;

static RSA: LazyLock<Vec<u8>> =
    LazyLock::new(|| generate_pkcs8(KeyKind::Rsa2048).unwrap().to_vec());

pub fn secret(fill: u8) -> AppSecret {
    AppSecret::parse(&AppSecret::text_of(&[fill; 32])).unwrap()
}

pub fn rsa_pkcs8() -> &'static [u8] {
    &RSA
}

pub fn rsa_key() -> SigningKey {
    SigningKey::from_pkcs8(JwsAlg::RS256, None, &RSA).unwrap()
}

/// A key of its own.
pub fn other_pkcs8() -> Vec<u8> {
    generate_pkcs8(KeyKind::Rsa2048).unwrap().to_vec()
}

/// A certificate around a key. Years are of two digits. Its own signature is not looked at, so it has none.
pub fn certificate(pkcs8: &[u8], from_year: u8, to_year: u8) -> Certificate {
    let (_, spki) = Signer::from_pkcs8(JwsAlg::RS256, pkcs8).unwrap();
    let sequence = |parts: &[&[u8]]| der(0x30, &parts.concat());
    let algorithm = sequence(&[&der(0x06, &[0x2b, 0x65, 0x70])]);
    let common_name = sequence(&[&der(0x06, &[0x55, 0x04, 0x03]), &der(0x0c, b"acs")]);
    let name = sequence(&[&der(0x31, &common_name)]);
    let date = |year: u8| der(0x17, format!("{year:02}0101000000Z").as_bytes());
    let validity = sequence(&[&date(from_year), &date(to_year)]);
    let body = sequence(&[&der(0x02, &[1]), &algorithm, &name, &validity, &name, &spki]);
    Certificate::from_der(&sequence(&[&body, &algorithm, &der(0x03, &[0, 1, 2])])).unwrap()
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let head = match length {
        0..=127 => vec![tag, length as u8],
        128..=255 => vec![tag, 0x81, length as u8],
        _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    [head, content.to_vec()].concat()
}

pub fn high_trust_key() -> HighTrustKey {
    HighTrustKey::new(certificate(&RSA, 25, 30), &RSA).unwrap()
}

/// Header and payload of a token as texts.
pub fn opened(token: &str) -> (String, String) {
    let mut parts = token.split('.').map(|part| {
        String::from_utf8(base64url::decode(part, "a part").unwrap_or_default()).unwrap_or_default()
    });
    (parts.next().unwrap(), parts.next().unwrap())
}

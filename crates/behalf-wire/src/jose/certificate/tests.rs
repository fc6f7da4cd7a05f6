use super::*;
use crate::jose::backend::{KeyKind, Signer, generate_pkcs8};
use crate::jose::jws::{EncodedHeader, HeaderExtras, sign_with_header};
use crate::jose::{JwsAlg, Keyring, SigningKey, VerifyingKey};

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let head = match length {
        0..=127 => vec![tag, length as u8],
        128..=255 => vec![tag, 0x81, length as u8],
        _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    [head, content.to_vec()].concat()
}

/// A certificate around a key, valid 2026-01-01 to 2027-01-01. Its own signature is not looked at, so it has none.
fn certificate(spki: &[u8]) -> Vec<u8> {
    let sequence = |parts: &[&[u8]]| der(0x30, &parts.concat());
    let algorithm = sequence(&[&der(0x06, &[0x2b, 0x65, 0x70])]);
    let common_name = sequence(&[&der(0x06, &[0x55, 0x04, 0x03]), &der(0x0c, b"middle tier")]);
    let name = sequence(&[&der(0x31, &common_name)]);
    let validity = sequence(&[&der(0x17, b"260101000000Z"), &der(0x17, b"270101000000Z")]);
    let body = sequence(&[&der(0x02, &[1]), &algorithm, &name, &validity, &name, spki]);
    sequence(&[&body, &algorithm, &der(0x03, &[0, 1, 2])])
}

fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}

#[test]
fn a_certificate_is_read_from_der_and_pem() {
    let pkcs8 = generate_pkcs8(KeyKind::P256).unwrap();
    let (_, spki) = Signer::from_pkcs8(JwsAlg::ES256, &pkcs8).unwrap();
    let der = certificate(&spki);
    let read = Certificate::from_der(&der).unwrap();
    assert_eq!(read.subject(), "CN=middle tier");
    assert_eq!(
        (read.not_before(), read.not_after()),
        (1_767_225_600, 1_798_761_600)
    );
    assert!(read.is_valid_at(1_767_225_600) && read.is_valid_at(1_798_761_600));
    assert!(!read.is_valid_at(1_767_225_599) && !read.is_valid_at(1_798_761_601));
    assert_eq!(read.x5t(), base64url::encode(backend::sha1(&der)));
    assert_eq!(read.x5t_s256(), base64url::encode(backend::sha256(&der)));
    assert_eq!(*read.public_key(), PublicKey::from_spki(&spki).unwrap());
    let both = pem("PRIVATE KEY", b"passed over") + &pem("CERTIFICATE", &der);
    assert_eq!(Certificate::from_pem(&both).unwrap().der(), der);
}

#[test]
fn broken_certificates_are_refused() {
    let (_, spki) =
        Signer::from_pkcs8(JwsAlg::ES256, &generate_pkcs8(KeyKind::P256).unwrap()).unwrap();
    let der = certificate(&spki);
    for bad in [
        vec![],
        der[..der.len() - 1].to_vec(),
        [der.as_slice(), &[0]].concat(),
        vec![0x30, 0x80],
    ] {
        assert!(matches!(
            Certificate::from_der(&bad),
            Err(JoseError::Certificate(_))
        ));
    }
    for bad in [
        "",
        "x",
        &pem("PRIVATE KEY", &der),
        &pem("CERTIFICATE", b"x"),
        "-----BEGIN CERTIFICATE-----",
    ] {
        assert!(matches!(
            Certificate::from_pem(bad),
            Err(JoseError::Certificate(_))
        ));
    }
}

#[test]
fn client_assertions_find_their_certificate_as_each_sdk_writes_the_thumbprint() {
    let pkcs8 = generate_pkcs8(KeyKind::Rsa2048).unwrap();
    let (_, spki) = Signer::from_pkcs8(JwsAlg::RS256, &pkcs8).unwrap();
    let certificate = Certificate::from_der(&certificate(&spki)).unwrap();
    let other = generate_pkcs8(KeyKind::Rsa2048).unwrap();
    let other = SigningKey::from_pkcs8(JwsAlg::RS256, Some("other".into()), &other).unwrap();
    let keys = Keyring::new(vec![
        other.verifying_key(),
        VerifyingKey::from_certificate(&certificate).unwrap(),
    ]);
    let (x5t, x5t_s256) = (certificate.x5t(), certificate.x5t_s256());
    let padded = format!("{x5t}=");
    let standard = padded.replace('-', "+").replace('_', "/");
    let unknown = base64url::encode([1; 20]);
    let extras = |x5t, x5t_s256| HeaderExtras {
        typ: Some("JWT"),
        cty: None,
        x5t,
        x5t_s256,
    };
    for (alg, extras, found) in [
        (JwsAlg::RS256, extras(Some(x5t.as_str()), None), true),
        (JwsAlg::RS256, extras(Some(padded.as_str()), None), true),
        (JwsAlg::RS256, extras(Some(standard.as_str()), None), true),
        (JwsAlg::PS256, extras(None, Some(x5t_s256.as_str())), true),
        (JwsAlg::PS256, extras(Some(unknown.as_str()), None), false),
    ] {
        let key = SigningKey::from_pkcs8(alg, Some("named by the client".into()), &pkcs8).unwrap();
        let token = sign_with_header(&EncodedHeader::new(&extras, &key), b"{}", &key).unwrap();
        assert_eq!(
            keys.verify(&token, &[JwsAlg::RS256, JwsAlg::PS256]).is_ok(),
            found,
            "{alg}"
        );
    }
}

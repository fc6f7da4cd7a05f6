use super::*;
use behalf_wire::jose::backend::generate_pkcs8;
use behalf_wire::jose::{Certificate, JwsAlg, KeyKind};

#[test]
fn others_read_it_as_a_certificate_of_the_key() {
    let key = SigningKey::from_pkcs8(
        JwsAlg::RS256,
        None,
        &generate_pkcs8(KeyKind::Rsa2048).unwrap(),
    )
    .unwrap();
    let (from, until) = (UnixTime(1_767_225_600), UnixTime(2_600_000_000));
    let made = self_signed(&key, "https://login.test", from, until).unwrap();
    let der = base64::engine::general_purpose::STANDARD
        .decode(&made.base64)
        .unwrap();
    let read = Certificate::from_der(&der).unwrap();
    assert_eq!((read.not_before(), read.not_after()), (from.0, until.0));
    assert_eq!(read.subject(), "CN=https://login.test");
    assert_eq!(
        read.public_key(),
        key.public_jwk().unwrap().public_key().unwrap()
    );
    assert_eq!(read.x5t(), made.thumbprint);
}

#[test]
fn other_kinds_of_keys_get_none() {
    let key = SigningKey::from_pkcs8(JwsAlg::ES256, None, &generate_pkcs8(KeyKind::P256).unwrap())
        .unwrap();
    assert!(self_signed(&key, "x", UnixTime(0), UnixTime(1)).is_err());
}

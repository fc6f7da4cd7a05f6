use super::*;
use crate::jose::backend::{KeyKind, generate_pkcs8};

#[test]
fn pkcs8_of_another_kind_is_refused() {
    let p256 = generate_pkcs8(KeyKind::P256).unwrap();
    let ed25519 = generate_pkcs8(KeyKind::Ed25519).unwrap();
    let cases: [(JwsAlg, &[u8]); 8] = [
        (JwsAlg::RS256, &p256),
        (JwsAlg::PS512, &ed25519),
        (JwsAlg::ES256, &ed25519),
        (JwsAlg::ES384, &p256),
        (JwsAlg::EdDSA, &p256),
        (JwsAlg::HS256, &p256),
        (JwsAlg::ES256, b""),
        (JwsAlg::EdDSA, b"not DER"),
    ];
    for (alg, der) in cases {
        assert!(
            matches!(
                SigningKey::from_pkcs8(alg, None, der),
                Err(JoseError::KeyInvalid(_))
            ),
            "{alg}"
        );
    }
}

#[test]
fn a_name_can_be_given_or_is_the_thumbprint() {
    let der = generate_pkcs8(KeyKind::P256).unwrap();
    let named = SigningKey::from_pkcs8(JwsAlg::ES256, Some("mine".into()), &der).unwrap();
    assert_eq!(
        (named.kid(), named.verifying_key().kid()),
        (Some("mine"), Some("mine"))
    );
    let nameless = SigningKey::from_pkcs8(JwsAlg::ES256, None, &der).unwrap();
    assert_eq!(
        nameless.kid(),
        named.public_jwk().unwrap().thumbprint().as_deref()
    );
}

#[test]
fn debug_shows_no_secret() {
    let key =
        SigningKey::from_secret(JwsAlg::HS256, None, b"a secret that must stay secret !").unwrap();
    assert_eq!(
        format!("{key:?}"),
        "SigningKey { kid: None, alg: HS256, .. }"
    );
    assert!(key.public_jwk().is_none());
    assert!(SigningKey::from_secret(JwsAlg::HS256, None, b"short").is_err());
    assert!(SigningKey::from_secret(JwsAlg::RS256, None, &[0; 64]).is_err());
}

use super::*;
use crate::jose::SigningKey;
use crate::jose::backend::{KeyKind, generate_pkcs8};

#[test]
fn an_rsa_key_without_alg_serves_its_kind_only() {
    let signing = SigningKey::from_pkcs8(
        JwsAlg::RS512,
        None,
        &generate_pkcs8(KeyKind::Rsa2048).unwrap(),
    )
    .unwrap();
    let jwk = signing.public_jwk().unwrap();
    let public = jwk.public_key().unwrap();
    let any = VerifyingKey::from_public_key(public, None, None).unwrap();
    assert_eq!(any.algs().collect::<Vec<_>>(), JwsAlg::RSA);
    let signature = signing.sign(b"text").unwrap();
    assert_eq!(any.verify(JwsAlg::RS512, b"text", &signature), Ok(()));
    assert_eq!(
        any.verify(JwsAlg::RS256, b"text", &signature),
        Err(JoseError::SignatureInvalid)
    );
    assert_eq!(
        any.verify(JwsAlg::HS512, b"text", &signature),
        Err(JoseError::NoFittingKey)
    );
    assert_eq!(
        any.verify(JwsAlg::ES256, b"text", &signature),
        Err(JoseError::NoFittingKey)
    );
    assert!(any.clone().is_same_key(&signing.verifying_key()));
    assert!(VerifyingKey::from_public_key(public, Some(JwsAlg::HS256), None).is_err());
}

#[test]
fn secrets_serve_hmac_only() {
    assert!(VerifyingKey::from_secret(JwsAlg::RS256, None, &[1; 64]).is_err());
    assert!(VerifyingKey::from_secret(JwsAlg::HS512, None, &[1; 63]).is_err());
    let key = VerifyingKey::from_secret(JwsAlg::HS512, None, &[1; 64]).unwrap();
    assert!(key.public_key().is_none() && !key.is_same_key(&key));
    assert_eq!(
        format!("{key:?}"),
        "VerifyingKey { kid: None, algs: [HS512], .. }"
    );
}

#[test]
fn x25519_does_not_verify() {
    let key = PublicKey::X25519 { x: vec![9; 32] };
    assert!(matches!(
        VerifyingKey::from_public_key(&key, None, None),
        Err(JoseError::KeyPurpose(_))
    ));
}

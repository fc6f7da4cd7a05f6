use serde_json::json;

use super::*;
use crate::jose::jws::{HeaderExtras, sign_compact};
use crate::jose::{KeyKind, SigningKey, backend};

fn key(kid: Option<&str>) -> SigningKey {
    let der = backend::generate_pkcs8(KeyKind::P256).unwrap();
    SigningKey::from_pkcs8(JwsAlg::ES256, kid.map(str::to_owned), &der).unwrap()
}

fn token(key: &SigningKey) -> String {
    sign_compact(&HeaderExtras::default(), br#"{"sub":"ada"}"#, key).unwrap()
}

#[test]
fn a_set_from_an_issuer_keeps_what_can_be_used() {
    let good = key(Some("a"));
    let member = |key: &SigningKey| {
        serde_json::Value::Object(key.public_jwk().unwrap().to_public_members().unwrap())
    };
    let mut for_encryption = member(&key(Some("b")));
    for_encryption["use"] = json!("enc");
    let set =
        json!({"keys": [for_encryption, {"kty": "RSA", "n": "AQAB", "e": "Aw"}, 7, member(&good)]});
    let keys = Keyring::from_jwks(&set.to_string()).unwrap();
    assert_eq!(keys.keys().len(), 1);
    let (header, claims) = keys.verify_jwt(&token(&good), JwsAlg::PUBLIC_KEY).unwrap();
    assert_eq!((header.kid(), claims.sub()), (Some("a"), Some("ada")));
    assert!(Keyring::from_jwks("{}").is_err());
    assert!(Keyring::from_jwks(r#"{"keys":[]}"#).unwrap().is_empty());
}

#[test]
fn an_unknown_name_is_refused_unless_a_key_has_none() {
    let (mine, other) = (key(Some("mine")), key(Some("other")));
    let mut keys = Keyring::new(vec![other.verifying_key()]);
    assert_eq!(
        keys.verify(&token(&mine), JwsAlg::ALL).unwrap_err(),
        JoseError::KeyUnknown
    );
    let jwk = mine.public_jwk().unwrap();
    keys.add(VerifyingKey::from_public_key(jwk.public_key().unwrap(), None, None).unwrap());
    assert!(keys.verify(&token(&mine), JwsAlg::ALL).is_ok());
    assert_eq!(
        Keyring::default()
            .verify(&token(&mine), JwsAlg::ALL)
            .unwrap_err(),
        JoseError::KeyUnknown
    );
}

#[test]
fn a_secret_published_beside_public_keys_is_not_trusted() {
    let secret = SigningKey::from_secret(JwsAlg::HS256, Some("s".into()), &[5; 32]).unwrap();
    let oct = json!({"kty": "oct", "k": crate::jose::base64url::encode([5; 32]), "kid": "s"});
    let public = key(Some("p"))
        .public_jwk()
        .unwrap()
        .to_public_members()
        .unwrap();
    let mixed = Keyring::from_jwks(&json!({"keys": [oct, public]}).to_string()).unwrap();
    assert_eq!(
        mixed.verify(&token(&secret), JwsAlg::ALL).unwrap_err(),
        JoseError::KeyUnknown
    );
    let secrets = Keyring::from_jwks(&json!({"keys": [oct]}).to_string()).unwrap();
    assert!(secrets.verify(&token(&secret), JwsAlg::ALL).is_ok());
}

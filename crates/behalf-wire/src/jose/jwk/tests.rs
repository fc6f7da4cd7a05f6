use super::*;
use crate::jose::backend::{KeyKind, generate_pkcs8};
use crate::jose::jwe::DecryptionKey;
use crate::jose::{JsonFault, SigningKey, VerifyingKey};

/// The key pair of RFC 7515 appendix A.3.
fn ec() -> Value {
    json!({"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})
}

fn oct(length: usize) -> Value {
    json!({"kty": "oct", "k": base64url::encode(vec![7; length])})
}

fn with(mut jwk: Value, members: Value) -> Value {
    jwk.as_object_mut()
        .unwrap()
        .extend(members.as_object().unwrap().clone());
    jwk
}

fn parse(jwk: &Value) -> Result<Jwk, JoseError> {
    Jwk::parse(&jwk.to_string())
}

fn verifying(jwk: &Value) -> Result<VerifyingKey, JoseError> {
    VerifyingKey::from_jwk(&parse(jwk)?)
}

#[test]
fn keys_that_no_honest_party_writes_are_refused() {
    let cases = [
        json!({}),
        json!({"kty": 1}),
        json!({"kty": "EC"}),
        json!({"kty": "RSA", "n": "AQAB"}),
        json!({"kty": "oct"}),
        json!({"kty": "OKP", "x": "AAAA"}),
        json!({"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}),
        with(ec(), json!({"x": "AA"})),
        with(
            ec(),
            json!({"x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU="}),
        ),
        with(
            ec(),
            json!({"x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEV"}),
        ),
        with(ec(), json!({"d": "AQ"})),
        with(ec(), json!({"kid": 1})),
        with(ec(), json!({"alg": null})),
        with(ec(), json!({"use": ["sig"]})),
        with(ec(), json!({"key_ops": "verify"})),
        with(ec(), json!({"key_ops": [1]})),
        with(ec(), json!({"key_ops": ["verify", "verify"]})),
        with(ec(), json!({"x5c": "AAAA"})),
        with(oct(32), json!({"k": "AA=="})),
    ];
    for jwk in cases {
        let refused = parse(&jwk).unwrap_err();
        assert!(
            matches!(refused, JoseError::KeyInvalid(_) | JoseError::Encoding(_)),
            "{jwk}: {refused}"
        );
    }
    let not_offered = [
        json!({"kty": "AKP"}),
        with(ec(), json!({"crv": "secp256k1"})),
        with(ec(), json!({"crv": "P-192"})),
    ];
    for jwk in not_offered {
        assert_eq!(parse(&jwk).unwrap_err(), JoseError::KeyNotOffered, "{jwk}");
    }
    let twice = r#"{"kty":"oct","k":"AA","k":"AQ"}"#;
    let fault = JsonFault::DuplicateMember;
    assert_eq!(
        Jwk::parse(twice).unwrap_err(),
        JoseError::Json {
            part: "the key",
            fault
        }
    );
}

#[test]
fn a_key_is_used_only_for_what_it_says() {
    let good = [
        ec(),
        with(
            ec(),
            json!({"use": "sig", "alg": "ES256", "key_ops": ["verify"], "unknown": [{}]}),
        ),
        with(ec(), json!({"key_ops": ["verify", "sign"]})),
        oct(32),
        with(oct(64), json!({"alg": "HS512"})),
    ];
    for jwk in good {
        assert!(verifying(&jwk).is_ok(), "{jwk}");
    }
    let purpose = [
        with(ec(), json!({"use": "enc"})),
        with(ec(), json!({"use": "SIG"})),
        with(ec(), json!({"use": ""})),
        with(ec(), json!({"key_ops": []})),
        with(ec(), json!({"key_ops": ["sign"]})),
        with(ec(), json!({"key_ops": ["Verify"]})),
        with(ec(), json!({"use": "sig", "key_ops": ["deriveKey"]})),
        with(ec(), json!({"alg": "ECDH-ES"})),
        with(ec(), json!({"alg": "none"})),
        with(oct(32), json!({"alg": "A256GCM"})),
    ];
    for jwk in purpose {
        assert!(
            matches!(verifying(&jwk), Err(JoseError::KeyPurpose(_))),
            "{jwk}"
        );
    }
    let confused = [
        with(ec(), json!({"alg": "ES384"})),
        with(ec(), json!({"alg": "HS256"})),
        with(ec(), json!({"alg": "RS256"})),
        with(oct(64), json!({"alg": "RS256"})),
        // On no curve: y of the same x, one bit changed.
        with(
            ec(),
            json!({"y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1"[..42].to_owned() + "4"}),
        ),
    ];
    for jwk in confused {
        assert!(
            matches!(verifying(&jwk), Err(JoseError::KeyInvalid(_))),
            "{jwk}"
        );
    }
}

#[test]
fn hmac_secrets_are_as_long_as_the_hash() {
    for (length, alg, served) in [
        (0, None, 0),
        (31, None, 0),
        (32, None, 1),
        (48, None, 2),
        (64, None, 3),
        (31, Some("HS256"), 0),
        (32, Some("HS256"), 1),
        (47, Some("HS384"), 0),
        (48, Some("HS384"), 1),
        (63, Some("HS512"), 0),
        (64, Some("HS512"), 1),
    ] {
        let jwk = alg.map_or(oct(length), |alg| with(oct(length), json!({"alg": alg})));
        match verifying(&jwk) {
            Ok(key) => assert_eq!(key.algs().count(), served, "{length} {alg:?}"),
            Err(error) => assert!(
                served == 0 && matches!(error, JoseError::KeyWeak(_)),
                "{length} {alg:?}"
            ),
        }
    }
}

#[test]
fn an_rsa_key_below_2048_bits_is_refused() {
    let n = base64url::encode([0xa7; 128]);
    let refused = parse(&json!({"kty": "RSA", "n": n, "e": "AQAB"})).unwrap_err();
    assert!(matches!(refused, JoseError::KeyWeak(_)));
}

#[test]
fn public_text_has_no_private_part() {
    let d = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";
    let jwk = parse(&with(
        ec(),
        json!({"d": d, "kid": "k", "x5t": "AA", "x5c": ["AAAA"]}),
    ))
    .unwrap();
    assert!(jwk.has_private_parts());
    let public = jwk.to_public_json().unwrap();
    assert!(!public.contains(d) && !public.contains("\"d\"") && !format!("{jwk:?}").contains(d));
    let again = Jwk::parse(&public).unwrap();
    assert!(!again.has_private_parts());
    assert_eq!(
        (again.kid.as_deref(), again.x5t.as_deref(), again.x5c.len()),
        (Some("k"), Some("AA"), 1)
    );
    assert_eq!(again.thumbprint(), jwk.thumbprint());
    let secret = parse(&oct(32)).unwrap();
    assert_eq!((secret.to_public_json(), secret.thumbprint()), (None, None));
    assert!(!format!("{secret:?}").contains("Bwc"));
}

#[test]
fn private_keys_sign_and_must_be_whole() {
    let private = with(
        ec(),
        json!({"d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}),
    );
    let key = SigningKey::from_jwk(JwsAlg::ES256, &parse(&private).unwrap()).unwrap();
    let signature = key.sign(b"text").unwrap();
    assert_eq!(
        verifying(&ec())
            .unwrap()
            .verify(JwsAlg::ES256, b"text", &signature),
        Ok(())
    );
    let refused = [
        (ec(), JwsAlg::ES256),
        (private.clone(), JwsAlg::ES384),
        (private.clone(), JwsAlg::HS256),
        (
            with(private.clone(), json!({"alg": "ES384"})),
            JwsAlg::ES256,
        ),
        (
            with(private.clone(), json!({"key_ops": ["verify"]})),
            JwsAlg::ES256,
        ),
        (with(private.clone(), json!({"use": "enc"})), JwsAlg::ES256),
        (
            with(private, json!({"d": base64url::encode([1; 32])})),
            JwsAlg::ES256,
        ),
        (oct(31), JwsAlg::HS256),
    ];
    for (jwk, alg) in refused {
        assert!(
            SigningKey::from_jwk(alg, &parse(&jwk).unwrap()).is_err(),
            "{jwk} {alg}"
        );
    }
}

#[test]
fn decryption_keys_say_so_and_are_private() {
    let d = json!({"d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"});
    let key = |jwk: Value| parse(&jwk).and_then(|jwk| DecryptionKey::from_jwk(&jwk));
    for jwk in [
        with(ec(), d.clone()),
        with(
            with(ec(), d.clone()),
            json!({"use": "enc", "key_ops": ["deriveBits"]}),
        ),
        oct(16),
    ] {
        assert!(key(jwk.clone()).is_ok(), "{jwk}");
    }
    for jwk in [
        ec(),
        with(with(ec(), d.clone()), json!({"use": "sig"})),
        with(with(ec(), d), json!({"key_ops": ["sign"]})),
        with(ec(), json!({"d": base64url::encode([1; 32])})),
        with(oct(16), json!({"key_ops": ["encrypt"]})),
    ] {
        assert!(key(jwk.clone()).is_err(), "{jwk}");
    }
}

#[test]
fn a_bad_key_does_not_spoil_a_set() {
    let text = json!({"keys": [ec(), {"kty": "XYZ"}, 5, {"kty": "EC", "crv": "P-256"}, with(ec(), json!({"kid": "b"}))]});
    let set = JwkSet::parse(&text.to_string()).unwrap();
    assert_eq!((set.keys.len(), set.unusable.len()), (2, 3));
    assert_eq!(set.unusable[0], JoseError::KeyNotOffered);
    assert_eq!(JwkSet::parse(&set.to_public_json()).unwrap().keys.len(), 2);
    for text in [
        "{}",
        r#"{"keys":{}}"#,
        "[]",
        "x",
        r#"{"keys":[],"keys":[]}"#,
    ] {
        assert!(JwkSet::parse(text).is_err(), "{text}");
    }
}

#[test]
fn generated_keys_round_trip_as_jwk() {
    let cases = [
        (KeyKind::Rsa2048, JwsAlg::PS256),
        (KeyKind::P256, JwsAlg::ES256),
        (KeyKind::Ed25519, JwsAlg::EdDSA),
    ];
    for (kind, alg) in cases {
        let key = SigningKey::from_pkcs8(alg, None, &generate_pkcs8(kind).unwrap()).unwrap();
        let jwk = Jwk::parse(&key.public_jwk().unwrap().to_public_json().unwrap()).unwrap();
        assert_eq!(jwk.kid.as_deref(), key.kid());
        assert_eq!(jwk.thumbprint().as_deref(), key.kid());
        assert_eq!(
            (jwk.alg.as_deref(), jwk.usage.as_deref()),
            (Some(alg.name()), Some("sig"))
        );
        let verifying = VerifyingKey::from_jwk(&jwk).unwrap();
        assert_eq!(verifying.algs().collect::<Vec<_>>(), [alg]);
        assert_eq!(
            verifying.verify(alg, b"text", &key.sign(b"text").unwrap()),
            Ok(())
        );
    }
}

#[test]
fn a_name_shared_with_a_broken_key_names_nothing() {
    let named = with(ec(), json!({"kid": "a"}));
    let broken = json!({"kty": "EC", "crv": "P-256", "kid": "a"});
    let other_kind = json!({"kty": "AKP", "kid": "a"});
    for (beside, usable) in [(broken, 0), (other_kind, 1), (json!({"kid": 5}), 1)] {
        let set = JwkSet::parse(&json!({"keys": [named, beside]}).to_string()).unwrap();
        assert_eq!(
            (set.keys.len(), set.unusable.len()),
            (usable, 2 - usable),
            "{beside}"
        );
    }
}

mod json;
mod rfc;

use serde_json::json;

use super::*;
use crate::jose::backend::{KeyKind, generate_pkcs8};
use crate::jose::{Claims, Jwk, JwkSet, PublicKey, SigningKey};

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn rsa_key(alg: JwsAlg) -> SigningKey {
    // One key for all tests: making RSA keys is slow.
    static DER: std::sync::LazyLock<Vec<u8>> =
        std::sync::LazyLock::new(|| generate_pkcs8(KeyKind::Rsa2048).unwrap().to_vec());
    SigningKey::from_pkcs8(alg, Some("r1".into()), &DER).unwrap()
}

fn key(alg: JwsAlg) -> SigningKey {
    match alg {
        JwsAlg::ES256 => SigningKey::from_pkcs8(
            alg,
            Some("e1".into()),
            &generate_pkcs8(KeyKind::P256).unwrap(),
        )
        .unwrap(),
        JwsAlg::EdDSA => SigningKey::from_pkcs8(
            alg,
            Some("d1".into()),
            &generate_pkcs8(KeyKind::Ed25519).unwrap(),
        )
        .unwrap(),
        _ if alg.is_hmac() => SigningKey::from_secret(alg, Some("h1".into()), SECRET).unwrap(),
        _ => rsa_key(alg),
    }
}

fn ring(key: &SigningKey) -> Keyring {
    Keyring::new(vec![key.verifying_key()])
}

fn jwk_ring(jwk: serde_json::Value) -> Keyring {
    Keyring::new(vec![
        VerifyingKey::from_jwk(&Jwk::parse(&jwk.to_string()).unwrap()).unwrap(),
    ])
}

/// A token with any header, signed by the key.
fn forge(header: &str, payload: &str, key: &SigningKey) -> String {
    let input = format!(
        "{}.{}",
        base64url::encode(header),
        base64url::encode(payload)
    );
    let signature = key.sign(input.as_bytes()).unwrap();
    format!("{input}.{}", base64url::encode(signature))
}

fn refusal(token: &str, keys: &Keyring) -> JoseError {
    verify_compact(token, keys, JwsAlg::ALL).unwrap_err()
}

#[test]
fn every_algorithm_signs_and_verifies() {
    let generated = [
        JwsAlg::RS256,
        JwsAlg::RS384,
        JwsAlg::RS512,
        JwsAlg::PS256,
        JwsAlg::PS384,
        JwsAlg::PS512,
        JwsAlg::ES256,
        JwsAlg::EdDSA,
        JwsAlg::HS256,
        JwsAlg::HS384,
        JwsAlg::HS512,
    ];
    for alg in generated {
        let key = key(alg);
        let extras = HeaderExtras {
            typ: Some("at+jwt"),
            x5t: Some("abc"),
            ..Default::default()
        };
        let token = sign_compact(&extras, br#"{"sub":"ada"}"#, &key).unwrap();
        let verified = verify_compact(&token, &ring(&key), &[alg]).unwrap();
        assert_eq!(verified.alg(), alg);
        assert_eq!(verified.header().kid(), key.kid());
        assert_eq!(verified.header().x5t(), Some("abc"));
        assert!(verified.header().is_type("at+jwt"));
        assert_eq!(Claims::of(&verified).unwrap().sub(), Some("ada"));
        assert_eq!(verified.into_payload(), br#"{"sub":"ada"}"#);
    }
}

#[test]
fn a_changed_byte_anywhere_is_refused() {
    for alg in [
        JwsAlg::RS256,
        JwsAlg::PS256,
        JwsAlg::ES256,
        JwsAlg::EdDSA,
        JwsAlg::HS256,
    ] {
        let key = key(alg);
        let token = sign_compact(&HeaderExtras::default(), br#"{"sub":"ada"}"#, &key).unwrap();
        for index in (0..token.len()).step_by(7).chain([token.len() - 1]) {
            let mut bytes = token.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(
                verify_compact(&changed, &ring(&key), JwsAlg::ALL).is_err(),
                "{alg} at {index}"
            );
        }
    }
}

#[test]
fn another_key_of_the_same_name_is_refused() {
    let mine = SigningKey::from_pkcs8(
        JwsAlg::ES256,
        Some("k".into()),
        &generate_pkcs8(KeyKind::P256).unwrap(),
    )
    .unwrap();
    let other = SigningKey::from_pkcs8(
        JwsAlg::ES256,
        Some("k".into()),
        &generate_pkcs8(KeyKind::P256).unwrap(),
    )
    .unwrap();
    let token = sign_compact(&HeaderExtras::default(), b"{}", &mine).unwrap();
    assert_eq!(refusal(&token, &ring(&other)), JoseError::SignatureInvalid);
    // Two keys under one name: refused, since nobody can say which one was meant. The same key twice is no such case.
    let both = Keyring::new(vec![other.verifying_key(), mine.verifying_key()]);
    assert_eq!(refusal(&token, &both), JoseError::KeyAmbiguous);
    let twice = Keyring::new(vec![mine.verifying_key(), mine.verifying_key()]);
    assert!(verify_compact(&token, &twice, JwsAlg::ALL).is_ok());
}

#[test]
fn headers_that_are_refused() {
    let key = key(JwsAlg::ES256);
    let cases: &[(&str, JoseError)] = &[
        (r#"{"alg":"none"}"#, JoseError::AlgNone),
        (r#"{"alg":"nOnE"}"#, JoseError::AlgNone),
        (
            r#"{"alg":"es256"}"#,
            JoseError::Malformed("alg is spelled in another letter case"),
        ),
        (r#"{"alg":"ES256K"}"#, JoseError::AlgNotOffered),
        (r#"{"alg":""}"#, JoseError::AlgNotOffered),
        (r#"{}"#, JoseError::AlgMissing),
        (r#"{"alg":null}"#, JoseError::HeaderType("alg")),
        (r#"{"alg":["ES256"]}"#, JoseError::HeaderType("alg")),
        (r#"{"alg":"ES256","kid":7}"#, JoseError::HeaderType("kid")),
        (r#"{"alg":"ES256","kid":"other"}"#, JoseError::KeyUnknown),
        (r#"{"alg":"ES384"}"#, JoseError::NoFittingKey),
        (r#"{"alg":"HS256"}"#, JoseError::NoFittingKey),
        (
            r#"{"alg":"ES256","crit":["exp"],"exp":1}"#,
            JoseError::CriticalExtension,
        ),
        (r#"{"alg":"ES256","crit":[]}"#, JoseError::CriticalExtension),
        (
            r#"{"alg":"ES256","b64":false,"crit":["b64"]}"#,
            JoseError::UnencodedPayload,
        ),
        (
            r#"{"alg":"ES256","b64":false}"#,
            JoseError::UnencodedPayload,
        ),
        (
            r#"{"alg":"ES256","alg":"ES256"}"#,
            JoseError::Json {
                part: "the header",
                fault: crate::jose::JsonFault::DuplicateMember,
            },
        ),
        (
            r#"["ES256"]"#,
            JoseError::Json {
                part: "the header",
                fault: crate::jose::JsonFault::NotAnObject,
            },
        ),
        (
            r#"{"alg":"ES256"} x"#,
            JoseError::Json {
                part: "the header",
                fault: crate::jose::JsonFault::Syntax,
            },
        ),
        (
            "",
            JoseError::Json {
                part: "the header",
                fault: crate::jose::JsonFault::Syntax,
            },
        ),
    ];
    for (header, expected) in cases {
        assert_eq!(
            &refusal(&forge(header, "{}", &key), &ring(&key)),
            expected,
            "{header}"
        );
    }
    // The same key, the same way, with nothing wrong.
    assert!(
        verify_compact(
            &forge(r#"{"alg":"ES256","b64":true}"#, "{}", &key),
            &ring(&key),
            JwsAlg::ALL
        )
        .is_ok()
    );
}

#[test]
fn texts_that_are_no_canonical_compact_token_are_refused() {
    let key = key(JwsAlg::HS256);
    let token = sign_compact(&HeaderExtras::default(), b"{}", &key).unwrap();
    let (input, signature) = token.rsplit_once('.').unwrap();
    let bad = [
        String::new(),
        "a".into(),
        "..".into(),
        "...".into(),
        input.to_owned(),
        format!("{input}."),
        format!("{token}="),
        format!("{token}."),
        format!("{token}.x"),
        format!(" {token}"),
        format!("{token}\n"),
        format!("Bearer {token}"),
        format!("{input}. {signature}"),
        format!("{input}.{signature}AAAA"),
        format!("{input}.{}", &signature[..signature.len() - 4]),
        token.replace('.', ".."),
    ];
    for text in bad {
        assert!(
            verify_compact(&text, &ring(&key), JwsAlg::ALL).is_err(),
            "{text}"
        );
    }
    // 32 bytes leave four unused bits at the end: any other spelling of them is another text for the same token.
    let last = signature.as_bytes()[signature.len() - 1];
    let same_bits = (b'A'..=b'z').filter(|byte| *byte != last && byte.is_ascii_alphanumeric());
    for byte in same_bits {
        let respelled = format!(
            "{input}.{}{}",
            &signature[..signature.len() - 1],
            char::from(byte)
        );
        assert!(verify_compact(&respelled, &ring(&key), JwsAlg::ALL).is_err());
    }
    assert!(matches!(
        refusal("a.b.c.d.e", &ring(&key)),
        JoseError::Encrypted
    ));
    assert!(matches!(
        refusal(&"x".repeat(MAX_TOKEN_BYTES + 1), &ring(&key)),
        JoseError::TooLarge { .. }
    ));
}

#[test]
fn an_algorithm_outside_the_list_is_refused() {
    let key = key(JwsAlg::HS256);
    let token = sign_compact(&HeaderExtras::default(), b"{}", &key).unwrap();
    let refused = verify_compact(&token, &ring(&key), JwsAlg::PUBLIC_KEY).unwrap_err();
    assert_eq!(refused, JoseError::AlgNotAllowed(JwsAlg::HS256));
}

#[test]
fn a_public_key_never_serves_as_hmac_secret() {
    let rsa = rsa_key(JwsAlg::RS256);
    let jwk = rsa.public_jwk().unwrap();
    let PublicKey::Rsa { n, .. } = jwk.public_key().unwrap().clone() else {
        panic!("an RSA key")
    };
    let texts = [
        n,
        jwk.to_public_json().unwrap().into_bytes(),
        jwk.public_key().unwrap().thumbprint_text().into_bytes(),
    ];
    for secret in texts {
        let confused = SigningKey::from_secret(JwsAlg::HS256, Some("r1".into()), &secret).unwrap();
        let token = sign_compact(&HeaderExtras::default(), b"{}", &confused).unwrap();
        assert_eq!(refusal(&token, &ring(&rsa)), JoseError::NoFittingKey);
        let any_rsa = Keyring::new(vec![
            VerifyingKey::from_public_key(jwk.public_key().unwrap(), None, None).unwrap(),
        ]);
        assert_eq!(refusal(&token, &any_rsa), JoseError::NoFittingKey);
    }
}

#[test]
fn a_key_serves_only_the_algorithm_it_names() {
    let ps = rsa_key(JwsAlg::PS256);
    let token = sign_compact(&HeaderExtras::default(), b"{}", &ps).unwrap();
    assert_eq!(
        refusal(&token, &ring(&rsa_key(JwsAlg::RS256))),
        JoseError::NoFittingKey
    );
    let jwk = rsa_key(JwsAlg::RS256).public_jwk().unwrap();
    let any = Keyring::new(vec![
        VerifyingKey::from_public_key(jwk.public_key().unwrap(), None, None).unwrap(),
    ]);
    assert!(verify_compact(&token, &any, JwsAlg::ALL).is_ok());
    // A PSS signature is no PKCS#1 signature, whatever the header says.
    let (input, signature) = token.rsplit_once('.').unwrap();
    let (_, payload) = input.split_once('.').unwrap();
    let header = base64url::encode(r#"{"alg":"RS256"}"#);
    assert_eq!(
        refusal(&format!("{header}.{payload}.{signature}"), &any),
        JoseError::SignatureInvalid
    );
}

#[test]
fn keys_inside_the_token_are_not_trusted() {
    let trusted = key(JwsAlg::ES256);
    let mine = key(JwsAlg::ES256);
    let embedded = mine.public_jwk().unwrap().to_public_json().unwrap();
    for header in [
        format!(r#"{{"alg":"ES256","jwk":{embedded}}}"#),
        r#"{"alg":"ES256","jku":"https://attacker.example/keys"}"#.to_owned(),
        r#"{"alg":"ES256","x5u":"https://attacker.example/chain"}"#.to_owned(),
        r#"{"alg":"ES256","x5c":["AAAA"]}"#.to_owned(),
    ] {
        assert_eq!(
            refusal(&forge(&header, "{}", &mine), &ring(&trusted)),
            JoseError::SignatureInvalid
        );
        assert!(
            verify_compact(
                &forge(&header, "{}", &trusted),
                &ring(&trusted),
                JwsAlg::ALL
            )
            .is_ok()
        );
    }
}

#[test]
fn ecdsa_signatures_of_wrong_shape_are_refused() {
    let key = key(JwsAlg::ES256);
    let input = format!("{}.e30", base64url::encode(r#"{"alg":"ES256"}"#));
    let good = key.sign(input.as_bytes()).unwrap();
    let order = base64url::decode("_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE", "n").unwrap();
    let (r, s) = good.split_at(32);
    let zero = [0_u8; 32];
    let beyond = [0xff_u8; 32];
    let der = [&[0x30, 68, 2, 32][..], r, &[2, 32], s].concat();
    let bad: Vec<Vec<u8>> = vec![
        vec![],
        [zero, zero].concat(),
        [r, &zero].concat(),
        [&zero, s].concat(),
        [order.as_slice(), s].concat(),
        [r, &order].concat(),
        [beyond, beyond].concat(),
        [&[0], r, &[0], s].concat(),
        [r, s, &[0]].concat(),
        good[..63].to_vec(),
        der,
    ];
    for signature in bad {
        let token = format!("{input}.{}", base64url::encode(&signature));
        assert_eq!(
            refusal(&token, &ring(&key)),
            JoseError::SignatureInvalid,
            "{} bytes",
            signature.len()
        );
    }
    assert!(
        verify_compact(
            &format!("{input}.{}", base64url::encode(good)),
            &ring(&key),
            JwsAlg::ALL
        )
        .is_ok()
    );
}

#[test]
fn rsa_signatures_of_wrong_length_are_refused() {
    let key = rsa_key(JwsAlg::RS256);
    let input = format!("{}.e30", base64url::encode(r#"{"alg":"RS256"}"#));
    let good = key.sign(input.as_bytes()).unwrap();
    for bad in [
        [&[0], good.as_slice()].concat(),
        [good.as_slice(), &[0]].concat(),
        good[1..].to_vec(),
        vec![0; 256],
        vec![1],
    ] {
        assert_eq!(
            refusal(&format!("{input}.{}", base64url::encode(bad)), &ring(&key)),
            JoseError::SignatureInvalid
        );
    }
}

#[test]
fn keys_of_a_set_are_found_by_name() {
    let keys: Vec<_> = [JwsAlg::ES256, JwsAlg::EdDSA, JwsAlg::RS256]
        .into_iter()
        .map(key)
        .collect();
    let set = JwkSet {
        keys: keys.iter().filter_map(SigningKey::public_jwk).collect(),
        unusable: Vec::new(),
    };
    let ring = Keyring::from_jwks(&set.to_public_json()).unwrap();
    for key in &keys {
        let token = sign_compact(&HeaderExtras::default(), b"{}", key).unwrap();
        assert_eq!(
            verify_compact(&token, &ring, JwsAlg::ALL)
                .unwrap()
                .key()
                .kid(),
            key.kid()
        );
        let nameless = forge(&format!(r#"{{"alg":"{}"}}"#, key.alg()), "{}", key);
        assert_eq!(
            verify_compact(&nameless, &ring, JwsAlg::ALL)
                .unwrap()
                .key()
                .kid(),
            key.kid()
        );
    }
}

#[test]
fn a_header_written_for_another_algorithm_is_not_signed() {
    let header = EncodedHeader::new(&HeaderExtras::default(), &key(JwsAlg::ES256));
    let refused = sign_with_header(&header, b"{}", &key(JwsAlg::EdDSA)).unwrap_err();
    assert!(matches!(refused, JoseError::KeyPurpose(_)));
}

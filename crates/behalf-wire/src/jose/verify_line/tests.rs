use serde_json::json;

use super::*;
use crate::jose::SigningKey;
use crate::jose::backend::{KeyKind, generate_pkcs8};
use crate::jose::base64url;
use crate::jose::jws::{HeaderExtras, sign_compact};

fn ask(op: &str, key: &Value, token: &Value) -> Value {
    serde_json::from_str(&answer(
        &json!({"op": op, "key": key, "token": token}).to_string(),
    ))
    .unwrap()
}

fn es256() -> (SigningKey, Value) {
    let key = SigningKey::from_pkcs8(
        JwsAlg::ES256,
        Some("k".into()),
        &generate_pkcs8(KeyKind::P256).unwrap(),
    )
    .unwrap();
    let jwk = serde_json::from_str(&key.public_jwk().unwrap().to_public_json().unwrap()).unwrap();
    (key, jwk)
}

fn refused(answer: &Value) -> bool {
    answer["ok"] == json!(false)
        && answer["reason"]
            .as_str()
            .is_some_and(|reason| !reason.is_empty())
}

#[test]
fn a_good_token_answers_its_payload_in_hex() {
    let (key, jwk) = es256();
    let token = sign_compact(&HeaderExtras::default(), b"\x00foo\xff", &key).unwrap();
    let expected = json!({"ok": true, "payload": "00666f6fff"});
    assert_eq!(ask("jws", &jwk, &json!(token)), expected);
    assert_eq!(
        ask("jws", &json!({"keys": [{"kty": "?"}, jwk]}), &json!(token)),
        expected
    );
    let parts: Vec<_> = token.split('.').collect();
    let flattened = json!({"protected": parts[0], "payload": parts[1], "signature": parts[2]});
    assert_eq!(ask("jws", &jwk, &flattened), expected);
    let general = json!({"payload": parts[1], "signatures": [{"protected": parts[0], "signature": parts[2]}]});
    assert_eq!(ask("jws", &jwk, &general), expected);
    // The text of a JSON serialisation is no compact token.
    assert!(refused(&ask("jws", &jwk, &json!(flattened.to_string()))));
}

#[test]
fn an_encrypted_token_answers_its_plaintext() {
    let token = "eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ.\
                 AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.U0m_YmjN04DJvceFICbCVQ";
    let key = json!({"kty": "oct", "k": "GawgguFyGrWKav7AX4VKUg"});
    let plaintext = "4c697665206c6f6e6720616e642070726f737065722e";
    assert_eq!(
        ask("jwe", &key, &json!(token)),
        json!({"ok": true, "payload": plaintext})
    );
    assert!(refused(&ask(
        "jwe",
        &key,
        &json!(token.replace("U0m_", "U0m-"))
    )));
    assert!(refused(&ask("jws", &key, &json!(token))));
}

#[test]
fn an_algorithm_not_offered_is_neither_good_nor_bad() {
    let null = json!({"ok": null});
    let compact = |header: Value, rest: &str| {
        json!(format!("{}{rest}", base64url::encode(header.to_string())))
    };
    let (_, jwk) = es256();
    let mut open = jwk.clone();
    open.as_object_mut().unwrap().remove("alg");
    assert_eq!(
        ask(
            "jws",
            &open,
            &compact(json!({"alg": "ES256K"}), ".e30.AAAA")
        ),
        null
    );
    assert_eq!(
        ask(
            "jws",
            &json!({"kty": "?"}),
            &compact(json!({"alg": "ES256K"}), ".e30.AAAA")
        ),
        null
    );
    let oct = json!({"kty": "oct", "k": base64url::encode([1; 16])});
    for alg in ["RSA1_5", "PBES2-HS512+A256KW"] {
        assert_eq!(
            ask(
                "jwe",
                &oct,
                &compact(json!({"alg": alg, "enc": "A128GCM"}), ".AA.AA.AA.AA")
            ),
            null
        );
    }
    assert_eq!(
        ask(
            "jwe",
            &oct,
            &compact(json!({"alg": "dir", "enc": "XX"}), ".AA.AA.AA.AA")
        ),
        null
    );
    let zipped = json!({"alg": "dir", "enc": "A128GCM", "zip": "DEF"});
    assert_eq!(ask("jwe", &oct, &compact(zipped, "..AA.AA.AA")), null);
    // Malformed, or wrong for a key that names its algorithm: refused, whatever the algorithm is.
    for rest in ["", ".e30", ".e30.AAAA.", ".e30.A", ".e3.AAAA", ".e30.AA=="] {
        assert!(
            refused(&ask("jws", &open, &compact(json!({"alg": "ES256K"}), rest))),
            "{rest}"
        );
    }
    assert!(refused(&ask(
        "jws",
        &jwk,
        &compact(json!({"alg": "ES256K"}), ".e30.AAAA")
    )));
    let mut bound = oct.clone();
    bound["alg"] = json!("A128KW");
    assert!(refused(&ask(
        "jwe",
        &bound,
        &compact(json!({"alg": "RSA1_5", "enc": "A128GCM"}), ".AA.AA.AA.AA")
    )));
    for alg in ["none", "None", "es256"] {
        assert!(
            refused(&ask("jws", &open, &compact(json!({"alg": alg}), ".e30."))),
            "{alg}"
        );
    }
}

#[test]
fn the_reason_is_the_keys_own_where_it_is_refused() {
    let (key, jwk) = es256();
    let token = json!(sign_compact(&HeaderExtras::default(), b"{}", &key).unwrap());
    let changed = |name: &str, value: Value| {
        let mut jwk = jwk.clone();
        jwk[name] = value;
        jwk
    };
    for (key, expected) in [
        (
            changed("use", json!("enc")),
            "the key may not be used for this: its use says otherwise",
        ),
        (
            changed("key_ops", json!(["sign"])),
            "the key may not be used for this: its key_ops do not name the operation",
        ),
        (
            changed("alg", json!("ES512")),
            "the key is not valid: its alg does not belong to its kty",
        ),
        (
            changed("crv", json!("secp256k1")),
            "the kind of key is not offered here",
        ),
        (
            changed("y", jwk["x"].clone()),
            "the key is not valid: the point is not on the curve",
        ),
        (
            changed("kid", json!("other")),
            "the token names a key that is not known",
        ),
        (
            json!({"keys": []}),
            "the token names a key that is not known",
        ),
    ] {
        assert_eq!(
            ask("jws", &key, &token),
            json!({"ok": false, "reason": expected}),
            "{key}"
        );
    }
}

#[test]
fn lines_that_are_no_question() {
    let (_, jwk) = es256();
    for line in [
        String::new(),
        "x".into(),
        "[]".into(),
        "{}".into(),
        json!({"op": "jws", "token": "a.b.c"}).to_string(),
        json!({"op": "jws", "key": jwk}).to_string(),
        json!({"op": "jwt", "key": jwk, "token": "a.b.c"}).to_string(),
        json!({"op": "jws", "key": "x", "token": "a.b.c"}).to_string(),
        json!({"op": "jws", "key": jwk, "token": 5}).to_string(),
        json!({"op": "jwe", "key": jwk, "token": null}).to_string(),
        r#"{"op":"jws","op":"jwe","key":{},"token":""}"#.into(),
        r#"{"op":"jws","key":{"kty":"oct","k":"AA","k":"AA"},"token":""}"#.into(),
        format!(r#"{{"op":"{}"}}"#, "x".repeat(MAX_LINE_BYTES)),
    ] {
        let answer: Value = serde_json::from_str(&answer(&line)).unwrap();
        assert!(refused(&answer), "{line}: {answer}");
    }
}

proptest::proptest! {
    #[test]
    fn no_line_makes_it_panic(line in "\\PC*", token in "[A-Za-z0-9_.=-]{0,200}") {
        let key = json!({"kty": "oct", "k": base64url::encode([1; 32])});
        assert!(answer(&line).starts_with('{'));
        for op in ["jws", "jwe"] {
            assert!(refused(&ask(op, &key, &json!(token))));
        }
    }
}

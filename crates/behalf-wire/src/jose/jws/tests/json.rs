use super::*;

fn json_token(value: serde_json::Value) -> Map<String, Value> {
    parse_json(&value.to_string()).unwrap()
}

#[test]
fn json_serialisations() {
    let key = key(JwsAlg::ES256);
    let other = SigningKey::from_pkcs8(
        JwsAlg::ES256,
        Some("z".into()),
        &generate_pkcs8(KeyKind::P256).unwrap(),
    )
    .unwrap();
    let protected = base64url::encode(r#"{"alg":"ES256"}"#);
    let sign = |key: &SigningKey, protected: &str| {
        base64url::encode(key.sign(format!("{protected}.e30").as_bytes()).unwrap())
    };
    let mine = json!({"protected": protected, "header": {"kid": "e1"}, "signature": sign(&key, &protected)});
    let foreign = json!({"protected": protected, "header": {"kid": "z"}, "signature": sign(&other, &protected)});
    let unprotected =
        json!({"payload": "e30", "header": {"alg": "ES256"}, "signature": sign(&key, "")});
    let mut flattened = mine.clone();
    flattened["payload"] = json!("e30");
    let good = [
        flattened.clone(),
        unprotected,
        json!({"payload": "e30", "signatures": [mine]}),
        json!({"payload": "e30", "signatures": [foreign, mine], "unknown": 1}),
        json!({"payload": "e30", "signatures": [{"protected": 1}, {}, 5, mine]}),
    ];
    for token in good {
        let verified = verify_json(&json_token(token.clone()), &ring(&key), JwsAlg::ALL);
        assert_eq!(verified.unwrap().payload(), b"{}", "{token}");
    }
    let with = |name: &str, value: serde_json::Value| {
        let mut token = flattened.clone();
        token[name] = value;
        token
    };
    let bad = [
        (
            with("payload", json!("e31")),
            JoseError::Encoding("the payload"),
        ),
        (
            with("payload", json!("e32")),
            JoseError::Encoding("the payload"),
        ),
        (with("payload", json!("W10")), JoseError::SignatureInvalid),
        (
            with("payload", json!({})),
            JoseError::Malformed("a member that must be a string is none"),
        ),
        (
            with("header", json!({"alg": "ES256"})),
            JoseError::DuplicateHeader,
        ),
        (
            with("header", json!({"crit": ["x"]})),
            JoseError::UnprotectedHeader,
        ),
        (
            with("header", json!({"role": "admin"})),
            JoseError::UnprotectedHeader,
        ),
        (
            with("header", json!({"b64": false})),
            JoseError::UnprotectedHeader,
        ),
        (
            with("header", json!("x")),
            JoseError::Malformed("header is no object"),
        ),
        (
            with("signatures", json!([mine])),
            JoseError::Malformed("both the flattened and the general form"),
        ),
        (with("signature", json!("AA")), JoseError::SignatureInvalid),
        (
            json!({"payload": "e30"}),
            JoseError::Malformed("signature is missing"),
        ),
        (
            json!({"payload": "e30", "signatures": []}),
            JoseError::Malformed("there is no signature"),
        ),
        (
            json!({"payload": "e30", "signatures": {}}),
            JoseError::Malformed("signatures is no array"),
        ),
        (
            json!({"payload": "e30", "signatures": [foreign]}),
            JoseError::KeyUnknown,
        ),
        (
            json!({"signatures": [mine]}),
            JoseError::Malformed("payload is missing"),
        ),
    ];
    for (token, expected) in bad {
        let refused =
            verify_json(&json_token(token.clone()), &ring(&key), JwsAlg::ALL).unwrap_err();
        assert_eq!(refused, expected, "{token}");
    }
}

use super::*;

#[test]
fn json_serialisations() {
    let (shared, other, content_key) = ([8; 16], [5; 32], [9; 16]);
    let protected = base64url::encode(json!({"enc": "A128GCM"}).to_string());
    let aad = format!("{protected}.{}", base64url::encode("beside"));
    let content = seal("A128GCM", &content_key, aad.as_bytes());
    let mine = json!({"header": {"alg": "A128KW", "kid": "m"},
        "encrypted_key": base64url::encode(wrap_aes(&shared, &content_key))});
    let foreign = json!({"header": {"alg": "A256KW", "kid": "f"},
        "encrypted_key": base64url::encode(wrap_aes(&other, &content_key))});
    let base = json!({"protected": protected, "aad": base64url::encode("beside"), "iv": base64url::encode(&content.iv),
        "ciphertext": base64url::encode(&content.ciphertext), "tag": base64url::encode(&content.tag)});
    let with = |members: Value| {
        let mut token = base.clone();
        token
            .as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        token
    };
    let mut key = oct(&shared);
    key["kid"] = json!("m");
    let keys = keys(&key);
    let open = |token: &Value| decrypt_json(token.as_object().unwrap(), &keys);
    let good = [
        with(mine.clone()),
        with(json!({"recipients": [mine]})),
        with(json!({"recipients": [foreign, mine], "unprotected": {"cty": "text/plain"}})),
        with(json!({"unprotected": {"alg": "A128KW"}, "encrypted_key": mine["encrypted_key"]})),
    ];
    for token in good {
        assert_eq!(open(&token).unwrap().plaintext(), PLAINTEXT, "{token}");
    }
    let direct = json!({"header": {"alg": "dir"}});
    let mut bad_aad = with(mine.clone());
    bad_aad["aad"] = json!(base64url::encode("Beside"));
    let bad = [
        bad_aad,
        base.clone(),
        with(json!({"recipients": [mine], "header": {}})),
        with(json!({"recipients": []})),
        with(json!({"recipients": {}})),
        with(json!({"recipients": [5]})),
        with(json!({"recipients": [foreign]})),
        with(json!({"recipients": [direct, direct]})),
        with(
            json!({"header": {"alg": "A128KW", "enc": "A128GCM"}, "encrypted_key": mine["encrypted_key"]}),
        ),
        with(
            json!({"header": {"alg": "A128KW", "role": "admin"}, "encrypted_key": mine["encrypted_key"]}),
        ),
        with(
            json!({"header": {"alg": "A128KW", "zip": "DEF"}, "encrypted_key": mine["encrypted_key"]}),
        ),
        with(json!({"header": {"alg": "A128KW"}, "encrypted_key": 5})),
        with(json!({"header": {"alg": "A128KW"}, "encrypted_key": "AA="})),
        with(
            json!({"unprotected": "x", "header": {"alg": "A128KW"}, "encrypted_key": mine["encrypted_key"]}),
        ),
    ];
    for token in bad {
        assert!(open(&token).is_err(), "{token}");
    }
}

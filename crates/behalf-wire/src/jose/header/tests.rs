use serde_json::json;

use super::*;

fn header(value: Value) -> Header {
    Header::decode(&base64url::encode(value.to_string())).unwrap()
}

#[test]
fn the_type_is_compared_as_media_type() {
    for typ in [
        "at+jwt",
        "AT+JWT",
        "application/at+jwt",
        "Application/At+Jwt",
    ] {
        assert!(header(json!({"typ": typ})).is_type("at+jwt"), "{typ}");
    }
    for typ in [
        "JWT",
        "",
        "xat+jwt",
        "application/",
        "text/at+jwt",
        "ääääääääää",
    ] {
        assert!(!header(json!({"typ": typ})).is_type("at+jwt"), "{typ}");
    }
    assert!(!header(json!({})).is_type("at+jwt"));
}

#[test]
fn registered_texts_must_be_texts() {
    for name in TEXTS {
        let refused = Header::decode(&base64url::encode(json!({name: 1}).to_string())).unwrap_err();
        assert_eq!(refused, JoseError::HeaderType(name));
    }
}

#[test]
fn names_are_unique_over_all_headers() {
    let map = |value: Value| value.as_object().unwrap().clone();
    let protected = || Some(header(json!({"alg": "ES256", "private": 1})));
    let kid = map(json!({"kid": "a"}));
    let joined = Header::joined(protected(), &[&kid]).unwrap();
    assert_eq!(
        (joined.alg(), joined.kid(), joined.get("private")),
        (Some("ES256"), Some("a"), Some(&json!(1)))
    );
    assert_eq!(
        Header::joined(protected(), &[&kid, &kid]),
        Err(JoseError::DuplicateHeader)
    );
    assert_eq!(
        Header::joined(protected(), &[&map(json!({"alg": "ES256"}))]),
        Err(JoseError::DuplicateHeader)
    );
    for member in [
        json!({"crit": ["b64"]}),
        json!({"b64": true}),
        json!({"zip": "DEF"}),
        json!({"typ": "at+jwt"}),
        json!({"sub": "ada"}),
    ] {
        assert_eq!(
            Header::joined(protected(), &[&map(member)]),
            Err(JoseError::UnprotectedHeader)
        );
    }
    assert_eq!(
        Header::joined(None, &[&map(json!({"kid": 1}))]),
        Err(JoseError::HeaderType("kid"))
    );
}

#[test]
fn large_headers_are_refused() {
    let text = json!({"alg": "x".repeat(json::MAX_BYTES)}).to_string();
    let fault = JsonFault::TooLarge;
    assert_eq!(
        Header::decode(&base64url::encode(text)),
        Err(JoseError::Json {
            part: "the header",
            fault
        })
    );
}

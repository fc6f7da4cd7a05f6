use serde_json::json;

use super::*;
use crate::jose::jws::{HeaderExtras, sign_compact};
use crate::jose::{JsonFault, JwsAlg, Keyring, SigningKey};

fn claims(value: Value) -> Claims {
    signed(&value.to_string()).unwrap()
}

fn signed(payload: &str) -> Result<Claims, JoseError> {
    let key = SigningKey::from_secret(JwsAlg::HS256, None, &[3; 32]).unwrap();
    let token = sign_compact(&HeaderExtras::default(), payload.as_bytes(), &key).unwrap();
    Keyring::new(vec![key.verifying_key()])
        .verify_jwt(&token, JwsAlg::ALL)
        .map(|(_, claims)| claims)
}

#[test]
fn claims_have_their_types() {
    let claims = claims(
        json!({"iss": "i", "sub": "s", "aud": "api://a", "tid": "t", "oid": "o", "idtyp": "app",
        "scp": "read  write", "roles": ["r1", "r2"], "appid": "old", "azp": "new", "jti": "j", "nonce": "n",
        "at_hash": "h", "ver": "2.0", "iat": 5}),
    );
    assert_eq!(
        (claims.iss(), claims.sub(), claims.jti()),
        (Some("i"), Some("s"), Some("j"))
    );
    assert_eq!(
        (claims.tid(), claims.oid(), claims.idtyp()),
        (Some("t"), Some("o"), Some("app"))
    );
    assert_eq!(
        (claims.nonce(), claims.at_hash(), claims.ver()),
        (Some("n"), Some("h"), Some("2.0"))
    );
    assert_eq!(claims.client(), Some("new"));
    assert_eq!(claims.scopes(), ["read", "write"]);
    assert_eq!(claims.texts("roles"), ["r1", "r2"]);
    assert_eq!(claims.date("iat"), Ok(Some(5)));
    assert_eq!(claims.required_text("sub"), Ok("s"));
    assert_eq!(
        claims.required_text("upn"),
        Err(JoseError::ClaimType("upn"))
    );
    assert_eq!(
        claims.required_text("iat"),
        Err(JoseError::ClaimType("iat"))
    );
    assert!(!format!("{claims:?}").contains("api://a"));
}

#[test]
fn an_audience_is_one_or_many_letter_by_letter() {
    for (aud, expected) in [
        (json!("a"), vec!["a"]),
        (json!(["a", "b"]), vec!["a", "b"]),
        (json!([]), vec![]),
        (json!(["a", 1]), vec![]),
        (json!({"a": 1}), vec![]),
        (json!(null), vec![]),
    ] {
        assert_eq!(claims(json!({"aud": aud})).audiences(), expected, "{aud}");
    }
    let claims = claims(json!({"aud": "api://Orders"}));
    assert!(claims.has_audience("api://Orders"));
    assert!(!claims.has_audience("api://orders") && !claims.has_audience("api://Orders/"));
}

#[test]
fn scopes_are_a_string_or_an_array() {
    for (value, expected) in [
        (json!({"scp": "a b"}), vec!["a", "b"]),
        (json!({"scp": ["a", "b"]}), vec!["a", "b"]),
        (json!({"scope": "a"}), vec!["a"]),
        (json!({"scp": "a", "scope": "b"}), vec!["a"]),
        (json!({"scp": ""}), vec![]),
        (json!({"scp": 5}), vec![]),
        (json!({}), vec![]),
    ] {
        assert_eq!(claims(value.clone()).scopes(), expected, "{value}");
    }
}

#[test]
fn dates_may_have_a_fraction() {
    // What MSAL for Python sends.
    let fraction = claims(json!({"exp": 1_795_278_487.764_701, "nbf": 99.9, "iat": -0.5}));
    assert_eq!(fraction.exp(), Ok(Some(1_795_278_488)));
    assert_eq!(
        (fraction.date("nbf"), fraction.date("iat")),
        (Ok(Some(99)), Ok(Some(-1)))
    );
    assert_eq!(claims(json!({})).exp(), Ok(None));
    for value in [
        json!("5"),
        json!(null),
        json!([5]),
        json!(true),
        json!(1e300),
        json!(u64::MAX),
        json!(i64::MAX),
    ] {
        assert_eq!(
            claims(json!({"exp": value})).exp(),
            Err(JoseError::ClaimType("exp")),
            "{value}"
        );
    }
}

#[test]
fn times_at_their_edges() {
    let token = |value: Value| claims(value);
    let expired = |at| Err(JoseError::Expired { at });
    let early = |from| Err(JoseError::NotYetValid { from });
    for (value, now, leeway_s, expected) in [
        (json!({"exp": 100}), 99, 0, Ok(())),
        (json!({"exp": 100}), 100, 0, expired(100)),
        (json!({"exp": 100}), 159, 60, Ok(())),
        (json!({"exp": 100}), 160, 60, expired(100)),
        (json!({"exp": 100.5}), 100, 0, Ok(())),
        (json!({"exp": 100.5}), 101, 0, expired(101)),
        (json!({"exp": 200, "nbf": 101}), 100, 0, early(101)),
        (json!({"exp": 200, "nbf": 100}), 100, 0, Ok(())),
        (json!({"exp": 200, "nbf": 400}), 100, 300, Ok(())),
        (json!({"exp": 900, "nbf": 401}), 100, 300, early(401)),
        (json!({"exp": 900, "iat": 401}), 100, 300, early(401)),
        (
            json!({"exp": 900, "iat": "x"}),
            100,
            0,
            Err(JoseError::ClaimType("iat")),
        ),
        (json!({"nbf": 1}), 100, 0, Err(JoseError::ClaimType("exp"))),
        (json!({"exp": 100}), i64::MAX, i64::MAX, expired(100)),
    ] {
        assert_eq!(
            validate_times(&token(value.clone()), now, leeway_s),
            expected,
            "{value} at {now}"
        );
    }
    assert_eq!(TimeCheck::default().check(&token(json!({})), 5), Ok(()));
}

#[test]
fn a_payload_that_is_no_claims_set_is_refused() {
    let fault = |fault| {
        Err(JoseError::Json {
            part: "the claims set",
            fault,
        })
    };
    assert_eq!(signed("[]"), fault(JsonFault::NotAnObject));
    assert_eq!(signed("not JSON"), fault(JsonFault::Syntax));
    assert_eq!(
        signed(r#"{"sub":"a","sub":"b"}"#),
        fault(JsonFault::DuplicateMember)
    );
    assert_eq!(
        signed(&format!(r#"{{"a":"{}"}}"#, "x".repeat(70_000))),
        fault(JsonFault::TooLarge)
    );
}

use super::*;
use crate::testing::{NOW, principal, tenant_id, verified};
use serde_json::{Value, json};

const APP: &str = "c0000000-0000-4000-8000-000000000001";

fn tenant() -> Tenant {
    let json =
        json!({"id": tenant_id().to_string(), "domains": ["corp.example"], "display_name": "Corp"});
    serde_json::from_value(json).unwrap()
}

fn decided(changes: &[(&str, Value)]) -> Result<UnixTime, &'static str> {
    let mut claims = json!({
        "aud": format!("https://login.test/{}/oauth2/v2.0/token", tenant_id()),
        "iss": APP, "sub": APP, "exp": NOW.0 + 600, "nbf": NOW.0, "iat": NOW.0
    });
    for (name, value) in changes {
        claims[name] = value.clone();
    }
    claims
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    let (_, claims) = verified(&claims);
    decide(
        "https://login.test",
        &tenant(),
        &principal(APP),
        &claims,
        NOW,
    )
    .map_err(|fault| fault.kind.name)
}

#[test]
fn it_counts_until_its_end_and_the_leeway() {
    assert_eq!(decided(&[]), Ok(NOW.plus_s(900)));
    assert_eq!(
        decided(&[("exp", json!(NOW.0 as f64 + 600.5))]),
        Ok(NOW.plus_s(901))
    );
}

#[test]
fn times() {
    let at = |s: i64| json!(NOW.0 + s);
    for good in [
        [("exp", at(-299))],
        [("nbf", at(300))],
        [("iat", at(300))],
        [("nbf", Value::Null)],
        [("iat", Value::Null)],
    ] {
        assert!(decided(&good).is_ok(), "{good:?}");
    }
    for bad in [
        [("exp", at(-300))],
        [("exp", Value::Null)],
        [("nbf", at(301))],
        [("iat", at(301))],
        [("exp", json!("tomorrow"))],
        [("nbf", json!({}))],
    ] {
        assert_eq!(decided(&bad), Err("client.assertion_time"), "{bad:?}");
    }
}

#[test]
fn issuer_and_subject_are_the_client() {
    assert!(
        decided(&[
            ("iss", json!(APP.to_uppercase())),
            ("sub", json!(APP.to_uppercase()))
        ])
        .is_ok()
    );
    for bad in [
        [("iss", json!("x"))],
        [("sub", json!("x"))],
        [("iss", Value::Null)],
        [("sub", json!([APP]))],
    ] {
        assert_eq!(decided(&bad), Err("client.assertion_subject"), "{bad:?}");
    }
}

#[test]
fn audiences() {
    let aud = |value: Value| decided(&[("aud", value)]);
    let id = tenant_id();
    for path in [
        "oauth2/v2.0/token",
        "oauth2/token",
        "oidc/token",
        "v2.0",
        "oidc",
        "",
    ] {
        for segment in [
            id.to_string(),
            id.to_string().to_uppercase(),
            "corp.example".into(),
            "CORP.example".into(),
        ] {
            assert!(
                aud(json!(format!("https://login.test/{segment}/{path}"))).is_ok(),
                "{segment} {path}"
            );
        }
    }
    assert!(aud(json!(format!("HTTPS://LOGIN.TEST/{id}/oauth2/v2.0/token"))).is_ok());
    for bad in [
        "https://login.test",
        "https://login.test/",
        "https://login.test/common/oauth2/v2.0/token",
        "https://login.testing/corp.example/oidc",
        "https://login.test/corp.example/oauth2/v2.0/token?x=1",
        "https://login.test/corp.example/oauth2/v2.0/authorize",
        "https://login.test@evil.test/corp.example/oidc",
        "é",
        "",
    ] {
        assert_eq!(aud(json!(bad)), Err("client.assertion_audience"), "{bad}");
    }
    assert_eq!(aud(Value::Null), Err("client.assertion_audience"));
    assert_eq!(aud(json!([1])), Err("client.assertion_audience"));
    let issuer = format!("https://login.test/{id}/v2.0");
    assert!(aud(json!([issuer])).is_ok());
    assert_eq!(
        aud(json!([issuer, issuer])),
        Err("client.assertion_two_audiences")
    );
}

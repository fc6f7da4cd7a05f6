use super::*;
use crate::testing::{NOW, principal, resource, tenant_id, user_id, verified};
use serde_json::json;

const APP: &str = "c0000000-0000-4000-8000-000000000003";

fn own(changes: &[(&str, Value)]) -> OwnToken {
    let mut claims = json!({
        "aud": APP, "azp": "front", "oid": user_id().to_string(), "scp": "access_as_user",
        "iat": NOW.0, "nbf": NOW.0, "exp": NOW.0 + 3600
    });
    for (name, value) in changes {
        claims[name] = value.clone();
    }
    claims
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    let expires_at = UnixTime(claims["exp"].as_i64().unwrap());
    let (header, claims) = verified(&claims);
    OwnToken {
        tenant: tenant_id(),
        claims,
        header,
        expires_at,
    }
}

fn decided(changes: &[(&str, Value)], at_s: i64) -> Result<Caller, Fault> {
    let api = resource(APP, "api://middle", &["access_as_user"], &[]);
    decide(&own(changes), &principal(APP), Some(&api), NOW.plus_s(at_s))
}

#[track_caller]
fn refused(changes: &[(&str, Value)], code: u32) -> Fault {
    let fault = decided(changes, 0).unwrap_err();
    assert_eq!(fault.kind.aadsts, code, "{}", fault.detail);
    fault
}

#[test]
fn a_good_assertion_names_user_time_and_actors() {
    let caller = decided(&[("amr", json!(["pwd", "mfa"]))], 0).unwrap();
    assert_eq!((caller.user, caller.issued_at), (user_id(), NOW));
    assert_eq!(caller.amr, ["pwd", "mfa"]);
    assert_eq!(caller.actor, actor(APP, Some(actor("front", None))));
}

#[test]
fn every_shape_of_our_tokens_names_its_client() {
    for name in ["azp", "appid", "client_id"] {
        assert!(
            decided(&[("azp", Value::Null), (name, json!("front"))], 0).is_ok(),
            "{name}"
        );
    }
    for extra in [
        ("nonce", json!("n")),
        ("at_hash", json!("h")),
        ("sid", json!("s")),
    ] {
        refused(&[("azp", Value::Null), extra], 240002);
    }
}

#[test]
fn audiences() {
    for good in [
        json!(APP),
        json!("api://middle"),
        json!("api://middle/"),
        json!(["other", APP]),
    ] {
        assert!(decided(&[("aud", good.clone())], 0).is_ok(), "{good}");
    }
    for bad in [
        json!("API://middle"),
        json!("api://Middle"),
        json!(APP.to_uppercase()),
        json!("api://middle/x"),
        json!("api://middl"),
        json!(format!("api://{APP}")),
        json!(""),
        json!([]),
        json!([APP, 7]),
        Value::Null,
    ] {
        let fault = refused(&[("aud", bad.clone())], 500131);
        assert!(fault.detail.contains(APP), "{}", fault.detail);
    }
}

#[test]
fn a_client_without_an_api_is_its_own_audience_only() {
    let client = principal(APP);
    assert!(decide(&own(&[]), &client, None, NOW).is_ok());
    assert!(decide(&own(&[("aud", json!("api://middle"))]), &client, None, NOW).is_err());
}

#[test]
fn the_end_has_no_leeway_and_the_beginning_has_five_minutes() {
    for (at_s, good) in [
        (-300, true),
        (-301, false),
        (0, true),
        (3599, true),
        (3600, false),
        (9999, false),
    ] {
        match decided(&[], at_s) {
            Ok(_) => assert!(good, "{at_s}"),
            Err(fault) => assert_eq!((fault.kind.aadsts, good), (500133, false), "{at_s}"),
        }
    }
    let text = decided(&[], 3600).unwrap_err().detail;
    assert!(
        text.contains("Current time: 2026-01-01T01:00:00Z")
            && text.contains("expiry time of the assertion: 2026-01-01T01:00:00Z"),
        "{text}"
    );
}

#[test]
fn there_must_be_a_user() {
    refused(&[("scp", Value::Null), ("roles", json!(["A"]))], 7000114);
    refused(&[("scp", json!(""))], 7000114);
    refused(&[("idtyp", json!("app"))], 7000114);
    refused(&[("oid", Value::Null)], 50013);
    refused(&[("oid", json!("alice"))], 50013);
    refused(&[("iat", Value::Null)], 50013);
}

#[test]
fn the_first_mistake_is_the_one_that_is_told() {
    let expired = ("exp", json!(NOW.0 - 1));
    let other = ("aud", json!("other"));
    let app = ("scp", Value::Null);
    refused(
        &[("azp", Value::Null), other.clone(), expired.clone()],
        240002,
    );
    refused(&[other, expired.clone(), app.clone()], 500131);
    refused(&[expired, app], 500133);
}

#[test]
fn chains_grow_outwards_and_end() {
    let act = json!({"sub": "second", "act": {"sub": "first"}});
    let caller = decided(&[("act", act)], 0).unwrap();
    assert_eq!(
        caller.actor,
        actor(APP, Some(actor("second", Some(actor("first", None)))))
    );
    assert_eq!(
        outermost_first(caller.actor.act.as_deref().unwrap()),
        ["first", "second"]
    );
    let nested = |depth: usize| {
        (1..depth).fold(
            json!({"sub": "x"}),
            |inner, _| json!({"sub": "x", "act": inner}),
        )
    };
    assert_eq!(decided(&[("act", nested(7))], 0).unwrap().actor.depth(), 8);
    for depth in [8, 9, 20] {
        assert_eq!(
            decided(&[("act", nested(depth))], 0).unwrap_err().kind.name,
            "assertion.chain_too_deep"
        );
    }
}

#[test]
fn itself_by_guid_only() {
    let asked = |prefix: &str, app_id: &str| Requested {
        resource: Some(resource(app_id, "api://x", &[], &[]).into()),
        prefix: prefix.into(),
        ..Requested::default()
    };
    let client = principal(APP);
    let other = "a0000000-0000-4000-8000-000000000009";
    for (prefix, app_id, good) in [
        (APP, APP, true),
        ("api://x", APP, false),
        ("", APP, false),
        ("api://x", other, true),
        (other, other, true),
    ] {
        assert_eq!(
            check_not_itself(&client, &asked(prefix, app_id)).is_ok(),
            good,
            "{prefix} {app_id}"
        );
    }
    assert!(check_not_itself(&client, &Requested::default()).is_ok());
}

#[test]
fn refusals_of_foreign_tokens_tell_the_cause_and_nothing_of_the_token() {
    let reason = |assertion: &str, error| not_ours(assertion, &error).detail;
    assert!(reason("BEARER abc", NotOurs::Jose(JoseError::Malformed("x"))).contains("'Bearer'"));
    assert!(reason("abc", NotOurs::Issuer).contains("another tenant"));
    assert!(reason("abc", NotOurs::Jose(JoseError::KeyUnknown)).contains("none of this tenant's"));
    assert!(reason("abc", NotOurs::Jose(JoseError::AlgNone)).contains("none"));
    assert!(
        !reason("secretsecret", NotOurs::Jose(JoseError::SignatureInvalid))
            .contains("secretsecret")
    );
}

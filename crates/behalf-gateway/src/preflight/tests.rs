use super::*;
use crate::testing::{NOW, jwt};
use behalf_model::fault::TOKEN_MISSING;
use serde_json::{Value, json};

const CLIENT: &str = "11111111-2222-3333-4444-555555555555";
const TID: &str = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
const AUTHORITY: &str = "https://login.test/aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee/oauth2/v2.0/token";

/// A good assertion, with members changed (`null` removes one).
fn assertion(changes: &Value) -> String {
    let mut claims = json!({
        "aud": CLIENT, "tid": TID, "oid": "0000-alice", "scp": "access_as_user",
        "iat": NOW.0, "nbf": NOW.0, "exp": NOW.0 + 3600,
    });
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(name),
            _ => claims
                .as_object_mut()
                .unwrap()
                .insert(name.clone(), value.clone()),
        };
    }
    jwt(&json!({"alg": "RS256", "typ": "JWT"}), &claims)
}

fn run(token: &str, authority: &str, scopes: &[&str]) -> Result<Preflight, Fault> {
    let scopes: Vec<String> = scopes.iter().map(|s| (*s).to_owned()).collect();
    let audiences = ["https://gateway.contoso.test".to_owned()];
    check(
        token,
        Intent {
            client_id: CLIENT,
            audiences: &audiences,
            authority,
            scopes: &scopes,
        },
        NOW,
    )
}

fn refused(changes: &Value) -> Fault {
    run(&assertion(changes), AUTHORITY, &["Sites.ReadWrite.All"]).expect_err("a refusal")
}

#[test]
fn a_good_assertion_passes_under_every_name_of_the_client() {
    for aud in [
        CLIENT,
        &CLIENT.to_uppercase(),
        &format!("api://{CLIENT}"),
        "https://gateway.contoso.test",
    ] {
        let found = run(
            &assertion(&json!({"aud": aud})),
            AUTHORITY,
            &["Sites.ReadWrite.All"],
        );
        let found = found.unwrap_or_else(|fault| panic!("{aud}: {fault}"));
        assert_eq!(found.authority, AUTHORITY);
        assert_eq!(
            found.user,
            Some(TokenUser {
                tid: TID.into(),
                oid: "0000-alice".into()
            })
        );
    }
}

#[test]
fn each_unfit_assertion_has_its_own_reason() {
    let cases = [
        (
            json!({"aud": "00000003-0000-0000-c000-000000000000"}),
            "preflight.audience",
        ),
        (json!({"aud": null}), "preflight.audience"),
        (json!({"scp": null}), "preflight.app_only"),
        (
            json!({"scp": null, "roles": ["Sites.Read.All"]}),
            "preflight.app_only",
        ),
        (json!({"idtyp": "app"}), "preflight.app_only"),
        (
            json!({"scp": null, "nonce": "n", "aud": "front-end"}),
            "preflight.id_token",
        ),
        (json!({"scp": null, "at_hash": "h"}), "preflight.id_token"),
        (
            json!({"scp": null, "nonce": "n", "roles": ["Admin"]}),
            "preflight.id_token",
        ),
        (
            json!({"scp": null, "nonce": "n", "idtyp": "app"}),
            "preflight.app_only",
        ),
        (json!({"exp": NOW.0}), "preflight.expired"),
        (json!({"exp": NOW.0 + 59}), "preflight.expired"),
        (json!({"exp": "soon"}), "preflight.opaque"),
        (json!({"nbf": NOW.0 + 301}), "preflight.not_yet_valid"),
        (
            json!({"tid": "99999999-bbbb-cccc-dddd-eeeeeeeeeeee"}),
            "preflight.tenant",
        ),
    ];
    for (changes, expected) in cases {
        assert_eq!(refused(&changes).kind.name, expected, "{changes}");
    }
    for opaque in ["not-a-jwt", "", "a.b", "a.b.c.d.e", "Bearer x.y.z"] {
        let fault = run(opaque, AUTHORITY, &[]).expect_err("a refusal");
        assert_eq!(fault.kind.name, "preflight.opaque", "{opaque}");
        assert!(
            opaque.is_empty() || !fault.detail.contains(opaque),
            "{}",
            fault.detail
        );
    }
}

#[test]
fn a_graph_token_is_named_as_such() {
    let token = jwt(
        &json!({"alg": "RS256", "nonce": "n"}),
        &json!({"aud": CLIENT, "scp": "x"}),
    );
    let fault = run(&token, AUTHORITY, &[]).expect_err("a refusal");
    assert_eq!(fault.kind.name, "preflight.graph_token");
}

#[test]
fn the_audience_refusal_says_who_is_who() {
    let fault = refused(&json!({"aud": "HTTPS://gateway.contoso.test"}));
    assert!(
        fault.detail.contains("HTTPS://gateway.contoso.test"),
        "{}",
        fault.detail
    );
    assert!(
        fault.detail.contains(&format!("api://{CLIENT}/")),
        "{}",
        fault.detail
    );
    assert!(
        fault.detail.contains("upper and lower case only"),
        "{}",
        fault.detail
    );
    assert!(!fault.is(&TOKEN_MISSING));
    let fault = refused(&json!({"aud": "someone-else"}));
    assert!(
        !fault.detail.contains("upper and lower case"),
        "{}",
        fault.detail
    );
}

#[test]
fn the_tenant_is_taken_from_the_assertion_where_the_profile_leaves_it_open() {
    for open in ["common", "Organizations"] {
        let authority = format!("https://login.test/{open}/oauth2/v2.0/token");
        let found = run(&assertion(&json!({})), &authority, &["User.Read"]).unwrap();
        assert_eq!(found.authority, AUTHORITY);
    }
    // A domain name may be any tenant; another shape of URL has no tenant at all.
    for fixed in [
        "https://login.test/contoso.test/oauth2/v2.0/token",
        "https://sts.test/token",
    ] {
        assert_eq!(
            run(&assertion(&json!({})), fixed, &[]).unwrap().authority,
            fixed
        );
    }
    // A tid that is no GUID must not become part of a URL.
    let hostile = assertion(&json!({"tid": "../evil"}));
    let common = "https://login.test/common/oauth2/v2.0/token";
    assert_eq!(run(&hostile, common, &[]).unwrap().authority, common);
}

#[test]
fn scopes_must_belong_to_one_resource_that_is_not_the_gateway() {
    let of =
        |scopes: &[&str]| run(&assertion(&json!({})), AUTHORITY, scopes).map_err(|f| f.kind.name);
    assert!(of(&["api://a/read", "api://a/write", "offline_access"]).is_ok());
    assert!(of(&[&format!("{CLIENT}/.default")]).is_ok());
    assert_eq!(
        of(&["api://a/read", "User.Read"]),
        Err("profile.scopes_of_several_resources")
    );
    assert_eq!(
        of(&[&format!("api://{CLIENT}/x")]),
        Err("profile.scope_of_itself")
    );
    assert_eq!(
        of(&["https://gateway.contoso.test/x"]),
        Err("profile.scope_of_itself")
    );
}

#[test]
fn token_exchange_servers_may_get_opaque_tokens_but_no_expired_ones() {
    let found = check_subject_token("opaque", "https://sts.test/token", NOW).unwrap();
    assert_eq!(
        found,
        Preflight {
            authority: "https://sts.test/token".into(),
            user: None
        }
    );
    let old = assertion(&json!({"exp": NOW.0 - 1, "aud": "anyone"}));
    let fault = check_subject_token(&old, "https://sts.test/token", NOW).expect_err("a refusal");
    assert_eq!(fault.kind.name, "preflight.expired");
    assert!(
        fault.detail.contains("expired at 2025-12-31T23:59:59Z"),
        "{}",
        fault.detail
    );
}

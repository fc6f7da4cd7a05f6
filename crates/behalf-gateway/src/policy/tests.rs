use super::*;
use crate::testing::{HOME, caller, of_user, token, user, with_claims};
use behalf_model::token::{Issuer, TokenSubject};
use serde_json::json;
use std::sync::Arc;

fn policy(anonymous: bool, allow: &[&str]) -> Policy {
    let allow = allow.iter().map(|text| text.parse().unwrap()).collect();
    Policy { anonymous, allow }
}

fn outcome(policy: &Policy, caller: &Caller) -> &'static str {
    check(policy, caller).map_or_else(|fault| fault.kind.name, |()| "ok")
}

#[test]
fn every_condition_is_about_what_was_proven() {
    let alice = Arc::new(user(1, "password", "Alice"));
    let by_alice = caller(&alice);
    let app = Caller::App(Arc::new(token(
        Issuer::Tenant(HOME),
        TokenSubject::Application,
    )));
    let id = format!("user:{}", alice.id);
    let cases: &[(&[&str], &str, &str)] = &[
        // conditions, outcome for Alice, outcome for the application
        (&[], "ok", "ok"),
        (&["group:Sales"], "ok", "gateway.policy_denied"),
        (
            &["group:sales"],
            "gateway.policy_denied",
            "gateway.policy_denied",
        ),
        (
            &["group:Other", "group:Sales"],
            "ok",
            "gateway.policy_denied",
        ),
        (&["user:ALICE@contoso.test"], "ok", "gateway.policy_denied"),
        (
            &["user:bob@contoso.test"],
            "gateway.policy_denied",
            "gateway.policy_denied",
        ),
        (&[&id], "ok", "gateway.policy_denied"),
        (&["app:FRONT-END"], "ok", "ok"),
        (
            &["app:other"],
            "gateway.policy_denied",
            "gateway.policy_denied",
        ),
        (
            &["claim:dept=sales"],
            "gateway.policy_denied",
            "gateway.policy_denied",
        ),
    ];
    for (allow, for_user, for_app) in cases {
        let policy = policy(false, allow);
        assert_eq!(outcome(&policy, &by_alice), *for_user, "{allow:?}");
        assert_eq!(outcome(&policy, &app), *for_app, "{allow:?}");
    }
}

#[test]
fn anonymous_callers_pass_only_where_the_policy_says_so_and_meet_no_conditions() {
    assert_eq!(
        outcome(&policy(false, &[]), &Caller::Anonymous),
        "token.missing"
    );
    assert_eq!(outcome(&policy(true, &[]), &Caller::Anonymous), "ok");
    assert_eq!(
        outcome(&policy(true, &["group:Sales"]), &Caller::Anonymous),
        "ok"
    );
}

#[test]
fn claims_are_compared_as_text_in_whatever_form_they_come() {
    let alice = Arc::new(user(1, "password", "Alice"));
    let claims =
        json!({"dept": "sales", "level": 7, "staff": true, "tags": ["a", "b"], "o": {"sales": 1}});
    let token = with_claims(token(Issuer::Tenant(HOME), of_user(&alice)), claims);
    let caller = Caller::User {
        token: Arc::new(token),
        standing: Standing::Known(alice),
    };
    for (condition, expected) in [
        ("claim:dept=sales", "ok"),
        ("claim:dept=sale", "gateway.policy_denied"),
        ("claim:level=7", "ok"),
        ("claim:staff=true", "ok"),
        ("claim:tags=b", "ok"),
        ("claim:o=sales", "gateway.policy_denied"),
        ("claim:missing=", "gateway.policy_denied"),
    ] {
        assert_eq!(
            outcome(&policy(false, &[condition]), &caller),
            expected,
            "{condition}"
        );
    }
}

#[test]
fn groups_in_a_token_count_only_when_the_provider_issued_it() {
    let mut alice = user(1, "microsoft", "Alice");
    alice.groups.clear();
    let alice = Arc::new(alice);
    let of = |issuer: Issuer| {
        let token = with_claims(token(issuer, of_user(&alice)), json!({"groups": ["Sales"]}));
        Caller::User {
            token: Arc::new(token),
            standing: Standing::Known(alice.clone()),
        }
    };
    let sales = policy(false, &["group:Sales"]);
    let provider = Issuer::Provider {
        tenant: HOME,
        provider: "microsoft".into(),
    };
    assert_eq!(outcome(&sales, &of(provider)), "ok");
    // In our own token the groups are a copy of the record: removing the user from a group works at once.
    assert_eq!(
        outcome(&sales, &of(Issuer::Tenant(HOME))),
        "gateway.policy_denied"
    );
}

#[test]
fn a_deleted_user_is_told_so_rather_than_that_he_lacks_a_group() {
    let alice = user(1, "password", "Alice");
    let token = Arc::new(token(Issuer::Tenant(HOME), of_user(&alice)));
    let gone = Caller::User {
        token,
        standing: Standing::Gone,
    };
    assert_eq!(
        outcome(&policy(true, &["group:Sales"]), &gone),
        "obo.user_not_found"
    );
}

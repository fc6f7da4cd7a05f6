use super::*;
use crate::testing::{NOW, user};

/// One row of the table: who asks, on which provider's profile, with which linked users.
struct Case {
    name: &'static str,
    subject: Option<User>,
    what: What,
    issued_by: Option<&'static str>,
    linked: Vec<User>,
    expected: Result<(u128, AssertionFrom), &'static str>,
}

#[derive(Clone, Copy)]
enum What {
    Nobody,
    Application,
    Gone,
    User,
}

fn inactive(mut user: User) -> User {
    user.active = false;
    user
}

fn later(mut user: User) -> User {
    user.created_at = NOW.plus_s(60);
    user
}

#[test]
fn the_checks_run_in_the_order_of_the_reference() {
    let own = || user(1, "microsoft", "Alice");
    let windows = || user(2, "windows", "Alice");
    let case = |name, what, subject, linked, expected| Case {
        name,
        subject,
        what,
        issued_by: None,
        linked,
        expected,
    };
    use What::{Application, Gone, Nobody, User};
    let vault = AssertionFrom::Vault;
    let cases = [
        case("E2", Nobody, None, vec![own()], Err("obo.no_access_token")),
        case(
            "E4",
            Application,
            None,
            vec![own()],
            Err("obo.no_user_in_token"),
        ),
        case("E5", Gone, None, vec![own()], Err("obo.user_not_found")),
        case(
            "E3",
            User,
            Some(inactive(own())),
            vec![],
            Err("obo.user_inactive"),
        ),
        case(
            "E3 before E6",
            User,
            Some(inactive(windows())),
            vec![],
            Err("obo.user_inactive"),
        ),
        case(
            "E3 of the linked",
            User,
            Some(windows()),
            vec![inactive(own())],
            Err("obo.user_inactive"),
        ),
        case(
            "E6 alone",
            User,
            Some(windows()),
            vec![],
            Err("obo.no_provider_user"),
        ),
        case(
            "E6 with others",
            User,
            Some(windows()),
            vec![windows()],
            Err("obo.no_provider_user"),
        ),
        case("own user", User, Some(own()), vec![], Ok((1, vault))),
        case(
            "linked user",
            User,
            Some(windows()),
            vec![own()],
            Ok((1, vault)),
        ),
        case(
            "the oldest active of several",
            User,
            Some(windows()),
            vec![
                later(user(3, "microsoft", "A")),
                inactive(user(4, "microsoft", "B")),
                later(own()),
            ],
            Ok((1, vault)),
        ),
    ];
    for case in cases {
        check(&case);
    }
}

#[test]
fn a_token_of_the_provider_itself_is_the_assertion() {
    let own = |issued_by, expected| Case {
        name: "R48",
        subject: Some(user(1, "microsoft", "Alice")),
        what: What::User,
        issued_by,
        linked: vec![],
        expected: Ok((1, expected)),
    };
    check(&own(Some("microsoft"), AssertionFrom::Caller));
    check(&own(Some("other"), AssertionFrom::Vault));
    // Signed in with a token of another provider: the linked user's token comes from the vault, never the caller's own.
    check(&Case {
        name: "R48 through the person",
        subject: Some(user(2, "google", "Alice")),
        what: What::User,
        issued_by: Some("google"),
        linked: vec![user(1, "microsoft", "Alice")],
        expected: Ok((1, AssertionFrom::Vault)),
    });
}

fn check(case: &Case) {
    let user = case.subject.clone().map(Arc::new);
    let linked: Vec<_> = case.linked.iter().cloned().map(Arc::new).collect();
    let subject = match (case.what, &user) {
        (What::Nobody, _) => Subject::Nobody,
        (What::Application, _) => Subject::Application,
        (What::User, Some(user)) => Subject::User(user),
        _ => Subject::Gone,
    };
    let facts = Facts {
        subject,
        provider: "microsoft",
        issued_by: case.issued_by,
        linked: &linked,
    };
    let decided = decide(facts)
        .map(|found| (found.user.id.0.as_u128(), found.assertion))
        .map_err(|fault| fault.kind.name);
    assert_eq!(decided, case.expected, "{}", case.name);
}

#[test]
fn the_messages_are_the_seeds_own() {
    let texts = [
        (&OBO_NO_ACCESS_TOKEN, 401, "No Access Token Is Present"),
        (
            &OBO_NO_USER_IN_TOKEN,
            403,
            "No user could be found in the current access token",
        ),
        (
            &OBO_USER_NOT_FOUND,
            401,
            "The user contained in the access token was not found in the system",
        ),
        (&OBO_USER_INACTIVE, 403, "The current user is inactive"),
        (
            &OBO_NO_PROVIDER_USER,
            403,
            "No user could be found for the requested provider",
        ),
        (
            &OBO_NO_PROVIDER_TOKEN,
            401,
            "No user token was found for the current user that could be used for the requested provider",
        ),
    ];
    for (kind, status, text) in texts {
        assert_eq!((kind.http, kind.plain().detail.as_str()), (status, text));
    }
}

#[test]
fn a_missing_token_comes_with_the_way_to_get_one() {
    let link = "https://id.test/signin?provider={provider}";
    for miss in [
        VaultMiss::NoToken,
        VaultMiss::Expired,
        VaultMiss::RefreshRefused("invalid_grant".into()),
    ] {
        let fault = missing(&miss, "microsoft", link);
        assert!(fault.is(&OBO_NO_PROVIDER_TOKEN), "{miss:?}");
        let url = (
            "sign_in_url",
            "https://id.test/signin?provider=microsoft".to_owned(),
        );
        assert!(fault.facts.contains(&url), "{:?}", fault.facts);
    }
    // Out of reach is not missing: the user would sign in for nothing.
    let fault = missing(
        &VaultMiss::Unavailable("connection refused".into()),
        "microsoft",
        link,
    );
    assert!(fault.is(&VAULT_UNAVAILABLE));
    assert!(fault.facts.iter().all(|(name, _)| *name != "sign_in_url"));
}

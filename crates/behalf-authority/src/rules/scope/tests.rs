use super::*;
use crate::testing::{principal, resource};

fn requested(scopes: &[&str], oidc: &[&str], api: Option<&str>) -> Requested {
    let named: Vec<String> = scopes
        .iter()
        .filter(|s| **s != DEFAULT)
        .map(|s| (*s).to_owned())
        .collect();
    let prefixed = |value: &&str| format!("api://{}/{value}", api.unwrap_or_default());
    Requested {
        resource: api.map(|id| Arc::new(resource(id, &format!("api://{id}"), &["a", "b"], &[]))),
        prefix: api.map(|id| format!("api://{id}")).unwrap_or_default(),
        is_default: scopes.contains(&DEFAULT),
        scopes: named,
        original: scopes
            .iter()
            .map(prefixed)
            .chain(oidc.iter().map(|s| (*s).to_owned()))
            .collect(),
        ..Requested::default()
    }
}

#[test]
fn scope_texts() {
    assert_eq!(split("  a  b\tc ").unwrap(), ["a", "b", "c"]);
    assert!(split("").unwrap().is_empty());
    for bad in ["a\"", "a\\b", "ä", "a\u{0}b", "\u{7f}"] {
        assert_eq!(
            split(bad).unwrap_err().kind.name,
            "scope.malformed",
            "{bad:?}"
        );
    }
    assert!(split(&"a ".repeat(100)).is_ok());
    assert_eq!(
        split(&"a ".repeat(101)).unwrap_err().kind.name,
        "scope.malformed"
    );
}

#[test]
fn the_answer_repeats_the_request_letter_by_letter() {
    let granted = ["a".to_owned(), "b".to_owned()];
    assert_eq!(
        requested(&["b"], &["openid"], Some("x")).answer(&granted),
        "api://x/b openid"
    );
    assert_eq!(
        requested(&[DEFAULT], &[], Some("x")).answer(&granted),
        "api://x/.default api://x/a api://x/b"
    );
    let bare = Requested {
        is_default: true,
        original: vec!["/.default".into()],
        ..Requested::default()
    };
    assert_eq!(bare.answer(&granted), "/.default a b");
    assert_eq!(Requested::default().answer(&granted), "");
}

#[test]
fn values_must_exist_at_the_resource_in_their_kind() {
    let mut api = resource("x", "api://x", &["a", "b"], &["R"]);
    api.scopes[1].enabled = false;
    let client = principal("c");
    let add_one = |value, names| {
        let mut requested = Requested::default();
        add(&mut requested, &api, &client, value, names)
            .map(|()| requested)
            .map_err(|fault| fault.kind.name)
    };
    assert_eq!(add_one("a", Names::Scopes).unwrap().scopes, ["a"]);
    assert!(add_one(DEFAULT, Names::Scopes).unwrap().is_default);
    assert_eq!(add_one("R", Names::Roles).unwrap().scopes, ["R"]);
    for (value, names) in [
        ("b", Names::Scopes),
        ("A", Names::Scopes),
        ("R", Names::Scopes),
        ("a", Names::Roles),
        ("", Names::Scopes),
    ] {
        assert_eq!(
            add_one(value, names).unwrap_err(),
            "scope.unknown",
            "{value}"
        );
    }
}

#[test]
fn a_scope_asked_twice_counts_once() {
    let (api, client) = (resource("x", "api://x", &["a"], &[]), principal("c"));
    let mut requested = Requested::default();
    for _ in 0..2 {
        add(&mut requested, &api, &client, "a", Names::Scopes).unwrap();
    }
    assert_eq!(requested.scopes, ["a"]);
}

#[test]
fn narrower_and_wider() {
    let had = requested(&["a", "b"], &["openid", "offline_access"], Some("x"));
    let all = requested(&[DEFAULT], &["openid"], Some("x"));
    let oidc = requested(&[], &["openid"], None);
    for (asked, wider, within) in [
        (requested(&["a"], &[], Some("x")), &had, true),
        (requested(&["a", "b"], &["openid"], Some("x")), &had, true),
        (requested(&[], &["openid"], None), &had, true),
        (requested(&["a"], &["email"], Some("x")), &had, false),
        (requested(&["c"], &[], Some("x")), &had, false),
        (requested(&[DEFAULT], &[], Some("x")), &had, false),
        (requested(&["a"], &[], Some("y")), &had, false),
        (requested(&["a"], &[], Some("x")), &all, true),
        (requested(&[DEFAULT], &[], Some("x")), &all, true),
        (requested(&["a"], &[], Some("y")), &all, false),
        (requested(&["a"], &[], Some("x")), &oidc, false),
        (requested(&[], &["openid"], None), &oidc, true),
    ] {
        assert_eq!(
            is_within(&asked, wider),
            within,
            "{:?} within {:?}",
            asked.original,
            wider.original
        );
    }
}

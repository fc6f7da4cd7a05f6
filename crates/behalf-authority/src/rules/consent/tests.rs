use super::*;
use crate::testing::{principal, resource};

fn decided(asked: &[&str], granted: &[&str]) -> Result<Vec<String>, Fault> {
    let requested = Requested {
        is_default: asked == [".default"],
        scopes: asked
            .iter()
            .filter(|s| **s != ".default")
            .map(|s| (*s).to_owned())
            .collect(),
        ..Requested::default()
    };
    let granted = granted.iter().map(|s| (*s).to_owned()).collect();
    decide(
        &principal("app"),
        &resource("api", "api://x", &["a", "b", "c"], &[]),
        &requested,
        granted,
    )
}

#[test]
fn everything_asked_for_must_be_granted() {
    for (asked, granted, scopes) in [
        (&["a"][..], &["a", "b"][..], &["a"][..]),
        (&["b", "a"], &["a", "b"], &["b", "a"]),
        (&[".default"], &["b", "a"], &["a", "b"]),
    ] {
        assert_eq!(
            decided(asked, granted).unwrap(),
            scopes,
            "{asked:?} of {granted:?}"
        );
    }
    for (asked, granted) in [
        (&["a"][..], &[][..]),
        (&["a", "c"], &["a", "b"]),
        (&[".default"], &[]),
        (&["A"], &["a"]),
    ] {
        assert_eq!(
            decided(asked, granted).unwrap_err().kind.aadsts,
            65001,
            "{asked:?} of {granted:?}"
        );
    }
}

#[test]
fn the_refusal_names_client_and_what_is_missing() {
    let fault = decided(&["a", "b", "c"], &["b"]).unwrap_err();
    assert_eq!(
        fault.detail,
        "The user or administrator has not consented to use the application with ID 'app' named 'The app'. Send an interactive authorization request for this user and resource."
    );
    assert_eq!(
        fault.facts,
        [
            ("client_id", "app".to_owned()),
            ("resource", "api".to_owned()),
            ("scopes", "a c".to_owned())
        ]
    );
    assert_eq!(fault.kind.suberror, "consent_required");
    assert!(
        decided(&[".default"], &[])
            .unwrap_err()
            .facts
            .contains(&("scopes", ".default".to_owned()))
    );
}

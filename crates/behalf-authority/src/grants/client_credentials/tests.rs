use super::*;
use crate::testing::{NOW, client_id, resource, tenant_id};

fn decided(asked: &[&str], assigned: Option<&[&str]>) -> Result<Vec<String>, &'static str> {
    let api = resource("api", "api://x", &[], &["A", "B", "C"]);
    let requested = Requested {
        is_default: asked.is_empty(),
        scopes: asked.iter().map(|role| (*role).to_owned()).collect(),
        ..Requested::default()
    };
    let grant = assigned.map(|roles| AppRoleGrant {
        tenant: tenant_id(),
        client: client_id("app"),
        resource: client_id("api"),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        granted_by: "admin".into(),
        granted_at: NOW,
    });
    decide(&requested, &api, grant.as_ref()).map_err(|fault| fault.kind.name)
}

#[test]
fn default_gives_what_is_assigned_and_still_exists() {
    assert_eq!(decided(&[], Some(&["C", "A", "Gone"])).unwrap(), ["A", "C"]);
    assert!(decided(&[], Some(&[])).unwrap().is_empty());
    assert!(decided(&[], None).unwrap().is_empty());
}

#[test]
fn named_roles_must_be_assigned() {
    assert_eq!(decided(&["B"], Some(&["A", "B"])).unwrap(), ["B"]);
    for (asked, assigned) in [
        (&["B"][..], None),
        (&["A", "B"], Some(&["A"][..])),
        (&["a"], Some(&["A"])),
    ] {
        assert_eq!(
            decided(asked, assigned).unwrap_err(),
            "scope.unknown",
            "{asked:?}"
        );
    }
}

#[test]
fn entra_wants_one_default() {
    for good in [
        "api://x/.default",
        " https://contoso.com//.default ",
        "/.default",
        "guid/.default",
    ] {
        assert!(check_default(good).is_ok(), "{good}");
    }
    for bad in [
        ".default",
        "api://x/.Default",
        "api://x",
        "api://x/A",
        "a/.default b/.default",
        "a/.default openid",
    ] {
        assert_eq!(
            check_default(bad).unwrap_err().kind.aadsts,
            1002012,
            "{bad}"
        );
    }
    assert_eq!(check_default("  ").unwrap_err().kind.aadsts, 900144);
}

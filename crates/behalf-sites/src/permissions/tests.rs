use super::*;
use crate::caller::App;
use behalf_model::{TenantId, UnixTime, UserId};
use std::sync::Arc;

fn site(members: &[(&str, SiteRight)]) -> Site {
    let members = members
        .iter()
        .map(|(who, right)| SiteMember {
            who: (*who).to_owned(),
            right: *right,
        })
        .collect();
    Site {
        tenant: TenantId(Uuid::nil()),
        id: Uuid::from_u128(1),
        web_id: Uuid::from_u128(2),
        host: "content.lan".to_owned(),
        path: "sales".to_owned(),
        title: "Sales".to_owned(),
        members,
    }
}

fn alice() -> Arc<User> {
    Arc::new(User {
        tenant: TenantId(Uuid::nil()),
        id: UserId(Uuid::from_u128(0xa11ce)),
        provider: "password".to_owned(),
        subject: "alice".to_owned(),
        upn: "Alice@corp.lan".to_owned(),
        name: "Alice".to_owned(),
        given_name: String::new(),
        family_name: String::new(),
        email: String::new(),
        active: true,
        admin: false,
        person: None,
        groups: vec!["Sales".to_owned()],
        created_at: UnixTime(0),
        valid_from: None,
    })
}

fn app(permissions: &[&str]) -> App {
    let permissions = permissions.iter().map(|p| (*p).to_owned()).collect();
    App {
        client: "gateway".to_owned(),
        title: "The Gateway".to_owned(),
        permissions,
    }
}

fn both(permissions: &[&str]) -> Caller {
    Caller::UserAndApp {
        user: alice(),
        app: app(permissions),
    }
}

use SiteRight::{Manage, Read, Write};

#[test]
fn with_user_and_app_both_must_be_allowed() {
    let writer = site(&[("user:alice@CORP.lan", Write)]);
    let permit = may(&both(&["Sites.ReadWrite.All"]), Write, &writer).unwrap();
    assert_eq!(permit.site(), writer.id);
    assert!(permit.allows(Read) && permit.allows(Write) && !permit.allows(Manage));

    let missing = may(&both(&["Sites.Read.All"]), Write, &writer).unwrap_err();
    assert_eq!(
        missing,
        Missing {
            right: Write,
            app: Some(AppHalf::Scope),
            user: false
        }
    );

    let reader = site(&[("everyone", Read)]);
    let missing = may(&both(&["Sites.ReadWrite.All"]), Write, &reader).unwrap_err();
    assert_eq!(
        missing,
        Missing {
            right: Write,
            app: None,
            user: true
        }
    );

    let missing = may(&both(&["User.Read"]), Write, &site(&[])).unwrap_err();
    assert_eq!(
        missing,
        Missing {
            right: Write,
            app: Some(AppHalf::Scope),
            user: true
        }
    );
}

#[test]
fn each_scope_gives_its_right_and_the_lesser_ones() {
    let open = site(&[("everyone", Manage)]);
    let gives =
        |scope: &str| [Read, Write, Manage].map(|right| may(&both(&[scope]), right, &open).is_ok());
    assert_eq!(gives("Sites.Read.All"), [true, false, false]);
    assert_eq!(gives("Sites.ReadWrite.All"), [true, true, false]);
    assert_eq!(gives("Sites.Manage.All"), [true, true, true]);
    assert_eq!(gives("Sites.FullControl.All"), [true, true, true]);
    assert_eq!(gives("sites.readwrite.all"), [false; 3]);
    assert_eq!(gives("Sites.ReadWrite"), [false; 3]);
}

#[test]
fn a_user_without_app_needs_no_scope() {
    let caller = Caller::User(alice());
    assert!(may(&caller, Write, &site(&[("group:sales", Write)])).is_ok());
    let missing = may(&caller, Write, &site(&[("group:sales", Read)])).unwrap_err();
    assert_eq!(
        missing,
        Missing {
            right: Write,
            app: None,
            user: true
        }
    );
}

#[test]
fn an_app_alone_needs_a_role_and_no_membership() {
    assert!(
        may(
            &Caller::App(app(&["Sites.ReadWrite.All"])),
            Write,
            &site(&[])
        )
        .is_ok()
    );
    let missing = may(
        &Caller::App(app(&["Sites.Read.All"])),
        Write,
        &site(&[("everyone", Manage)]),
    )
    .unwrap_err();
    assert_eq!(
        missing,
        Missing {
            right: Write,
            app: Some(AppHalf::Role),
            user: false
        }
    );
}

#[test]
fn members_are_named_by_oid_upn_group_or_everyone() {
    let allowed = |who: &str| may(&Caller::User(alice()), Read, &site(&[(who, Read)])).is_ok();
    for who in [
        "everyone",
        "user:alice@corp.lan",
        "user:00000000-0000-0000-0000-0000000A11CE",
        "group:SALES",
    ] {
        assert!(allowed(who), "{who}");
    }
    for who in [
        "",
        "alice@corp.lan",
        "user:",
        "user:alice",
        "group:",
        "group:alice@corp.lan",
        "user:Sales",
        "everyone:x",
    ] {
        assert!(!allowed(who), "{who}");
    }
}

#[test]
fn the_fault_names_the_missing_half() {
    let caller = both(&["User.Read"]);
    let closed = site(&[]);
    let fault = may(&caller, Write, &closed)
        .unwrap_err()
        .fault(&caller, &closed);
    assert!(fault.is(&SITES_APP_SCOPE));
    assert_eq!(
        fault.detail,
        "The app gateway lacks a scope: its token needs Sites.ReadWrite.All or Sites.Manage.All or \
         Sites.FullControl.All. The user Alice@corp.lan does not have the right 'write' on the site 'content.lan,\
         00000000-0000-0000-0000-000000000001,00000000-0000-0000-0000-000000000002'."
    );
    assert_eq!(fault.facts, [("scope", "Sites.ReadWrite.All".to_owned())]);

    let caller = both(&["Sites.Read.All"]);
    let fault = may(&caller, Read, &closed)
        .unwrap_err()
        .fault(&caller, &closed);
    assert!(fault.is(&SITES_USER_RIGHT));
    // Who may not read does not learn the title either.
    assert!(!fault.detail.contains("Sales"), "{}", fault.detail);
    assert_eq!(fault.facts, []);

    let read_only = site(&[("group:Sales", Read)]);
    let caller = both(&["Sites.ReadWrite.All"]);
    let fault = may(&caller, Write, &read_only)
        .unwrap_err()
        .fault(&caller, &read_only);
    assert_eq!(
        fault.detail,
        "The user Alice@corp.lan does not have the right 'write' on the site 'Sales'."
    );

    let caller = Caller::App(app(&[]));
    let fault = may(&caller, Manage, &closed)
        .unwrap_err()
        .fault(&caller, &closed);
    assert!(fault.is(&SITES_APP_ROLE));
    assert!(
        fault
            .detail
            .contains("Sites.Manage.All or Sites.FullControl.All"),
        "{}",
        fault.detail
    );
}

#[test]
fn the_author_is_the_user_and_the_app_is_via() {
    let open = site(&[("everyone", Write)]);
    let user_and_app = both(&["Sites.ReadWrite.All"]);
    let author = may(&user_and_app, Write, &open).unwrap().author().clone();
    assert_eq!(
        author.user.as_deref(),
        Some("00000000-0000-0000-0000-0000000a11ce")
    );
    assert_eq!(
        (author.name.as_str(), author.via.as_deref()),
        ("Alice", Some("gateway"))
    );

    let author = may(&Caller::App(app(&["Sites.ReadWrite.All"])), Write, &open)
        .unwrap()
        .author()
        .clone();
    assert_eq!(
        author,
        Author {
            user: None,
            name: "The Gateway".to_owned(),
            via: Some("gateway".to_owned())
        }
    );

    let author = may(&Caller::User(alice()), Write, &open)
        .unwrap()
        .author()
        .clone();
    assert_eq!(author.via, None);
}

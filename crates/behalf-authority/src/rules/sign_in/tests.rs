use super::*;
use behalf_model::session::Session;
use behalf_model::{TenantId, UserId};
use std::sync::Arc;
use uuid::Uuid;

const NOW: UnixTime = UnixTime(10_000);

fn alice(signed_in_ago_s: i64) -> SignedIn {
    let (tenant, id) = (TenantId(Uuid::nil()), UserId(Uuid::nil()));
    let user = User {
        tenant,
        id,
        provider: "password".to_owned(),
        subject: "alice".to_owned(),
        upn: "alice@contoso.example".to_owned(),
        name: "Alice".to_owned(),
        given_name: String::new(),
        family_name: String::new(),
        email: "a.liddell@contoso.example".to_owned(),
        active: true,
        admin: false,
        person: None,
        groups: Vec::new(),
        created_at: NOW,
        valid_from: None,
    };
    let auth_time = NOW.plus_s(-signed_in_ago_s);
    let session = Session {
        id: 1,
        secret_hash: [0; 32],
        tenant,
        user: id,
        auth_time,
        amr: Vec::new(),
        expires_at: NOW.plus_s(1),
    };
    SignedIn {
        session,
        user: Arc::new(user),
    }
}

fn demand(prompt: Prompt) -> Demand<'static> {
    Demand {
        prompt,
        ..Demand::default()
    }
}

#[test]
fn a_session_answers_unless_the_client_wants_to_see_the_user() {
    let session = alice(60);
    assert!(answers(Demand::default(), &session, NOW));
    assert!(answers(
        demand(Prompt {
            none: true,
            ..Prompt::default()
        }),
        &session,
        NOW
    ));
    assert!(answers(
        demand(Prompt {
            consent: true,
            ..Prompt::default()
        }),
        &session,
        NOW
    ));
    assert!(!answers(
        demand(Prompt {
            login: true,
            ..Prompt::default()
        }),
        &session,
        NOW
    ));
    let choosing = demand(Prompt {
        select_account: true,
        ..Prompt::default()
    });
    assert!(!answers(choosing, &session, NOW) && may_continue(choosing, &session, NOW));
    assert!(!may_continue(
        demand(Prompt {
            login: true,
            ..Prompt::default()
        }),
        &session,
        NOW
    ));
}

#[test]
fn an_old_sign_in_is_not_recent() {
    let limit = |max_age_s| Demand {
        max_age_s: Some(max_age_s),
        ..Demand::default()
    };
    assert!(answers(limit(61), &alice(60), NOW));
    assert!(!answers(limit(60), &alice(60), NOW) && !may_continue(limit(60), &alice(60), NOW));
    assert!(
        !answers(limit(0), &alice(0), NOW),
        "0 asks for a new sign-in"
    );
}

#[test]
fn a_hint_for_somebody_else_is_heeded() {
    let hint = |login_hint| Demand {
        login_hint: Some(login_hint),
        ..Demand::default()
    };
    for name in [
        "alice",
        "Alice@Contoso.example",
        "a.liddell@contoso.example",
    ] {
        assert!(answers(hint(name), &alice(1), NOW), "{name}");
    }
    assert!(!answers(hint("bob@contoso.example"), &alice(1), NOW));
    assert!(
        may_continue(hint("bob@contoso.example"), &alice(1), NOW),
        "the user may still choose this session"
    );
}

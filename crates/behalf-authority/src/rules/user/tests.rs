use super::*;
use behalf_model::TenantId;

fn user(active: bool, valid_from: Option<i64>) -> Option<Arc<User>> {
    Some(Arc::new(User {
        tenant: TenantId(uuid::Uuid::from_u128(1)),
        id: id(),
        provider: "password".into(),
        subject: "ann".into(),
        upn: "ann@corp.example".into(),
        name: "Ann".into(),
        given_name: String::new(),
        family_name: String::new(),
        email: String::new(),
        active,
        admin: false,
        person: None,
        groups: vec![],
        created_at: UnixTime(0),
        valid_from: valid_from.map(UnixTime),
    }))
}

fn id() -> UserId {
    UserId(uuid::Uuid::from_u128(7))
}

#[test]
fn states_of_a_user() {
    let name = |found, at| {
        decide(found, id(), UnixTime(at))
            .map(|_| "ok")
            .unwrap_or_else(|fault| fault.kind.name)
    };
    assert_eq!(name(None, 100), "user.gone");
    assert_eq!(name(user(false, None), 100), "user.inactive");
    assert_eq!(name(user(true, None), 100), "ok");
    assert_eq!(name(user(true, Some(101)), 100), "grant.revoked");
    assert_eq!(name(user(true, Some(100)), 100), "ok");
    // Being disabled is the more lasting reason, so it is the one that is told.
    assert_eq!(name(user(false, Some(101)), 100), "user.inactive");
}

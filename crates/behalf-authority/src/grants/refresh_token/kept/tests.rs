use super::*;
use crate::testing::{NOW, principal, refresh as family};

const SECRET: &str = "0123456789012345678901234567890123456789012";

fn decided(change: impl FnOnce(&mut RefreshGrant, &mut Principal)) -> Result<i64, &'static str> {
    let (mut grant, mut client) = (family("app", SECRET, Some("previous")), principal("app"));
    grant.authorization.host_web = Some("https://sites.test/web".into());
    change(&mut grant, &mut client);
    let token = format!("4.{SECRET}{}", "p".repeat(22));
    let presented = refresh::read(&token).unwrap();
    decide(Some(&grant), &presented, &client, NOW)
        .map(|grant| grant.id)
        .map_err(|fault| fault.kind.name)
}

#[test]
fn it_is_good_until_its_last_second() {
    assert_eq!(decided(|_, _| ()), Ok(4));
    assert_eq!(decided(|grant, _| grant.expires_at = NOW.plus_s(1)), Ok(4));
    let expired = Err("acs.refresh_token_expired");
    assert_eq!(decided(|grant, _| grant.expires_at = NOW), expired);
}

#[test]
fn anything_else_is_refused() {
    let invalid = Err("refresh_token.invalid");
    assert_eq!(decided(|grant, _| grant.secret_hash = [0; 32]), invalid);
    assert_eq!(
        decided(|grant, _| grant.authorization.client = "other".parse().unwrap()),
        invalid
    );
    assert_eq!(
        decided(|_, client| client.tenant.0 = uuid::Uuid::nil()),
        invalid
    );
    assert_eq!(
        decided(|grant, _| grant.authorization.host_web = None),
        invalid
    );
    assert_eq!(
        decided(|grant, _| grant.revoked = true),
        Err("refresh_token.revoked")
    );
}

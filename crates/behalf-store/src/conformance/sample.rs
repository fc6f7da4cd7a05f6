//! Rows to test with.

use behalf_model::audit::AuditEvent;
use behalf_model::entity::EntityRow;
use behalf_model::grant::{Authorization, CodeDetails, PkceChallenge, PkceMethod, SecretHash};
use behalf_model::ports::{Change, Expect, NewCode, NewRefresh, NewSession, Store, StoreError};
use behalf_model::secret::Sealed;
use behalf_model::session::ProviderTokenRow;
use behalf_model::site::Author;
use behalf_model::{ClientId, TenantId, UnixTime, UserId};
use uuid::Uuid;

/// Text that breaks what handles bytes, quotes or lengths carelessly.
pub(super) const ODD: &str =
    "Zoë 'O\"Brien' \\ %_;-- \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{202e}עברית\r\n\t日本";
pub(super) const LONG: usize = 1 << 20;
pub(super) const NOW: UnixTime = UnixTime(1_767_225_600);

pub(super) fn tenant(number: u128) -> TenantId {
    TenantId(Uuid::from_u128(number))
}

pub(super) fn user(number: u128) -> UserId {
    UserId(Uuid::from_u128(
        0xffff_0000_0000_0000_0000_0000_0000_0000 | number,
    ))
}

pub(super) fn client(id: &str) -> ClientId {
    id.parse().expect("a client id")
}

/// Not the same byte everywhere, so that a cut or shifted hash shows.
pub(super) fn hash(number: u8) -> SecretHash {
    std::array::from_fn(|index| number.wrapping_add(index as u8))
}

pub(super) fn entity(kind: &str, tenant: TenantId, key: &str) -> EntityRow {
    EntityRow {
        kind: kind.to_owned(),
        tenant,
        key: key.to_owned(),
        body: format!("{{\"key\":\"{key}\"}}"),
        aliases: Vec::new(),
        tags: Vec::new(),
    }
}

pub(super) fn put(row: &EntityRow) -> Change {
    Change::PutEntity {
        row: row.clone(),
        expect: Expect::Any,
    }
}

pub(super) fn authorization() -> Authorization {
    Authorization {
        tenant: tenant(1),
        client: client("11111111-2222-3333-4444-555555555555"),
        user: user(1),
        scopes: vec!["openid".to_owned(), ODD.to_owned()],
        auth_time: NOW,
        amr: vec!["pwd".to_owned(), "otp".to_owned()],
        session: Some(i64::MAX),
        host_web: Some(format!("https://sites.example/{ODD}")),
    }
}

/// Every optional part left out, every list empty.
pub(super) fn bare_authorization() -> Authorization {
    Authorization {
        client: client("A.b_c-9"),
        scopes: Vec::new(),
        auth_time: UnixTime(0),
        amr: Vec::new(),
        session: None,
        host_web: None,
        ..authorization()
    }
}

pub(super) fn new_code(number: u8, expires_at: UnixTime) -> NewCode {
    let details = CodeDetails {
        authorization: authorization(),
        redirect_uri: format!("https://app.example/{ODD}"),
        nonce: Some(ODD.to_owned()),
        pkce: Some(PkceChallenge {
            challenge: "c".repeat(43),
            method: PkceMethod::S256,
        }),
    };
    NewCode {
        secret_hash: hash(number),
        details,
        expires_at,
    }
}

pub(super) fn new_refresh(
    number: u8,
    authorization: Authorization,
    code: Option<i64>,
) -> NewRefresh {
    NewRefresh {
        secret_hash: hash(number),
        authorization,
        code,
        created_at: NOW,
        expires_at: NOW.plus_s(7_776_000),
    }
}

pub(super) fn new_session(number: u8, user: UserId, expires_at: UnixTime) -> NewSession {
    NewSession {
        secret_hash: hash(number),
        tenant: tenant(1),
        user,
        auth_time: NOW.plus_s(-5),
        amr: vec!["pwd".to_owned(), ODD.to_owned()],
        expires_at,
    }
}

pub(super) fn provider_token(user: UserId, provider: &str) -> ProviderTokenRow {
    ProviderTokenRow {
        tenant: tenant(1),
        user,
        provider: provider.to_owned(),
        access_token: Sealed(format!("k1.{}", "a".repeat(8_192))),
        refresh_token: Some(Sealed("k1.refresh".to_owned())),
        expires_at: NOW.plus_s(3_600),
        obtained_at: NOW,
    }
}

pub(super) fn author(name: &str) -> Author {
    Author {
        user: Some(Uuid::from_u128(7).to_string()),
        name: name.to_owned(),
        via: Some("gateway".to_owned()),
    }
}

pub(super) fn event(action: &str) -> AuditEvent {
    AuditEvent {
        at_ms: 1_767_225_600_123,
        action: action.to_owned(),
        outcome: "ok".to_owned(),
        ..AuditEvent::default()
    }
}

/// Ids of the inserted rows.
pub(super) async fn commit(store: &dyn Store, changes: Vec<Change>) -> Vec<i64> {
    store
        .commit(changes)
        .await
        .expect("the commit is accepted")
        .ids
}

pub(super) async fn conflict(store: &dyn Store, changes: Vec<Change>) {
    let result = store.commit(changes).await;
    assert!(
        matches!(result, Err(StoreError::Conflict(_))),
        "expected a conflict, got {result:?}"
    );
}

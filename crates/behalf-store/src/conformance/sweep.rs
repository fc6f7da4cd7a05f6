use super::sample::{
    NOW, author, bare_authorization, commit, entity, event, hash, new_code, new_refresh,
    new_session, provider_token, put, tenant, user,
};
use behalf_model::UnixTime;
use behalf_model::audit::AuditQuery;
use behalf_model::ports::{Change, NewRefresh, Store};
use behalf_model::site::NewItem;
use serde_json::Map;
use std::sync::Arc;
use uuid::Uuid;

fn expiring(number: u8, expires_at: UnixTime) -> Vec<Change> {
    let refresh = NewRefresh {
        expires_at,
        ..new_refresh(number, bare_authorization(), None)
    };
    vec![
        Change::InsertCode(new_code(number, expires_at)),
        Change::InsertRefresh(refresh),
        Change::InsertSession(new_session(number, user(1), expires_at)),
        Change::UseOnce {
            hash: hash(number),
            expires_at,
        },
    ]
}

async fn present(store: &dyn Store, ids: &[i64]) -> [bool; 3] {
    [
        store.code(ids[0]).await.expect("read").is_some(),
        store.refresh(ids[1]).await.expect("read").is_some(),
        store.session(ids[2]).await.expect("read").is_some(),
    ]
}

/// A revoked refresh token and a redeemed code stay as long as others: a replay must still be recognised.
pub(super) async fn removes_what_expired_before_the_given_time(store: Arc<dyn Store>) {
    let store = &*store;
    let expired = commit(store, expiring(1, NOW.plus_s(-1))).await;
    let due = commit(store, expiring(2, NOW)).await;
    let used = commit(store, expiring(3, NOW.plus_s(1))).await;
    commit(
        store,
        vec![
            Change::RedeemCode { id: used[0] },
            Change::RevokeRefresh { id: used[1] },
        ],
    )
    .await;
    let list = Uuid::nil();
    commit(
        store,
        vec![
            put(&entity("k", tenant(1), "a")),
            Change::PutProviderToken(provider_token(user(1), "p")),
            Change::InsertItem(NewItem {
                list,
                fields: Map::new(),
                by: author("Ann"),
                at: UnixTime(0),
            }),
            Change::Audit(event("old")),
        ],
    )
    .await;
    let version = store.facts_version();

    assert_eq!(store.sweep(UnixTime(0)).await, Ok(0));
    assert_eq!(store.sweep(NOW).await, Ok(4));
    assert_eq!(present(store, &expired).await, [false; 3]);
    assert_eq!(present(store, &due).await, [true; 3]);
    assert_eq!(present(store, &used).await, [true; 3]);
    assert_eq!(store.sweep(NOW.plus_s(1)).await, Ok(4));
    assert_eq!(store.sweep(UnixTime(i64::MAX)).await, Ok(4));
    assert_eq!(present(store, &used).await, [false; 3]);

    assert_eq!(store.facts_version(), version);
    assert!(
        store
            .entity("k", tenant(1), "a")
            .await
            .expect("read")
            .is_some()
    );
    assert!(
        store
            .provider_token(tenant(1), user(1), "p")
            .await
            .expect("read")
            .is_some()
    );
    assert!(store.item(list, 1).await.expect("read").is_some());
    assert_eq!(
        store
            .audit(&AuditQuery {
                limit: 9,
                ..AuditQuery::default()
            })
            .await
            .expect("read")
            .len(),
        1
    );
}

pub(super) async fn removes_more_than_a_batch(store: Arc<dyn Store>) {
    let codes = |expires_at| (0..2_500).map(move |_| Change::InsertCode(new_code(1, expires_at)));
    let ids = commit(&*store, codes(NOW).chain(codes(NOW.plus_s(9))).collect()).await;
    assert_eq!(store.sweep(NOW.plus_s(5)).await, Ok(2_500));
    assert!(store.code(ids[2_499]).await.expect("read").is_none());
    assert!(store.code(ids[2_500]).await.expect("read").is_some());
}

/// Else a token that expired long ago would meet the row of a stranger's.
pub(super) async fn never_frees_an_id(store: Arc<dyn Store>) {
    let store = &*store;
    let before = commit(store, expiring(1, NOW)).await;
    assert_eq!(store.sweep(NOW.plus_s(1)).await, Ok(4));
    let after = commit(store, expiring(2, NOW)).await;
    assert!(
        before
            .iter()
            .zip(&after)
            .all(|(before, after)| before < after),
        "{before:?} {after:?}"
    );
    commit(store, vec![Change::DeleteSession { id: after[2] }]).await;
    assert!(commit(store, expiring(3, NOW)).await[2] > after[2]);
}

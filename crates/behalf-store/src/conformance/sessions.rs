use super::sample::{NOW, ODD, commit, conflict, hash, new_session, provider_token, tenant, user};
use behalf_model::UnixTime;
use behalf_model::ports::{Change, NewSession, Store};
use behalf_model::secret::Sealed;
use behalf_model::session::{ProviderTokenRow, Session};
use std::sync::Arc;

pub(super) async fn every_field_comes_back(store: Arc<dyn Store>) {
    let store = &*store;
    let full = new_session(1, user(1), NOW.plus_s(60));
    let bare = NewSession {
        amr: Vec::new(),
        expires_at: UnixTime(i64::MAX),
        ..full.clone()
    };
    let all = [full, bare];
    let ids = commit(
        store,
        all.iter().cloned().map(Change::InsertSession).collect(),
    )
    .await;
    for (id, new) in ids.into_iter().zip(all) {
        let NewSession {
            secret_hash,
            tenant,
            user,
            auth_time,
            amr,
            expires_at,
        } = new;
        let expected = Session {
            id,
            secret_hash,
            tenant,
            user,
            auth_time,
            amr,
            expires_at,
        };
        assert_eq!(store.session(id).await.expect("read"), Some(expected));
    }
    assert_eq!(store.session(i64::MAX).await.expect("read"), None);
}

pub(super) async fn are_deleted_by_id_and_by_user(store: Arc<dyn Store>) {
    let store = &*store;
    let insert = |number: u128| Change::InsertSession(new_session(1, user(number), NOW));
    let ids = commit(store, vec![insert(1), insert(1), insert(2), insert(3)]).await;
    let present = async || {
        let mut present = Vec::new();
        for (index, id) in ids.iter().enumerate() {
            if store.session(*id).await.expect("read").is_some() {
                present.push(index);
            }
        }
        present
    };
    commit(store, vec![Change::DeleteSession { id: ids[3] }]).await;
    assert_eq!(present().await, [0, 1, 2]);
    commit(
        store,
        vec![Change::DeleteSessionsOfUser {
            tenant: tenant(2),
            user: user(1),
        }],
    )
    .await;
    assert_eq!(present().await, [0, 1, 2]);
    commit(
        store,
        vec![Change::DeleteSessionsOfUser {
            tenant: tenant(1),
            user: user(1),
        }],
    )
    .await;
    assert_eq!(present().await, [2]);
    commit(store, vec![Change::DeleteSession { id: ids[3] }]).await;
}

async fn get(store: &dyn Store, row: &ProviderTokenRow) -> Option<ProviderTokenRow> {
    store
        .provider_token(row.tenant, row.user, &row.provider)
        .await
        .expect("read")
}

pub(super) async fn provider_tokens_come_back(store: Arc<dyn Store>) {
    let store = &*store;
    let full = provider_token(user(1), ODD);
    commit(store, vec![Change::PutProviderToken(full.clone())]).await;
    assert_eq!(get(store, &full).await.as_ref(), Some(&full));

    let replaced = ProviderTokenRow {
        access_token: Sealed("k2.other".to_owned()),
        refresh_token: None,
        expires_at: UnixTime(1),
        obtained_at: UnixTime(0),
        ..full.clone()
    };
    commit(store, vec![Change::PutProviderToken(replaced.clone())]).await;
    assert_eq!(get(store, &full).await, Some(replaced));
    assert_eq!(get(store, &provider_token(user(1), "other")).await, None);
    assert_eq!(get(store, &provider_token(user(2), ODD)).await, None);
    assert_eq!(
        get(
            store,
            &ProviderTokenRow {
                tenant: tenant(2),
                ..full
            }
        )
        .await,
        None
    );
}

pub(super) async fn provider_tokens_are_deleted_by_provider_and_by_user(store: Arc<dyn Store>) {
    let store = &*store;
    let all = [(1, "a"), (1, "b"), (1, "c"), (2, "a")]
        .map(|(number, provider)| provider_token(user(number), provider));
    commit(
        store,
        all.iter().cloned().map(Change::PutProviderToken).collect(),
    )
    .await;
    let present = async || {
        let mut present = Vec::new();
        for (index, row) in all.iter().enumerate() {
            if get(store, row).await.is_some() {
                present.push(index);
            }
        }
        present
    };
    let delete = |tenant_number, provider: Option<&str>| {
        let (tenant, user) = (tenant(tenant_number), user(1));
        vec![Change::DeleteProviderTokens {
            tenant,
            user,
            provider: provider.map(str::to_owned),
        }]
    };
    commit(store, delete(1, Some("b"))).await;
    assert_eq!(present().await, [0, 2, 3]);
    commit(store, delete(2, None)).await;
    commit(store, delete(1, Some("none"))).await;
    assert_eq!(present().await, [0, 2, 3]);
    commit(store, delete(1, None)).await;
    assert_eq!(present().await, [3]);
}

/// A store has no clock: the hash stays used until a sweep takes it away, however early it expires.
pub(super) async fn a_hash_is_used_once(store: Arc<dyn Store>) {
    let store = &*store;
    let use_once = |number, expires_at| {
        vec![Change::UseOnce {
            hash: hash(number),
            expires_at,
        }]
    };
    commit(store, use_once(1, NOW)).await;
    conflict(store, use_once(1, NOW)).await;
    conflict(store, use_once(1, NOW.plus_s(900))).await;
    commit(store, use_once(2, NOW)).await;
    store.sweep(NOW).await.expect("swept");
    conflict(store, use_once(1, NOW)).await;
    store.sweep(NOW.plus_s(1)).await.expect("swept");
    commit(store, use_once(1, NOW.plus_s(900))).await;
    conflict(store, [use_once(3, NOW), use_once(3, NOW)].concat()).await;
}

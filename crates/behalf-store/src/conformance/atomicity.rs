use super::sample::{
    NOW, author, bare_authorization, commit, conflict, entity, event, hash, new_code, new_refresh,
    new_session, provider_token, put, tenant, user,
};
use behalf_model::audit::AuditQuery;
use behalf_model::ports::{Change, ItemQuery, Store};
use behalf_model::site::NewItem;
use serde_json::Map;
use std::sync::Arc;
use tokio::task::JoinSet;
use uuid::Uuid;

fn insert_item() -> Change {
    Change::InsertItem(NewItem {
        list: Uuid::nil(),
        fields: Map::new(),
        by: author("Ann"),
        at: NOW,
    })
}

/// One change of every kind before the conflict, and nothing of it remains.
pub(super) async fn a_conflict_undoes_the_whole_commit(store: Arc<dyn Store>) {
    let store = &*store;
    let kept = entity("k", tenant(1), "kept");
    let ids = commit(
        store,
        vec![
            put(&kept),
            Change::InsertCode(new_code(1, NOW)),
            Change::InsertRefresh(new_refresh(1, bare_authorization(), None)),
            Change::InsertSession(new_session(1, user(1), NOW)),
            insert_item(),
            Change::PutProviderToken(provider_token(user(1), "kept")),
        ],
    )
    .await;
    let version = store.facts_version();
    let (before_code, before_refresh) = (store.code(ids[0]).await, store.refresh(ids[1]).await);

    conflict(
        store,
        vec![
            put(&entity("k", tenant(1), "new")),
            Change::DeleteEntity {
                kind: "k".to_owned(),
                tenant: tenant(1),
                key: "kept".to_owned(),
            },
            Change::RedeemCode { id: ids[0] },
            Change::RevokeRefresh { id: ids[1] },
            Change::DeleteSession { id: ids[2] },
            Change::DeleteItem {
                list: Uuid::nil(),
                id: ids[3],
                expected_version: None,
            },
            insert_item(),
            Change::DeleteProviderTokens {
                tenant: tenant(1),
                user: user(1),
                provider: None,
            },
            Change::UseOnce {
                hash: hash(1),
                expires_at: NOW,
            },
            Change::Audit(event("undone")),
            Change::RedeemCode { id: i64::MAX },
        ],
    )
    .await;
    assert_eq!(
        store.entities("k", tenant(1), None, 9).await.expect("read"),
        [kept]
    );
    assert_eq!(store.code(ids[0]).await, before_code);
    assert_eq!(store.refresh(ids[1]).await, before_refresh);
    assert!(store.session(ids[2]).await.expect("read").is_some());
    let items = store
        .items(&ItemQuery {
            list: Uuid::nil(),
            after: 0,
            limit: 9,
        })
        .await
        .expect("read");
    assert_eq!(items.iter().map(|item| item.id).collect::<Vec<_>>(), [1]);
    assert!(
        store
            .provider_token(tenant(1), user(1), "kept")
            .await
            .expect("read")
            .is_some()
    );
    assert_eq!(
        store
            .audit(&AuditQuery {
                limit: 9,
                ..AuditQuery::default()
            })
            .await
            .expect("read"),
        []
    );
    assert_eq!(store.facts_version(), version);
    let retried = vec![
        Change::UseOnce {
            hash: hash(1),
            expires_at: NOW,
        },
        insert_item(),
    ];
    assert_eq!(commit(store, retried).await, [2]);
}

/// However many commits share a sync, each stands or falls alone.
pub(super) async fn a_conflict_undoes_no_other_commit(store: Arc<dyn Store>) {
    let mut writers = JoinSet::new();
    for number in 0..64 {
        let store = store.clone();
        let mut changes = vec![insert_item(), Change::Audit(event("item.created"))];
        if number % 2 == 1 {
            changes.push(Change::RedeemCode { id: i64::MAX });
        }
        writers.spawn(async move { (number, store.commit(changes).await) });
    }
    let mut ids = Vec::new();
    for (number, result) in writers.join_all().await {
        assert_eq!(result.is_ok(), number % 2 == 0, "{result:?}");
        ids.extend(result.unwrap_or_default().ids);
    }
    ids.sort_unstable();
    assert_eq!(ids, (1..=32).collect::<Vec<_>>());
    let items = store
        .items(&ItemQuery {
            list: Uuid::nil(),
            after: 0,
            limit: 99,
        })
        .await
        .expect("read");
    assert_eq!(items.len(), 32);
    assert_eq!(
        store
            .audit(&AuditQuery {
                limit: 99,
                ..AuditQuery::default()
            })
            .await
            .expect("read")
            .len(),
        32
    );
}

pub(super) async fn later_commits_follow_what_was_handed_over_before(store: Arc<dyn Store>) {
    let store = &*store;
    for number in 0..10 {
        store
            .commit_soon(vec![Change::Audit(event(&format!("{number}")))])
            .await;
        store
            .commit_soon(vec![
                Change::Audit(event("undone")),
                Change::RedeemCode { id: i64::MAX },
            ])
            .await;
    }
    commit(store, vec![Change::Audit(event("last"))]).await;
    let rows = store
        .audit(&AuditQuery {
            limit: 99,
            ..AuditQuery::default()
        })
        .await
        .expect("read");
    let actions: Vec<_> = rows
        .iter()
        .rev()
        .map(|row| row.event.action.as_str())
        .collect();
    assert_eq!(
        actions,
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "last"]
    );
}

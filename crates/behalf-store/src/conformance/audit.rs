use super::sample::{LONG, ODD, commit, conflict, event, tenant};
use crate::audit_chain::{START, verify_chain};
use behalf_model::audit::{AuditEvent, AuditQuery, AuditRow};
use behalf_model::ports::{Change, Store};
use std::collections::BTreeMap;
use std::sync::Arc;

async fn read(store: &dyn Store, query: AuditQuery) -> Vec<AuditRow> {
    store.audit(&query).await.expect("read")
}

fn all() -> AuditQuery {
    AuditQuery {
        limit: usize::MAX,
        ..AuditQuery::default()
    }
}

fn full_event() -> AuditEvent {
    AuditEvent {
        at_ms: i64::MAX,
        tenant: Some(tenant(u128::MAX)),
        action: ODD.to_owned(),
        user: Some(ODD.to_owned()),
        client: Some("client".to_owned()),
        via: vec![ODD.to_owned(), "b".to_owned()],
        object: Some("o".repeat(LONG)),
        scopes: vec!["b".to_owned(), "a".to_owned()],
        outcome: "BH1301".to_owned(),
        request_id: Some(ODD.to_owned()),
        detail: BTreeMap::from([
            (ODD.to_owned(), ODD.to_owned()),
            (String::new(), String::new()),
        ]),
    }
}

pub(super) async fn every_field_comes_back(store: Arc<dyn Store>) {
    let store = &*store;
    let bare = AuditEvent::default();
    assert_eq!(
        commit(
            store,
            vec![Change::Audit(full_event()), Change::Audit(bare.clone())]
        )
        .await,
        [] as [i64; 0]
    );
    let events: Vec<_> = read(store, all())
        .await
        .into_iter()
        .map(|row| row.event)
        .collect();
    assert_eq!(events, [bare, full_event()]);
}

pub(super) async fn is_read_newest_first_by_tenant_user_and_client(store: Arc<dyn Store>) {
    let store = &*store;
    let by = |tenant_number: Option<u128>, user: Option<&str>, client: Option<&str>| AuditEvent {
        tenant: tenant_number.map(tenant),
        user: user.map(str::to_owned),
        client: client.map(str::to_owned),
        ..event("method.executed")
    };
    let events = [
        by(Some(1), Some("ann"), Some("app")),
        by(Some(1), Some("ben"), Some("app")),
        by(Some(2), Some("ann"), Some("app")),
        by(None, None, None),
        by(Some(1), Some("ann"), Some("agent")),
        by(Some(1), None, Some("app")),
    ];
    for event in events {
        commit(store, vec![Change::Audit(event)]).await;
    }
    let ids: Vec<i64> = read(store, all())
        .await
        .iter()
        .rev()
        .map(|row| row.id)
        .collect();
    assert!(ids.is_sorted() && ids.len() == 6);
    let query =
        |tenant_number: Option<u128>, user: Option<&str>, client: Option<&str>| AuditQuery {
            tenant: tenant_number.map(tenant),
            user: user.map(str::to_owned),
            client: client.map(str::to_owned),
            ..all()
        };
    let cases: [(AuditQuery, &[usize]); 9] = [
        (query(Some(1), None, None), &[5, 4, 1, 0]),
        (query(None, Some("ann"), None), &[4, 2, 0]),
        (query(None, None, Some("app")), &[5, 2, 1, 0]),
        (query(Some(1), Some("ann"), None), &[4, 0]),
        (query(Some(1), None, Some("app")), &[5, 1, 0]),
        (query(None, Some("ann"), Some("app")), &[2, 0]),
        (query(Some(1), Some("ann"), Some("app")), &[0]),
        (query(Some(3), None, None), &[]),
        (query(None, Some("ANN"), None), &[]),
    ];
    for (query, expected) in cases {
        let found: Vec<i64> = read(store, query.clone())
            .await
            .iter()
            .map(|row| row.id)
            .collect();
        assert_eq!(
            found,
            expected.iter().map(|index| ids[*index]).collect::<Vec<_>>(),
            "{query:?}"
        );

        let mut paged: Vec<i64> = Vec::new();
        while paged.len() < found.len() {
            let before = paged.last().copied();
            paged.extend(
                read(
                    store,
                    AuditQuery {
                        before,
                        limit: 2,
                        ..query.clone()
                    },
                )
                .await
                .iter()
                .map(|row| row.id),
            );
        }
        assert_eq!(paged, found);
    }
    assert_eq!(read(store, AuditQuery { limit: 0, ..all() }).await, []);
}

/// Also across commits, and across commits that were undone.
pub(super) async fn is_chained(store: Arc<dyn Store>) {
    let store = &*store;
    commit(
        store,
        vec![Change::Audit(full_event()), Change::Audit(event("signin"))],
    )
    .await;
    conflict(
        store,
        vec![
            Change::Audit(event("undone")),
            Change::RedeemCode { id: 99 },
        ],
    )
    .await;
    commit(store, vec![Change::Audit(event("consent"))]).await;
    store
        .commit_soon(vec![Change::Audit(event("item.updated"))])
        .await;
    commit(store, vec![Change::Audit(event("signout"))]).await;

    let mut rows = read(store, all()).await;
    rows.reverse();
    assert_eq!(
        rows.iter().map(|row| row.id).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5]
    );
    let texts: Vec<String> = rows
        .iter()
        .map(|row| serde_json::to_string(&row.event).expect("an event serialises"))
        .collect();
    let links = rows
        .iter()
        .zip(&texts)
        .map(|(row, text)| (row.id, text.as_str(), row.chain));
    assert_eq!(verify_chain(START, links), Ok(rows[4].chain));
}

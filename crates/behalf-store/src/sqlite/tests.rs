mod opening;
mod resealing;

use super::SqliteStore;
use behalf_model::audit::{AuditEvent, AuditQuery};
use behalf_model::entity::EntityRow;
use behalf_model::ports::{Change, Expect, Store, StoreError};
use behalf_model::{TenantId, UnixTime};
use std::path::PathBuf;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use uuid::Uuid;

const TENANT: TenantId = TenantId(Uuid::nil());

fn in_directory() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("data/behalf.db");
    (directory, path)
}

fn entity(key: &str, body: &str) -> EntityRow {
    let (kind, key, body) = ("kind".to_owned(), key.to_owned(), body.to_owned());
    EntityRow {
        kind,
        tenant: TENANT,
        key,
        body,
        aliases: Vec::new(),
        tags: Vec::new(),
    }
}

fn put(key: &str) -> Change {
    Change::PutEntity {
        row: entity(key, "{}"),
        expect: Expect::Any,
    }
}

fn audit(action: &str) -> Change {
    Change::Audit(AuditEvent {
        action: action.to_owned(),
        ..AuditEvent::default()
    })
}

fn sql(path: &std::path::Path, statement: &str) {
    rusqlite::Connection::open(path)
        .unwrap()
        .execute_batch(statement)
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn keeps_the_contract() {
    crate::conformance::run(|| Arc::new(SqliteStore::open_temporary().unwrap())).await;
}

#[tokio::test]
async fn dropping_the_store_writes_what_was_handed_over() {
    let (_directory, path) = in_directory();
    let store = SqliteStore::open(&path).unwrap();
    for number in 0..100 {
        store.commit_soon(vec![audit(&number.to_string())]).await;
    }
    drop(store);
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.verify_audit_trail().unwrap().0, 100);
}

/// The lock of another process holds the writer until the caller is gone.
#[tokio::test]
async fn a_caller_who_goes_away_stops_nobody() {
    let (_directory, path) = in_directory();
    let store = SqliteStore::open(&path).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("begin immediate").unwrap();
    let mut impatient = store.commit(vec![put("a")]);
    let polled =
        std::future::poll_fn(|context| Poll::Ready(impatient.as_mut().poll(context))).await;
    assert!(polled.is_pending());
    drop(impatient);
    other.execute_batch("commit").unwrap();
    store.commit(vec![put("b")]).await.unwrap();
    assert_eq!(
        store.entities("kind", TENANT, None, 9).await.unwrap().len(),
        2
    );
}

/// The other store stands for another process: it has connections of its own.
#[tokio::test]
async fn entity_changes_of_another_process_are_seen_and_its_audit_rows_are_not() {
    let (_directory, path) = in_directory();
    let (server, command) = (
        SqliteStore::open(&path).unwrap(),
        SqliteStore::open(&path).unwrap(),
    );
    let start = server.facts_version();
    command.commit(vec![put("a")]).await.unwrap();
    let committed = Instant::now();
    while server.facts_version() == start {
        assert!(
            committed.elapsed() < Duration::from_secs(5),
            "the change is never seen"
        );
        std::hint::spin_loop();
    }
    let seen = server.facts_version();
    assert_eq!(seen, command.facts_version());

    command.commit(vec![audit("signin")]).await.unwrap();
    let committed = Instant::now();
    while committed.elapsed() < Duration::from_millis(20) {
        assert_eq!(server.facts_version(), seen);
    }
    server.commit(vec![put("b")]).await.unwrap();
    assert!(server.facts_version() > seen);
}

#[tokio::test]
async fn a_changed_audit_row_is_named() {
    let (_directory, path) = in_directory();
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(
        store.verify_audit_trail(),
        Ok((0, crate::audit_chain::START))
    );
    store
        .commit(
            (0..2_500)
                .map(|number| audit(&number.to_string()))
                .collect(),
        )
        .await
        .unwrap();
    let newest = store
        .audit(&AuditQuery {
            limit: 1,
            ..AuditQuery::default()
        })
        .await
        .unwrap();
    assert_eq!(store.verify_audit_trail(), Ok((2_500, newest[0].chain)));

    sql(
        &path,
        "update audit set event = replace(event, '1999', '1998') where id = 2000",
    );
    let broken =
        StoreError::Corrupt("audit row 2000 does not follow from the row before it".to_owned());
    assert_eq!(store.verify_audit_trail(), Err(broken));
}

/// What cannot be read is an error, never an empty answer or a default.
#[tokio::test]
async fn unreadable_rows_are_reported_without_their_content() {
    let (_directory, path) = in_directory();
    let store = SqliteStore::open(&path).unwrap();
    store.commit(vec![put("a"), audit("signin")]).await.unwrap();
    sql(
        &path,
        "update entity set tags = 'topsecret'; update audit set event = '{\"at_ms\":\"topsecret\"}'",
    );
    let found = store.entity("kind", TENANT, "a").await;
    assert_eq!(
        found,
        Err(StoreError::Corrupt(
            "column 5 of a row holds something unexpected".to_owned()
        ))
    );
    let found = store
        .audit(&AuditQuery {
            limit: 1,
            ..AuditQuery::default()
        })
        .await;
    assert_eq!(
        found,
        Err(StoreError::Corrupt(
            "column 1 of a row holds something unexpected".to_owned()
        ))
    );
}

#[tokio::test]
async fn a_lost_table_fails_every_waiting_caller_and_the_sweep() {
    let (_directory, path) = in_directory();
    let store = SqliteStore::open(&path).unwrap();
    sql(&path, "drop table used_once; drop table item");
    let use_once = Change::UseOnce {
        hash: [1; 32],
        expires_at: UnixTime(0),
    };
    let (first, second) = tokio::join!(
        store.commit(vec![use_once.clone()]),
        store.commit(vec![use_once])
    );
    assert!(
        matches!(first, Err(StoreError::Unavailable(_))),
        "{first:?}"
    );
    assert!(
        matches!(second, Err(StoreError::Unavailable(_))),
        "{second:?}"
    );
    assert!(matches!(
        store.sweep(UnixTime(0)).await,
        Err(StoreError::Unavailable(_))
    ));
    assert!(matches!(
        store.item(Uuid::nil(), 1).await,
        Err(StoreError::Unavailable(_))
    ));
    store.commit(vec![put("a")]).await.unwrap();
}

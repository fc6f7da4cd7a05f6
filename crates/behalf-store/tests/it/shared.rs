//! Two processes on one file: a busy server and a command beside it.

use crate::child::{say, start};
use behalf_model::TenantId;
use behalf_model::audit::AuditEvent;
use behalf_model::entity::EntityRow;
use behalf_model::ports::{Change, Expect, Store};
use behalf_store::SqliteStore;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;

pub const ROLE: &str = "write beside another";
const TENANT: TenantId = TenantId(Uuid::nil());
const COMMITS: usize = 30;

fn put(key: &str) -> Change {
    let (kind, key) = ("kind".to_owned(), key.to_owned());
    let row = EntityRow {
        kind,
        tenant: TENANT,
        key,
        body: "{}".to_owned(),
        aliases: Vec::new(),
        tags: Vec::new(),
    };
    Change::PutEntity {
        row,
        expect: Expect::Absent,
    }
}

fn audit(action: &str) -> Change {
    Change::Audit(AuditEvent {
        action: action.to_owned(),
        ..AuditEvent::default()
    })
}

/// Says the version after each commit.
pub async fn write_beside_another(file: &Path) {
    let store = SqliteStore::open(file).unwrap();
    for number in 0..COMMITS {
        store
            .commit(vec![
                put(&format!("command {number:02}")),
                audit("admin.applied"),
            ])
            .await
            .unwrap();
        say(&store.facts_version().to_string());
    }
}

async fn see(server: &SqliteStore, version: u64) {
    let start = Instant::now();
    while server.facts_version() < version {
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "version {version} is never seen"
        );
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_gets_its_turn_beside_a_busy_server() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("behalf.db");
    let server = Arc::new(SqliteStore::open(&file).unwrap());
    let done = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let (server, done) = (server.clone(), done.clone());
            tokio::spawn(async move {
                let mut commits = 0;
                while !done.load(Ordering::Relaxed) {
                    server.commit(vec![audit("token.issued")]).await.unwrap();
                    commits += 1;
                }
                commits
            })
        })
        .collect();

    let mut command = start(ROLE, &file);
    let mut versions = Vec::new();
    while let Some(version) = tokio::task::block_in_place(|| command.hear()) {
        let version = version.parse().unwrap();
        see(&server, version).await;
        versions.push(version);
        let expected = format!("command {:02}", versions.len() - 1);
        assert!(
            server
                .entity("kind", TENANT, &expected)
                .await
                .unwrap()
                .is_some(),
            "a version without its data"
        );
    }
    assert!(command.succeeded());
    done.store(true, Ordering::Relaxed);
    let mut commits = 0;
    for writer in writers {
        commits += writer.await.unwrap();
    }

    assert_eq!(versions.len(), COMMITS);
    assert!(versions.is_sorted_by(|a, b| a < b), "{versions:?}");
    assert_eq!(
        server.facts_version(),
        versions[COMMITS - 1],
        "audit rows move no version"
    );
    let (audit_rows, _) = server.verify_audit_trail().unwrap();
    assert_eq!(audit_rows, (commits + COMMITS) as u64);
}

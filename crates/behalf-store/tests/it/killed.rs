//! Killed at any moment: what was acknowledged is there.

use crate::child::{say, start};
use behalf_model::audit::AuditEvent;
use behalf_model::entity::EntityRow;
use behalf_model::grant::{Authorization, CodeDetails, SecretHash};
use behalf_model::ports::{Change, Expect, NewCode, NewRefresh, Store, StoreError};
use behalf_model::{TenantId, UnixTime, UserId};
use behalf_store::SqliteStore;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

pub const ROLE: &str = "write until killed";
const TENANT: TenantId = TenantId(Uuid::nil());
const WRITERS: usize = 16;

/// The secret of a refresh token after so many rotations.
fn hash(id: i64, generation: i64) -> SecretHash {
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&id.to_be_bytes());
    hash[8..16].copy_from_slice(&generation.to_be_bytes());
    hash
}

fn authorization() -> Authorization {
    Authorization {
        tenant: TENANT,
        client: "app".parse().unwrap(),
        user: UserId(Uuid::nil()),
        scopes: vec!["openid".to_owned()],
        auth_time: UnixTime(0),
        amr: Vec::new(),
        session: None,
        host_web: None,
    }
}

fn code() -> NewCode {
    let details = CodeDetails {
        authorization: authorization(),
        redirect_uri: String::new(),
        nonce: None,
        pkce: None,
    };
    NewCode {
        secret_hash: [7; 32],
        details,
        expires_at: UnixTime(i64::MAX),
    }
}

fn refresh(code: i64) -> NewRefresh {
    NewRefresh {
        secret_hash: hash(0, 0),
        authorization: authorization(),
        code: Some(code),
        created_at: UnixTime(0),
        expires_at: UnixTime(i64::MAX),
    }
}

/// Says what was acknowledged, as soon as it was.
pub async fn write_until_killed(file: &Path) {
    let store = Arc::new(SqliteStore::open(file).unwrap());
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| tokio::spawn(write(store.clone())))
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
}

async fn write(store: Arc<SqliteStore>) {
    loop {
        let code = store
            .commit(vec![Change::InsertCode(code())])
            .await
            .unwrap()
            .ids[0];
        say(&format!("code {code}"));
        let event = AuditEvent {
            action: "token.issued".to_owned(),
            ..AuditEvent::default()
        };
        let changes = vec![
            Change::RedeemCode { id: code },
            Change::InsertRefresh(refresh(code)),
            Change::Audit(event),
        ];
        let id = store.commit(changes).await.unwrap().ids[0];
        say(&format!("redeemed {code}"));
        for generation in 0..3 {
            let (secret_hash, previous_hash) = (hash(id, generation + 1), hash(id, generation));
            let at = UnixTime(generation);
            store
                .commit(vec![Change::RotateRefresh {
                    id,
                    generation,
                    secret_hash,
                    previous_hash,
                    at,
                }])
                .await
                .unwrap();
            say(&format!("rotated {id} {}", generation + 1));
        }
        let (kind, key) = ("kind".to_owned(), code.to_string());
        let row = EntityRow {
            kind,
            tenant: TENANT,
            key,
            body: "{}".to_owned(),
            aliases: Vec::new(),
            tags: Vec::new(),
        };
        store
            .commit(vec![Change::PutEntity {
                row,
                expect: Expect::Absent,
            }])
            .await
            .unwrap();
        say(&format!("entity {code}"));
    }
}

/// What the killed process said.
#[derive(Default)]
struct Acknowledged {
    codes: Vec<i64>,
    redeemed: Vec<i64>,
    rotated: BTreeMap<i64, i64>,
    entities: Vec<String>,
}

impl Acknowledged {
    fn note(&mut self, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        match *words {
            ["code", id] => self.codes.push(id.parse().unwrap()),
            ["redeemed", id] => self.redeemed.push(id.parse().unwrap()),
            // Each writer says its own in order, and no other writer has this token.
            ["rotated", id, generation] => {
                self.rotated
                    .insert(id.parse().unwrap(), generation.parse().unwrap());
            }
            ["entity", key] => self.entities.push(key.to_owned()),
            _ => panic!("unexpected {line}"),
        }
    }

    async fn expect_all(&self, store: &SqliteStore) {
        for id in &self.codes {
            let code = store.code(*id).await.unwrap();
            assert!(
                code.is_some_and(|code| code.secret_hash == [7; 32]),
                "code {id} is lost"
            );
        }
        for id in &self.redeemed {
            let again = store.commit(vec![Change::RedeemCode { id: *id }]).await;
            assert!(
                matches!(again, Err(StoreError::Conflict(_))),
                "code {id} is redeemed twice"
            );
        }
        for (id, generation) in &self.rotated {
            let grant = store.refresh(*id).await.unwrap().unwrap();
            // The next rotation may have been written although nobody heard of it.
            assert!(
                (*generation..=generation + 1).contains(&grant.generation),
                "token {id} is set back: {grant:?}"
            );
            assert_eq!(grant.secret_hash, hash(*id, grant.generation));
            assert_eq!(grant.previous_hash, Some(hash(*id, grant.generation - 1)));
        }
        for key in &self.entities {
            assert!(
                store.entity("kind", TENANT, key).await.unwrap().is_some(),
                "entity {key} is lost"
            );
        }
    }
}

/// Three lives on one file, each ended in the middle of its work.
#[tokio::test]
async fn acknowledged_is_durable() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("behalf.db");
    let mut acknowledged = Acknowledged::default();
    for lines in [40, 400, 1_000] {
        let mut child = start(ROLE, &file);
        for _ in 0..lines {
            acknowledged.note(&child.hear().expect("it writes until it is killed"));
        }
        child.kill();
        while let Some(line) = child.hear() {
            acknowledged.note(&line);
        }
        let store = SqliteStore::open(&file).unwrap();
        acknowledged.expect_all(&store).await;
        let (audit_rows, _) = store.verify_audit_trail().unwrap();
        assert!(
            audit_rows >= acknowledged.redeemed.len() as u64,
            "{audit_rows} audit rows"
        );
    }
    assert!(acknowledged.rotated.len() > 100);
}

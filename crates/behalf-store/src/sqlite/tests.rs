use super::SqliteStore;
use behalf_model::TenantId;
use behalf_model::entity::EntityRow;
use behalf_model::ports::{Change, Expect, Store as _};
use uuid::Uuid;

fn entity(key: &str) -> EntityRow {
    EntityRow {
        kind: "thing".to_owned(),
        tenant: TenantId(Uuid::from_u128(1)),
        key: key.to_owned(),
        body: "{}".to_owned(),
        aliases: vec![format!("alias:{key}")],
        tags: vec!["all".to_owned()],
    }
}

#[tokio::test]
async fn what_was_committed_is_read_back() {
    let store = SqliteStore::open_temporary().unwrap();
    let before = store.facts_version();
    store
        .commit(vec![Change::PutEntity {
            row: entity("a"),
            expect: Expect::Any,
        }])
        .await
        .unwrap();
    assert!(store.facts_version() > before);
    let found = store
        .entity_by_alias("thing", TenantId(Uuid::from_u128(1)), "alias:a")
        .await
        .unwrap();
    assert_eq!(found, Some(entity("a")));
}

use super::sample::{LONG, NOW, ODD, commit, conflict, entity, event, new_code, put, tenant};
use behalf_model::entity::EntityRow;
use behalf_model::ports::{Change, Expect, Store};
use std::sync::Arc;

async fn get(store: &dyn Store, row: &EntityRow) -> Option<EntityRow> {
    store
        .entity(&row.kind, row.tenant, &row.key)
        .await
        .expect("read")
}

async fn by_alias(
    store: &dyn Store,
    kind: &str,
    tenant_number: u128,
    alias: &str,
) -> Option<String> {
    store
        .entity_by_alias(kind, tenant(tenant_number), alias)
        .await
        .expect("read")
        .map(|row| row.key)
}

async fn by_tag(store: &dyn Store, kind: &str, tenant_number: u128, tag: &str) -> Vec<String> {
    let rows = store
        .entities_by_tag(kind, tenant(tenant_number), tag)
        .await
        .expect("read");
    rows.into_iter().map(|row| row.key).collect()
}

fn delete(row: &EntityRow) -> Change {
    Change::DeleteEntity {
        kind: row.kind.clone(),
        tenant: row.tenant,
        key: row.key.clone(),
    }
}

pub(super) async fn every_field_comes_back(store: Arc<dyn Store>) {
    let store = &*store;
    let odd = EntityRow {
        key: ODD.to_owned(),
        body: format!("{{\"text\":\"{}\"}}", "ü".repeat(LONG / 2)),
        aliases: vec![format!("z:{ODD}"), "a:1".to_owned(), "m:2".to_owned()],
        tags: vec![format!("z:{ODD}"), "a:1".to_owned()],
        ..entity("kind", tenant(u128::MAX), "")
    };
    let bare = entity("kind", tenant(0), "bare");
    commit(store, vec![put(&odd), put(&bare)]).await;
    assert_eq!(get(store, &odd).await.as_ref(), Some(&odd));
    assert_eq!(get(store, &bare).await.as_ref(), Some(&bare));
    let (kind, tenant) = ("kind", odd.tenant);
    assert_eq!(
        store
            .entity_by_alias(kind, tenant, "m:2")
            .await
            .expect("read")
            .as_ref(),
        Some(&odd)
    );
    let expected = [odd];
    assert_eq!(
        store
            .entities_by_tag(kind, tenant, "a:1")
            .await
            .expect("read"),
        expected
    );
    assert_eq!(
        store.entities(kind, tenant, None, 10).await.expect("read"),
        expected
    );
}

pub(super) async fn are_found_within_their_kind_and_tenant_only(store: Arc<dyn Store>) {
    let store = &*store;
    let named = |kind: &str, number, key: &str| EntityRow {
        aliases: vec!["alias".to_owned()],
        tags: vec!["tag".to_owned()],
        ..entity(kind, tenant(number), key)
    };
    commit(
        store,
        vec![
            put(&named("k", 1, "a")),
            put(&named("k", 2, "b")),
            put(&named("l", 1, "c")),
        ],
    )
    .await;
    for (kind, number, key) in [("k", 1, "a"), ("k", 2, "b"), ("l", 1, "c")] {
        assert_eq!(
            by_alias(store, kind, number, "alias").await.as_deref(),
            Some(key)
        );
        assert_eq!(by_tag(store, kind, number, "tag").await, [key]);
        assert_eq!(
            store
                .entities(kind, tenant(number), None, 9)
                .await
                .expect("read")
                .len(),
            1
        );
    }
    assert_eq!(get(store, &entity("k", tenant(1), "b")).await, None);
    assert_eq!(
        get(store, &entity("k", tenant(1), "A")).await,
        None,
        "keys compare with case"
    );
    assert_eq!(by_alias(store, "l", 2, "alias").await, None);
    assert_eq!(
        by_alias(store, "k", 1, "a").await,
        None,
        "a key is no alias"
    );
    assert_eq!(by_tag(store, "k", 1, "alias").await, Vec::<String>::new());
}

pub(super) async fn lose_their_old_names_when_replaced_or_deleted(store: Arc<dyn Store>) {
    let store = &*store;
    let names = |alias: &str, tag: &str| EntityRow {
        aliases: vec![alias.to_owned(), alias.to_owned()],
        tags: vec![tag.to_owned(), tag.to_owned()],
        ..entity("k", tenant(1), "a")
    };
    commit(store, vec![put(&names("old", "old"))]).await;
    commit(store, vec![put(&names("new", "new"))]).await;
    assert_eq!(by_alias(store, "k", 1, "old").await, None);
    assert_eq!(by_tag(store, "k", 1, "old").await, Vec::<String>::new());
    assert_eq!(by_alias(store, "k", 1, "new").await.as_deref(), Some("a"));
    assert_eq!(by_tag(store, "k", 1, "new").await, ["a"]);

    commit(store, vec![delete(&names("", ""))]).await;
    assert_eq!(get(store, &names("", "")).await, None);
    assert_eq!(by_alias(store, "k", 1, "new").await, None);
    assert_eq!(by_tag(store, "k", 1, "new").await, Vec::<String>::new());
    commit(store, vec![delete(&names("", ""))]).await;
}

pub(super) async fn never_share_an_alias(store: Arc<dyn Store>) {
    let store = &*store;
    let named = |key: &str, aliases: &[&str]| EntityRow {
        aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
        ..entity("k", tenant(1), key)
    };
    commit(store, vec![put(&named("a", &["one", "two"]))]).await;
    conflict(store, vec![put(&named("b", &["three", "two"]))]).await;
    assert_eq!(get(store, &named("b", &[])).await, None);
    assert_eq!(by_alias(store, "k", 1, "three").await, None);
    assert_eq!(by_alias(store, "k", 1, "two").await.as_deref(), Some("a"));

    commit(
        store,
        vec![put(&named("a", &["one"])), put(&named("b", &["two"]))],
    )
    .await;
    assert_eq!(by_alias(store, "k", 1, "two").await.as_deref(), Some("b"));
    commit(
        store,
        vec![delete(&named("b", &[])), put(&named("c", &["two", "TWO"]))],
    )
    .await;
    assert_eq!(by_alias(store, "k", 1, "two").await.as_deref(), Some("c"));
}

pub(super) async fn are_put_only_in_the_expected_state(store: Arc<dyn Store>) {
    let store = &*store;
    let with = |body: &str| EntityRow {
        body: body.to_owned(),
        ..entity("k", tenant(1), "a")
    };
    let expecting = |body: &str, expect| {
        vec![Change::PutEntity {
            row: with(body),
            expect,
        }]
    };

    conflict(store, expecting("1", Expect::Body("0".to_owned()))).await;
    commit(store, expecting("1", Expect::Absent)).await;
    conflict(store, expecting("2", Expect::Absent)).await;
    conflict(store, expecting("2", Expect::Body("1 ".to_owned()))).await;
    assert_eq!(get(store, &with("")).await, Some(with("1")));
    commit(store, expecting("2", Expect::Body("1".to_owned()))).await;
    conflict(store, expecting("3", Expect::Body("1".to_owned()))).await;
    assert_eq!(get(store, &with("")).await, Some(with("2")));
    commit(store, expecting("3", Expect::Any)).await;
    assert_eq!(get(store, &with("")).await, Some(with("3")));
}

/// Keys are ordered by their UTF-8 bytes, whatever language the machine speaks.
pub(super) async fn are_listed_by_key_page_by_page(store: Arc<dyn Store>) {
    let store = &*store;
    let mut keys = [
        "b",
        "B",
        "a",
        "é",
        "z",
        "日",
        "\u{1f511}",
        "a b",
        "10",
        "9",
        "_",
        "aa",
    ];
    let tagged = |key: &str| EntityRow {
        tags: vec!["t".to_owned()],
        ..entity("k", tenant(1), key)
    };
    commit(store, keys.iter().map(|key| put(&tagged(key))).collect()).await;
    keys.sort_unstable();
    assert_eq!(by_tag(store, "k", 1, "t").await, keys);

    let mut seen: Vec<String> = Vec::new();
    loop {
        let after = seen.last().map(String::as_str);
        let page = store
            .entities("k", tenant(1), after, 5)
            .await
            .expect("read");
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 5);
        seen.extend(page.into_iter().map(|row| row.key));
        // Rows that come and go before the place reached, even the one it is named by, move nothing.
        let first = format!("!{}", seen.len());
        commit(
            store,
            vec![put(&tagged(&first)), delete(&tagged(&seen[seen.len() - 1]))],
        )
        .await;
    }
    assert_eq!(seen, keys);
    assert_eq!(
        store.entities("k", tenant(1), None, 0).await.expect("read"),
        []
    );
    assert_eq!(
        store
            .entities("k", tenant(1), Some("\u{10ffff}"), 5)
            .await
            .expect("read"),
        []
    );
}

/// Put and delete move it before the commit returns; what is no entity does not, or caches would be of no use.
pub(super) async fn move_the_version(store: Arc<dyn Store>) {
    let store = &*store;
    let row = entity("k", tenant(1), "a");
    let start = store.facts_version();
    commit(store, vec![put(&row)]).await;
    let after_put = store.facts_version();
    assert!(after_put > start);
    commit(store, vec![put(&row), put(&entity("k", tenant(1), "b"))]).await;
    let after_second_put = store.facts_version();
    assert!(after_second_put > after_put);
    commit(store, vec![delete(&row)]).await;
    let after_delete = store.facts_version();
    assert!(after_delete > after_second_put);
    commit(
        store,
        vec![
            Change::InsertCode(new_code(1, NOW)),
            Change::Audit(event("signin")),
        ],
    )
    .await;
    assert_eq!(store.facts_version(), after_delete);
}

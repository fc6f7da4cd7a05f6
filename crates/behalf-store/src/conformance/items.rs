use super::sample::{LONG, NOW, ODD, author, commit, conflict};
use behalf_model::UnixTime;
use behalf_model::ports::{Change, ItemQuery, Store};
use behalf_model::site::{Author, Item, ItemChange, NewItem};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use tokio::task::JoinSet;
use uuid::Uuid;

fn list(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        other => Map::from_iter([("Title".to_owned(), other)]),
    }
}

fn new_item(list_number: u128, title: &str) -> NewItem {
    NewItem {
        list: list(list_number),
        fields: fields(json!(title)),
        by: author("Ann"),
        at: NOW,
    }
}

fn insert(list_number: u128) -> Change {
    Change::InsertItem(new_item(list_number, "title"))
}

fn delete(list_number: u128, id: i64, expected_version: Option<i64>) -> Change {
    Change::DeleteItem {
        list: list(list_number),
        id,
        expected_version,
    }
}

async fn get(store: &dyn Store, list_number: u128, id: i64) -> Option<Item> {
    store.item(list(list_number), id).await.expect("read")
}

async fn ids(store: &dyn Store, list_number: u128, after: i64, limit: usize) -> Vec<i64> {
    let page = store
        .items(&ItemQuery {
            list: list(list_number),
            after,
            limit,
        })
        .await
        .expect("read");
    page.into_iter().map(|item| item.id).collect()
}

pub(super) async fn every_field_comes_back(store: Arc<dyn Store>) {
    let store = &*store;
    let odd = json!({
        ODD: ODD, "null": null, "true": true, "int": i64::MIN, "uint": u64::MAX, "float": 0.1, "tiny": 5e-324,
        "nested": [{"a": [1, "2", [3.5]]}], "": "", "long": "x".repeat(LONG),
    });
    let nobody = Author {
        user: None,
        name: String::new(),
        via: None,
    };
    let all = [
        NewItem {
            fields: fields(odd),
            by: author(ODD),
            at: NOW,
            list: list(u128::MAX),
        },
        NewItem {
            fields: Map::new(),
            by: nobody,
            at: UnixTime(0),
            list: list(u128::MAX),
        },
    ];
    let inserted = commit(store, all.iter().cloned().map(Change::InsertItem).collect()).await;
    assert_eq!(inserted, [1, 2]);
    let page = store
        .items(&ItemQuery {
            list: list(u128::MAX),
            after: 0,
            limit: 9,
        })
        .await
        .expect("read");
    for ((id, new), listed) in inserted.into_iter().zip(all).zip(page) {
        let NewItem {
            list: of,
            fields,
            by,
            at,
        } = new;
        let expected = Item {
            list: of,
            id,
            version: 1,
            fields,
            created_by: by.clone(),
            created_at: at,
            modified_by: by,
            modified_at: at,
        };
        assert_eq!(
            store.item(of, id).await.expect("read").as_ref(),
            Some(&expected)
        );
        assert_eq!(listed, expected);
    }
    assert_eq!(get(store, u128::MAX, 3).await, None);
    assert_eq!(get(store, 1, 1).await, None);
}

pub(super) async fn change_only_in_the_expected_version(store: Arc<dyn Store>) {
    let store = &*store;
    commit(store, vec![insert(1), insert(2)]).await;
    let before = get(store, 1, 1).await.expect("the item is there");
    let update = |id, expected_version, title: &str| {
        let (fields, by, at) = (fields(json!(title)), author("Ben"), NOW.plus_s(9));
        vec![Change::UpdateItem(ItemChange {
            list: list(1),
            id,
            expected_version,
            fields,
            by,
            at,
        })]
    };
    commit(store, update(1, Some(1), "second")).await;
    let second = Item {
        version: 2,
        fields: fields(json!("second")),
        modified_by: author("Ben"),
        modified_at: NOW.plus_s(9),
        ..before
    };
    assert_eq!(get(store, 1, 1).await, Some(second.clone()));
    conflict(store, update(1, Some(1), "late")).await;
    conflict(store, update(1, Some(3), "early")).await;
    conflict(store, update(2, None, "absent")).await;
    assert_eq!(get(store, 1, 1).await, Some(second));
    commit(store, update(1, None, "third")).await;
    assert_eq!(get(store, 1, 1).await.map(|item| item.version), Some(3));

    conflict(store, vec![delete(1, 1, Some(2))]).await;
    conflict(store, vec![delete(1, 2, None)]).await;
    commit(store, vec![delete(1, 1, Some(3))]).await;
    assert_eq!(get(store, 1, 1).await, None);
    conflict(store, vec![delete(1, 1, None)]).await;
    conflict(store, update(1, None, "deleted")).await;
    assert_eq!(
        get(store, 2, 1).await.map(|item| item.version),
        Some(1),
        "the other list is untouched"
    );
}

pub(super) async fn never_get_an_old_id(store: Arc<dyn Store>) {
    assert_eq!(
        commit(&*store, vec![insert(1), insert(2), insert(1)]).await,
        [1, 1, 2]
    );
    commit(&*store, vec![delete(1, 2, None)]).await;
    assert_eq!(commit(&*store, vec![insert(1)]).await, [3]);
    commit(&*store, vec![delete(1, 1, None), delete(1, 3, None)]).await;
    assert_eq!(commit(&*store, vec![insert(1), insert(2)]).await, [4, 2]);
    conflict(&*store, vec![insert(1), delete(9, 9, None)]).await;

    let mut writers = JoinSet::new();
    for _ in 0..32 {
        let store = store.clone();
        writers.spawn(async move { store.commit(vec![insert(1)]).await.expect("accepted").ids[0] });
    }
    let mut inserted = writers.join_all().await;
    inserted.sort_unstable();
    assert_eq!(inserted, (5..37).collect::<Vec<_>>());
}

pub(super) async fn are_listed_by_id_page_by_page(store: Arc<dyn Store>) {
    let store = &*store;
    commit(
        store,
        (0..12).map(|_| insert(1)).chain([insert(2)]).collect(),
    )
    .await;
    assert_eq!(ids(store, 1, 0, 5).await, [1, 2, 3, 4, 5]);
    commit(
        store,
        vec![
            delete(1, 5, None),
            delete(1, 2, None),
            delete(1, 7, None),
            insert(1),
        ],
    )
    .await;
    assert_eq!(ids(store, 1, 5, 5).await, [6, 8, 9, 10, 11]);
    assert_eq!(ids(store, 1, 11, 5).await, [12, 13]);
    assert_eq!(ids(store, 1, 13, 5).await, [] as [i64; 0]);
    assert_eq!(ids(store, 1, 0, 0).await, [] as [i64; 0]);
    assert_eq!(ids(store, 2, 0, usize::MAX).await, [1]);
    assert_eq!(ids(store, 3, 0, 5).await, [] as [i64; 0]);
}

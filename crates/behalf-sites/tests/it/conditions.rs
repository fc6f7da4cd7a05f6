use crate::world::*;
use behalf_model::site::ColumnKind;
use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test]
async fn a_change_on_an_outdated_state_is_refused() {
    let world = World::with_products(1).await;
    let first = world
        .patch_if("\"1,1\"", &products("/items/1"), json!({"Color": "Red"}))
        .await;
    assert_eq!(
        (first.status, first.header("etag")),
        (StatusCode::OK, "\"1,2\"")
    );
    for path in ["/items/1", "/items/1/fields"] {
        let second = world
            .patch_if("\"1,1\"", &products(path), json!({"Color": "Blue"}))
            .await;
        let (status, graph, ours, _) = second.error();
        assert_eq!((status, graph, ours), (412, "resourceModified", "BH4013"));
    }
    for never in ["W/\"1,2\"", "\"2,2\"", "\"x\""] {
        let refused = world
            .patch_if(never, &products("/items/1"), json!({"Color": "Blue"}))
            .await;
        assert_eq!(refused.error().0, 412, "{never}");
    }
    assert_eq!(
        world.get(ALICE, &products("/items/1")).await.body["fields"]["Color"],
        "Red"
    );
    for good in ["*", "\"9,9\", \"1,3\""] {
        assert_eq!(
            world
                .patch_if(good, &products("/items/1"), json!({"Color": "Blue"}))
                .await
                .status,
            StatusCode::OK
        );
    }
    assert_eq!(
        world
            .patch_if("1,4", &products("/items/1"), json!({"Color": "Red"}))
            .await
            .error()
            .2,
        "BH1007"
    );
    assert_eq!(
        world
            .patch_if("*", &products("/items/9"), json!({"Color": "Red"}))
            .await
            .error()
            .0,
        404
    );
}

#[tokio::test]
async fn a_delete_can_be_conditional() {
    let world = World::with_products(1).await;
    let delete = async |etag: &str| {
        world
            .send(
                "DELETE",
                ALICE,
                &products("/items/1"),
                &[("if-match", etag)],
                axum::body::Body::empty(),
            )
            .await
    };
    assert_eq!(delete("\"1,9\"").await.error().0, 412);
    assert_eq!(delete("\"1,1\"").await.status, StatusCode::NO_CONTENT);
    assert_eq!(delete("\"1,1\"").await.error().0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_writers_with_one_etag_one_is_refused() {
    let world = World::with_products(1).await;
    let path = products("/items/1");
    for round in 1..=20 {
        let etag = format!("\"1,{round}\"");
        let red = world.patch_if(&etag, &path, json!({"Color": format!("Red {round}")}));
        let blue = world.patch_if(&etag, &path, json!({"Color": format!("Blue {round}")}));
        let (red, blue) = tokio::join!(red, blue);
        let mut statuses = [red.status.as_u16(), blue.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
        let won = if red.status == 200 { &red } else { &blue };
        let now = world.get(ALICE, &path).await;
        assert_eq!(now.body["fields"], won.body["fields"]);
        assert_eq!(now.header("etag"), won.header("etag"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_without_condition_lose_nothing_of_each_other() {
    let world = World::new().await;
    let names: Vec<String> = (0..12).map(|n| format!("C{n}")).collect();
    let columns: Vec<(&str, ColumnKind, bool)> = names
        .iter()
        .map(|n| (n.as_str(), ColumnKind::Text, false))
        .collect();
    let wide = Uuid::from_u128(0x77);
    world
        .put(&list(TENANT, SALES, wide, "Wide", &columns))
        .await;
    let items = format!("/v1.0/sites/{SALES}/lists/{wide}/items");
    world.post(ALICE, &items, json!({"fields": {}})).await;

    let world = std::sync::Arc::new(world);
    let writers: Vec<_> = names
        .iter()
        .cloned()
        .map(|name| {
            let (world, path) = (world.clone(), format!("{items}/1"));
            tokio::spawn(async move {
                world
                    .patch(ALICE, &path, json!({ name.clone(): name }))
                    .await
                    .status
            })
        })
        .collect();
    for writer in writers {
        assert_eq!(writer.await.unwrap(), StatusCode::OK);
    }
    let item = world.get(ALICE, &format!("{items}/1")).await;
    assert_eq!(item.header("etag"), "\"1,13\"");
    for name in &names {
        assert_eq!(item.body["fields"][name], Value::from(name.as_str()));
    }
}

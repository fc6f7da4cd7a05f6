use crate::world::*;
use axum::body::Body;
use http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn the_literal_request_of_the_seed_changes_the_item_as_the_user() {
    let world = World::with_products(1).await;
    let json = [("content-type", "application/json")];
    let seed = Body::from(r#"{ "Color": "Red", "Price": "12.50" }"#);
    let answer = world
        .send("PATCH", ALICE, &products("/items/1"), &json, seed)
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        (&answer.body["id"], &answer.body["fields"]["Color"]),
        (&json!("1"), &json!("Red"))
    );
    assert_eq!(
        answer.body["fields"]["Price"],
        json!(12.5),
        "a number column keeps a number"
    );
    assert_eq!(
        answer.body["fields"]["Title"], "Chair 1",
        "other columns stay"
    );
    assert_eq!(
        answer.body["lastModifiedBy"]["user"],
        json!({"id": oid("alice").to_string(), "displayName": "ALICE"})
    );
    assert_eq!(
        answer.body["lastModifiedBy"]["application"]["displayName"],
        "Ometa Framework"
    );

    let read = world.get(BOB, &products("/items/1")).await;
    assert_eq!(read.body["fields"], answer.body["fields"]);
    assert_eq!(read.header("etag"), answer.header("etag"));
}

#[tokio::test]
async fn both_documented_forms_change_the_item() {
    let world = World::with_products(1).await;
    let nested = json!({"@odata.type": "#microsoft.graph.listItem", "fields": {"@odata.type": "x", "Color": "Blue"}});
    let item = world.patch(ALICE, &products("/items/1"), nested).await;
    assert_eq!(
        (item.status, &item.body["fields"]["Color"]),
        (StatusCode::OK, &json!("Blue"))
    );

    let set = json!({"@odata.type": "#microsoft.graph.fieldValueSet", "Color": "Fuchsia", "Since": "2026-02-03"});
    let fields = world.patch(ALICE, &products("/items/1/fields"), set).await;
    assert_eq!(fields.status, StatusCode::OK);
    let mut shown = fields.body;
    shown.as_object_mut().unwrap().remove("@odata.context");
    let wanted = json!({
        "@odata.etag": "\"1,3\"", "id": "1", "Title": "Chair 1", "Color": "Fuchsia", "Price": 1,
        "Since": "2026-02-03T00:00:00Z",
    });
    assert_eq!(shown, wanted);
    let stored = world.store.item(PRODUCTS, 1).await.unwrap().unwrap();
    assert!(
        stored.fields.keys().all(|name| !name.contains("odata")),
        "{:?}",
        stored.fields
    );
}

#[tokio::test]
async fn a_new_item_has_an_address() {
    let world = World::new().await;
    let sent = json!({"fields": {"Title": "Lamp", "Price": "7", "In Stock": true, "Color": null}});
    let made = world.post(ALICE, &products("/items"), sent).await;
    assert_eq!(made.status, StatusCode::CREATED);
    assert_eq!(
        made.body["fields"],
        json!({"@odata.etag": "\"1,1\"", "id": "1", "Title": "Lamp", "Price": 7, "In Stock": true})
    );
    let location = made
        .header("location")
        .strip_prefix("https://content.lan:8444")
        .unwrap();
    let read = world.get(ALICE, location).await;
    assert_eq!(read.body["fields"], made.body["fields"]);
    assert_eq!(read.header("etag"), made.header("etag"));
}

#[tokio::test]
async fn a_deleted_item_is_gone_and_its_id_is_not_given_out_again() {
    let world = World::with_products(2).await;
    let gone = world.delete(ALICE, &products("/items/2")).await;
    assert_eq!(
        (gone.status, gone.body),
        (StatusCode::NO_CONTENT, json!(null))
    );
    assert_eq!(world.get(ALICE, &products("/items/2")).await.error().0, 404);
    assert_eq!(
        world.delete(ALICE, &products("/items/2")).await.error().2,
        "BH4012"
    );
    let sent = json!({"fields": {"Title": "Third"}});
    assert_eq!(
        world.post(ALICE, &products("/items"), sent).await.body["id"],
        "3"
    );
}

#[tokio::test]
async fn wrong_values_change_nothing() {
    let world = World::with_products(1).await;
    for (sent, code, message) in [
        (
            json!({"Colour": "Red"}),
            "BH4020",
            "The list 'Products' has no column 'Colour'.",
        ),
        (
            json!({"Color": 5}),
            "BH4021",
            "The column 'Color' takes a text.",
        ),
        (
            json!({"Color": "Red", "Price": "cheap"}),
            "BH4021",
            "The column 'Price' takes a number.",
        ),
        (
            json!({"Title": null}),
            "BH4022",
            "The column 'Title' needs a value.",
        ),
        (
            json!({"id": "2"}),
            "BH4020",
            "The list 'Products' has no column 'id'.",
        ),
    ] {
        let answer = world
            .patch(ALICE, &products("/items/1"), sent.clone())
            .await;
        let (status, graph, ours, text) = answer.error();
        assert_eq!(
            (status, graph, ours),
            (400, "invalidRequest", code),
            "{sent}"
        );
        assert!(text.starts_with(message), "{text}");
    }
    let missing = world
        .post(
            ALICE,
            &products("/items"),
            json!({"fields": {"Color": "Red"}}),
        )
        .await;
    assert_eq!(missing.error().2, "BH4022");
    let item = world.get(ALICE, &products("/items/1")).await;
    assert_eq!(
        (item.header("etag"), &item.body["fields"]["Color"]),
        ("\"1,1\"", &json!("Green"))
    );
    assert_eq!(world.audit().await.len(), 1);
}

#[tokio::test]
async fn every_write_leaves_a_row_with_user_app_and_object() {
    let world = World::with_products(1).await;
    let changed = world
        .patch(
            ALICE,
            &products("/items/1"),
            json!({"Price": 2, "Color": "Red"}),
        )
        .await;
    world.delete(ALICE, &products("/items/1")).await;
    let audit = world.audit().await;
    let items = format!("sites/{SALES}/lists/{PRODUCTS}/items");
    let rows: Vec<_> = audit
        .iter()
        .map(|row| (row.action.as_str(), row.object.clone().unwrap()))
        .collect();
    assert_eq!(
        rows,
        [
            ("item.deleted", format!("{items}/1")),
            ("item.updated", format!("{items}/1")),
            ("item.created", items.clone())
        ]
    );
    for row in &audit {
        assert_eq!(row.user, Some(oid("alice").to_string()));
        assert_eq!(
            (row.client.as_deref(), row.outcome.as_str(), row.tenant),
            (Some("gateway"), "ok", Some(TENANT))
        );
    }
    assert_eq!(
        audit[1].request_id.as_deref(),
        Some(changed.header("request-id"))
    );
    assert_eq!(audit[1].detail["columns"], "Color, Price");
}

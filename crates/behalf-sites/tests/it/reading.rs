use crate::world::*;
use behalf_model::site::{ColumnKind, SiteRight};
use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test]
async fn a_site_is_found_by_each_of_its_names() {
    let world = World::new().await;
    for name in [
        graph_id(SALES),
        graph_id(SALES)
            .replace(',', "%2C")
            .to_uppercase()
            .replace("%2C", ","),
        SALES.to_string(),
        "content.lan:/teams/sales".to_owned(),
        "CONTENT.lan:/Teams/Sales".to_owned(),
        "content.lan%3A%2Fteams%2Fsales".to_owned(),
    ] {
        let answer = world.get(ALICE, &format!("/v1.0/sites/{name}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{name}: {}", answer.body);
        assert_eq!(
            answer.body,
            json!({
                "@odata.context": "https://content.lan:8444/v1.0/$metadata#sites/$entity",
                "id": graph_id(SALES),
                "name": "sales",
                "displayName": "Site /teams/sales",
                "webUrl": "https://content.lan:8444/teams/sales",
                "siteCollection": {"hostname": "content.lan"},
            })
        );
    }
    for name in ["root", "content.lan", "content.lan:/", &graph_id(ROOT)] {
        let answer = world.get(ALICE, &format!("/v1.0/sites/{name}")).await;
        assert_eq!(
            (&answer.body["id"], &answer.body["root"]),
            (&json!(graph_id(ROOT)), &json!({})),
            "{name}"
        );
    }
}

#[tokio::test]
async fn the_only_root_site_is_root_even_under_another_host() {
    let world = World::new().await;
    let mut elsewhere = site(TENANT, ROOT, "", &[("everyone", SiteRight::Read)]);
    elsewhere.host = "contoso.sharepoint.lan".to_owned();
    world.put(&elsewhere).await;
    assert_eq!(
        world.get(ALICE, "/v1.0/sites/root").await.body["siteCollection"]["hostname"],
        "contoso.sharepoint.lan"
    );

    let mut second = site(
        TENANT,
        Uuid::from_u128(0x99),
        "",
        &[("everyone", SiteRight::Read)],
    );
    second.host = "fabrikam.sharepoint.lan".to_owned();
    world.put(&second).await;
    assert_eq!(
        world.get(ALICE, "/v1.0/sites/root").await.error().2,
        "BH4010"
    );
}

#[tokio::test]
async fn lists_are_listed_and_found_by_id_and_title() {
    let world = World::new().await;
    world
        .put(&list(
            TENANT,
            SALES,
            Uuid::from_u128(0x69),
            "R&D / Größe",
            &[("Title", ColumnKind::Text, false)],
        ))
        .await;
    let answer = world
        .get(ALICE, &format!("/v1.0/sites/{SALES}/lists"))
        .await;
    let names: Vec<&Value> = answer.body["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|list| &list["displayName"])
        .collect();
    assert_eq!(names, ["Products", "R&D / Größe"]);

    let wanted = json!({
        "id": PRODUCTS,
        "name": "Products",
        "displayName": "Products",
        "webUrl": "https://content.lan:8444/teams/sales/Lists/Products",
        "list": {"template": "genericList", "hidden": false, "contentTypesEnabled": false},
        "parentReference": {"siteId": graph_id(SALES)},
    });
    for name in [
        PRODUCTS.to_string(),
        "Products".to_owned(),
        "pRODUCTS".to_owned(),
        "%50roducts".to_owned(),
    ] {
        assert_eq!(
            world
                .get(ALICE, &format!("/v1.0/sites/{SALES}/lists/{name}"))
                .await
                .body,
            wanted,
            "{name}"
        );
    }
    let answer = world
        .get(
            ALICE,
            &format!("/v1.0/sites/{SALES}/lists/r%26d%20%2F%20gr%C3%B6%C3%9Fe"),
        )
        .await;
    assert_eq!(
        answer.body["webUrl"],
        "https://content.lan:8444/teams/sales/Lists/R%26D%20%2F%20Gr%C3%B6%C3%9Fe"
    );
}

#[tokio::test]
async fn an_item_shows_who_made_it_and_through_which_app() {
    let world = World::with_products(1).await;
    let answer = world.get(BOB, &products("/items/1")).await;
    let alice = json!({
        "user": {"id": oid("alice").to_string(), "displayName": "ALICE"},
        "application": {"id": "gateway", "displayName": "Ometa Framework"},
    });
    assert_eq!(
        answer.body,
        json!({
            "@odata.context": format!(
                "https://content.lan:8444/v1.0/$metadata#sites('{}')/lists('{PRODUCTS}')/items/$entity", graph_id(SALES)),
            "@odata.etag": "\"1,1\"",
            "id": "1",
            "eTag": "\"1,1\"",
            "createdDateTime": "2026-01-01T00:00:00Z",
            "lastModifiedDateTime": "2026-01-01T00:00:00Z",
            "createdBy": alice,
            "lastModifiedBy": alice,
            "parentReference": {"id": PRODUCTS, "siteId": graph_id(SALES)},
            "fields": {"@odata.etag": "\"1,1\"", "id": "1", "Title": "Chair 1", "Color": "Green", "Price": 1},
        })
    );
    assert_eq!(answer.header("etag"), "\"1,1\"");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(
        answer
            .header("content-type")
            .starts_with("application/json;")
    );

    let head = world
        .send(
            "HEAD",
            BOB,
            &products("/items/1"),
            &[],
            axum::body::Body::empty(),
        )
        .await;
    assert_eq!(
        (head.status, head.header("etag")),
        (StatusCode::OK, "\"1,1\"")
    );
}

#[tokio::test]
async fn fields_can_be_read_alone_and_chosen() {
    let world = World::with_products(1).await;
    let mut all = world.get(BOB, &products("/items/1/fields")).await.body;
    assert!(
        all.as_object_mut()
            .unwrap()
            .remove("@odata.context")
            .unwrap()
            .as_str()
            .unwrap()
            .ends_with("/fields/$entity")
    );
    assert_eq!(
        all,
        json!({"@odata.etag": "\"1,1\"", "id": "1", "Title": "Chair 1", "Color": "Green", "Price": 1})
    );

    let chosen = world
        .get(BOB, &products("/items/1?expand=fields(select=Color,id)"))
        .await
        .body;
    assert_eq!(
        chosen["fields"],
        json!({"@odata.etag": "\"1,1\"", "id": "1", "Color": "Green"})
    );
    let unknown = world
        .get(BOB, &products("/items/1?expand=fields(select=Colour)"))
        .await;
    assert_eq!(unknown.error().2, "BH4020");
}

#[tokio::test]
async fn items_show_fields_only_when_expanded() {
    let world = World::with_products(1).await;
    let plain = world.get(BOB, &products("/items")).await.body;
    assert_eq!(plain["value"][0]["id"], "1");
    assert_eq!(plain["value"][0].get("fields"), None);
    assert_eq!(plain.get("@odata.nextLink"), None);
    for query in ["$expand=fields", "expand=fields", "%24expand=fields"] {
        let expanded = world
            .get(BOB, &products(&format!("/items?{query}")))
            .await
            .body;
        assert_eq!(expanded["value"][0]["fields"]["Color"], "Green", "{query}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_under_the_public_url() {
    let world = World::with_products(7).await;
    assert_eq!(
        world.delete(ALICE, &products("/items/3")).await.status,
        StatusCode::NO_CONTENT
    );
    let mut path = products("/items?$expand=fields($select=Price)&$top=2");
    let (mut prices, mut pages) = (Vec::new(), 0);
    loop {
        let page = world.get(BOB, &path).await;
        pages += 1;
        prices.extend(
            page.body["value"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["fields"]["Price"].clone()),
        );
        let Some(next) = page.body.get("@odata.nextLink") else {
            break;
        };
        // The request claims another host in its Host header: links must not follow it.
        path = next
            .as_str()
            .unwrap()
            .strip_prefix("https://content.lan:8444")
            .unwrap()
            .to_owned();
        assert!(
            path.starts_with(&format!(
                "/v1.0/sites/{}/lists/{PRODUCTS}/items?",
                graph_id(SALES)
            )),
            "{path}"
        );
    }
    assert_eq!(
        (prices, pages),
        ([1, 2, 4, 5, 6, 7].map(|n| json!(n)).to_vec(), 3)
    );
    assert_eq!(
        world.get(BOB, &products("/items?$top=0")).await.body["value"],
        json!([])
    );
}

#[tokio::test]
async fn an_item_made_through_an_unknown_app_shows_its_id() {
    let world = World::new().await;
    world
        .post(
            "alice/elsewhere/Sites.ReadWrite.All",
            &products("/items"),
            json!({"fields": {"Title": "x"}}),
        )
        .await;
    let item = world.get(BOB, &products("/items/1")).await.body;
    assert_eq!(
        item["createdBy"]["application"],
        json!({"id": "elsewhere", "displayName": "elsewhere"})
    );
}

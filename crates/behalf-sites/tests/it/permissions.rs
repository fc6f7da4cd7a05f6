use crate::world::*;
use behalf_model::UnixTime;
use behalf_model::env::fixed::START_S;
use http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn without_a_right_of_the_user_no_scope_helps() {
    let world = World::with_products(1).await;
    let answer = world
        .patch(BOB, &products("/items/1"), json!({"Color": "Red"}))
        .await;
    let (status, graph, ours, message) = answer.error();
    assert_eq!((status, graph, ours), (403, "accessDenied", "BH4002"));
    assert!(
        message.starts_with("The user bob@corp.lan does not have the right 'write' on the site"),
        "{message}"
    );
    assert_eq!(
        answer.header("www-authenticate"),
        "",
        "another token would not help"
    );
    assert_eq!(
        world
            .get("carol/gateway/Sites.Read.All", &products("/items/1"))
            .await
            .error()
            .2,
        "BH4002"
    );
}

#[tokio::test]
async fn without_a_scope_of_the_app_no_right_helps() {
    let world = World::with_products(1).await;
    let answer = world
        .patch(
            "alice/gateway/Sites.Read.All",
            &products("/items/1"),
            json!({"Color": "Red"}),
        )
        .await;
    let (status, graph, ours, message) = answer.error();
    assert_eq!((status, graph, ours), (403, "accessDenied", "BH4001"));
    assert!(
        message
            .starts_with("The app gateway lacks a scope: its token needs Sites.ReadWrite.All or"),
        "{message}"
    );
    let challenge = answer.header("www-authenticate");
    assert!(
        challenge.contains("error=\"insufficient_scope\""),
        "{challenge}"
    );
    assert!(
        challenge.ends_with("scope=\"Sites.ReadWrite.All\""),
        "{challenge}"
    );

    assert_eq!(
        world
            .get("alice/gateway/User.Read", &products("/items/1"))
            .await
            .error()
            .2,
        "BH4001"
    );
    let item = world.get(ALICE, &products("/items/1")).await;
    assert_eq!(item.body["fields"]["Color"], "Green");
}

#[tokio::test]
async fn an_app_by_itself_needs_an_application_permission_and_is_its_own_editor() {
    let world = World::with_products(1).await;
    let refused = world
        .patch(
            "-/gateway/Sites.Read.All",
            &products("/items/1"),
            json!({"Color": "Red"}),
        )
        .await;
    assert_eq!((refused.error().0, refused.error().2), (403, "BH4003"));

    let changed = world
        .patch(
            "-/gateway/Sites.ReadWrite.All",
            &products("/items/1"),
            json!({"Color": "Red"}),
        )
        .await;
    let by = json!({"application": {"id": "gateway", "displayName": "Ometa Framework"}});
    assert_eq!(
        (changed.status, &changed.body["lastModifiedBy"]),
        (StatusCode::OK, &by)
    );
    assert_eq!(changed.body["createdBy"]["user"]["displayName"], "ALICE");
    let audit = world.audit().await;
    assert_eq!(
        (audit[0].user.as_deref(), audit[0].client.as_deref()),
        (None, Some("gateway"))
    );
}

#[tokio::test]
async fn a_user_without_app_acts_on_his_own_rights() {
    let world = World::with_products(1).await;
    let changed = world
        .patch("alice/-/", &products("/items/1"), json!({"Color": "Red"}))
        .await;
    let by = json!({"user": {"id": oid("alice").to_string(), "displayName": "ALICE"}});
    assert_eq!(
        (changed.status, &changed.body["lastModifiedBy"]),
        (StatusCode::OK, &by)
    );
    assert_eq!(
        world
            .patch("bob/-/", &products("/items/1"), json!({"Color": "Red"}))
            .await
            .error()
            .2,
        "BH4002"
    );
}

#[tokio::test]
async fn refused_writes_are_on_record() {
    let world = World::with_products(1).await;
    let refused = world.delete(BOB, &products("/items/1")).await;
    // A commit is ordered behind what was handed over before it.
    world
        .patch(ALICE, &products("/items/1"), json!({"Color": "Red"}))
        .await;
    let row = &world.audit().await[1];
    assert_eq!(
        (row.action.as_str(), row.outcome.as_str()),
        ("item.refused", "BH4002")
    );
    assert_eq!(
        (row.user.clone(), row.client.as_deref()),
        (Some(oid("bob").to_string()), Some("gateway"))
    );
    assert_eq!(row.object, Some(format!("sites/{SALES}")));
    assert_eq!(
        row.request_id.as_deref(),
        Some(refused.header("request-id"))
    );
}

#[tokio::test]
async fn things_of_another_site_are_not_reachable_through_this_one() {
    let world = World::with_products(1).await;
    let carol = "carol/gateway/Sites.ReadWrite.All";
    let salary = json!({"fields": {"Title": "Bob", "Price": 1000}});
    let salaries = format!("/v1.0/sites/{PEOPLE}/lists/{SALARIES}/items");
    assert_eq!(
        world.post(carol, &salaries, salary).await.status,
        StatusCode::CREATED
    );

    for path in [
        format!("{SALARIES}"),
        "Salaries".to_owned(),
        format!("{FOREIGN_LIST}"),
        "Foreign".to_owned(),
    ] {
        for rest in ["", "/items", "/items/1", "/items/1/fields"] {
            let answer = world
                .get(ALICE, &format!("/v1.0/sites/{SALES}/lists/{path}{rest}"))
                .await;
            assert_eq!(
                (answer.error().0, answer.error().2),
                (404, "BH4011"),
                "{path}{rest}"
            );
        }
        let path = format!("/v1.0/sites/{SALES}/lists/{path}/items/1");
        assert_eq!(
            world
                .patch(ALICE, &path, json!({"Color": "Red"}))
                .await
                .error()
                .2,
            "BH4011"
        );
        assert_eq!(world.delete(ALICE, &path).await.error().2, "BH4011");
    }
    // Ids of both sites in one request: the pair must fit.
    let mixed = format!(
        "/v1.0/sites/content.lan,{SALES},{}",
        graph_id(PEOPLE).rsplit(',').next().unwrap()
    );
    assert_eq!(world.get(ALICE, &mixed).await.error().2, "BH4010");
    let elsewhere = graph_id(SALES).replace("content.lan", "other.lan");
    assert_eq!(
        world
            .get(ALICE, &format!("/v1.0/sites/{elsewhere}"))
            .await
            .error()
            .2,
        "BH4010"
    );
    assert_eq!(world.get(ALICE, &salaries).await.error().2, "BH4002");
    assert_eq!(
        world.get(carol, &salaries).await.body["value"][0]["id"],
        "1"
    );
}

#[tokio::test]
async fn another_tenants_sites_and_tokens_do_not_count_here() {
    let world = World::new().await;
    for name in [
        FOREIGN.to_string(),
        graph_id(FOREIGN),
        "content.lan:/foreign".to_owned(),
    ] {
        for token in [ALICE, "-/gateway/Sites.FullControl.All"] {
            let answer = world.get(token, &format!("/v1.0/sites/{name}")).await;
            assert_eq!(
                (answer.error().0, answer.error().2),
                (404, "BH4010"),
                "{name}"
            );
        }
    }
    let answer = world
        .get("alice/gateway/Sites.ReadWrite.All/other", &products(""))
        .await;
    assert_eq!((answer.error().0, answer.error().2), (401, "BH1024"));
}

#[tokio::test]
async fn a_disabled_deleted_or_signed_out_user_has_lost_access_at_once() {
    let world = World::with_products(1).await;
    let path = products("/items/1");
    let disabled = world.get("dan/gateway/Sites.Read.All", &path).await;
    assert_eq!((disabled.error().0, disabled.error().2), (403, "BH4005"));
    let deleted = world.get("erin/gateway/Sites.Read.All", &path).await;
    assert_eq!((deleted.error().0, deleted.error().2), (401, "BH4004"));

    let mut alice = user("alice", true, &[]);
    alice.valid_from = Some(UnixTime(START_S + 1));
    world.put(&alice).await;
    assert_eq!(world.get(ALICE, &path).await.error().2, "BH1021");
    alice.valid_from = Some(UnixTime(START_S));
    world.put(&alice).await;
    assert_eq!(world.get(ALICE, &path).await.status, StatusCode::OK);
    alice.active = false;
    world.put(&alice).await;
    assert_eq!(world.get(ALICE, &path).await.error().2, "BH4005");
}

#[tokio::test]
async fn a_disabled_app_can_do_nothing_for_anybody() {
    let world = World::with_products(1).await;
    for token in [
        "alice/retired/Sites.ReadWrite.All",
        "-/retired/Sites.ReadWrite.All",
    ] {
        let answer = world.get(token, &products("/items/1")).await;
        assert_eq!(
            (answer.error().0, answer.error().2),
            (403, "BH4006"),
            "{token}"
        );
    }
}

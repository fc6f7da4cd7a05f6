//! Both worked examples of the reference (3.10, 3.11), verbatim.

use crate::fakes::{field, header, json as answer};
use crate::world::{CLIENT, TID, World, assertion};
use serde_json::json;

#[tokio::test]
async fn example_1_updates_a_product_in_the_users_name() {
    let world = World::new().await;
    let (alice, bearer) = world.user(1, "Alice").await;
    world
        .network
        .on_call(|_| answer(200, r#"{"id":"7","fields":{"Color":"Red","Price":12.50}}"#));
    let reply = world.update_product(Some(&bearer)).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(
        reply.body,
        json!({"rows": [{"Item Id": "7", "Color": "Red", "Price": 12.5}]})
    );

    let exchange = &world.network.exchanges()[0];
    assert_eq!(
        exchange.url,
        format!("https://login.microsoftonline.com/{TID}/oauth2/v2.0/token")
    );
    for (name, value) in [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("client_id", CLIENT),
        ("client_secret", "the-client-secret"),
        ("assertion", &assertion(&alice.upn)),
        ("scope", "Sites.ReadWrite.All"),
        ("requested_token_use", "on_behalf_of"),
    ] {
        assert_eq!(field(exchange, name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(
        header(exchange, "client-request-id"),
        reply.header("x-request-id")
    );

    let call = &world.network.calls()[0];
    assert_eq!(call.method, "PATCH");
    assert_eq!(
        call.url,
        "https://graph.microsoft.com/v1.0/sites/contoso.sharepoint.com,2C71,2D22/lists/Products/items/7"
    );
    assert_eq!(
        header(call, "authorization"),
        format!("Bearer for.{}", assertion(&alice.upn))
    );
    assert_eq!(header(call, "content-type"), "application/json");
    assert_eq!(call.body, r#"{"Color":"Red","Price":"12.50"}"#.as_bytes());
}

#[tokio::test]
async fn example_1_works_with_its_natural_verb() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    let body = json!({"Site Id": "s", "Color": "Blue"});
    let reply = world
        .call("PATCH", "/api/products/a%2Fb", Some(&bearer), Some(body))
        .await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.body["rows"][0]["Item Id"], "7");
    let call = &world.network.calls()[0];
    assert!(
        call.url.ends_with("/sites/s/lists/Products/items/a%2Fb"),
        "{}",
        call.url
    );
    assert_eq!(call.body, r#"{"Color":"Blue"}"#.as_bytes());
    // Identifiers serve as names too, and texts may stand in the query.
    let reply = world
        .call(
            "PATCH",
            "/api/product/7?Site_Id=q",
            Some(&bearer),
            Some(json!({"Color": "x"})),
        )
        .await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert!(world.network.calls()[1].url.contains("/sites/q/"));
}

#[tokio::test]
async fn example_2_creates_an_order_in_the_users_name() {
    let world = World::new().await;
    let (alice, bearer) = world.user(1, "Alice").await;
    world.network.on_call(|_| answer(201, r#"{"id":"O-1"}"#));
    let body = json!({"Customer Id": "C-42", "Order Reference": "PO \"7\" / é"});
    let reply = world
        .call("POST", "/api/order/create-order", Some(&bearer), Some(body))
        .await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.body, json!({"rows": [{"Order Id": "O-1"}]}));
    assert_eq!(
        field(&world.network.exchanges()[0], "scope").unwrap(),
        "api://ometa.order.system/order.read api://ometa.order.system/order.write api://ometa.order.system/order.delete"
    );
    let call = &world.network.calls()[0];
    assert_eq!(
        (call.method.as_str(), call.url.as_str()),
        ("POST", "https://erp.ometa.net/orders")
    );
    assert_eq!(
        call.body,
        r#"{"CustomerId":"C-42","Order Reference":"PO \"7\" / é"}"#.as_bytes()
    );

    let audit = &world.executions().await[0];
    assert_eq!(audit.outcome, "ok");
    assert_eq!(audit.user, Some(alice.id.to_string()));
    assert_eq!(audit.client.as_deref(), Some("front-end"));
    assert_eq!(audit.object.as_deref(), Some("order/create-order"));
    assert_eq!(audit.scopes.len(), 3);
    assert_eq!(audit.detail["profile"], "Order System OBO");
    assert_eq!(audit.detail["gateway_client"], CLIENT);
    assert_eq!(
        audit.request_id.as_deref(),
        Some(reply.header("x-request-id"))
    );
}

//! The seven errors of seed 000, each made the way the reference says (2.4), with its exact text.

use crate::fakes::json as answer;
use crate::world::HOME;
use crate::world::{CREATE_ORDER, Reply, World, user};
use behalf_model::ports::VaultMiss;
use behalf_model::source::SourceKind;
use behalf_model::token::{Issuer, TokenSubject};
use serde_json::json;

/// Nothing went out, and the audit names the outcome.
async fn refused(world: &World, reply: &Reply, expected: (u16, &str, &str), fault: &str) {
    assert_eq!(reply.problem(), expected);
    assert_eq!(reply.body["fault"], fault);
    assert!(!reply.body["hint"].as_str().unwrap().is_empty());
    assert_eq!(world.network.calls().len(), 0, "the back-end was called");
    assert_eq!(world.executions().await.last().unwrap().outcome, fault);
}

#[tokio::test]
async fn e1_no_consent() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    let sentence = "AADSTS65001: The user or administrator has not consented to use the application with ID \
        '11111111-2222-3333-4444-555555555555' named 'Ometa Framework'. Send an interactive authorization request for \
        this user and resource.";
    let body = json!({
        "error": "invalid_grant", "suberror": "consent_required", "error_codes": [65001],
        "error_description": format!("{sentence} Trace ID: t-1 Correlation ID: c-1 Timestamp: 2026-01-01 00:00:00Z"),
        "trace_id": "t-1", "correlation_id": "c-1", "timestamp": "2026-01-01 00:00:00Z",
    });
    world
        .network
        .on_token_request(move |_| answer(400, &body.to_string()));
    let reply = world.create_order(Some(&bearer)).await;
    let text = format!(
        "Requesting an access token failed: BadRequest Bad Request invalid_grant {sentence}"
    );
    refused(
        &world,
        &reply,
        (403, "obo.token_request_failed", &text),
        "BH3001",
    )
    .await;
    assert_eq!(reply.body["suberror"], "consent_required");
    assert_eq!(
        reply.body["client_id"],
        "11111111-2222-3333-4444-555555555555"
    );
    assert_eq!(
        reply.body["scopes"],
        "api://ometa.order.system/order.read api://ometa.order.system/order.write api://ometa.order.system/order.delete"
    );
    assert_eq!(reply.body["trace_id"], "t-1");
    assert!(
        reply.body["admin_consent_url"]
            .as_str()
            .unwrap()
            .contains("/v2.0/adminconsent?client_id=11111111")
    );
    assert!(
        reply.body["hint"]
            .as_str()
            .unwrap()
            .contains("grant admin consent")
    );
    // Remembered for a moment: the second call does not ask again. Then it does.
    world.create_order(Some(&bearer)).await;
    assert_eq!(world.network.exchanges().len(), 1);
    world.clock.advance_s(3);
    world.create_order(Some(&bearer)).await;
    assert_eq!(world.network.exchanges().len(), 2);
}

#[tokio::test]
async fn e2_no_access_token() {
    let world = World::new().await;
    let open = CREATE_ORDER.replace("anonymous = false", "anonymous = true");
    world
        .source(SourceKind::Method, "order/create-order", &open)
        .await;
    let reply = world.create_order(None).await;
    let expected = (401, "obo.no_access_token", "No Access Token Is Present");
    refused(&world, &reply, expected, "BH3002").await;
    assert!(reply.header("www-authenticate").starts_with("Bearer "));
}

#[tokio::test]
async fn a_method_that_blocks_anonymous_requests_answers_with_a_challenge_instead() {
    let world = World::new().await;
    let reply = world.create_order(None).await;
    assert_eq!(
        reply.problem(),
        (401, "token.missing", "An access token is required")
    );
    assert_eq!(
        reply.header("www-authenticate"),
        "Bearer resource_metadata=\"https://gw.test/.well-known/oauth-protected-resource\""
    );
    assert_eq!(world.executions().await[0].outcome, "BH1025");
}

#[tokio::test]
async fn e3_inactive_user_and_active_again_with_the_same_token() {
    let world = World::new().await;
    let (mut alice, bearer) = world.user(1, "Alice").await;
    assert_eq!(world.update_product(Some(&bearer)).await.status, 200);
    let calls = world.network.calls().len();
    alice.active = false;
    world.put(&alice).await;
    let reply = world.update_product(Some(&bearer)).await;
    assert_eq!(
        reply.problem(),
        (403, "obo.user_inactive", "The current user is inactive")
    );
    assert_eq!(world.network.calls().len(), calls);
    alice.active = true;
    world.put(&alice).await;
    assert_eq!(world.update_product(Some(&bearer)).await.status, 200);
    // What had been got in his name was dropped when he was found disabled.
    assert_eq!(world.network.exchanges().len(), 2);
}

#[tokio::test]
async fn e3_also_for_the_linked_user() {
    let world = World::new().await;
    let (mut microsoft, _) = world.user(1, "Alice").await;
    let windows = user(2, "windows", "Alice");
    world.put(&windows).await;
    let bearer = world.token_of(&windows);
    assert_eq!(world.create_order(Some(&bearer)).await.status, 200);
    microsoft.active = false;
    world.put(&microsoft).await;
    let reply = world.create_order(Some(&bearer)).await;
    assert_eq!(reply.problem().1, "obo.user_inactive");
}

#[tokio::test]
async fn e4_token_of_an_application() {
    let world = World::new().await;
    let bearer = world.token(
        "app-token",
        Issuer::Tenant(HOME),
        TokenSubject::Application,
        json!({}),
    );
    let reply = world.create_order(Some(&bearer)).await;
    let expected = (
        403,
        "obo.no_user_in_token",
        "No user could be found in the current access token",
    );
    refused(&world, &reply, expected, "BH3004").await;
    assert!(
        world.network.exchanges().is_empty(),
        "never the application's own token instead"
    );
}

#[tokio::test]
async fn e5_deleted_user_and_a_new_one_after_signing_in_again() {
    let world = World::new().await;
    let (alice, bearer) = world.user(1, "Alice").await;
    world.delete(&alice).await;
    let text = "The user contained in the access token was not found in the system";
    for reply in [
        world.create_order(Some(&bearer)).await,
        world.update_product(Some(&bearer)).await,
    ] {
        refused(&world, &reply, (401, "obo.user_not_found", text), "BH3005").await;
    }
    let mut again = user(99, "microsoft", "Alice");
    again.subject.clone_from(&alice.subject);
    world.put(&again).await;
    world.keep_token(&again);
    let new_bearer = world.token_of(&again);
    assert_eq!(world.create_order(Some(&new_bearer)).await.status, 200);
    assert_eq!(
        world.create_order(Some(&bearer)).await.problem().1,
        "obo.user_not_found"
    );
}

#[tokio::test]
async fn e6_no_user_of_the_provider() {
    let world = World::new().await;
    let mut windows = user(2, "windows", "Alice");
    windows.person = None;
    world.put(&windows).await;
    let bearer = world.token_of(&windows);
    let reply = world.create_order(Some(&bearer)).await;
    let expected = (
        403,
        "obo.no_provider_user",
        "No user could be found for the requested provider",
    );
    refused(&world, &reply, expected, "BH3006").await;
    assert_eq!(reply.body["provider"], "microsoft");
}

#[tokio::test]
async fn e7_no_token_of_the_provider() {
    let world = World::new().await;
    let (alice, bearer) = world.user(1, "Alice").await;
    let text = "No user token was found for the current user that could be used for the requested provider";
    for miss in [
        VaultMiss::NoToken,
        VaultMiss::Expired,
        VaultMiss::RefreshRefused("invalid_grant".into()),
    ] {
        world.vault.0.lock().unwrap().insert(alice.id, Err(miss));
        let reply = world.create_order(Some(&bearer)).await;
        refused(
            &world,
            &reply,
            (401, "obo.no_provider_token", text),
            "BH3007",
        )
        .await;
        assert_eq!(
            reply.body["sign_in_url"],
            "https://id.test/home/login?provider=microsoft"
        );
    }
    world
        .vault
        .0
        .lock()
        .unwrap()
        .insert(alice.id, Err(VaultMiss::Unavailable("down".into())));
    let reply = world.create_order(Some(&bearer)).await;
    assert_eq!(
        (reply.problem().0, reply.problem().1),
        (503, "obo.provider_unavailable")
    );
}

#[tokio::test]
async fn who_calls_is_checked_before_what_he_sends() {
    let world = World::new().await;
    let open = CREATE_ORDER.replace("anonymous = false", "anonymous = true");
    world
        .source(SourceKind::Method, "order/create-order", &open)
        .await;
    let app = world.token(
        "app-token",
        Issuer::Tenant(HOME),
        TokenSubject::Application,
        json!({}),
    );
    let (gone, of_gone) = world.user(1, "Gone").await;
    world.delete(&gone).await;
    let (mut inactive, of_inactive) = world.user(2, "Inactive").await;
    inactive.active = false;
    world.put(&inactive).await;
    let mut local = user(3, "windows", "Local");
    local.person = None;
    world.put(&local).await;
    let of_local = world.token_of(&local);
    let (_, of_alice) = world.user(4, "Alice").await;
    for (caller, code) in [
        (None, "obo.no_access_token"),
        (Some(&app), "obo.no_user_in_token"),
        (Some(&of_gone), "obo.user_not_found"),
        (Some(&of_inactive), "obo.user_inactive"),
        (Some(&of_local), "obo.no_provider_user"),
        (Some(&of_alice), "gateway.input_invalid"),
    ] {
        for inputs in [json!({}), json!({"Nonsense": 1})] {
            let caller = caller.map(String::as_str);
            let reply = world
                .call("POST", "/api/order/create-order", caller, Some(inputs))
                .await;
            assert_eq!(reply.problem().1, code, "{:?}", reply.body);
        }
    }
    assert!(world.network.sent.lock().unwrap().is_empty());
}

#[tokio::test]
async fn inputs_are_checked_before_the_vault_is_asked() {
    let world = World::new().await;
    let (alice, bearer) = world.user(1, "Alice").await;
    // Getting her token could mean a refresh over the network.
    world
        .vault
        .0
        .lock()
        .unwrap()
        .insert(alice.id, Err(VaultMiss::NoToken));
    let reply = world
        .call(
            "POST",
            "/api/order/create-order",
            Some(&bearer),
            Some(json!({})),
        )
        .await;
    assert_eq!(reply.problem().1, "gateway.input_invalid");
}

//! Who may call: tokens of the home tenant, of providers, and of nobody.

use crate::world::{CREATE_ORDER, HOME, World, assertion, tenant, user};
use behalf_model::ClientId;
use behalf_model::principal::Principal;
use behalf_model::source::SourceKind;
use behalf_model::tenant::Provider;
use behalf_model::token::{Issuer, TokenSubject};
use behalf_model::user::{DeletedUser, User};
use behalf_model::{TenantId, UnixTime};
use http::Request;
use serde_json::json;
use uuid::Uuid;

fn of_provider(provider: &str) -> Issuer {
    Issuer::Provider {
        tenant: HOME,
        provider: provider.to_owned(),
    }
}

fn subject(subject: &str) -> TokenSubject {
    TokenSubject::User {
        subject: subject.to_owned(),
        upn: Some("carol@contoso.test".to_owned()),
        name: Some("Carol".to_owned()),
    }
}

async fn carol(world: &World) -> Option<std::sync::Arc<User>> {
    world
        .facts
        .by_alias::<User>(HOME, "subject:microsoft:carol-1")
        .await
        .unwrap()
}

#[tokio::test]
async fn an_unknown_user_of_a_provider_is_made_at_his_first_call() {
    let world = World::new().await;
    let claims = json!({"given_name": "Carol", "email": "carol@mail.test", "groups": ["Sales"]});
    let bearer = world.token(
        &assertion("carol-1"),
        of_provider("microsoft"),
        subject("carol-1"),
        claims,
    );
    assert!(carol(&world).await.is_none());
    // The group in the provider's token satisfies the policy of example 1.
    let reply = world.update_product(Some(&bearer)).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let made = carol(&world).await.expect("a user");
    assert_eq!(
        (made.upn.as_str(), made.name.as_str()),
        ("carol@contoso.test", "Carol")
    );
    assert_eq!(made.email, "carol@mail.test");
    assert!(made.active && !made.admin && made.groups.is_empty());
    world.update_product(Some(&bearer)).await;
    assert_eq!(carol(&world).await.expect("the same user").id, made.id);
}

/// Policies and site members name people by upn: a provider's token must not make its bearer somebody else.
#[tokio::test]
async fn an_unknown_user_does_not_get_the_name_of_a_user_of_another_provider() {
    let world = World::new().await;
    world
        .put(&User {
            upn: "Carol@contoso.test".to_owned(),
            ..user(0xca41a, "password", "Carla")
        })
        .await;
    let bearer = world.token(
        &assertion("carol-1"),
        of_provider("microsoft"),
        subject("carol-1"),
        json!({"groups": ["Sales"]}),
    );
    world.update_product(Some(&bearer)).await;
    let made = carol(&world).await.expect("a user");
    assert_eq!(made.upn, "carol-1@microsoft");
}

#[tokio::test]
async fn many_first_calls_at_once_make_one_user() {
    let world = std::sync::Arc::new(World::new().await);
    let bearer = world.token(
        &assertion("carol-1"),
        of_provider("microsoft"),
        subject("carol-1"),
        json!({}),
    );
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (world, bearer) = (world.clone(), bearer.clone());
        calls.spawn(async move { world.create_order(Some(&bearer)).await.status });
    }
    assert!(calls.join_all().await.iter().all(|status| *status == 200));
    assert_eq!(world.facts.all::<User>(HOME).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_name_taken_by_another_user_does_not_lock_anybody_out() {
    let world = World::new().await;
    let mut other = user(5, "microsoft", "Carol");
    other.subject = "another".to_owned();
    world.put(&other).await;
    let bearer = world.token(
        &assertion("carol-1"),
        of_provider("microsoft"),
        subject("carol-1"),
        json!({}),
    );
    assert_eq!(world.create_order(Some(&bearer)).await.status, 200);
    assert_eq!(
        carol(&world).await.expect("a user").upn,
        "carol-1@microsoft"
    );
}

#[tokio::test]
async fn a_token_from_before_the_deletion_does_not_bring_the_user_back() {
    let world = World::new().await;
    let (provider, subject_text) = ("microsoft".to_owned(), "carol-1".to_owned());
    let issued_at = UnixTime(behalf_model::env::fixed::START_S);
    let tombstone = |deleted_at| DeletedUser {
        tenant: HOME,
        provider: provider.clone(),
        subject: subject_text.clone(),
        deleted_at,
    };
    world.put(&tombstone(issued_at)).await;
    let bearer = world.token(
        &assertion("carol-1"),
        of_provider("microsoft"),
        subject("carol-1"),
        json!({}),
    );
    assert_eq!(
        world.create_order(Some(&bearer)).await.problem().1,
        "obo.user_not_found"
    );
    assert!(carol(&world).await.is_none());
    // Also not into the new user that he is after signing in again.
    let mut again = user(7, "microsoft", "Carol");
    again.subject = "carol-1".to_owned();
    world.put(&again).await;
    assert_eq!(
        world.create_order(Some(&bearer)).await.problem().1,
        "obo.user_not_found"
    );
    // A token from after the deletion is fine.
    world.put(&tombstone(issued_at.plus_s(-1))).await;
    assert_eq!(world.create_order(Some(&bearer)).await.status, 200);
}

#[tokio::test]
async fn signing_out_everywhere_ends_earlier_tokens() {
    let world = World::new().await;
    let (mut alice, bearer) = world.user(1, "Alice").await;
    let issued_at = UnixTime(behalf_model::env::fixed::START_S);
    alice.valid_from = Some(issued_at);
    world.put(&alice).await;
    assert_eq!(world.create_order(Some(&bearer)).await.status, 200);
    alice.valid_from = Some(issued_at.plus_s(1));
    world.put(&alice).await;
    let reply = world.create_order(Some(&bearer)).await;
    assert_eq!(
        (reply.problem().0, reply.problem().1),
        (401, "token.invalid")
    );
    assert!(
        reply
            .header("www-authenticate")
            .contains("error=\"invalid_token\"")
    );
}

#[tokio::test]
async fn tokens_of_other_tenants_and_unknown_providers_are_foreign() {
    let world = World::new().await;
    let elsewhere = TenantId(Uuid::from_u128(0xbbbb));
    let issuers = [
        Issuer::Tenant(elsewhere),
        Issuer::Provider {
            tenant: elsewhere,
            provider: "microsoft".into(),
        },
        of_provider("removed"),
    ];
    for (n, issuer) in issuers.into_iter().enumerate() {
        let bearer = world.token(
            &format!("foreign-{n}"),
            issuer,
            subject("carol-1"),
            json!({}),
        );
        let reply = world.create_order(Some(&bearer)).await;
        assert_eq!(
            (reply.problem().0, reply.problem().1),
            (401, "token.issuer")
        );
    }
    assert!(world.facts.all::<User>(HOME).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_disabled_tenant_or_application_ends_what_it_issued() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    let mut front_end = Principal {
        tenant: HOME,
        client_id: "front-end".parse::<ClientId>().unwrap(),
        title: "Front end".to_owned(),
        public: true,
        enabled: false,
        secrets: Vec::new(),
        certificates: Vec::new(),
        redirect_uris: Vec::new(),
        permissions: Vec::new(),
        known_client_applications: Vec::new(),
        app_host_domain: None,
        promoted_secret: None,
    };
    world.put(&front_end).await;
    assert_eq!(
        world.create_order(Some(&bearer)).await.problem().1,
        "token.invalid"
    );
    front_end.enabled = true;
    world.put(&front_end).await;
    assert_eq!(world.create_order(Some(&bearer)).await.status, 200);
    let mut home = tenant();
    home.enabled = false;
    world.put(&home).await;
    assert_eq!(
        world.create_order(Some(&bearer)).await.problem().1,
        "tenant.disabled"
    );
}

#[tokio::test]
async fn a_linked_user_lends_his_token_and_nobody_elses() {
    let world = World::new().await;
    let (alice, _) = world.user(1, "Alice").await;
    let (mut bob, _) = world.user(3, "Bob").await;
    bob.person = None;
    world.put(&bob).await;
    let windows = user(2, "password", "Alice");
    world.put(&windows).await;
    let bearer = world.token_of(&windows);
    assert_eq!(world.create_order(Some(&bearer)).await.status, 200);
    let call = &world.network.calls()[0];
    assert_eq!(
        crate::fakes::header(call, "authorization"),
        format!("Bearer for.{}", assertion(&alice.upn))
    );
    // The audit speaks of the one who called.
    assert_eq!(
        world.executions().await[0].user,
        Some(windows.id.to_string())
    );
}

#[tokio::test]
async fn policies_refuse_before_anything_else_is_looked_at() {
    let world = World::new().await;
    let (mut alice, bearer) = world.user(1, "Alice").await;
    alice.groups.clear();
    world.put(&alice).await;
    let reply = world.update_product(Some(&bearer)).await;
    let text = "The policy of the method does not let this caller through";
    assert_eq!(reply.problem(), (403, "gateway.policy_denied", text));
    assert_eq!(reply.body["allow"], "group:Sales");
    let app = world.token(
        "app",
        Issuer::Tenant(HOME),
        TokenSubject::Application,
        json!({}),
    );
    assert_eq!(
        world.update_product(Some(&app)).await.problem().1,
        "gateway.policy_denied"
    );
    assert_eq!(
        world.update_product(None).await.problem().1,
        "token.missing"
    );
    // The policy of the object counts as well.
    let object = "name = \"Order\"\npolicy = { allow = [\"group:Buyers\"] }";
    world.source(SourceKind::Object, "order", object).await;
    assert_eq!(
        world.create_order(Some(&bearer)).await.problem().1,
        "gateway.policy_denied"
    );
}

#[tokio::test]
async fn odd_authorization_headers_are_refused() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    let post = |values: &[&str]| {
        let mut request = Request::post("/api/order/create-order");
        for value in values {
            request = request.header("authorization", *value);
        }
        request.body(axum::body::Body::empty()).unwrap()
    };
    let good = format!("Bearer {bearer}");
    assert_eq!(
        world.send(post(&[&good, &good])).await.problem().1,
        "request.malformed"
    );
    assert_eq!(
        world.send(post(&["Basic YTpi"])).await.problem().1,
        "token.invalid"
    );
    assert_eq!(
        world.send(post(&["Bearer unknown"])).await.problem().1,
        "token.invalid"
    );
}

#[tokio::test]
async fn the_provider_must_still_be_one_of_the_tenant() {
    let world = World::new().await;
    let bearer = world.token(
        &assertion("carol-1"),
        of_provider("microsoft"),
        subject("carol-1"),
        json!({}),
    );
    let mut home = tenant();
    home.providers
        .retain(|provider: &Provider| provider.name != "microsoft");
    world.put(&home).await;
    assert_eq!(
        world.create_order(Some(&bearer)).await.problem().1,
        "token.issuer"
    );
}

/// Without on-behalf-of the same standing counts: a disabled user can do nothing.
#[tokio::test]
async fn disabled_and_deleted_users_can_call_nothing_at_all() {
    let world = World::new().await;
    world
        .source(
            SourceKind::Profile,
            "plain",
            "name = \"Plain\"\nurl = \"https://plain.test\"",
        )
        .await;
    let plain = CREATE_ORDER
        .replace("Create Order", "Plain Order")
        .replace("Order System OBO", "Plain");
    world
        .source(SourceKind::Method, "order/plain-order", &plain)
        .await;
    let (mut alice, bearer) = world.user(1, "Alice").await;
    let call = async || {
        let body = json!({"Customer Id": "c", "Order Reference": "r"});
        world
            .call("POST", "/api/order/plain-order", Some(&bearer), Some(body))
            .await
    };
    assert_eq!(call().await.status, 200);
    assert!(world.network.exchanges().is_empty());
    alice.active = false;
    world.put(&alice).await;
    assert_eq!(call().await.problem().1, "obo.user_inactive");
    world.delete(&alice).await;
    assert_eq!(call().await.problem().1, "obo.user_not_found");
}

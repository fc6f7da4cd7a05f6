//! Back-end tokens: kept per user and session, one exchange at a time, dropped when they must be.

use crate::fakes::{answer, field, header, json as reply_with};
use crate::world::{HOME, World, assertion, assertion_with, user};
use behalf_model::token::{Issuer, TokenSubject};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

#[tokio::test]
async fn one_exchange_serves_many_calls_until_it_is_time_to_renew() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    for _ in 0..3 {
        assert_eq!(world.create_order(Some(&bearer)).await.status, 200);
    }
    assert_eq!(world.network.exchanges().len(), 1);
    // 3599 s of life, renewed 300 s ahead.
    world.clock.advance_s(3298);
    world.create_order(Some(&bearer)).await;
    assert_eq!(world.network.exchanges().len(), 1);
    world.clock.advance_s(1);
    let (alice, _) = world.user(1, "Alice").await;
    let fresh = assertion_with(&alice.subject, json!({"exp": 9_999_999_999_i64}));
    world.vault.0.lock().unwrap().insert(alice.id, Ok(fresh));
    world.create_order(Some(&bearer)).await;
    assert_eq!(world.network.exchanges().len(), 2);
    // Another profile is another token.
    world.update_product(Some(&bearer)).await;
    assert_eq!(world.network.exchanges().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_first_calls_of_one_user_are_one_exchange() {
    let world = Arc::new(World::new().await);
    let (alice, bearer) = world.user(1, "Alice").await;
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..1_000 {
        let (world, bearer) = (world.clone(), bearer.clone());
        calls.spawn(async move { world.create_order(Some(&bearer)).await.status });
    }
    assert!(calls.join_all().await.iter().all(|status| *status == 200));
    assert_eq!(world.network.exchanges().len(), 1);
    let own = format!("Bearer for.{}", assertion(&alice.upn));
    assert!(
        world
            .network
            .calls()
            .iter()
            .all(|call| header(call, "authorization") == own)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn first_calls_of_a_thousand_users_never_cross() {
    let world = Arc::new(World::new().await);
    // The back-end answers with the user it sees in the token.
    world.network.on_call(|request| {
        let seen = header(request, "authorization").to_owned();
        reply_with(200, &json!({ "id": seen }).to_string())
    });
    let mut users = Vec::new();
    for number in 1..=1_000 {
        users.push(world.user(number, &format!("user{number}")).await);
    }
    let mut calls = tokio::task::JoinSet::new();
    for (user, bearer) in users {
        let world = world.clone();
        calls.spawn(async move {
            let reply = world.create_order(Some(&bearer)).await;
            let expected = format!("Bearer for.{}", assertion(&user.upn));
            assert_eq!(reply.body["rows"][0]["Order Id"], expected);
        });
    }
    calls.join_all().await;
    assert_eq!(world.network.exchanges().len(), 1_000);
}

#[tokio::test]
async fn a_401_of_the_back_end_leads_to_one_new_exchange_and_one_repetition() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    let issued = Arc::new(AtomicUsize::new(0));
    world.network.on_token_request(move |_| {
        let number = issued.fetch_add(1, SeqCst);
        reply_with(
            200,
            &format!(r#"{{"access_token":"t{number}","token_type":"Bearer","expires_in":"3599"}}"#),
        )
    });
    world
        .network
        .on_call(|request| match header(request, "authorization") {
            "Bearer t0" => answer(401, &[], ""),
            _ => reply_with(200, r#"{"id":"O-1"}"#),
        });
    let reply = world.create_order(Some(&bearer)).await;
    assert_eq!(reply.body, json!({"rows": [{"Order Id": "O-1"}]}));
    assert_eq!(
        (world.network.exchanges().len(), world.network.calls().len()),
        (2, 2)
    );
    world.create_order(Some(&bearer)).await;
    assert_eq!(
        (world.network.exchanges().len(), world.network.calls().len()),
        (2, 3)
    );
}

#[tokio::test]
async fn a_back_end_that_always_says_401_is_asked_twice_and_not_for_ever() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    world.network.on_call(|_| {
        answer(
            401,
            &[("request-id", "b-1")],
            r#"{"error":{"message":"wrong audience"}}"#,
        )
    });
    let reply = world.create_order(Some(&bearer)).await;
    let (status, code, detail) = reply.problem();
    assert_eq!((status, code), (502, "backend.unauthorized"));
    assert!(
        detail.ends_with("status 401 Unauthorized, wrong audience"),
        "{detail}"
    );
    assert_eq!(reply.body["backend_request_id"], "b-1");
    assert_eq!(
        (world.network.exchanges().len(), world.network.calls().len()),
        (2, 2)
    );
}

#[tokio::test]
async fn a_claims_challenge_goes_on_to_the_caller() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    let claims = r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#;
    let encoded = "eyJhY2Nlc3NfdG9rZW4iOnsiYWNycyI6eyJlc3NlbnRpYWwiOnRydWUsInZhbHVlIjoiYzEifX19";
    let challenge = format!("Bearer error=\"insufficient_claims\", claims=\"{encoded}\"");
    world
        .network
        .on_call(move |_| answer(401, &[("www-authenticate", &challenge)], ""));
    let reply = world.create_order(Some(&bearer)).await;
    assert_eq!(
        (reply.problem().0, reply.problem().1),
        (401, "obo.interaction_required")
    );
    assert_eq!(reply.body["claims"], claims);
    assert!(
        reply
            .header("www-authenticate")
            .contains(&format!("claims=\"{encoded}\""))
    );
    assert_eq!(world.network.calls().len(), 1);

    let body = json!({"error": "interaction_required", "error_description": "AADSTS50079: x", "claims": claims});
    world
        .network
        .on_token_request(move |_| reply_with(400, &body.to_string()));
    let reply = world.create_order(Some(&bearer)).await;
    assert_eq!(reply.problem().1, "obo.interaction_required");
    assert!(
        reply
            .header("www-authenticate")
            .contains(&format!("claims=\"{encoded}\""))
    );
}

#[tokio::test]
async fn a_token_of_the_provider_is_itself_the_assertion() {
    let world = World::new().await;
    let alice = user(1, "microsoft", "Alice");
    world.put(&alice).await;
    let raw = assertion_with(&alice.subject, json!({"uti": "of the call itself"}));
    let issuer = Issuer::Provider {
        tenant: HOME,
        provider: "microsoft".into(),
    };
    let subject = TokenSubject::User {
        subject: alice.subject.clone(),
        upn: None,
        name: None,
    };
    let bearer = world.token(&raw, issuer, subject, json!({}));
    // The vault has nothing, and nothing is needed from it.
    let reply = world.create_order(Some(&bearer)).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(field(&world.network.exchanges()[0], "assertion"), Some(raw));
}

#[tokio::test]
async fn what_the_provider_would_refuse_is_refused_before_anything_is_sent() {
    let world = World::new().await;
    let (alice, bearer) = world.user(1, "Alice").await;
    for (changes, code) in [
        (
            json!({"aud": "00000003-0000-0000-c000-000000000000"}),
            "preflight.audience",
        ),
        (json!({"idtyp": "app"}), "preflight.app_only"),
        (json!({"exp": 1}), "preflight.expired"),
        (
            json!({"tid": "99999999-bbbb-cccc-dddd-eeeeeeeeeeee"}),
            "preflight.tenant",
        ),
    ] {
        let unfit = assertion_with("alice", changes);
        world
            .vault
            .0
            .lock()
            .unwrap()
            .insert(alice.id, Ok(unfit.clone()));
        let reply = world.create_order(Some(&bearer)).await;
        assert_eq!(reply.problem().1, code);
        assert_eq!(reply.body["client_id"], crate::world::CLIENT);
        assert!(
            !reply.body.to_string().contains(&unfit),
            "the token came back"
        );
    }
    assert!(world.network.sent.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_token_of_somebody_else_is_never_used() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    let of_bob = assertion("bob");
    world.network.on_token_request(move |_| {
        reply_with(
            200,
            &format!(r#"{{"access_token":"{of_bob}","expires_in":3599}}"#),
        )
    });
    let reply = world.create_order(Some(&bearer)).await;
    assert_eq!(
        (reply.problem().0, reply.problem().1),
        (502, "obo.token_of_another_user")
    );
    assert!(world.network.calls().is_empty());
}

#[tokio::test]
async fn a_token_of_somebody_else_in_the_vault_is_never_exchanged() {
    let world = World::new().await;
    let (alice, bearer) = world.user(1, "Alice").await;
    let (bob, _) = world.user(2, "Bob").await;
    // The provider answered a refresh of Alice's token with Bob's.
    let of_bob = assertion(&bob.subject);
    world.vault.0.lock().unwrap().insert(alice.id, Ok(of_bob));
    let reply = world.create_order(Some(&bearer)).await;
    assert_eq!(
        (reply.problem().0, reply.problem().1),
        (502, "obo.token_of_another_user")
    );
    assert!(world.network.sent.lock().unwrap().is_empty());
    // Nothing of it is remembered: her next good token works.
    world.keep_token(&alice);
    assert_eq!(world.create_order(Some(&bearer)).await.status, 200);
}

#[tokio::test]
async fn the_token_endpoint_being_down_or_odd_is_told_apart() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    let page = "<html>Sign in</html>";
    let client = r#"{"error":"invalid_client","error_description":"AADSTS7000222: expired the-client-secret"}"#;
    for (status, body, expected) in [
        (503, "", (503, "token_request.unavailable")),
        (200, page, (502, "token_request.garbage")),
        (400, page, (502, "token_request.garbage")),
        (401, client, (502, "obo.client_refused")),
    ] {
        world
            .network
            .on_token_request(move |_| reply_with(status, body));
        let reply = world.create_order(Some(&bearer)).await;
        assert_eq!((reply.problem().0, reply.problem().1), expected);
        assert!(!reply.body.to_string().contains("the-client-secret"));
    }
    // None of these is held against the user.
    world
        .network
        .on_token_request(|_| reply_with(200, r#"{"access_token":"t","expires_in":60}"#));
    assert_eq!(world.create_order(Some(&bearer)).await.status, 200);
}

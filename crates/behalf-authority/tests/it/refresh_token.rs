use crate::world::*;
use behalf_authority::admin;
use behalf_model::ports::Store;
use behalf_model::user::User;
use serde_json::{Value, json};

const SCOPE: &str =
    "openid profile offline_access api://orders/order.read api://orders/order.write";

async fn first(world: &World, client: &str) -> String {
    let code = world.code(client, ALICE, SCOPE).await;
    token(&world.entra(&World::redemption(client, &code)).await.ok())
}

fn token(body: &Value) -> String {
    body["refresh_token"].as_str().unwrap().to_owned()
}

fn form(token: &str) -> Vec<(&str, &str)> {
    vec![
        ("grant_type", "refresh_token"),
        ("client_id", MIDDLE),
        ("client_secret", SECRET),
        ("refresh_token", token),
    ]
}

#[tokio::test]
async fn every_use_gives_another_token() {
    let world = World::new().await;
    let mut current = first(&world, MIDDLE).await;
    for _ in 0..3 {
        world.clock.advance_s(3600);
        let body = world.entra(&form(&current)).await.ok();
        let next = token(&body);
        assert_ne!(next, current);
        assert_eq!(body["scope"], SCOPE);
        let access = world.claims(&body["access_token"]).await;
        assert_eq!(access.text("scp"), Some("order.read order.write"));
        let id = world.claims(&body["id_token"]).await;
        assert_eq!((id.nonce(), id.text("aud")), (None, Some(MIDDLE)));
        current = next;
    }
}

#[tokio::test]
async fn a_lost_answer_may_be_asked_for_again_within_the_grace() {
    let world = World::new().await;
    let old = first(&world, MIDDLE).await;
    let next = token(&world.entra(&form(&old)).await.ok());
    world.clock.advance_s(30);
    assert_eq!(token(&world.entra(&form(&old)).await.ok()), next);
    // The repetition did not disturb the family.
    world.entra(&form(&next)).await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_at_once_get_the_same_successor() {
    let world = World::new().await;
    let mut current = first(&world, MIDDLE).await;
    for _ in 0..5 {
        let form = form(&current);
        let (a, b, c) = tokio::join!(world.entra(&form), world.entra(&form), world.entra(&form));
        let next = token(&a.ok());
        assert_eq!(
            (token(&b.ok()), token(&c.ok())),
            (next.clone(), next.clone())
        );
        current = next;
    }
}

#[tokio::test]
async fn after_the_grace_an_old_token_ends_the_family() {
    let world = World::new().await;
    let old = first(&world, MIDDLE).await;
    let next = token(&world.entra(&form(&old)).await.ok());
    world.clock.advance_s(31);
    world
        .entra(&form(&old))
        .await
        .refused(400, "invalid_grant", 50173);
    world
        .entra(&form(&next))
        .await
        .refused(400, "invalid_grant", 50173);
    let events = world.audit().await;
    let outcomes: Vec<&str> = events.iter().map(|event| event.outcome.as_str()).collect();
    assert!(outcomes.contains(&"BH2073"), "{outcomes:?}");
}

#[tokio::test]
async fn a_token_two_generations_old_ends_the_family_at_once() {
    let world = World::new().await;
    let oldest = first(&world, MIDDLE).await;
    let old = token(&world.entra(&form(&oldest)).await.ok());
    let current = token(&world.entra(&form(&old)).await.ok());
    world
        .entra(&form(&oldest))
        .await
        .refused(400, "invalid_grant", 50173);
    world
        .entra(&form(&current))
        .await
        .refused(400, "invalid_grant", 50173);
}

#[tokio::test]
async fn made_up_tokens_revoke_nothing() {
    let world = World::new().await;
    let good = first(&world, MIDDLE).await;
    let row = good.split_once('.').unwrap().0;
    for wrong in [
        format!("{row}.{}", "A".repeat(65)),
        format!("{row}.{}", "A".repeat(43)),
        good[..good.len() - 1].to_owned(),
        format!("{good}A"),
        "nonsense".to_owned(),
        "é".repeat(40),
        format!("9{good}"),
    ] {
        world
            .entra(&form(&wrong))
            .await
            .refused(400, "invalid_grant", 70000);
    }
    world.entra(&form(&good)).await.ok();
}

#[tokio::test]
async fn it_is_bound_to_its_client() {
    let world = World::new().await;
    let good = first(&world, MIDDLE).await;
    world
        .entra(&with(form(&good), "client_id", WEB))
        .await
        .refused(400, "invalid_grant", 70000);
    world.entra(&form(&good)).await.ok();
}

#[tokio::test]
async fn its_life_does_not_grow_by_use() {
    let world = World::new().await;
    let mut current = first(&world, MIDDLE).await;
    for _ in 0..89 {
        world.clock.advance_s(86_400);
        current = token(&world.entra(&form(&current)).await.ok());
    }
    world.clock.advance_s(86_400);
    world
        .entra(&form(&current))
        .await
        .refused(400, "invalid_grant", 700082);
}

#[tokio::test]
async fn scopes_narrow_and_in_entras_dialect_change_resource() {
    let world = World::new().await;
    let current = first(&world, MIDDLE).await;
    let narrow = with(form(&current), "scope", "api://orders/order.read");
    let body = world.oauth(&narrow).await.ok();
    assert_eq!(
        world.claims(&body["access_token"]).await.text("scp"),
        Some("order.read")
    );
    assert!(body.get("id_token").is_none());

    let current = token(&body);
    let wider = with(form(&current), "scope", "https://modern.example/api/read");
    let answer = world.oauth(&wider).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["error"]),
        (400, &json!("invalid_scope"))
    );
    // The first resource wins, scopes of the others are dropped.
    let two = with(
        form(&current),
        "scope",
        "https://modern.example/api/read api://orders/order.read openid",
    );
    let body = world.entra(&two).await.ok();
    assert_eq!(body["scope"], "https://modern.example/api/read openid");
    assert_eq!(
        world.claims(&body["access_token"]).await.text("aud"),
        Some("https://modern.example/api")
    );
    let current = token(&body);
    world
        .entra(&with(form(&current), "scope", "api://closed/everything"))
        .await
        .refused(400, "invalid_grant", 65001);
    // A refusal leaves the token as it was.
    world.entra(&form(&current)).await.ok();
}

#[tokio::test]
async fn users_who_left_get_nothing_more() {
    let world = World::new().await;
    let current = first(&world, MIDDLE).await;
    let alice = world.get::<User>(&user_id(ALICE).to_string()).await;
    world
        .put(&User {
            active: false,
            ..alice.clone()
        })
        .await;
    world
        .entra(&form(&current))
        .await
        .refused(400, "invalid_grant", 50057);
    world.put(&alice).await;
    world.clock.advance_s(5);
    world
        .put(&User {
            valid_from: Some(world.authority.env.now()),
            ..alice.clone()
        })
        .await;
    world
        .entra(&form(&current))
        .await
        .refused(400, "invalid_grant", 50173);
    world.delete(&alice).await;
    world
        .entra(&form(&current))
        .await
        .refused(400, "invalid_grant", 50034);
}

#[tokio::test]
async fn only_hashes_are_stored() {
    let world = World::new().await;
    let current = first(&world, MIDDLE).await;
    let row: i64 = current.split_once('.').unwrap().0.parse().unwrap();
    let grant = world.store.refresh(row).await.unwrap().unwrap();
    let secret = &current.split_once('.').unwrap().1[..43];
    assert_eq!(
        grant.secret_hash,
        behalf_wire::jose::backend::sha256(secret.as_bytes())
    );
    assert!(!format!("{grant:?}").contains(secret));
}

/// Disabling and deleting revoke as well, which alone would not tell whom to ask.
#[tokio::test]
async fn a_user_switched_off_or_removed_by_an_administrator_is_named_as_the_reason() {
    let world = World::new().await;
    let current = first(&world, MIDDLE).await;
    let code = world.code(MIDDLE, ALICE, "openid").await;
    let alice = world.get::<User>(&user_id(ALICE).to_string()).await;
    let now = world.authority.env.now();
    for (changes, expected) in [
        (admin::disable_user(&alice), 50057),
        (admin::enable_user(&alice), 50173),
        (admin::delete_user(&alice, now), 50034),
    ] {
        world.store.commit(changes).await.unwrap();
        let answer = world.entra(&form(&current)).await;
        answer.refused(400, "invalid_grant", expected);
        let answer = world.entra(&World::redemption(MIDDLE, &code)).await;
        answer.refused(400, "invalid_grant", expected);
    }
}

use crate::world::*;
use behalf_model::facts::Facts;
use behalf_model::key::SigningKey;
use behalf_model::resource::SigningAlg;
use behalf_model::tenant::Tenant;
use std::sync::Arc;

const SCOPE: &str = "api://orders/.default";

async fn kid(world: &World) -> String {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", MIDDLE),
        ("client_secret", SECRET),
        ("scope", SCOPE),
    ];
    let body = world.entra(&form).await.ok();
    world
        .verified(&body["access_token"])
        .await
        .0
        .kid()
        .unwrap()
        .to_owned()
}

async fn published(world: &World) -> Vec<String> {
    let body = world
        .get_url(&format!("/{TENANT}/discovery/v2.0/keys"))
        .await
        .ok();
    let keys = body["keys"].as_array().unwrap();
    keys.iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_next_key_is_published_long_before_it_signs() {
    let world = World::new().await;
    let first = kid(&world).await;
    assert_eq!(published(&world).await, std::slice::from_ref(&first));
    world.authority.maintain_keys().await.unwrap();
    let ahead = published(&world).await;
    assert_eq!(ahead.len(), 2);
    assert_eq!(kid(&world).await, first);
    // Maintaining again changes nothing.
    world.authority.maintain_keys().await.unwrap();
    assert_eq!(published(&world).await, ahead);

    world.clock.advance_s(90 * 86_400);
    let second = kid(&world).await;
    assert!(second != first && ahead.contains(&second));
    world.authority.maintain_keys().await.unwrap();
    assert_eq!(
        published(&world).await.len(),
        3,
        "the old, the present and the next one"
    );
    world.clock.advance_s(2 * 86_400);
    let kept = published(&world).await;
    assert!(
        kept.len() == 2 && !kept.contains(&first) && kept.contains(&second),
        "{kept:?}"
    );
}

#[tokio::test]
async fn rotation_by_hand_uses_the_published_key_and_old_tokens_stay_good() {
    let world = World::new().await;
    let old = world.user_token(ALICE).await;
    let first = kid(&world).await;
    world.authority.maintain_keys().await.unwrap();
    let ahead = published(&world).await;
    world.clock.advance_s(1);
    world
        .authority
        .rotate_keys(&world.get::<Tenant>(TENANT).await)
        .await
        .unwrap();
    let second = kid(&world).await;
    assert!(second != first && ahead.contains(&second));
    world.obo(&old, "api://orders/order.read").await.ok();
    assert_eq!(published(&world).await.len(), 3);
}

#[tokio::test]
async fn a_withdrawn_key_verifies_nothing_more_not_even_what_was_verified_before() {
    let world = World::new().await;
    let old = world.user_token(ALICE).await;
    world.obo(&old, "api://orders/order.read").await.ok();
    let key: SigningKey = world.get(&kid(&world).await).await;
    world.delete(&key).await;
    world.clock.advance_s(61);
    world
        .obo(&old, "api://orders/order.read")
        .await
        .refused(400, "invalid_grant", 50013);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_that_start_at_once_agree_on_a_key() {
    let world = World::new().await;
    let other = behalf_authority::Authority::new(
        world.authority.config.clone(),
        Facts::new(world.store.clone()),
        world.authority.env.clone(),
        world.authority.sealer.clone(),
        world.authority.digester.clone(),
        world.authority.outbound.clone(),
    );
    let other = Arc::new(other);
    for alg in [SigningAlg::ES256, SigningAlg::EdDSA, SigningAlg::RS256] {
        let (a, b) = tokio::join!(
            world.authority.signer(tenant_id(), alg),
            other.signer(tenant_id(), alg)
        );
        assert_eq!(a.unwrap().row.kid, b.unwrap().row.kid, "{alg:?}");
    }
}

#[tokio::test]
async fn private_keys_are_sealed() {
    let world = World::new().await;
    let key: SigningKey = world.get(&kid(&world).await).await;
    let clear = world
        .authority
        .sealer
        .open(&SigningKey::purpose(tenant_id(), &key.kid), &key.private)
        .unwrap();
    assert!(
        !serde_json::to_string(&key)
            .unwrap()
            .contains(clear.expose())
    );
    assert!(
        world
            .authority
            .sealer
            .open("another purpose", &key.private)
            .is_none()
    );
}

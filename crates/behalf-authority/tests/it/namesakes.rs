//! A provider that gives its user the upn of somebody else: whoever is named by a upn must stay the one who was meant.

use crate::signin_upstream::{arrive, depart};
use crate::web::{World, authorize, contoso};
use behalf_model::PersonId;
use behalf_model::user::{Person, User};
use serde_json::json;

/// Signs in at Microsoft as somebody whose upn there is that of Contoso's Alice.
async fn sign_in_as_namesake(world: &World) -> User {
    world
        .upstream
        .set(|state| state.id_claims = json!({"preferred_username": "Alice@contoso.example"}));
    let browser = world.browser();
    let asked = depart(world, &browser, "microsoft").await;
    let page = arrive(&browser, &asked).await;
    assert!(page.answer().contains_key("code"), "he may sign in");
    world.user("microsoft", "alice-oid").await.unwrap()
}

#[tokio::test]
async fn a_namesake_of_another_provider_gets_a_name_of_his_own() {
    let world = World::new().await;
    world.browser().as_alice(&authorize("oidc", &[])).await;
    let namesake = sign_in_as_namesake(&world).await;
    assert_eq!(namesake.upn, "alice-oid@microsoft");
    assert_eq!(sign_in_as_namesake(&world).await.upn, "alice-oid@microsoft");
    assert_eq!(world.alice().await.upn, "alice@contoso.example");
}

#[tokio::test]
async fn a_known_user_cannot_take_the_name_later() {
    let world = World::new().await;
    let browser = world.browser();
    let asked = depart(&world, &browser, "microsoft").await;
    arrive(&browser, &asked).await;
    world.browser().as_alice(&authorize("oidc", &[])).await;
    let namesake = sign_in_as_namesake(&world).await;
    assert_eq!(namesake.upn, "alice@upstream.example", "the one he had");
}

#[tokio::test]
async fn users_of_one_person_may_share_it() {
    let world = World::new().await;
    world.browser().as_alice(&authorize("oidc", &[])).await;
    let namesake = sign_in_as_namesake(&world).await;
    let person = Person {
        tenant: contoso(),
        id: PersonId(uuid::Uuid::from_u128(7)),
        name: "Alice".to_owned(),
    };
    world.put(&person).await;
    for id in [namesake.id, world.alice().await.id] {
        world
            .change(&id.to_string(), |user: &mut User| {
                user.person = Some(person.id);
            })
            .await;
    }
    let namesake = sign_in_as_namesake(&world).await;
    assert_eq!(namesake.upn, "Alice@contoso.example");
}

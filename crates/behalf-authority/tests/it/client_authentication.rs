use crate::world::*;
use base64::Engine as _;
use behalf_model::UnixTime;
use behalf_model::env::fixed::START_S;
use behalf_model::principal::{Principal, SecretCredential};

fn form() -> Vec<(&'static str, &'static str)> {
    vec![
        ("grant_type", "client_credentials"),
        ("client_id", WEB),
        ("client_secret", SECRET),
        ("scope", "api://orders/.default"),
    ]
}

fn basic(id: &str, secret: &str) -> String {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encode(id), encode(secret));
    format!(
        "Basic {}",
        base64::engine::general_purpose::STANDARD.encode(pair)
    )
}

async fn with_secrets(world: &World, secrets: &[(&str, &str, Option<i64>, Option<i64>)]) {
    let secret =
        |(id, value, from, until): &(&str, &str, Option<i64>, Option<i64>)| SecretCredential {
            id: (*id).into(),
            digest: world.digest(WEB, value),
            sealed: None,
            starts_at: from.map(UnixTime),
            expires_at: until.map(UnixTime),
        };
    let secrets = secrets.iter().map(secret).collect();
    world
        .put(&Principal {
            secrets,
            ..world.get(WEB).await
        })
        .await;
}

#[tokio::test]
async fn by_post_or_basic() {
    let world = World::new().await;
    world.entra(&form()).await.ok();
    let path = format!("/{TENANT}/oauth2/v2.0/token");
    let bare = without(without(form(), "client_id"), "client_secret");
    let header = basic(WEB, SECRET);
    world
        .post_with(&path, &bare, &[("authorization", &header)])
        .await
        .ok();
    // The client id may stand in the body too, in any letter case, as long as it is the same one.
    let upper = WEB.to_uppercase();
    let both = with(without(form(), "client_secret"), "client_id", &upper);
    world
        .post_with(&path, &both, &[("authorization", &header)])
        .await
        .ok();
    let other = with(both, "client_id", MIDDLE);
    world
        .post_with(&path, &other, &[("authorization", &header)])
        .await
        .refused(400, "invalid_request", 9002313);
}

#[tokio::test]
async fn one_method_at_a_time() {
    let world = World::new().await;
    let path = format!("/{TENANT}/oauth2/v2.0/token");
    let header = basic(WEB, SECRET);
    world
        .post_with(&path, &form(), &[("authorization", &header)])
        .await
        .refused(400, "invalid_request", 9002313);
    world
        .entra(&with(form(), "client_assertion", "a.b.c"))
        .await
        .refused(400, "invalid_request", 9002313);
    let broken = [("authorization", "Basic %%%")];
    world
        .post_with(&path, &without(form(), "client_secret"), &broken)
        .await
        .refused(400, "invalid_request", 9002313);
}

#[tokio::test]
async fn every_mistake_has_its_own_number() {
    let world = World::new().await;
    let text = world
        .entra(&with(form(), "client_secret", "wrong"))
        .await
        .refused(401, "invalid_client", 7000215);
    assert!(text.contains(WEB) && !text.contains("wrong"), "{text}");
    world
        .entra(&without(form(), "client_secret"))
        .await
        .refused(401, "invalid_client", 7000218);
    world
        .entra(&with(form(), "client_secret", ""))
        .await
        .refused(401, "invalid_client", 7000218);
    world
        .entra(&with(form(), "client_id", FRONT))
        .await
        .refused(401, "invalid_client", 700025);
    world
        .entra(&with(form(), "client_id", CLOSED))
        .await
        .refused(400, "unauthorized_client", 700016);
    world
        .entra(&with(form(), "client_id", "no <client> \"id\""))
        .await
        .refused(400, "unauthorized_client", 700016);
    let text =
        world
            .entra(&without(form(), "client_id"))
            .await
            .refused(400, "invalid_request", 900144);
    assert!(text.contains("'client_id'"), "{text}");
    world
        .put(&Principal {
            enabled: false,
            ..world.get(WEB).await
        })
        .await;
    world
        .entra(&form())
        .await
        .refused(400, "unauthorized_client", 7000112);
}

#[tokio::test]
async fn a_client_belongs_to_one_tenant() {
    let world = World::new().await;
    let answer = world
        .post(&format!("/{OTHER_TENANT}/oauth2/v2.0/token"), &form())
        .await;
    answer.refused(400, "unauthorized_client", 700016);
}

#[tokio::test]
async fn secrets_have_a_start_and_an_end_and_overlap() {
    let world = World::new().await;
    with_secrets(
        &world,
        &[
            ("old", "old", None, Some(START_S)),
            ("new", SECRET, Some(START_S), Some(START_S + 10)),
        ],
    )
    .await;
    world.entra(&form()).await.ok();
    let text = world
        .entra(&with(form(), "client_secret", "old"))
        .await
        .refused(401, "invalid_client", 7000222);
    assert!(text.contains("'old'"), "{text}");
    world.clock.advance_s(10);
    world
        .entra(&form())
        .await
        .refused(401, "invalid_client", 7000222);
    with_secrets(&world, &[("next", SECRET, Some(START_S + 11), None)]).await;
    world
        .entra(&form())
        .await
        .refused(401, "invalid_client", 7000215);
    world.clock.advance_s(1);
    world.entra(&form()).await.ok();
}

#[tokio::test]
async fn the_oauth_dialect_challenges_by_header() {
    let world = World::new().await;
    let answer = world.oauth(&with(form(), "client_secret", "wrong")).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("www-authenticate")),
        (401, "Basic realm=\"token\"")
    );
    let body = answer.json();
    assert_eq!(body["error"], "invalid_client");
    assert!(
        body["error_description"]
            .as_str()
            .unwrap()
            .starts_with("BH2023: "),
        "{body}"
    );
    assert_eq!(
        body["request_id"].as_str(),
        Some(answer.header("x-request-id"))
    );
}

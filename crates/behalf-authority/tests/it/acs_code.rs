use crate::acs_world::*;
use crate::world::*;
use behalf_model::ports::{AppLaunch, ContextTokens};
use behalf_model::principal::{Platform, Principal, RedirectUri};
use serde_json::json;

async fn code(world: &World) -> String {
    let now = world.authority.env.now();
    let issued = world
        .authority
        .authorization_code(&launch(ALICE), None, now)
        .await
        .unwrap();
    assert_eq!(issued.redirect_uri, REDIRECT);
    issued.code.expose().to_owned()
}

fn redemption<'a>(client_id: &'a str, code: &'a str, resource: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("client_id", client_id),
        ("client_secret", OLD),
        ("code", code),
        ("redirect_uri", REDIRECT),
        ("resource", resource),
    ]
}

#[tokio::test]
async fn a_code_gives_a_token_of_user_and_app_and_a_refresh_token_that_stays() {
    let world = acs_world().await;
    let (app, site, code) = (app(), at("sites.test"), code(&world).await);
    let body = post(&world, &redemption(&app, &code, &site)).await.ok();
    let members: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        [
            "access_token",
            "expires_in",
            "expires_on",
            "not_before",
            "refresh_token",
            "resource",
            "token_type"
        ]
    );
    assert!(
        body.as_object()
            .unwrap()
            .values()
            .all(|value| value.is_string())
    );
    let (_, claims) = verified(&world, &body["access_token"]).await;
    assert_eq!(
        (&claims["nameid"], &claims["actor"]),
        (&json!(user_id(ALICE).to_string()), &json!(app))
    );

    let token = body["refresh_token"].as_str().unwrap();
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", app.as_str()),
        ("client_secret", OLD),
        ("refresh_token", token),
        ("resource", site.as_str()),
    ];
    world.clock.advance_s(180 * 86_400 - 1);
    for _ in 0..2 {
        post(&world, &form).await.ok();
    }
    world.clock.advance_s(1);
    refused(
        &post(&world, &form).await,
        401,
        "invalid_grant",
        &[70002, 70008],
    );
}

#[tokio::test]
async fn a_code_counts_once_and_a_second_use_ends_what_it_gave() {
    let world = acs_world().await;
    let (app, site, code) = (app(), at("sites.test"), code(&world).await);
    let form = redemption(&app, &code, &site);
    let body = world.post("/tokens/OAuth/2", &form).await.ok();
    let text = refused(
        &post(&world, &form).await,
        400,
        "invalid_grant",
        &[70002, 54005],
    );
    assert!(text.contains("already redeemed"), "{text}");
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", app.as_str()),
        ("client_secret", OLD),
        ("refresh_token", body["refresh_token"].as_str().unwrap()),
        ("resource", site.as_str()),
    ];
    refused(
        &post(&world, &refresh).await,
        400,
        "invalid_grant",
        &[70002, 50173],
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_redeemers_at_once_one_gets_tokens() {
    let world = acs_world().await;
    let (app, site, code) = (app(), at("sites.test"), code(&world).await);
    let form = redemption(&app, &code, &site);
    let (a, b) = tokio::join!(post(&world, &form), post(&world, &form));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
}

#[tokio::test]
async fn a_code_lives_five_minutes() {
    let world = acs_world().await;
    let (app, site, code) = (app(), at("sites.test"), code(&world).await);
    world.clock.advance_s(300);
    refused(
        &post(&world, &redemption(&app, &code, &site)).await,
        400,
        "invalid_grant",
        &[70002, 70008],
    );
}

#[tokio::test]
async fn redirect_uri_app_and_endpoint_must_be_the_ones_of_the_code() {
    let world = acs_world().await;
    let (app, site, code) = (app(), at("sites.test"), code(&world).await);
    let form = || redemption(&app, &code, &site);
    let other_uri = with(form(), "redirect_uri", "https://app.test/Callback");
    refused(
        &post(&world, &other_uri).await,
        400,
        "invalid_grant",
        &[70002, 500112],
    );
    refused(
        &post(&world, &without(form(), "redirect_uri")).await,
        400,
        "invalid_request",
        &[900144],
    );
    let stranger = format!("{MIDDLE}@{TENANT}");
    let other_app = with(
        with(form(), "client_id", &stranger),
        "client_secret",
        SECRET,
    );
    refused(
        &post(&world, &other_app).await,
        400,
        "invalid_grant",
        &[70002, 70000],
    );
    let other_host = with(
        form(),
        "resource",
        "00000003-0000-0ff1-ce00-000000000000/evil.test@corp.example",
    );
    refused(
        &post(&world, &other_host).await,
        400,
        "invalid_resource",
        &[500011],
    );

    let entra = [
        ("grant_type", "authorization_code"),
        ("client_id", APP),
        ("client_secret", OLD),
        ("code", code.as_str()),
        ("redirect_uri", REDIRECT),
        ("scope", "api://orders/.default"),
    ];
    world
        .entra(&entra)
        .await
        .refused(400, "invalid_grant", 70000);
    // None of them used it up.
    post(&world, &form()).await.ok();

    // And Entra's codes are not good here.
    let code = world.code_with(MIDDLE, ALICE, "openid", None).await;
    let form = with(redemption(&stranger, &code, &site), "client_secret", SECRET);
    let text = refused(
        &post(&world, &form).await,
        400,
        "invalid_grant",
        &[70002, 70000],
    );
    assert!(text.contains("another token endpoint"), "{text}");
}

#[tokio::test]
async fn a_code_is_made_for_registered_addresses_only() {
    let world = acs_world().await;
    let now = world.authority.env.now();
    let ask = async |launch: AppLaunch, uri: Option<&'static str>| {
        let issued = world.authority.authorization_code(&launch, uri, now).await;
        issued
            .map(|issued| issued.redirect_uri)
            .map_err(|fault| fault.kind.name)
    };
    assert_eq!(
        ask(launch(ALICE), Some(REDIRECT)).await,
        Ok(REDIRECT.to_owned())
    );
    let refused = Err("authorize.redirect_uri");
    assert_eq!(
        ask(launch(ALICE), Some("https://evil.test/")).await,
        refused
    );
    let elsewhere = AppLaunch {
        host_web: "https://evil.test/".into(),
        ..launch(ALICE)
    };
    assert_eq!(ask(elsewhere, None).await, Err("acs.content_host_unknown"));
    let app = world.get::<Principal>(APP).await;
    let second = RedirectUri {
        uri: "https://app.test/other".into(),
        platform: Platform::Web,
    };
    let mut two = app.clone();
    two.redirect_uris.push(second);
    world.put(&two).await;
    assert_eq!(ask(launch(ALICE), None).await, refused);
    world
        .put(&Principal {
            redirect_uris: vec![],
            ..app
        })
        .await;
    assert_eq!(ask(launch(ALICE), None).await, refused);
}

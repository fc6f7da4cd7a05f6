use crate::acs_world::*;
use crate::world::*;
use behalf_model::UnixTime;
use behalf_model::ports::AppLaunch;
use behalf_model::principal::Principal;
use behalf_model::site::Site;
use behalf_model::user::User;
use behalf_wire::acs::context_token::ContextTokenError;
use behalf_wire::jose::base64url;
use serde_json::{Value, json};

const DAY_S: i64 = 86_400;

fn part(token: &str, n: usize) -> String {
    let part = token.split('.').nth(n).unwrap();
    String::from_utf8(base64url::decode(part, "a part").unwrap()).unwrap()
}

fn refresh_form<'a>(token: &'a str, resource: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("grant_type", "refresh_token"),
        (
            "client_id",
            "ac000000-0000-4000-8000-00000000000a@aaaaaaaa-0000-4000-8000-000000000001",
        ),
        ("client_secret", OLD),
        ("refresh_token", token),
        ("resource", resource),
    ]
}

async fn refresh(world: &World, token: &str) -> Answer {
    post(world, &refresh_form(token, &at("sites.test"))).await
}

#[tokio::test]
async fn the_context_token_says_what_remote_webs_read() {
    let world = acs_world().await;
    let issued = try_launch(&world, &launch(ALICE), START_PAGE)
        .await
        .unwrap();
    let token = issued.token.expose();
    assert_eq!(part(token, 0), r#"{"typ":"JWT","alg":"HS256"}"#);
    let mut claims: Value = serde_json::from_str(&part(token, 1)).unwrap();
    assert!(claims["refreshtoken"].take().is_string());
    let context: Value = serde_json::from_str(claims["appctx"].take().as_str().unwrap()).unwrap();
    assert_eq!(
        context,
        json!({ "CacheKey": issued.cache_key, "SecurityTokenServiceUri": format!("{PUBLIC}/tokens/OAuth/2") })
    );
    let now = now_s(&world);
    assert_eq!(
        claims,
        json!({
            "aud": format!("{APP}/{APP_HOST}@{TENANT}"), "iss": format!("00000001-0000-0000-c000-000000000000@{TENANT}"),
            "nbf": now, "exp": now + 43_200, "appctxsender": format!("00000003-0000-0ff1-ce00-000000000000@{TENANT}"),
            "appctx": null, "refreshtoken": null, "isbrowserhostedapp": "true", "nameid": user_id(ALICE).to_string(),
            "hostweburl": HOST_WEB
        })
    );
    assert_eq!(issued.expires_at.0, now + 43_200);
    let receiver = AppLaunch {
        browser_hosted: false,
        ..launch(ALICE)
    };
    let received = try_launch(&world, &receiver, START_PAGE).await.unwrap();
    assert!(part(received.token.expose(), 1).contains(r#""isbrowserhostedapp":"false""#));
}

#[tokio::test]
async fn the_cache_key_is_one_per_user_and_app_whatever_the_site() {
    let world = acs_world().await;
    let key = async |launch: &AppLaunch| {
        try_launch(&world, launch, START_PAGE)
            .await
            .unwrap()
            .cache_key
    };
    let alice = key(&launch(ALICE)).await;
    let elsewhere = AppLaunch {
        host_web: format!("https://{SERVER}/"),
        ..launch(ALICE)
    };
    assert_eq!(key(&elsewhere).await, alice);
    assert_ne!(key(&launch(BOB)).await, alice);
}

#[tokio::test]
async fn its_refresh_token_gives_tokens_of_user_and_app_again_and_again() {
    let world = acs_world().await;
    let token = launched(&world, &[OLD])
        .await
        .expose_refresh_token()
        .to_owned();
    for _ in 0..3 {
        world.clock.advance_s(40 * DAY_S);
        let body = refresh(&world, &token).await.ok();
        assert_eq!(
            body.get("refresh_token"),
            None,
            "the client keeps the one it has"
        );
        assert_eq!(body["expires_in"], "43200");
        let (header, claims) = verified(&world, &body["access_token"]).await;
        assert!(header.x5t().is_some() && header.kid().is_none());
        let now = now_s(&world);
        assert_eq!(
            claims,
            json!({
                "aud": at("sites.test"), "iss": format!("00000001-0000-0000-c000-000000000000@{TENANT}"), "nbf": now,
                "exp": now + 43_200, "nameid": user_id(ALICE).to_string(), "actor": app(),
                "identityprovider": "urn:federation:microsoftonline"
            })
        );
    }
    let events = world.audit().await;
    let used = events
        .iter()
        .filter(|e| e.action == "token.issued")
        .collect::<Vec<_>>();
    assert_eq!(used.len(), 3);
    assert_eq!(
        (used[0].user.clone(), used[0].client.as_deref()),
        (Some(user_id(ALICE).to_string()), Some(APP))
    );
    let launched = events
        .iter()
        .find(|e| e.action == "context_token.issued")
        .unwrap();
    assert_eq!(
        (launched.client.as_deref(), launched.object.as_deref()),
        (Some(APP), Some(HOST_WEB))
    );
}

#[tokio::test]
async fn it_serves_every_content_host_of_the_realm_and_no_other() {
    let world = acs_world().await;
    let token = launched(&world, &[OLD])
        .await
        .expose_refresh_token()
        .to_owned();
    for host in ["sites.test", "ported.test", SERVER] {
        let answer = world
            .post("/tokens/OAuth/2", &refresh_form(&token, &at(host)))
            .await;
        assert_eq!(answer.ok()["resource"], at(host));
    }
    for host in ["evil.test", "ported.test:445", "sites.test:8444"] {
        let answer = post(&world, &refresh_form(&token, &at(host))).await;
        let text = refused(&answer, 400, "invalid_resource", &[500_011]);
        assert!(text.contains(host), "{text}");
    }
}

#[tokio::test]
async fn a_refresh_token_ends_after_six_months() {
    let world = acs_world().await;
    let token = launched(&world, &[OLD])
        .await
        .expose_refresh_token()
        .to_owned();
    world.clock.advance_s(180 * DAY_S - 1);
    refresh(&world, &token).await.ok();
    world.clock.advance_s(1);
    let text = refused(
        &refresh(&world, &token).await,
        401,
        "invalid_grant",
        &[70_002, 70_008],
    );
    assert!(
        text.starts_with(
            "AADSTS70002: Error validating credentials. AADSTS70008: The refresh token has expired"
        ),
        "{text}"
    );
}

#[tokio::test]
async fn another_app_and_another_dialect_have_no_use_for_it() {
    let world = acs_world().await;
    let token = launched(&world, &[OLD])
        .await
        .expose_refresh_token()
        .to_owned();
    let site = at("sites.test");
    let stranger = format!("{MIDDLE}@{TENANT}");
    let form = with(
        with(refresh_form(&token, &site), "client_id", &stranger),
        "client_secret",
        SECRET,
    );
    let text = refused(
        &post(&world, &form).await,
        400,
        "invalid_grant",
        &[70_002, 70_000],
    );
    assert!(text.contains("another application"), "{text}");

    // The same app, by its Entra name: no consent stands behind the token, and rotation would take it from the app.
    let form = with(
        with(refresh_form(&token, ""), "client_id", APP),
        "scope",
        "api://orders/order.read",
    );
    for path in ["oauth2/v2.0/token", "oidc/token"] {
        let answer = world.post(&format!("/{TENANT}/{path}"), &form).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["error"]),
            (400, &json!("invalid_grant")),
            "{path}"
        );
        assert!(
            answer.text.contains("/tokens/OAuth/2 only"),
            "{}",
            answer.text
        );
    }
    refresh(&world, &token).await.ok();

    // And an Entra refresh token gets nothing here.
    let code = world
        .code(MIDDLE, ALICE, "offline_access api://orders/order.read")
        .await;
    let body = world.entra(&World::redemption(MIDDLE, &code)).await.ok();
    let entra = body["refresh_token"].as_str().unwrap();
    let form = with(
        with(refresh_form(entra, &site), "client_id", &stranger),
        "client_secret",
        SECRET,
    );
    let text = refused(
        &post(&world, &form).await,
        400,
        "invalid_grant",
        &[70_002, 70_000],
    );
    assert!(text.contains("another token endpoint"), "{text}");
}

#[tokio::test]
async fn made_up_and_altered_refresh_tokens_are_refused() {
    let world = acs_world().await;
    let token = launched(&world, &[OLD])
        .await
        .expose_refresh_token()
        .to_owned();
    let (row, rest) = token.split_once('.').unwrap();
    for made_up in [
        "x".to_owned(),
        format!("{}.{rest}", row.parse::<i64>().unwrap() + 1),
        format!("{row}.{}{}", "A".repeat(43), &rest[43..]),
        token[..token.len() - 30].to_owned(),
        format!("{token}x"),
    ] {
        refused(
            &refresh(&world, &made_up).await,
            400,
            "invalid_grant",
            &[70_002, 70_000],
        );
    }
    refresh(&world, &token).await.ok();
}

#[tokio::test]
async fn it_dies_with_app_user_and_revocation() {
    let world = acs_world().await;
    let token = launched(&world, &[OLD])
        .await
        .expose_refresh_token()
        .to_owned();
    let app = world.get::<Principal>(APP).await;
    world
        .put(&Principal {
            enabled: false,
            ..app.clone()
        })
        .await;
    refused(
        &refresh(&world, &token).await,
        400,
        "unauthorized_client",
        &[7_000_112],
    );
    world.delete(&app).await;
    refused(
        &refresh(&world, &token).await,
        400,
        "unauthorized_client",
        &[700_016],
    );
    world.put(&app).await;

    let alice = world.get::<User>(&user_id(ALICE).to_string()).await;
    world
        .put(&User {
            active: false,
            ..alice.clone()
        })
        .await;
    assert_eq!(
        refresh(&world, &token).await.json()["error"],
        "invalid_grant"
    );
    world
        .put(&User {
            valid_from: Some(UnixTime(now_s(&world) + 1)),
            ..alice.clone()
        })
        .await;
    refused(
        &refresh(&world, &token).await,
        400,
        "invalid_grant",
        &[70_002, 50_173],
    );
    world.put(&alice).await;
    refresh(&world, &token).await.ok();

    let revoke = behalf_model::ports::Change::RevokeRefreshOfClient {
        tenant: tenant_id(),
        client: APP.into(),
    };
    behalf_model::ports::Store::commit(&*world.store, vec![revoke])
        .await
        .unwrap();
    refused(
        &refresh(&world, &token).await,
        400,
        "invalid_grant",
        &[70_002, 50_173],
    );
}

#[tokio::test]
async fn while_secrets_roll_the_oldest_valid_one_signs_and_all_are_accepted() {
    let world = acs_world().await;
    let expires = now_s(&world) + 30 * DAY_S;
    let mut old = secret(&world, "old", OLD);
    old.expires_at = Some(UnixTime(expires));
    let mut new = secret(&world, "new", NEW);
    new.starts_at = Some(UnixTime(now_s(&world)));
    let app = principal_with(vec![old, new]);
    world.put(&app).await;

    // A remote web with the old secret, or with both, reads the token; the token endpoint takes either.
    assert_eq!(launched(&world, &[OLD]).await.secret_index(), 0);
    assert_eq!(launched(&world, &[NEW, OLD]).await.secret_index(), 1);
    let id = format!("{APP}@{TENANT}");
    let site = at("sites.test");
    for secret in [OLD, NEW] {
        post(&world, &with(app_only(&id, &site), "client_secret", secret))
            .await
            .ok();
    }

    // Promoted: the new one signs at once.
    world
        .put(&Principal {
            promoted_secret: Some("new".into()),
            ..app.clone()
        })
        .await;
    let promoted = try_launch(&world, &launch(ALICE), START_PAGE)
        .await
        .unwrap();
    assert_eq!(
        read(&world, promoted.token.expose(), &[OLD]).unwrap_err(),
        ContextTokenError::Signature
    );
    read(&world, promoted.token.expose(), &[NEW]).unwrap();

    // Not promoted: the new one signs when the old one is over, and then the old one opens nothing any more.
    world.put(&app).await;
    world.clock.advance_s(30 * DAY_S);
    launched(&world, &[NEW]).await;
    refused(
        &post(&world, &app_only(&id, &site)).await,
        401,
        "invalid_client",
        &[70_002, 7_000_222],
    );
    post(&world, &with(app_only(&id, &site), "client_secret", NEW))
        .await
        .ok();
}

#[tokio::test]
async fn a_launch_that_is_not_in_order_makes_no_token() {
    let world = acs_world().await;
    let name = format!("i:0i.t|ms.sp.ext|{APP}@{TENANT}");
    let kind = async |launch: AppLaunch, target: &str| {
        let fault = try_launch(&world, &launch, target).await.unwrap_err();
        (fault.kind.name, fault.detail)
    };
    for (target, says) in [
        (
            "https://app.test/x",
            "at 'app.test', its app host domain is 'app.test:8443'",
        ),
        ("https://app.test:8444/", "at 'app.test:8444'"),
        ("https://app.test:8443.evil.test/", "no absolute"),
        ("https://app.test:8443@evil.test/", "no absolute"),
        ("https://evil.test/?app.test:8443", "at 'evil.test'"),
        ("http://app.test:8443/", "not https"),
        ("/relative", "no absolute"),
        ("", "no absolute"),
    ] {
        let (kind, detail) = kind(launch(ALICE), target).await;
        assert_eq!(kind, "context_token.other_app_host_domain", "{target}");
        let start =
            format!("The app {name} does not have an endpoint or its endpoint is not valid: ");
        assert!(
            detail.starts_with(&start) && detail.contains(says),
            "{detail}"
        );
    }
    let other = |host_web: &str| AppLaunch {
        host_web: host_web.into(),
        ..launch(ALICE)
    };
    for host_web in [
        "https://evil.test/",
        "https://sites.test/",
        "https://content.test/",
        "sites.test",
        "",
    ] {
        assert_eq!(
            kind(other(host_web), START_PAGE).await.0,
            "acs.content_host_unknown",
            "{host_web}"
        );
    }
    let nobody = AppLaunch {
        user: user_id(99),
        ..launch(ALICE)
    };
    assert_eq!(kind(nobody, START_PAGE).await.0, "user.gone");
    let unknown = AppLaunch {
        client: client_id("nobody"),
        ..launch(ALICE)
    };
    assert_eq!(kind(unknown, START_PAGE).await.0, "client.unknown");
    let elsewhere = AppLaunch {
        tenant: OTHER_TENANT.parse().unwrap(),
        ..launch(ALICE)
    };
    assert_eq!(kind(elsewhere, START_PAGE).await.0, "client.unknown");

    let app = world.get::<Principal>(APP).await;
    world
        .put(&Principal {
            app_host_domain: None,
            ..app.clone()
        })
        .await;
    assert_eq!(
        kind(launch(ALICE), START_PAGE).await.0,
        "context_token.no_app_host_domain"
    );
    let mut digest_only = app.clone();
    digest_only.secrets[0].sealed = None;
    world.put(&digest_only).await;
    assert_eq!(
        kind(launch(ALICE), START_PAGE).await.0,
        "context_token.no_secret"
    );
    // Sealed for another secret's name: it does not open.
    let mut renamed = app;
    renamed.secrets[0].id = "other".into();
    world.put(&renamed).await;
    assert_eq!(
        kind(launch(ALICE), START_PAGE).await.0,
        "context_token.no_secret"
    );

    world.put(&user(0xca401, "Carol")).await;
    let events = world.audit().await;
    assert!(
        events
            .iter()
            .all(|event| event.action == "context_token.refused"),
        "{events:?}"
    );
    assert!(events.iter().any(|event| event.outcome == "BH2111"));
}

#[tokio::test]
async fn on_loopback_a_remote_web_may_do_without_tls() {
    let world = acs_world().await;
    let app = world.get::<Principal>(APP).await;
    world
        .put(&Principal {
            app_host_domain: Some("localhost:5000".into()),
            ..app
        })
        .await;
    try_launch(&world, &launch(ALICE), "http://localhost:5000/start")
        .await
        .unwrap();
}

#[tokio::test]
async fn a_site_that_is_gone_is_no_host_web() {
    let world = acs_world().await;
    let site = world
        .get::<Site>(&uuid::Uuid::from_u128(1).to_string())
        .await;
    world.delete(&site).await;
    let fault = try_launch(&world, &launch(ALICE), START_PAGE)
        .await
        .unwrap_err();
    assert_eq!(fault.kind.code, "BH2104");
}

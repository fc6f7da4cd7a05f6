use crate::acs_world::*;
use crate::world::*;
use behalf_model::ports::AppLaunch;
use behalf_model::principal::Principal;
use behalf_model::site::Site;
use behalf_wire::jose::base64url;
use serde_json::{Value, json};

fn part(token: &str, n: usize) -> String {
    let part = token.split('.').nth(n).unwrap();
    String::from_utf8(base64url::decode(part, "a part").unwrap()).unwrap()
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

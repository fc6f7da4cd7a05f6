use crate::acs_world::*;
use crate::world::*;
use behalf_model::UnixTime;
use behalf_model::principal::Principal;
use serde_json::json;

#[tokio::test]
async fn an_error_body_letter_by_letter() {
    let world = acs_world().await;
    let (app, site) = (app(), at("sites.test"));
    let answer = post(&world, &with(app_only(&app, &site), "client_secret", NEW)).await;
    let (trace, correlation) = (
        answer.header("x-ms-request-id"),
        answer.header("client-request-id"),
    );
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.text,
        format!(
            "{{\"error\":\"invalid_client\",\"error_description\":\"AADSTS70002: Error validating credentials. AADSTS7000215: \
             Invalid client secret provided for the application '{APP}'. Send the value of the secret, not its id.\\r\\n\
             Trace ID: {trace}\\r\\nCorrelation ID: {correlation}\\r\\nTimestamp: 2026-01-01 00:00:00Z\",\
             \"error_codes\":[70002,7000215],\"timestamp\":\"2026-01-01 00:00:00Z\",\"trace_id\":\"{trace}\",\
             \"correlation_id\":\"{correlation}\",\"error_uri\":\"{PUBLIC}/error?code=70002\"}}"
        )
    );
}

#[tokio::test]
async fn a_missing_or_doubled_parameter_is_named() {
    let world = acs_world().await;
    let (app, site) = (app(), at("sites.test"));
    for name in ["grant_type", "client_id", "resource"] {
        let answer = post(&world, &without(app_only(&app, &site), name)).await;
        let text = refused(&answer, 400, "invalid_request", &[900144]);
        assert!(text.contains(name), "{text}");
    }
    let answer = post(&world, &without(app_only(&app, &site), "client_secret")).await;
    refused(&answer, 401, "invalid_client", &[70002, 7000218]);
    for (grant, name) in [
        ("refresh_token", "refresh_token"),
        ("authorization_code", "code"),
    ] {
        let answer = post(&world, &with(app_only(&app, &site), "grant_type", grant)).await;
        assert!(refused(&answer, 400, "invalid_request", &[900144]).contains(name));
    }
    let mut twice = app_only(&app, &site);
    twice.push(("resource", &site));
    refused(
        &post(&world, &twice).await,
        400,
        "invalid_request",
        &[9000411],
    );
}

#[tokio::test]
async fn other_grants_are_not_offered() {
    let world = acs_world().await;
    let (app, site) = (app(), at("sites.test"));
    let other = with(app_only(&app, &site), "grant_type", "password");
    refused(
        &post(&world, &other).await,
        400,
        "unsupported_grant_type",
        &[70003],
    );
    let mut obo = with(app_only(&app, &site), "grant_type", JWT_BEARER);
    obo.extend([("assertion", "x"), ("requested_token_use", "on_behalf_of")]);
    refused(
        &post(&world, &obo).await,
        400,
        "unsupported_grant_type",
        &[70003],
    );
}

#[tokio::test]
async fn every_name_must_be_of_one_realm() {
    let world = acs_world().await;
    let site = at("sites.test");
    let other_app = format!("{APP}@{OTHER_TENANT}");
    let other_site = format!("00000003-0000-0ff1-ce00-000000000000/sites.test@{OTHER_TENANT}");
    // URL against client id, with the realm in the URL.
    refused(
        &post(&world, &app_only(&other_app, &site)).await,
        400,
        "unauthorized_client",
        &[700016],
    );
    // Without it the client id decides: the app is not known over there.
    let bare = "/tokens/OAuth/2";
    refused(
        &world.post(bare, &app_only(&other_app, &site)).await,
        400,
        "unauthorized_client",
        &[700016],
    );
    // The resource of another realm.
    for path in [bare.to_owned(), format!("/{TENANT}/tokens/OAuth/2")] {
        let answer = world.post(&path, &app_only(&app(), &other_site)).await;
        refused(&answer, 400, "invalid_resource", &[500011]);
    }
    let wrong_url = format!("/{OTHER_TENANT}/tokens/OAuth/2");
    refused(
        &world.post(&wrong_url, &app_only(&app(), &site)).await,
        400,
        "unauthorized_client",
        &[700016],
    );
    let nobody = "/aaaaaaaa-0000-4000-8000-0000000000ff/tokens/OAuth/2";
    refused(
        &world.post(nobody, &app_only(&app(), &site)).await,
        400,
        "invalid_request",
        &[90002],
    );
    let answer = world
        .post("/common/tokens/OAuth/2", &app_only(&app(), &site))
        .await;
    refused(&answer, 400, "invalid_request", &[9001023]);
}

#[tokio::test]
async fn a_request_without_any_realm_says_so() {
    let world = acs_world().await;
    for resource in [
        "https://sites.test",
        "00000003-0000-0ff1-ce00-000000000000/sites.test@",
    ] {
        let answer = world
            .post("/tokens/OAuth/2", &app_only(APP, resource))
            .await;
        let text = refused(&answer, 400, "invalid_request", &[900023]);
        assert!(text.contains("names no realm"), "{text}");
    }
}

#[tokio::test]
async fn formatted_names_are_read_strictly() {
    let world = acs_world().await;
    let site = at("sites.test");
    for id in [
        format!("{APP}/a/b@{TENANT}"),
        format!("{APP}@{TENANT}@x"),
        format!("a b@{TENANT}"),
        format!("{APP}/ho st@{TENANT}"),
    ] {
        let answer = post(&world, &app_only(&id, &site)).await;
        assert!(
            refused(&answer, 400, "invalid_request", &[90013]).contains("client_id"),
            "{id}"
        );
    }
    let unknown = format!("ffffffff-0000-4000-8000-00000000000a@{TENANT}");
    let text = refused(
        &post(&world, &app_only(&unknown, &site)).await,
        400,
        "unauthorized_client",
        &[700016],
    );
    assert!(text.contains("No application 'ffffffff-"), "{text}");
}

#[tokio::test]
async fn the_app_host_domain_counts_with_its_port() {
    let world = acs_world().await;
    let site = at("sites.test");
    for host in ["app.test", "app.test:8444", "evil.test:8443"] {
        let id = format!("{APP}/{host}@{TENANT}");
        let text = refused(
            &post(&world, &app_only(&id, &site)).await,
            400,
            "unauthorized_client",
            &[700016],
        );
        assert!(text.contains(host), "{text}");
        // Who has no secret does not learn which host is right.
        let guess = with(app_only(&id, &site), "client_secret", NEW);
        refused(
            &post(&world, &guess).await,
            401,
            "invalid_client",
            &[70002, 7000215],
        );
    }
}

#[tokio::test]
async fn secrets_count_within_their_time_only() {
    let world = acs_world().await;
    let (app, site) = (app(), at("sites.test"));
    let now = now_s(&world);
    let mut old = secret(&world, "old", OLD);
    old.expires_at = Some(UnixTime(now));
    let mut new = secret(&world, "new", NEW);
    new.starts_at = Some(UnixTime(now + 1));
    world.put(&principal_with(vec![old, new])).await;
    let text = refused(
        &post(&world, &app_only(&app, &site)).await,
        401,
        "invalid_client",
        &[70002, 7000222],
    );
    assert!(text.contains("The client secret 'old'"), "{text}");
    let early = with(app_only(&app, &site), "client_secret", NEW);
    let text = refused(
        &post(&world, &early).await,
        401,
        "invalid_client",
        &[70002, 7000215],
    );
    assert!(text.contains("not valid yet"), "{text}");
    assert!(!text.contains(NEW) && !text.contains(OLD));
}

#[tokio::test]
async fn public_and_disabled_apps_get_nothing() {
    let world = acs_world().await;
    let (app, site) = (app(), at("sites.test"));
    let stored = world.get::<Principal>(APP).await;
    let public = Principal {
        public: true,
        ..stored.clone()
    };
    world.put(&public).await;
    refused(
        &post(&world, &app_only(&app, &site)).await,
        401,
        "invalid_client",
        &[70002, 700025],
    );
    let silent = without(app_only(&app, &site), "client_secret");
    refused(
        &post(&world, &silent).await,
        401,
        "invalid_client",
        &[70002, 7000218],
    );
    world
        .put(&Principal {
            enabled: false,
            ..stored
        })
        .await;
    refused(
        &post(&world, &app_only(&app, &site)).await,
        400,
        "unauthorized_client",
        &[7000112],
    );
}

#[tokio::test]
async fn what_is_no_form_is_refused_in_json_too() {
    let world = acs_world().await;
    let (app, site) = (app(), at("sites.test"));
    for path in [
        "/tokens/OAuth/2".to_owned(),
        format!("/{TENANT}/tokens/OAuth/2"),
    ] {
        let got = world.get_url(&path).await;
        assert_eq!(
            (got.status.as_u16(), got.header("allow")),
            (405, "POST, OPTIONS")
        );
        let json = world
            .post_with(
                &path,
                &app_only(&app, &site),
                &[("content-type", "application/json")],
            )
            .await;
        assert_eq!(json.status, 415);
        let long = "x".repeat(17_000);
        let large = world
            .post(&path, &with(app_only(&app, &site), "code", &long))
            .await;
        assert_eq!(large.status, 413);
        for answer in [got, json, large] {
            assert!(answer.text.starts_with("{\"error\":\""), "{}", answer.text);
            assert_eq!(
                answer.header("content-type"),
                "application/json; charset=utf-8"
            );
            assert!(
                answer.json()["error_description"]
                    .as_str()
                    .unwrap()
                    .starts_with("AADSTS")
            );
        }
    }
}

#[tokio::test]
async fn an_acs_token_is_nothing_to_the_other_dialects() {
    let world = acs_world().await;
    let body = post(&world, &app_only(&app(), &at("sites.test")))
        .await
        .ok();
    let token = body["access_token"].as_str().unwrap();
    let answer = world.obo(token, "api://orders/order.read").await;
    assert_eq!(answer.json()["error"], "invalid_grant", "{}", answer.text);
    assert_eq!(answer.json()["error_codes"], json!([50013]));
    let request = http::Request::get(format!("/{TENANT}/oidc/userinfo"))
        .header("authorization", format!("Bearer {token}"))
        .body(axum::body::Body::empty())
        .unwrap();
    assert_eq!(world.send(request).await.status, 401);
}

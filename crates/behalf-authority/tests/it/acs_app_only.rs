use crate::acs_world::*;
use crate::world::*;
use serde_json::json;

#[tokio::test]
async fn the_answer_is_all_strings() {
    let world = acs_world().await;
    let answer = post(&world, &app_only(&app(), &at("sites.test"))).await;
    let mut body = answer.ok();
    assert!(body["access_token"].take().is_string());
    let now = now_s(&world);
    assert_eq!(
        body,
        json!({
            "token_type": "Bearer", "expires_in": "43200", "not_before": now.to_string(),
            "expires_on": (now + 43_200).to_string(), "resource": at("sites.test"), "access_token": null
        })
    );
    assert!(
        answer
            .text
            .starts_with("{\"token_type\":\"Bearer\",\"expires_in\":\"43200\","),
        "{}",
        answer.text
    );
    assert_eq!(
        answer.header("content-type"),
        "application/json; charset=utf-8"
    );
    assert_eq!(answer.header("cache-control"), "no-store, no-cache");
}

#[tokio::test]
async fn the_token_names_the_app_alone() {
    let world = acs_world().await;
    let body = post(&world, &app_only(&app(), &at("sites.test")))
        .await
        .ok();
    let (header, mut claims) = verified(&world, &body["access_token"]).await;
    assert_eq!(
        (header.alg(), header.typ(), header.kid()),
        (Some("RS256"), Some("JWT"), None)
    );
    assert!(header.x5t().is_some());
    let oid = claims["oid"].take();
    assert_eq!(claims["sub"].take(), oid);
    assert!(uuid::Uuid::try_parse(oid.as_str().unwrap()).is_ok());
    let (now, acs) = (
        now_s(&world),
        format!("00000001-0000-0000-c000-000000000000@{TENANT}"),
    );
    assert_eq!(
        claims,
        json!({
            "aud": at("sites.test"), "iss": acs, "nbf": now, "exp": now + 43_200, "nameid": app(), "sub": null,
            "oid": null, "trustedfordelegation": "false", "identityprovider": acs
        })
    );
}

#[tokio::test]
async fn both_addresses_and_every_spelling_of_the_names_lead_there() {
    let world = acs_world().await;
    let with_realm = format!("/{TENANT}/tokens/OAuth/2");
    let with_domain = format!("/{}/tokens/OAuth/2", DOMAIN.to_uppercase());
    let bare = "/tokens/OAuth/2".to_owned();
    let upper = app().to_uppercase();
    let at_domain = format!("{APP}@{DOMAIN}");
    let at_host = format!("{APP}/{APP_HOST}@{TENANT}");
    let resource = at("sites.test");
    for path in [&with_realm, &with_domain, &bare] {
        for client_id in [app().as_str(), &upper, &at_domain, &at_host, APP] {
            let body = world.post(path, &app_only(client_id, &resource)).await.ok();
            assert_eq!(body["resource"], resource);
            assert_eq!(
                verified(&world, &body["access_token"]).await.1["nameid"],
                app()
            );
        }
    }
}

#[tokio::test]
async fn a_content_host_is_named_with_and_without_its_port() {
    let world = acs_world().await;
    for (asked, audience) in [
        ("sites.test", "sites.test"),
        ("SITES.test:443", "sites.test"),
        ("ported.test", "ported.test"),
        ("ported.test:444", "ported.test:444"),
        ("content.test", "content.test"),
        (SERVER, SERVER),
    ] {
        let resource = at(asked);
        let body = post(&world, &app_only(&app(), &resource)).await.ok();
        assert_eq!(body["resource"], resource, "as it was asked for");
        assert_eq!(
            verified(&world, &body["access_token"]).await.1["aud"],
            at(audience)
        );
    }
}

#[tokio::test]
async fn forms_are_read_as_the_clients_write_them() {
    let world = acs_world().await;
    let post_text = async |text: String| {
        let request = http::Request::post("/tokens/OAuth/2")
            .header(
                "content-type",
                "application/x-www-form-urlencoded; charset=utf-8",
            )
            .body(axum::body::Body::from(text))
            .unwrap();
        world.send(request).await.ok()
    };
    // One leaves @ and / as they are, another sends the resource first, a third sends it as scope only.
    let (app, site) = (app(), at("sites.test"));
    let secret = "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE%3D";
    for text in [
        format!(
            "grant_type=client_credentials&client_id={app}&client_secret={secret}&resource={site}&scope={site}"
        ),
        format!(
            "resource={site}&client_id={app}&client_secret={secret}&grant_type=client_credentials"
        ),
        format!(
            "grant_type=client_credentials&client_id={app}&client_secret={secret}&scope={site}"
        ),
    ] {
        assert_eq!(post_text(text).await["resource"], site);
    }
}

#[tokio::test]
async fn an_app_registered_for_entra_may_use_this_dialect_too() {
    let world = acs_world().await;
    let client_id = format!("{MIDDLE}@{TENANT}");
    let form = with(app_only(&client_id, "x"), "client_secret", SECRET);
    let site = at("sites.test");
    let body = post(&world, &with(form, "resource", &site)).await.ok();
    assert_eq!(
        verified(&world, &body["access_token"]).await.1["nameid"],
        client_id
    );
}

#[tokio::test]
async fn a_new_site_is_a_content_host_at_once() {
    let world = acs_world().await;
    let asked = at("new.test");
    refused(
        &post(&world, &app_only(&app(), &asked)).await,
        400,
        "invalid_resource",
        &[500011],
    );
    let mut site = world
        .get::<behalf_model::site::Site>(&uuid::Uuid::from_u128(1).to_string())
        .await;
    site.host = "new.test".into();
    world.put(&site).await;
    // It has no port of its own: it is served on the one of the content server.
    post(&world, &app_only(&app(), &asked)).await.ok();
}

#[tokio::test]
async fn the_trail_names_app_and_content_host() {
    let world = acs_world().await;
    post(&world, &app_only(&app(), &at(SERVER))).await.ok();
    post(&world, &app_only(&app(), &at("evil.test"))).await;
    // Whatever is written without waiting is there after the next commit.
    world.put(&user(0xca401, "Carol")).await;
    let events = world.audit().await;
    let issued = events.iter().find(|e| e.action == "token.issued").unwrap();
    assert_eq!(
        (issued.client.as_deref(), issued.object.as_deref()),
        (Some(APP), Some(SERVER))
    );
    assert_eq!(issued.user, None);
    let refused = events.iter().find(|e| e.action == "token.refused").unwrap();
    assert_eq!(
        (refused.client.as_deref(), refused.outcome.as_str()),
        (Some(APP), "BH2104")
    );
}

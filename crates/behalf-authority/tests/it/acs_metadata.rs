use crate::acs_world::*;
use crate::world::*;
use behalf_wire::acs::metadata::Metadata;
use serde_json::json;

#[tokio::test]
async fn the_document_stands_under_both_addresses_for_guid_and_domain() {
    let world = acs_world().await;
    let first = world
        .get_url(&format!("/metadata/json/1?realm={TENANT}"))
        .await;
    let mut document = first.ok();
    let key = document["keys"][0].take();
    assert_eq!(
        (&key["usage"], &key["keyValue"]["type"]),
        (&json!("Signing"), &json!("x509Certificate"))
    );
    let metadata = Metadata::parse(first.text.as_bytes()).unwrap();
    let certificate = &metadata.certificates()[0];
    assert_eq!(key["keyValue"]["keyInfo"]["x5t"], certificate.x5t());
    assert!(certificate.is_valid_at(now_s(&world)));
    document["keys"].as_array_mut().unwrap().clear();
    let acs = "00000001-0000-0000-c000-000000000000";
    assert_eq!(
        document,
        json!({
            "version": "1.0", "name": "ACS", "realm": TENANT, "issuer": format!("{acs}@{TENANT}"),
            "allowedAudiences": [format!("{acs}/login.test@{TENANT}")], "keys": [],
            "endpoints": [
                {"usage": "issuance", "protocol": "OAuth2", "location": format!("{PUBLIC}/{TENANT}/tokens/OAuth/2")},
                {"usage": "issuance", "protocol": "DelegationIssuance1.0", "location": format!("{PUBLIC}/tokens/delegation/1")},
                {"usage": "management", "protocol": "DelegationManagement1.0", "location": format!("{PUBLIC}/mgmt/delegation/1")}
            ]
        })
    );
    assert_eq!(first.header("content-type"), "application/json");
    assert_eq!(first.header("cache-control"), "public, max-age=3600");
    for path in [
        format!("/{TENANT}/metadata/json/1"),
        format!("/{}/metadata/json/1", DOMAIN.to_uppercase()),
        format!("/metadata/json/1?realm={DOMAIN}"),
        format!("/metadata/json/1?x=1&realm={}", TENANT.to_uppercase()),
    ] {
        assert_eq!(world.get_url(&path).await.text, first.text, "{path}");
    }
}

#[tokio::test]
async fn next_keys_are_published_before_they_sign_and_other_kinds_are_left_out() {
    let world = acs_world().await;
    // A token of an API with ES256 makes a key of that kind.
    world
        .token_for(MIDDLE, ALICE, "https://modern.example/api/read")
        .await;
    world.authority.maintain_keys().await.unwrap();
    let metadata = |text: String| Metadata::parse(text.as_bytes()).unwrap().certificates();
    let path = format!("/{TENANT}/metadata/json/1");
    let before = metadata(world.get_url(&path).await.text);
    assert_eq!(before.len(), 2, "the present key and the next one");
    let token = post(&world, &app_only(&app(), &at("sites.test")))
        .await
        .ok();
    let present = verified(&world, &token["access_token"])
        .await
        .0
        .x5t()
        .unwrap()
        .to_owned();
    let tenant = world.get::<behalf_model::tenant::Tenant>(TENANT).await;
    world.clock.advance_s(60);
    world.authority.rotate_keys(&tenant).await.unwrap();
    let next = post(&world, &app_only(&app(), &at("sites.test")))
        .await
        .ok();
    let signed_with = verified(&world, &next["access_token"])
        .await
        .0
        .x5t()
        .unwrap()
        .to_owned();
    assert_ne!(signed_with, present);
    assert!(
        before
            .iter()
            .any(|certificate| certificate.x5t() == signed_with)
    );
    // What the former key signed is still verified.
    verified(&world, &token["access_token"]).await;
}

#[tokio::test]
async fn refusals_are_in_the_dialects_own_format() {
    let world = acs_world().await;
    let nobody = "aaaaaaaa-0000-4000-8000-0000000000ff";
    for (path, status, error, code) in [
        (
            "/metadata/json/1".to_owned(),
            400,
            "invalid_request",
            900144,
        ),
        (
            "/metadata/json/1?realm=".to_owned(),
            400,
            "invalid_request",
            900144,
        ),
        (
            format!("/metadata/json/1?realm={TENANT}&realm={OTHER_TENANT}"),
            400,
            "invalid_request",
            9002313,
        ),
        (
            format!("/metadata/json/1?realm={nobody}"),
            400,
            "invalid_request",
            90002,
        ),
        (
            format!("/{nobody}/metadata/json/1"),
            400,
            "invalid_request",
            90002,
        ),
        (
            "/metadata/json/1?realm=%ff".to_owned(),
            400,
            "invalid_request",
            9002313,
        ),
    ] {
        let answer = world.get_url(&path).await;
        refused(&answer, status, error, &[code]);
    }
    let posted = world.post(&format!("/{TENANT}/metadata/json/1"), &[]).await;
    assert_eq!(posted.status, 405);
    assert!(posted.text.starts_with("{\"error\":") && posted.header("allow").starts_with("GET, "));
    let mut tenant = world.get::<behalf_model::tenant::Tenant>(TENANT).await;
    tenant.enabled = false;
    world.put(&tenant).await;
    refused(
        &world.get_url(&format!("/{TENANT}/metadata/json/1")).await,
        400,
        "invalid_request",
        &[90033],
    );
}

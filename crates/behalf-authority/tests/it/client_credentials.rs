use crate::world::*;
use behalf_model::resource::{Resource, SigningAlg, TokenFormat};
use serde_json::json;

fn form(scope: &str) -> Vec<(&str, &str)> {
    vec![
        ("grant_type", "client_credentials"),
        ("client_id", MIDDLE),
        ("client_secret", SECRET),
        ("scope", scope),
    ]
}

#[tokio::test]
async fn entra_answers_with_four_members_and_entras_headers() {
    let world = World::new().await;
    let request_id = "0f8fad5b-d9cb-469f-a165-70867728950e";
    let path = format!("/{}/oauth2/v2.0/token", DOMAIN.to_uppercase());
    let answer = world
        .post_with(
            &path,
            &form("api://orders/.default"),
            &[("client-request-id", request_id)],
        )
        .await;
    let body = answer.ok();
    let members: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        ["access_token", "expires_in", "ext_expires_in", "token_type"]
    );
    assert_eq!(
        (
            &body["token_type"],
            &body["expires_in"],
            &body["ext_expires_in"]
        ),
        (&json!("Bearer"), &json!(3600), &json!(3600))
    );
    for (name, value) in [
        ("content-type", "application/json; charset=utf-8"),
        ("cache-control", "no-store, no-cache"),
        ("pragma", "no-cache"),
        ("x-content-type-options", "nosniff"),
        ("x-ms-clitelem", "1,0,0,,"),
        ("client-request-id", request_id),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert!(
        answer
            .header("strict-transport-security")
            .starts_with("max-age=")
    );
    assert!(
        !answer.header("x-ms-request-id").is_empty()
            && !answer.header("x-ms-ests-server").is_empty()
    );
}

#[tokio::test]
async fn an_app_only_token_carries_the_assigned_roles_that_exist_and_no_scp() {
    let world = World::new().await;
    let body = world.entra(&form("api://orders/.default")).await.ok();
    let (header, claims) = world.verified(&body["access_token"]).await;
    assert_eq!(
        (header.alg(), header.typ(), header.x5t()),
        (Some("RS256"), Some("JWT"), None)
    );
    let now = 1_767_225_600;
    let mut claims = serde_json::Value::Object(claims.as_map().clone());
    let oid = claims["oid"].take();
    assert_eq!(claims["sub"].take(), oid);
    assert!(claims["uti"].take().is_string());
    assert_eq!(
        claims,
        json!({
            "aud": ORDERS, "iss": format!("{PUBLIC}/{TENANT}/v2.0"), "iat": now, "nbf": now, "exp": now + 3600,
            "azp": MIDDLE, "azpacr": "1", "idtyp": "app", "oid": null, "roles": ["Order.Read.All"],
            "sub": null, "tid": TENANT, "uti": null, "ver": "2.0"
        })
    );
}

#[tokio::test]
async fn without_assigned_roles_a_token_is_still_issued() {
    let world = World::new().await;
    let body = world
        .entra(&with(form("api://orders/.default"), "client_id", WEB))
        .await
        .ok();
    assert!(
        world
            .claims(&body["access_token"])
            .await
            .get("roles")
            .is_none()
    );
}

#[tokio::test]
async fn the_resource_may_be_named_by_app_id_and_by_uri_in_any_letter_case_and_with_a_slash() {
    let world = World::new().await;
    for scope in [
        format!("{ORDERS}/.default"),
        "API://Orders/.default".into(),
        "api://orders//.default".into(),
        "/.default".into(),
    ] {
        let body = world.entra(&form(&scope)).await.ok();
        assert_eq!(
            world.claims(&body["access_token"]).await.text("aud"),
            Some(ORDERS),
            "{scope}"
        );
    }
}

#[tokio::test]
async fn entra_wants_exactly_one_default() {
    let world = World::new().await;
    for scope in [
        "api://orders/order.read",
        "api://orders",
        "order.read",
        "api://orders/.default openid",
        ".default",
    ] {
        world
            .entra(&form(scope))
            .await
            .refused(400, "invalid_scope", 1002012);
    }
    world
        .entra(&without(form(""), "scope"))
        .await
        .refused(400, "invalid_request", 900144);
    let text =
        world
            .entra(&form("api://nobody/.default"))
            .await
            .refused(400, "invalid_resource", 500011);
    assert!(text.contains("api://nobody"), "{text}");
    world
        .entra(&form("api://off/.default"))
        .await
        .refused(400, "invalid_resource", 500014);
}

#[tokio::test]
async fn v1_asks_by_resource_and_gets_the_same_kind_of_answer() {
    let world = World::new().await;
    let form = with(
        without(form(""), "scope"),
        "resource",
        "https://legacy.example/",
    );
    let body = world
        .post(&format!("/{TENANT}/oauth2/token"), &form)
        .await
        .ok();
    assert_eq!(
        (&body["resource"], &body["expires_on"]),
        (&json!("https://legacy.example/"), &json!("1767229200"))
    );
    let (header, claims) = world.verified(&body["access_token"]).await;
    assert_eq!(header.x5t(), header.kid());
    assert_eq!(claims.text("aud"), Some("https://legacy.example/"));
    assert_eq!(claims.iss(), Some(format!("{PUBLIC}/{TENANT}/").as_str()));
    assert_eq!(
        (claims.text("appid"), claims.text("appidacr"), claims.ver()),
        (Some(MIDDLE), Some("1"), Some("1.0"))
    );
    let missing = without(form, "resource");
    let answer = world
        .post(&format!("/{TENANT}/oauth2/token"), &missing)
        .await;
    assert!(
        answer
            .refused(400, "invalid_request", 900144)
            .contains("'resource'")
    );
}

#[tokio::test]
async fn oauth_may_name_roles_and_a_resource_indicator() {
    let world = World::new().await;
    let answer = world.oauth(&form("api://orders/Order.Read.All")).await;
    let body = answer.ok();
    assert_eq!(body["scope"], "api://orders/Order.Read.All");
    assert_eq!(
        world.claims(&body["access_token"]).await.texts("roles"),
        ["Order.Read.All"]
    );
    assert_eq!(answer.header("cache-control"), "no-store");

    let indicated = with(without(form(""), "scope"), "resource", "api://orders");
    let body = world.oauth(&indicated).await.ok();
    assert_eq!(
        world.claims(&body["access_token"]).await.texts("roles"),
        ["Order.Read.All"]
    );

    let refused = world.oauth(&form("api://orders/Order.Write.All")).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["error"]),
        (400, &json!("invalid_scope"))
    );
    let refused = world.oauth(&form("api://nobody/x")).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["error"]),
        (400, &json!("invalid_target"))
    );
}

#[tokio::test]
async fn rfc_9068_tokens_are_typed_and_the_resource_chooses_the_algorithm() {
    let world = World::new().await;
    let body = world
        .oauth(&form("https://modern.example/api/.default"))
        .await
        .ok();
    let (header, claims) = world.verified(&body["access_token"]).await;
    assert_eq!(
        (header.typ(), header.alg()),
        (Some("at+jwt"), Some("ES256"))
    );
    assert_eq!(claims.text("client_id"), Some(MIDDLE));
    assert_eq!(claims.sub(), Some(MIDDLE));
    assert_eq!(claims.text("aud"), Some("https://modern.example/api"));
    assert_eq!(
        claims.iss(),
        Some(format!("{PUBLIC}/{TENANT}/oidc").as_str())
    );
    assert!(claims.jti().is_some() && claims.get("scope").is_none());

    let ed = Resource {
        signing_alg: SigningAlg::EdDSA,
        token_format: TokenFormat::EntraV2,
        ..world.get(MODERN).await
    };
    world.put(&ed).await;
    let body = world
        .oauth(&form("https://modern.example/api/.default"))
        .await
        .ok();
    assert_eq!(
        world.verified(&body["access_token"]).await.0.alg(),
        Some("EdDSA")
    );
}

#[tokio::test]
async fn a_public_client_has_no_name_of_its_own() {
    let world = World::new().await;
    let form = with(
        without(form("api://orders/.default"), "client_secret"),
        "client_id",
        FRONT,
    );
    world
        .entra(&form)
        .await
        .refused(401, "invalid_client", 7000218);
}

#[tokio::test]
async fn several_tenants_at_once_are_none() {
    let world = World::new().await;
    for name in ["common", "Organizations", "consumers"] {
        let answer = world
            .post(
                &format!("/{name}/oauth2/v2.0/token"),
                &form("api://orders/.default"),
            )
            .await;
        answer.refused(400, "invalid_request", 9001023);
    }
}

#[tokio::test]
async fn issued_and_refused_tokens_stand_in_the_audit_trail() {
    let world = World::new().await;
    let answer = world.entra(&form("api://orders/.default")).await;
    let events = world.audit().await;
    let event = &events[0];
    assert_eq!(
        (event.action.as_str(), event.outcome.as_str()),
        ("token.issued", "ok")
    );
    assert_eq!(
        (
            event.client.as_deref(),
            event.object.as_deref(),
            &event.user
        ),
        (Some(MIDDLE), Some(ORDERS), &None)
    );
    assert_eq!(event.scopes, ["Order.Read.All"]);
    assert_eq!(event.detail["grant_type"], "client_credentials");
    assert_eq!(
        event.request_id.as_deref(),
        Some(answer.header("x-ms-request-id"))
    );

    world.entra(&form("api://off/.default")).await;
    let events = world.audit().await;
    assert_eq!(
        (events[0].action.as_str(), events[0].outcome.as_str()),
        ("token.refused", "BH2046")
    );
    let everything = serde_json::to_string(&events).unwrap();
    assert!(!everything.contains("s3cret") && !everything.contains("eyJ"));
}

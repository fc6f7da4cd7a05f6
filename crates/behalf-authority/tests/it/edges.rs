//! Requests that no honest client sends, and some that odd but honest ones do.

use crate::world::*;
use axum::body::Body;
use behalf_model::entity::EntityRow;
use behalf_model::ports::{Change, Expect, Store};
use http::Request;
use serde_json::json;

const FORM: &str = "application/x-www-form-urlencoded";

fn good() -> Vec<(&'static str, &'static str)> {
    vec![
        ("grant_type", "client_credentials"),
        ("client_id", MIDDLE),
        ("client_secret", SECRET),
        ("scope", "api://orders/.default"),
    ]
}

async fn raw(
    world: &World,
    method: &str,
    path: &str,
    content_type: &str,
    body: impl Into<Body>,
) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", content_type);
    world.send(request.body(body.into()).unwrap()).await
}

fn token_path() -> String {
    format!("/{TENANT}/oauth2/v2.0/token")
}

#[tokio::test]
async fn every_refusal_is_json_in_the_dialect() {
    let world = World::new().await;
    let long = "a=".to_owned() + &"x".repeat(16 * 1024);
    for (method, path, content_type, body, status) in [
        ("GET", token_path(), FORM, String::new(), 405),
        ("PUT", token_path(), FORM, String::new(), 405),
        ("DELETE", token_path(), FORM, String::new(), 405),
        ("POST", token_path(), FORM, long.clone(), 413),
        ("POST", token_path(), "application/json", "{}".into(), 415),
        ("POST", token_path(), "", String::new(), 415),
        ("POST", token_path(), FORM, "a=%zz".into(), 400),
        (
            "POST",
            "/nobody.example/oauth2/v2.0/token".into(),
            FORM,
            "a=b".into(),
            400,
        ),
        (
            "POST",
            "/%ff/oauth2/v2.0/token".into(),
            FORM,
            "a=b".into(),
            400,
        ),
        (
            "POST",
            format!("/{TENANT}/oauth2/v2.0/nothing"),
            FORM,
            "a=b".into(),
            404,
        ),
        ("GET", "/".into(), "", String::new(), 404),
        (
            "POST",
            format!("/{TENANT}/v2.0/.well-known/openid-configuration"),
            FORM,
            "a=b".into(),
            405,
        ),
    ] {
        let answer = raw(&world, method, &path, content_type, body).await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{method} {path}: {}",
            answer.text
        );
        let body = answer.json();
        assert!(
            body["error"].is_string() && body["error_codes"][0].is_number(),
            "{path}: {body}"
        );
        assert_eq!(
            answer.header("content-type"),
            "application/json; charset=utf-8"
        );
        assert_eq!(answer.header("allow").is_empty(), status != 405, "{path}");
    }
    for (method, body, status) in [
        ("GET", String::new(), 405),
        ("POST", long, 413),
        ("POST", "a=%zz".into(), 400),
    ] {
        let answer = raw(&world, method, &format!("/{TENANT}/oidc/token"), FORM, body).await;
        assert_eq!(answer.status.as_u16(), status);
        assert!(
            answer.json()["error_description"]
                .as_str()
                .unwrap()
                .starts_with("BH10"),
            "{}",
            answer.text
        );
    }
}

#[tokio::test]
async fn doubled_parameters() {
    let world = World::new().await;
    for name in [
        "grant_type",
        "client_id",
        "client_secret",
        "scope",
        "assertion",
    ] {
        let mut form = good();
        form.push((name, "x"));
        form.push((name, "x"));
        let text = world
            .entra(&form)
            .await
            .refused(400, "invalid_request", 9000411);
        assert!(text.contains(&format!("'{name}'")), "{text}");
    }
    let mut unknown = good();
    unknown.extend([("x-client-SKU", "a"), ("x-client-SKU", "b")]);
    world.entra(&unknown).await.ok();
}

#[tokio::test]
async fn missing_and_unknown_grant_types() {
    let world = World::new().await;
    let text =
        world
            .entra(&without(good(), "grant_type"))
            .await
            .refused(400, "invalid_request", 900144);
    assert!(text.contains("'grant_type'"), "{text}");
    for unknown in [
        "password",
        "implicit",
        "urn:ietf:params:oauth:grant-type:saml2-bearer",
        "CLIENT_CREDENTIALS",
    ] {
        world
            .entra(&with(good(), "grant_type", unknown))
            .await
            .refused(400, "unsupported_grant_type", 70003);
    }
    for (grant, parameter) in [
        ("authorization_code", "'code'"),
        ("refresh_token", "'refresh_token'"),
    ] {
        let text = world
            .entra(&with(good(), "grant_type", grant))
            .await
            .refused(400, "invalid_request", 900144);
        assert!(text.contains(parameter), "{text}");
    }
}

#[tokio::test]
async fn what_sdks_add_is_tolerated() {
    let world = World::new().await;
    let id = "0f8fad5b-d9cb-469f-a165-70867728950e";
    let form = with(
        good(),
        "claims",
        r#"{"access_token":{"xms_cc":{"values":["cp1"]}},"unknown":{"a":[1]}}"#,
    );
    let path = format!(
        "{}?client-request-id={id}&x-client-SKU=msal.js.node",
        token_path()
    );
    let content_type = [(
        "content-type",
        "application/x-www-form-urlencoded;charset=utf-8",
    )];
    let answer = world.post_with(&path, &form, &content_type).await;
    answer.ok();
    assert_eq!(answer.header("client-request-id"), id);
    let in_body = world.entra(&with(good(), "client-request-id", id)).await;
    assert_eq!(in_body.header("client-request-id"), id);
    let refused = world
        .entra(&with(
            with(good(), "client-request-id", id),
            "client_secret",
            "x",
        ))
        .await;
    assert_eq!(refused.json()["correlation_id"], id);
    // A secret in the URL is not read.
    let path = format!("{}?client_secret=x", token_path());
    world
        .post(&path, &without(good(), "client_secret"))
        .await
        .refused(401, "invalid_client", 7000218);
}

#[tokio::test]
async fn claims_must_be_json_of_an_acceptable_depth() {
    let world = World::new().await;
    let deep = format!("{}1{}", r#"{"a":"#.repeat(200), "}".repeat(200));
    for claims in ["{", "[]", "7", r#"{"a":1,"a":2}"#, deep.as_str()] {
        world
            .entra(&with(good(), "claims", claims))
            .await
            .refused(400, "invalid_request", 9002313);
    }
}

#[tokio::test]
async fn a_disabled_tenant_issues_nothing() {
    let world = World::new().await;
    let corp: behalf_model::tenant::Tenant = world.get(TENANT).await;
    world
        .put(&behalf_model::tenant::Tenant {
            enabled: false,
            ..corp
        })
        .await;
    world
        .entra(&good())
        .await
        .refused(400, "invalid_request", 90033);
    let metadata = world
        .get_url(&format!("/{TENANT}/v2.0/.well-known/openid-configuration"))
        .await;
    metadata.refused(400, "invalid_request", 90033);
}

#[tokio::test]
async fn browsers_of_single_page_apps_may_read_the_answer() {
    let world = World::new().await;
    let preflight = raw(&world, "OPTIONS", &token_path(), "", "").await;
    assert_eq!(
        (
            preflight.status.as_u16(),
            preflight.header("access-control-allow-origin")
        ),
        (204, "*")
    );
    assert_eq!(
        world
            .entra(&good())
            .await
            .header("access-control-allow-origin"),
        "*"
    );
    let refused = world.entra(&with(good(), "client_secret", "x")).await;
    assert_eq!(refused.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn a_clock_five_minutes_off_gives_clear_answers() {
    let world = World::new().await;
    let assertion = world.user_token(ALICE).await;
    // The node that answers is five minutes behind the one that issued.
    world.clock.advance_s(-300);
    world.obo(&assertion, "api://orders/order.read").await.ok();
    world.clock.advance_s(-1);
    world
        .obo(&assertion, "api://orders/order.read")
        .await
        .refused(400, "invalid_grant", 500133);
    // And five minutes ahead: an hour's token has fifty-five minutes left.
    world.clock.advance_s(601);
    world.obo(&assertion, "api://orders/order.read").await.ok();
}

#[tokio::test]
async fn what_cannot_be_read_is_our_fault_and_says_nothing_of_its_content() {
    let world = World::new().await;
    let principal: behalf_model::principal::Principal = world.get(MIDDLE).await;
    let mut row = EntityRow::of(&principal);
    row.body = "{\"private\": broken".into();
    world
        .store
        .commit(vec![Change::PutEntity {
            row,
            expect: Expect::Any,
        }])
        .await
        .unwrap();
    let text = world
        .entra(&good())
        .await
        .refused(500, "server_error", 50000);
    assert!(!text.contains("private"), "{text}");
    let answer = world.oauth(&good()).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["error"]),
        (500, &json!("server_error"))
    );
}

#[tokio::test]
async fn nothing_secret_comes_back() {
    let world = World::new().await;
    let answer = world
        .entra(&with(good(), "client_secret", "hunter2-hunter2"))
        .await;
    assert!(!answer.text.contains("hunter2"));
    let answer = world
        .entra(&[
            ("grant_type", "authorization_code"),
            ("code", "1.hunter2"),
            ("client_id", WEB),
        ])
        .await;
    assert!(
        !answer.text.contains("hunter2") && answer.json()["error"] == json!("invalid_client"),
        "{}",
        answer.text
    );
}

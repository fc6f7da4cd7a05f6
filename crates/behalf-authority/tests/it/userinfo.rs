use crate::world::*;
use axum::body::Body;
use behalf_model::user::User;
use http::Request;
use serde_json::json;

async fn ask(world: &World, path: &str, authorization: Option<&str>) -> Answer {
    let mut request = Request::get(format!("/{TENANT}/{path}"));
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    world.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn claims_by_scope_with_the_sub_of_the_id_token() {
    let world = World::new().await;
    let code = world.code(WEB, ALICE, "openid email").await;
    let tokens = world.oauth(&World::redemption(WEB, &code)).await.ok();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let answer = ask(&world, "oidc/userinfo", Some(&bearer)).await;
    let sub = world
        .claims(&tokens["id_token"])
        .await
        .sub()
        .unwrap()
        .to_owned();
    let oid = user_id(ALICE).to_string();
    assert_eq!(
        answer.ok(),
        json!({"sub": sub, "oid": oid, "tid": TENANT, "email": "alice@mail.example"})
    );
    assert_eq!(answer.header("cache-control"), "no-store");

    let code = world.code(WEB, ALICE, "openid profile").await;
    let tokens = world.entra(&World::redemption(WEB, &code)).await.ok();
    let bearer = format!("bearer {}", tokens["access_token"].as_str().unwrap());
    let body = ask(&world, "openid/userinfo", Some(&bearer)).await.ok();
    assert_eq!(
        (&body["sub"], &body["name"]),
        (&json!(sub), &json!("Alice Archer"))
    );
    assert_eq!(body["preferred_username"], "alice@corp.example");
}

#[tokio::test]
async fn refusals_challenge_for_a_bearer_token() {
    let world = World::new().await;
    let none = ask(&world, "oidc/userinfo", None).await;
    assert_eq!(
        (none.status.as_u16(), none.header("www-authenticate")),
        (401, "Bearer")
    );
    let code = world.code(WEB, ALICE, "openid").await;
    let tokens = world.oauth(&World::redemption(WEB, &code)).await.ok();
    let api = world.token_for(WEB, ALICE, "api://orders/order.read").await;
    let id_token = tokens["id_token"].as_str().unwrap();
    for (token, code) in [
        ("nonsense", "BH1020"),
        (id_token, "BH1026"),
        (api.as_str(), "BH1023"),
    ] {
        let answer = ask(&world, "oidc/userinfo", Some(&format!("Bearer {token}"))).await;
        let challenge = answer.header("www-authenticate");
        assert_eq!(answer.status, 401);
        assert!(
            challenge.starts_with("Bearer error=\"invalid_token\"") && challenge.contains(code),
            "{challenge}"
        );
    }
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    world.clock.advance_s(3600);
    let expired = ask(&world, "oidc/userinfo", Some(&bearer)).await;
    assert!(expired.text.contains("BH1021"), "{}", expired.text);
}

#[tokio::test]
async fn a_user_who_left_has_no_info() {
    let world = World::new().await;
    let code = world.code(WEB, ALICE, "openid").await;
    let tokens = world.oauth(&World::redemption(WEB, &code)).await.ok();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    world
        .put(&User {
            active: false,
            ..user(ALICE, "Alice")
        })
        .await;
    assert_eq!(
        ask(&world, "oidc/userinfo", Some(&bearer)).await.status,
        401
    );
}

#[tokio::test]
async fn other_methods_are_refused() {
    let world = World::new().await;
    let request = Request::put(format!("/{TENANT}/oidc/userinfo"))
        .body(Body::empty())
        .unwrap();
    let answer = world.send(request).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("allow")),
        (405, "GET, POST, OPTIONS")
    );
    assert_eq!(answer.json()["error"], "invalid_request");
}

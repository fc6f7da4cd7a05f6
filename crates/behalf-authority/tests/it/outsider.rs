//! What an outsider found when he read the specifications and tried.

use crate::world::*;
use behalf_model::user::User;
use serde_json::json;

#[tokio::test]
async fn every_401_of_a_token_endpoint_says_how_to_authenticate() {
    let world = World::new().await;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", MIDDLE),
        ("client_secret", "wrong"),
        ("scope", "api://orders/.default"),
    ];
    for answer in [world.entra(&form).await, world.oauth(&form).await] {
        assert_eq!(answer.status, 401);
        assert_eq!(answer.header("www-authenticate"), "Basic realm=\"token\"");
    }
    let answer = world
        .entra(&with(form.to_vec(), "grant_type", "nothing"))
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("www-authenticate")),
        (400, "")
    );
}

#[tokio::test]
async fn a_scope_of_blanks_is_no_scope() {
    let world = World::new().await;
    let token = world.user_token(ALICE).await;
    let text = world
        .obo(&token, " ")
        .await
        .refused(400, "invalid_request", 900144);
    assert!(text.contains("'scope'"), "{text}");
}

#[tokio::test]
async fn a_refusal_is_a_sentence() {
    let world = World::new().await;
    let text = world
        .entra(&[
            ("grant_type", JWT_BEARER),
            ("requested_token_use", "x"),
            ("assertion", "x"),
            ("client_id", MIDDLE),
        ])
        .await
        .refused(400, "invalid_request", 82001);
    assert!(text.contains("not supported. Trace ID: "), "{text}");
}

#[tokio::test]
async fn the_documents_for_several_tenants_lead_somewhere() {
    let world = World::new().await;
    let of = async |path: &str| world.get_url(path).await.ok();
    for name in ["common", "organizations", "Organizations"] {
        for (version, keys) in [("/v2.0", "discovery/v2.0/keys"), ("", "discovery/keys")] {
            let path = format!("/{name}{version}/.well-known/openid-configuration");
            let jwks_uri = of(&path).await["jwks_uri"].as_str().unwrap().to_owned();
            let path = jwks_uri.strip_prefix(PUBLIC).unwrap();
            assert!(path.ends_with(keys), "{path}");
            assert_eq!(of(path).await, of("/common/discovery/v2.0/keys").await);
        }
    }
    let code = world.code(WEB, ALICE, "openid").await;
    let tokens = world.entra(&World::redemption(WEB, &code)).await.ok();
    let userinfo = async |token: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str())];
        world
            .post_with("/common/openid/userinfo", &[], &headers)
            .await
    };
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(
        userinfo(token).await.ok()["oid"],
        json!(user_id(ALICE).to_string())
    );
    for wrong in ["x", tokens["id_token"].as_str().unwrap()] {
        assert_eq!(userinfo(wrong).await.status, 401);
    }
}

/// Who asks for a fresh sign-in must not be given the time of a token instead.
#[tokio::test]
async fn an_exchange_claims_no_sign_in_that_it_did_not_see() {
    let world = World::new().await;
    let signed_in_at = world.authority.env.now().0;
    world.grant(FRONT, MODERN, None, &["read"]).await;
    let code = world
        .code(FRONT, ALICE, "api://middle/access_as_user offline_access")
        .await;
    let tokens = world.entra(&World::redemption(FRONT, &code)).await.ok();
    world.clock.advance_s(1000);
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", FRONT),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
        ("scope", "https://modern.example/api/read"),
    ];
    let refreshed = world.entra(&refresh).await.ok();
    let claims = world.claims(&refreshed["access_token"]).await;
    assert_eq!(claims.get("auth_time"), Some(&json!(signed_in_at)));

    let assertion = tokens["access_token"].as_str().unwrap();
    let scope = "https://modern.example/api/read openid offline_access";
    let exchanged = world.obo(assertion, scope).await.ok();
    let again = [
        ("grant_type", "refresh_token"),
        ("client_id", MIDDLE),
        ("client_secret", SECRET),
        (
            "refresh_token",
            exchanged["refresh_token"].as_str().unwrap(),
        ),
    ];
    for answer in [exchanged.clone(), world.entra(&again).await.ok()] {
        for token in ["access_token", "id_token"] {
            let claims = world.claims(&answer[token]).await;
            assert_eq!(claims.get("auth_time"), None, "{token}");
        }
    }
}

#[tokio::test]
async fn too_many_groups_are_told_where_they_are() {
    let world = World::new().await;
    let groups = |count: u32| (0..count).map(|n| format!("group {n}")).collect::<Vec<_>>();
    let mut alice: User = world.get(&user_id(ALICE).to_string()).await;
    for (count, scope) in [
        (200, "api://orders/order.read"),
        (201, "api://orders/order.read"),
        (201, "https://legacy.example/user_impersonation"),
        (201, "https://modern.example/api/read"),
    ] {
        alice.groups = groups(count);
        world.put(&alice).await;
        let token = world.user_token(ALICE).await;
        let answer = world.obo(&token, scope).await.ok();
        let claims = world.claims(&answer["access_token"]).await;
        if count == 200 {
            assert_eq!(claims.texts("groups").len(), 200);
            assert_eq!(claims.get("_claim_names"), None);
            continue;
        }
        assert_eq!(claims.get("groups"), None, "{scope}");
        assert_eq!(claims.get("_claim_names"), Some(&json!({"groups": "src1"})));
        let endpoint = format!("{PUBLIC}/{TENANT}/oidc/userinfo");
        assert_eq!(
            claims.get("_claim_sources"),
            Some(&json!({"src1": {"endpoint": endpoint}}))
        );
    }
    let code = world.code(WEB, ALICE, "openid profile").await;
    let tokens = world.oauth(&World::redemption(WEB, &code)).await.ok();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let path = format!("/{TENANT}/oidc/userinfo");
    let headers = [("authorization", bearer.as_str())];
    let told = world.post_with(&path, &[], &headers).await.ok();
    assert_eq!(told["groups"].as_array().unwrap().len(), 201);
}

#[tokio::test]
async fn an_unknown_client_is_unauthenticated_in_oauth_and_unauthorized_at_entra() {
    let world = World::new().await;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "c0000000-0000-4000-8000-00000000dead"),
        ("client_secret", SECRET),
        ("scope", "api://orders/.default"),
    ];
    world
        .entra(&form)
        .await
        .refused(400, "unauthorized_client", 700016);
    let answer = world.oauth(&form).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json()["error"], "invalid_client");
    assert_eq!(answer.header("www-authenticate"), "Basic realm=\"token\"");
}

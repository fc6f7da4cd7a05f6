use crate::world::*;
use behalf_model::consent::DelegatedGrant;
use behalf_model::resource::{AuthorizedClient, Resource, TokenFormat};
use behalf_model::tenant::Tenant;
use behalf_model::user::User;
use behalf_wire::jose::{Unverified, base64url};
use serde_json::json;

const SCOPE: &str = "api://orders/order.read";

#[tokio::test]
async fn the_user_arrives_at_the_next_api() {
    let world = World::new().await;
    let assertion = world.user_token(ALICE).await;
    let scope = "api://orders/order.write API://orders/order.read openid profile offline_access";
    let body = world
        .entra(&with(obo_form(&assertion, scope), "client_info", "1"))
        .await
        .ok();
    assert_eq!(
        body["scope"], scope,
        "SDK caches compare scopes letter by letter"
    );
    let access = world.claims(&body["access_token"]).await;
    let alice = user_id(ALICE).to_string();
    assert_eq!(
        (access.oid(), access.text("aud"), access.text("azp")),
        (Some(alice.as_str()), Some(ORDERS), Some(MIDDLE))
    );
    assert_eq!(access.text("scp"), Some("order.write order.read"));
    assert!(access.get("roles").is_none() && access.get("act").is_none());
    let id = world.claims(&body["id_token"]).await;
    assert_eq!(
        (id.text("aud"), id.oid(), id.text("name")),
        (Some(MIDDLE), Some(alice.as_str()), Some("Alice Archer"))
    );
    let info = base64url::decode(body["client_info"].as_str().unwrap(), "").unwrap();
    assert_eq!(
        info,
        format!(r#"{{"uid":"{alice}","utid":"{TENANT}"}}"#).as_bytes()
    );

    let events = world.audit().await;
    assert_eq!(
        (events[0].user.as_deref(), events[0].client.as_deref()),
        (Some(alice.as_str()), Some(MIDDLE))
    );
    assert_eq!(
        (events[0].via.as_slice(), events[0].object.as_deref()),
        ([FRONT.to_owned()].as_slice(), Some(ORDERS))
    );

    // The refresh token is the middle tier's own and good for the same user.
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", MIDDLE),
        ("client_secret", SECRET),
        ("refresh_token", body["refresh_token"].as_str().unwrap()),
    ];
    let again = world.entra(&refresh).await.ok();
    assert_eq!(
        world.claims(&again["access_token"]).await.oid(),
        Some(alice.as_str())
    );
}

#[tokio::test]
async fn default_means_everything_granted_and_is_echoed_beside_it() {
    let world = World::new().await;
    let assertion = world.user_token(ALICE).await;
    let body = world.obo(&assertion, "api://orders/.default").await.ok();
    assert_eq!(
        body["scope"],
        "api://orders/.default api://orders/order.read api://orders/order.write"
    );
    assert_eq!(
        world.claims(&body["access_token"]).await.text("scp"),
        Some("order.read order.write")
    );
    assert!(body.get("id_token").is_none() && body.get("refresh_token").is_none());
}

#[tokio::test]
async fn a_bare_scope_means_the_default_resource() {
    let world = World::new().await;
    let assertion = world.user_token(ALICE).await;
    let body = world.obo(&assertion, "order.read").await.ok();
    assert_eq!(
        (
            &body["scope"],
            world.claims(&body["access_token"]).await.text("aud")
        ),
        (&json!("order.read"), Some(ORDERS))
    );
    let corp = world.get::<Tenant>(TENANT).await;
    world
        .put(&Tenant {
            default_resource: None,
            ..corp
        })
        .await;
    world
        .obo(&assertion, "order.read")
        .await
        .refused(400, "invalid_scope", 70011);
}

#[tokio::test]
async fn what_is_wrong_with_an_assertion_has_a_number() {
    let world = World::new().await;
    let good = world.user_token(ALICE).await;
    world.obo(&good, SCOPE).await.ok();

    // Not ours at all.
    let parts: Vec<&str> = good.split('.').collect();
    let none = base64url::encode(r#"{"alg":"none","typ":"JWT"}"#);
    let payload = base64url::decode(parts[1], "").unwrap();
    let forged = String::from_utf8(payload)
        .unwrap()
        .replace("access_as_user", "access_as_admin");
    let unknown_key = base64url::encode(r#"{"alg":"RS256","kid":"somebody-elses"}"#);
    let confused = base64url::encode(format!(
        r#"{{"alg":"HS256","kid":"{}"}}"#,
        Unverified::peek(&good).unwrap().header.kid().unwrap()
    ));
    for bad in [
        format!("Bearer {good}"),
        format!("{}.{}.", none, parts[1]),
        format!("{}.{}.{}", none, parts[1], parts[2]),
        format!("{}.{}.{}", parts[0], base64url::encode(forged), parts[2]),
        format!("{}.{}.{}", unknown_key, parts[1], parts[2]),
        format!("{}.{}.{}", confused, parts[1], parts[2]),
        format!("{}.{}", parts[0], parts[1]),
        good[..good.len() - 4].to_owned(),
        format!("{good}="),
        "opaque".to_owned(),
        "a.b.c".to_owned(),
    ] {
        let text = world
            .obo(&bad, SCOPE)
            .await
            .refused(400, "invalid_grant", 50013);
        assert!(!text.contains("eyJ"), "{text}");
    }
    let text =
        world
            .obo(&format!("Bearer {good}"), SCOPE)
            .await
            .refused(400, "invalid_grant", 50013);
    assert!(text.contains("'Bearer'"), "{text}");
}

#[tokio::test]
async fn a_token_of_another_tenant_is_foreign() {
    let world = World::new().await;
    let other = user(77, "Olga");
    let other_tenant = OTHER_TENANT.parse().unwrap();
    world
        .put(&User {
            tenant: other_tenant,
            ..other
        })
        .await;
    // Both tenants have keys; the assertion is good, but of the wrong one.
    let good = world.user_token(ALICE).await;
    for grant in [world
        .get::<behalf_model::principal::Principal>(MIDDLE)
        .await]
    {
        let digest = world.authority.digester.digest(
            &behalf_model::principal::SecretCredential::purpose(other_tenant, &grant.client_id),
            SECRET,
        );
        let mut secrets = grant.secrets.clone();
        secrets[0].digest = digest;
        world
            .put(&behalf_model::principal::Principal {
                tenant: other_tenant,
                secrets,
                ..grant
            })
            .await;
    }
    let answer = world
        .post(
            &format!("/{OTHER_TENANT}/oauth2/v2.0/token"),
            &obo_form(&good, SCOPE),
        )
        .await;
    answer.refused(400, "invalid_grant", 50013);
}

#[tokio::test]
async fn audiences_are_compared_letter_by_letter() {
    let world = World::new().await;
    // A token for another API.
    let other = world
        .token_for(FRONT, ALICE, "api://orders/order.read")
        .await;
    let text = world
        .obo(&other, SCOPE)
        .await
        .refused(400, "invalid_grant", 500131);
    assert!(text.contains(ORDERS) && text.contains(MIDDLE), "{text}");

    // A v1.0 API gets the URI as the front client wrote it: right spelling, slash, wrong letter case.
    let api = world.get::<Resource>(MIDDLE).await;
    world
        .put(&Resource {
            token_format: TokenFormat::EntraV1,
            ..api
        })
        .await;
    let right = world
        .token_for(FRONT, ALICE, "api://middle/access_as_user")
        .await;
    world.obo(&right, SCOPE).await.ok();
    let slash = world
        .token_for(FRONT, ALICE, "api://middle//access_as_user")
        .await;
    world.obo(&slash, SCOPE).await.ok();
    let upper = world
        .token_for(FRONT, ALICE, "api://Middle/access_as_user")
        .await;
    world
        .obo(&upper, SCOPE)
        .await
        .refused(400, "invalid_grant", 500131);
}

#[tokio::test]
async fn id_tokens_and_app_tokens_are_no_assertions() {
    let world = World::new().await;
    let code = world
        .code(FRONT, ALICE, "openid api://middle/access_as_user")
        .await;
    let body = world.entra(&World::redemption(FRONT, &code)).await.ok();
    let id_token = body["id_token"].as_str().unwrap();
    world
        .obo(id_token, SCOPE)
        .await
        .refused(400, "invalid_request", 240002);

    let app = [
        ("grant_type", "client_credentials"),
        ("client_id", WEB),
        ("client_secret", SECRET),
        ("scope", "api://middle/.default"),
    ];
    let body = world.entra(&app).await.ok();
    let text = world
        .obo(body["access_token"].as_str().unwrap(), SCOPE)
        .await;
    text.refused(400, "unauthorized_client", 7000114);
}

#[tokio::test]
async fn an_expired_assertion_is_refused_in_the_same_second_and_told_both_times() {
    let world = World::new().await;
    let assertion = world.user_token(ALICE).await;
    world.clock.advance_s(3599);
    world.obo(&assertion, SCOPE).await.ok();
    world.clock.advance_s(1);
    let text = world
        .obo(&assertion, SCOPE)
        .await
        .refused(400, "invalid_grant", 500133);
    assert!(text.matches("2026-01-01T01:00:00Z").count() == 2, "{text}");
}

#[tokio::test]
async fn consent_is_required_and_the_refusal_says_so_in_entras_words() {
    let world = World::new().await;
    let assertion = world.user_token(ALICE).await;
    for scope in [
        "api://closed/everything",
        "api://closed/.default",
        "api://orders/order.read api://orders/order.delete",
    ] {
        let answer = world.obo(&assertion, scope).await;
        let text = answer.refused(400, "invalid_grant", 65001);
        let body = answer.json();
        assert_eq!(body["suberror"], "consent_required");
        let start = format!(
            "AADSTS65001: The user or administrator has not consented to use the application with ID '{MIDDLE}' named 'Middle 'tier''. Send an interactive authorization request for this user and resource. Trace ID: {} Correlation ID: {} Timestamp: 2026-01-01 00:00:00Z",
            body["trace_id"].as_str().unwrap(),
            body["correlation_id"].as_str().unwrap(),
        );
        assert_eq!(text, start);
        assert_eq!(body["timestamp"], "2026-01-01 00:00:00Z");
        assert_eq!(body["error_uri"], format!("{PUBLIC}/error?code=65001"));
        assert_eq!(answer.header("x-ms-clitelem"), "1,65001,0,,");
        assert_eq!(answer.header("x-ms-request-id"), body["trace_id"]);
    }
    // A user's own consent counts for that user only.
    world
        .grant(MIDDLE, CLOSED, Some(ALICE), &["everything"])
        .await;
    world.obo(&assertion, "api://closed/everything").await.ok();
    let bobs = world.user_token(BOB).await;
    world
        .obo(&bobs, "api://closed/everything")
        .await
        .refused(400, "invalid_grant", 65001);
}

#[tokio::test]
async fn pre_authorization_by_the_resource_stands_for_consent() {
    let world = World::new().await;
    let assertion = world.user_token(ALICE).await;
    let closed = world.get::<Resource>(CLOSED).await;
    let authorize = |client: &str| Resource {
        authorized_clients: vec![AuthorizedClient {
            client_id: client_id(client),
            scopes: vec!["everything".into()],
        }],
        ..closed.clone()
    };
    // The wrong client id there makes it impossible (R22).
    world.put(&authorize(WEB)).await;
    world
        .obo(&assertion, "api://closed/everything")
        .await
        .refused(400, "invalid_grant", 65001);
    world.put(&authorize(MIDDLE)).await;
    world.obo(&assertion, "api://closed/everything").await.ok();
}

#[tokio::test]
async fn revoked_consent_and_changed_users_count_at_once_although_the_assertion_was_verified_before()
 {
    let world = World::new().await;
    let assertion = world.user_token(ALICE).await;
    world.obo(&assertion, SCOPE).await.ok();
    let grant: DelegatedGrant = world.get(&format!("{MIDDLE}/{ORDERS}/*")).await;
    world.delete(&grant).await;
    world
        .obo(&assertion, SCOPE)
        .await
        .refused(400, "invalid_grant", 65001);
    world.put(&grant).await;
    let alice = world.get::<User>(&user_id(ALICE).to_string()).await;
    world
        .put(&User {
            active: false,
            ..alice.clone()
        })
        .await;
    world
        .obo(&assertion, SCOPE)
        .await
        .refused(400, "invalid_grant", 50057);
    world
        .put(&User {
            valid_from: Some(world.authority.env.now().plus_s(1)),
            ..alice.clone()
        })
        .await;
    world
        .obo(&assertion, SCOPE)
        .await
        .refused(400, "invalid_grant", 50173);
    world.delete(&alice).await;
    world
        .obo(&assertion, SCOPE)
        .await
        .refused(400, "invalid_grant", 50034);
}

#[tokio::test]
async fn scopes_that_make_no_sense() {
    let world = World::new().await;
    let assertion = world.user_token(ALICE).await;
    for (scope, error, code) in [
        ("api://orders/nothing", "invalid_scope", 70011),
        ("api://orders/Order.Read", "invalid_scope", 70011),
        (
            "api://orders/order.read api://closed/everything",
            "invalid_scope",
            700022,
        ),
        (
            "api://orders/.default api://orders/order.read",
            "invalid_scope",
            70011,
        ),
        ("api://orders/\"", "invalid_scope", 70011),
        ("api://nobody/x", "invalid_resource", 500011),
        ("api://off/x", "invalid_resource", 500014),
        ("api://middle/access_as_user", "invalid_request", 90009),
    ] {
        world.obo(&assertion, scope).await.refused(400, error, code);
    }
    world
        .entra(&without(obo_form(&assertion, ""), "scope"))
        .await
        .refused(400, "invalid_request", 900144);
    // By GUID an application may ask for itself, with consent.
    let itself = format!("{MIDDLE}/access_as_user");
    world
        .obo(&assertion, &itself)
        .await
        .refused(400, "invalid_grant", 65001);
    world.grant(MIDDLE, MIDDLE, None, &["access_as_user"]).await;
    world.obo(&assertion, &itself).await.ok();
}

#[tokio::test]
async fn it_serves_on_behalf_of_only_and_confidential_clients_only() {
    let world = World::new().await;
    let assertion = world.user_token(ALICE).await;
    let form = obo_form(&assertion, SCOPE);
    let text = world
        .entra(&without(form.clone(), "requested_token_use"))
        .await
        .refused(400, "invalid_request", 900144);
    assert!(text.contains("'requested_token_use'"), "{text}");
    let other = with(form.clone(), "requested_token_use", "something");
    world
        .entra(&other)
        .await
        .refused(400, "invalid_request", 82001);
    let saml = with(
        form.clone(),
        "requested_token_type",
        "urn:ietf:params:oauth:token-type:saml2",
    );
    world
        .entra(&saml)
        .await
        .refused(400, "invalid_request", 82001);
    let access_token = with(
        form.clone(),
        "requested_token_type",
        "urn:ietf:params:oauth:token-type:access_token",
    );
    world.entra(&access_token).await.ok();
    let text = world
        .entra(&without(form.clone(), "assertion"))
        .await
        .refused(400, "invalid_request", 900144);
    assert!(text.contains("'assertion'"), "{text}");
    world
        .entra(&without(form.clone(), "client_secret"))
        .await
        .refused(401, "invalid_client", 7000218);
    let public = with(without(form, "client_secret"), "client_id", FRONT);
    world
        .entra(&public)
        .await
        .refused(401, "invalid_client", 7000218);
}

#[tokio::test]
async fn rfc_9068_tokens_name_the_chain_of_actors() {
    let world = World::new().await;
    let assertion = world.user_token(ALICE).await;
    let body = world
        .oauth(&obo_form(&assertion, "https://modern.example/api/read"))
        .await
        .ok();
    let claims = world.claims(&body["access_token"]).await;
    assert_eq!(
        claims.get("act"),
        Some(&json!({"sub": MIDDLE, "act": {"sub": FRONT}}))
    );
    assert_eq!(
        (claims.text("client_id"), claims.text("scope")),
        (Some(MIDDLE), Some("read"))
    );
}

#[tokio::test]
async fn chains_of_actors_end_somewhere() {
    let world = World::new().await;
    let api = world.get::<Resource>(MIDDLE).await;
    world
        .put(&Resource {
            token_format: TokenFormat::Rfc9068,
            ..api
        })
        .await;
    world.grant(MIDDLE, MIDDLE, None, &["access_as_user"]).await;
    let mut token = world.user_token(ALICE).await;
    let scope = format!("{MIDDLE}/access_as_user");
    let mut links = 0;
    let refused = loop {
        let answer = world.obo(&token, &scope).await;
        if answer.status != 200 {
            break answer;
        }
        links += 1;
        token = answer.json()["access_token"].as_str().unwrap().to_owned();
    };
    assert_eq!(links, 7);
    refused.refused(400, "invalid_grant", 50013);
}

#[tokio::test]
async fn v1_asks_by_resource() {
    let world = World::new().await;
    let assertion = world.user_token(ALICE).await;
    let form = with(
        without(obo_form(&assertion, ""), "scope"),
        "resource",
        "https://legacy.example",
    );
    let body = world
        .post(&format!("/{TENANT}/oauth2/token"), &form)
        .await
        .ok();
    assert_eq!(
        (&body["scope"], &body["resource"]),
        (
            &json!("user_impersonation"),
            &json!("https://legacy.example")
        )
    );
    let claims = world.claims(&body["access_token"]).await;
    assert_eq!(
        (claims.text("appid"), claims.text("upn")),
        (Some(MIDDLE), Some("alice@corp.example"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_users_at_once_never_get_each_others_token() {
    let world = std::sync::Arc::new(World::new().await);
    let (alice, bob) = (world.user_token(ALICE).await, world.user_token(BOB).await);
    let mut tasks = Vec::new();
    for n in 0..60 {
        let (id, assertion) = if n % 2 == 0 {
            (ALICE, alice.clone())
        } else {
            (BOB, bob.clone())
        };
        let world = world.clone();
        tasks.push(tokio::spawn(async move {
            let body = world.obo(&assertion, SCOPE).await.ok();
            assert_eq!(
                world.claims(&body["access_token"]).await.oid(),
                Some(user_id(id).to_string().as_str())
            );
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

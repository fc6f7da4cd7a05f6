use crate::acs_world::*;
use crate::world::*;
use behalf_model::UnixTime;
use behalf_model::principal::Principal;
use behalf_model::user::User;
use behalf_wire::acs::context_token::ContextTokenError;
use serde_json::json;

const DAY_S: i64 = 86_400;

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
        let text = refused(&answer, 400, "invalid_resource", &[500011]);
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
        &[70002, 70008],
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
        &[70002, 70000],
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
        &[70002, 70000],
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
            &[70002, 70000],
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
        &[7000112],
    );
    world.delete(&app).await;
    refused(
        &refresh(&world, &token).await,
        400,
        "unauthorized_client",
        &[700016],
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
        &[70002, 50173],
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
        &[70002, 50173],
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
        &[70002, 7000222],
    );
    post(&world, &with(app_only(&id, &site), "client_secret", NEW))
        .await
        .ok();
}

use crate::world::*;
use behalf_model::grant::{PkceChallenge, PkceMethod};
use behalf_model::principal::{Platform, Principal, RedirectUri};
use behalf_model::user::User;
use behalf_wire::jose::base64url;
use serde_json::json;

const SCOPE: &str = "openid profile email offline_access api://orders/order.read";

#[tokio::test]
async fn a_code_becomes_all_tokens() {
    let world = World::new().await;
    let code = world.code(WEB, ALICE, SCOPE).await;
    let body = world
        .entra(&with(World::redemption(WEB, &code), "client_info", "1"))
        .await
        .ok();
    assert_eq!(body["scope"], SCOPE);
    let info = base64url::decode(body["client_info"].as_str().unwrap(), "").unwrap();
    assert_eq!(
        info,
        format!(r#"{{"uid":"{}","utid":"{TENANT}"}}"#, user_id(ALICE)).as_bytes()
    );

    let access = world.claims(&body["access_token"]).await;
    assert_eq!(access.text("scp"), Some("order.read"));
    assert_eq!(
        (
            access.text("aud"),
            access.text("azp"),
            access.text("azpacr")
        ),
        (Some(ORDERS), Some(WEB), Some("1"))
    );
    assert_eq!(access.oid(), Some(user_id(ALICE).to_string().as_str()));
    assert_eq!(
        (access.text("preferred_username"), access.text("name")),
        (Some("alice@corp.example"), Some("Alice Archer"))
    );
    assert!(access.get("roles").is_none() && access.get("idtyp").is_none());

    let (header, id) = world.verified(&body["id_token"]).await;
    assert_eq!((header.alg(), header.typ()), (Some("RS256"), Some("JWT")));
    assert_eq!(
        (id.text("aud"), id.nonce(), id.ver()),
        (Some(WEB), Some("n-0S6_WzA2Mj"), Some("2.0"))
    );
    assert_eq!(id.iss(), Some(format!("{PUBLIC}/{TENANT}/v2.0").as_str()));
    assert_eq!(
        (id.text("email"), id.text("name")),
        (Some("alice@mail.example"), Some("Alice Archer"))
    );
    assert_eq!((id.oid(), id.tid()), (access.oid(), Some(TENANT)));
    assert_ne!(
        id.sub(),
        access.sub(),
        "sub is pairwise: the API and the client see different ones"
    );
    assert!(id.text("sid").is_some() && id.get("auth_time").is_some());

    let events = world.audit().await;
    assert_eq!(events[0].user.as_deref(), access.oid());
    assert_eq!(events[0].scopes, ["order.read"]);
}

#[tokio::test]
async fn without_openid_profile_and_offline_access_there_is_only_an_access_token() {
    let world = World::new().await;
    let code = world.code(WEB, ALICE, "api://orders/order.read").await;
    let body = world.entra(&World::redemption(WEB, &code)).await.ok();
    assert!(
        body.get("id_token").is_none()
            && body.get("refresh_token").is_none()
            && body.get("client_info").is_none()
    );
}

#[tokio::test]
async fn the_oidc_dialect_has_its_own_issuer() {
    let world = World::new().await;
    let code = world.code(WEB, ALICE, "openid").await;
    let body = world.oauth(&World::redemption(WEB, &code)).await.ok();
    let id = world.claims(&body["id_token"]).await;
    let issuer = format!("{PUBLIC}/{TENANT}/oidc");
    assert_eq!(
        (id.iss(), id.ver(), id.text("name")),
        (Some(issuer.as_str()), None, None)
    );
    // Only OIDC scopes: the access token is for userinfo.
    let access = world.claims(&body["access_token"]).await;
    assert_eq!(
        (access.text("aud"), access.text("scope")),
        (Some(issuer.as_str()), Some("openid"))
    );
    assert_eq!(access.sub(), id.sub());
}

#[tokio::test]
async fn v1_gives_id_token_and_refresh_token_unasked() {
    let world = World::new().await;
    let code = world
        .code(MIDDLE, ALICE, "https://legacy.example/user_impersonation")
        .await;
    let form = with(
        World::redemption(MIDDLE, &code),
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
    assert!(body["refresh_token"].is_string());
    let access = world.claims(&body["access_token"]).await;
    assert_eq!(
        (access.text("upn"), access.text("unique_name")),
        (Some("alice@corp.example"), Some("alice@corp.example"))
    );
    assert_eq!(
        (access.text("family_name"), access.text("given_name")),
        (Some("Archer"), Some("Alice"))
    );
    assert_eq!(
        (access.text("scp"), access.texts("amr"), access.text("acr")),
        (Some("user_impersonation"), vec!["pwd"], Some("1"))
    );
    let id = world.claims(&body["id_token"]).await;
    assert_eq!(
        (id.ver(), id.text("upn")),
        (Some("1.0"), Some("alice@corp.example"))
    );
}

#[tokio::test]
async fn a_code_counts_once_and_the_second_time_ends_what_the_first_began() {
    let world = World::new().await;
    let code = world.code(WEB, ALICE, SCOPE).await;
    let body = world.entra(&World::redemption(WEB, &code)).await.ok();
    world
        .entra(&World::redemption(WEB, &code))
        .await
        .refused(400, "invalid_grant", 54005);
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", WEB),
        ("client_secret", SECRET),
        ("refresh_token", body["refresh_token"].as_str().unwrap()),
    ];
    world
        .entra(&refresh)
        .await
        .refused(400, "invalid_grant", 50173);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_redeemers_at_once_one_wins() {
    let world = World::new().await;
    for _ in 0..5 {
        let code = world.code(WEB, ALICE, SCOPE).await;
        let form = World::redemption(WEB, &code);
        let (a, b) = tokio::join!(world.entra(&form), world.entra(&form));
        let (won, lost) = if a.status == 200 { (a, b) } else { (b, a) };
        won.ok();
        lost.refused(400, "invalid_grant", 54005);
    }
}

#[tokio::test]
async fn wrong_codes() {
    let world = World::new().await;
    let code = world.code(WEB, ALICE, SCOPE).await;
    let (row, secret) = code.split_once('.').unwrap();
    let other_row = format!("{}.{secret}", row.parse::<i64>().unwrap() + 1);
    let other_secret = format!("{row}.{}", "A".repeat(43));
    for wrong in [
        other_row.as_str(),
        &other_secret,
        "x",
        "1.2",
        "999999999999999999999.aaaa",
        &code[..code.len() - 1],
    ] {
        world
            .entra(&World::redemption(WEB, wrong))
            .await
            .refused(400, "invalid_grant", 70000);
    }
    // None of these consumed it, and neither does another client.
    world
        .entra(&World::redemption(MIDDLE, &code))
        .await
        .refused(400, "invalid_grant", 70000);
    world.entra(&World::redemption(WEB, &code)).await.ok();
}

#[tokio::test]
async fn codes_expire() {
    let world = World::new().await;
    let code = world.code(WEB, ALICE, SCOPE).await;
    world.clock.advance_s(299);
    let last = world.code(WEB, ALICE, SCOPE).await;
    world.clock.advance_s(1);
    world
        .entra(&World::redemption(WEB, &code))
        .await
        .refused(400, "invalid_grant", 70008);
    world.entra(&World::redemption(WEB, &last)).await.ok();
}

#[tokio::test]
async fn the_redirect_uri_is_compared_letter_by_letter() {
    let world = World::new().await;
    let code = world.code(WEB, ALICE, SCOPE).await;
    for uri in [
        "https://app.test/callback/",
        "https://app.test/Callback",
        "https://app.test/callback?x=1",
        "http://app.test/callback",
    ] {
        let answer = world
            .entra(&with(World::redemption(WEB, &code), "redirect_uri", uri))
            .await;
        answer.refused(400, "invalid_grant", 500112);
    }
    let answer = world
        .entra(&without(World::redemption(WEB, &code), "redirect_uri"))
        .await;
    assert!(
        answer
            .refused(400, "invalid_request", 900144)
            .contains("'redirect_uri'")
    );
    // OAuth 2.1: PKCE binds the requests.
    world
        .oauth(&without(World::redemption(WEB, &code), "redirect_uri"))
        .await
        .ok();
}

#[tokio::test]
async fn pkce_missing_or_wrong() {
    let world = World::new().await;
    let code = world.code(FRONT, ALICE, "openid").await;
    let form = World::redemption(FRONT, &code);
    world
        .entra(&without(form.clone(), "code_verifier"))
        .await
        .refused(400, "invalid_grant", 501481);
    let other = "a".repeat(43);
    world
        .entra(&with(form.clone(), "code_verifier", &other))
        .await
        .refused(400, "invalid_grant", 501481);
    world
        .entra(&with(form.clone(), "code_verifier", "short"))
        .await
        .refused(400, "invalid_grant", 50147);
    world.entra(&form).await.ok();

    // A verifier for a code without challenge: somebody cut the challenge out of the authorization request.
    let bare = world.code_with(WEB, ALICE, "openid", None).await;
    world
        .entra(&World::redemption(WEB, &bare))
        .await
        .refused(400, "invalid_grant", 501481);
    world
        .entra(&without(World::redemption(WEB, &bare), "code_verifier"))
        .await
        .ok();
    let bare = world.code_with(FRONT, ALICE, "openid", None).await;
    let form = without(World::redemption(FRONT, &bare), "code_verifier");
    world
        .entra(&form)
        .await
        .refused(400, "invalid_grant", 501481);

    let plain = PkceChallenge {
        challenge: VERIFIER.into(),
        method: PkceMethod::Plain,
    };
    let code = world.code_with(FRONT, ALICE, "openid", Some(plain)).await;
    world.entra(&World::redemption(FRONT, &code)).await.ok();
}

#[tokio::test]
async fn only_living_users_get_tokens() {
    let world = World::new().await;
    let alice = world.get::<User>(&user_id(ALICE).to_string()).await;
    let code = world.code(WEB, ALICE, SCOPE).await;
    world
        .put(&User {
            active: false,
            ..alice.clone()
        })
        .await;
    world
        .entra(&World::redemption(WEB, &code))
        .await
        .refused(400, "invalid_grant", 50057);
    let later = world.authority.env.now().plus_s(1);
    world
        .put(&User {
            valid_from: Some(later),
            ..alice.clone()
        })
        .await;
    world
        .entra(&World::redemption(WEB, &code))
        .await
        .refused(400, "invalid_grant", 50173);
    world.delete(&alice).await;
    world
        .entra(&World::redemption(WEB, &code))
        .await
        .refused(400, "invalid_grant", 50034);
}

#[tokio::test]
async fn consent_that_went_away_is_gone() {
    let world = World::new().await;
    let code = world.code(WEB, ALICE, SCOPE).await;
    world.grant(WEB, ORDERS, Some(ALICE), &[]).await;
    world
        .entra(&World::redemption(WEB, &code))
        .await
        .refused(400, "invalid_grant", 65001);
}

#[tokio::test]
async fn entra_redeems_for_any_consented_resource_and_oauth_only_for_what_was_signed_in_for() {
    let world = World::new().await;
    let code = world.code(MIDDLE, ALICE, SCOPE).await;
    let other = with(
        World::redemption(MIDDLE, &code),
        "scope",
        "https://modern.example/api/read",
    );
    let answer = world.oauth(&other).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["error"]),
        (400, &json!("invalid_scope"))
    );
    let body = world.entra(&other).await.ok();
    assert_eq!(body["scope"], "https://modern.example/api/read");
    assert_eq!(
        world.claims(&body["access_token"]).await.text("scope"),
        Some("read")
    );
}

#[tokio::test]
async fn single_page_apps_keep_a_refresh_token_for_a_day() {
    let world = World::new().await;
    let spa = RedirectUri {
        uri: REDIRECT.into(),
        platform: Platform::Spa,
    };
    world
        .put(&Principal {
            redirect_uris: vec![spa],
            ..world.get(FRONT).await
        })
        .await;
    let code = world.code(FRONT, ALICE, "openid offline_access").await;
    let body = world.entra(&World::redemption(FRONT, &code)).await.ok();
    world.clock.advance_s(86_400);
    let token = body["refresh_token"].as_str().unwrap();
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", FRONT),
        ("refresh_token", token),
    ];
    world
        .entra(&form)
        .await
        .refused(400, "invalid_grant", 700082);
}

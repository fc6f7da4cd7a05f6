//! Signing out.

use crate::web::{Browser, CONTOSO, NASTY, NATIVE, OAUTH, Page, V2, WEB, World, authorize};
use behalf_model::ports::{TokenVault, VaultMiss};
use http::StatusCode;
use serde_json::Value;
use std::collections::HashMap;

/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const RETURN: &str = "http://localhost:8400/";

fn phone(prompt: Option<&'static str>) -> String {
    let scope = Some("openid offline_access api://orders/read");
    let (client, uri) = (Some(NATIVE), Some("http://localhost:8400"));
    authorize(
        OAUTH,
        &[
            ("client_id", client),
            ("redirect_uri", uri),
            ("scope", scope),
            ("prompt", prompt),
        ],
    )
}

/// Signs Alice in at the phone app, which redeems its code.
async fn signed_in(browser: &Browser) -> HashMap<String, Value> {
    let code = browser.as_alice(&phone(None)).await.answer()["code"].clone();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", NATIVE),
        ("redirect_uri", "http://localhost:8400"),
        ("code_verifier", VERIFIER),
        ("code", &code),
    ];
    let page = browser
        .post(&format!("/{CONTOSO}/oidc/token"), &fields)
        .await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    serde_json::from_str(&page.body).unwrap()
}

fn logout(dialect: &str, params: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(params)
        .finish();
    format!("/{CONTOSO}/{dialect}/logout?{query}")
}

async fn confirm(browser: &Browser, page: &Page) -> Page {
    let action = page
        .body
        .split("action=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    browser.post(&action, &[("form", &page.form())]).await
}

async fn is_signed_in(browser: &Browser) -> bool {
    browser
        .get(&phone(Some("none")))
        .await
        .answer()
        .contains_key("code")
}

#[tokio::test]
async fn without_a_proof_the_user_is_asked_first() {
    let world = World::new().await;
    for dialect in [OAUTH, V2, "oauth2"] {
        let browser = world.browser();
        browser.as_alice(&phone(None)).await;
        let page = browser.get(&logout(dialect, &[])).await;
        assert!(
            page.body.contains("Sign out?") && page.body.contains("alice@contoso.example"),
            "{}",
            page.body
        );
        assert!(is_signed_in(&browser).await, "asking signs nobody out");
        let page = confirm(&browser, &page).await;
        assert!(
            page.body.contains("Signed out") && page.body.contains("tokens kept for you"),
            "{}",
            page.body
        );
        assert!(!browser.has_session() && !is_signed_in(&browser).await);
        let again = browser.get(&logout(dialect, &[])).await;
        assert!(again.body.contains("Signed out"), "twice is fine");
    }
    let rows = world.audit("signout").await;
    assert_eq!(rows.len(), 3);
    assert_eq!(
        rows[0].user.as_deref(),
        Some(&*world.alice().await.id.to_string())
    );
}

#[tokio::test]
async fn another_site_cannot_sign_the_user_out() {
    let world = World::new().await;
    let (browser, attacker) = (world.browser(), world.browser());
    browser.as_alice(&phone(None)).await;
    attacker.as_alice(&phone(None)).await;
    let page = attacker.get(&logout(OAUTH, &[])).await;
    confirm(&browser, &page).await.refused("BH2523");
    browser
        .post(&format!("/{CONTOSO}/oidc/logout"), &[("form", "x")])
        .await
        .refused("BH2523");
    let page = browser.post(&format!("/{CONTOSO}/oidc/logout"), &[]).await;
    assert!(page.body.contains("Sign out?"), "{}", page.body);
    assert!(is_signed_in(&browser).await);
    let signin = browser
        .get(&authorize(V2, &[("prompt", Some("login"))]))
        .await;
    confirm(
        &browser,
        &Page {
            body: format!("action=\"/{CONTOSO}/oidc/logout\"{}", signin.body),
            ..signin
        },
    )
    .await
    .refused("BH2523");
}

#[tokio::test]
async fn the_id_token_of_the_user_signs_out_at_once_and_returns_to_the_application() {
    let world = World::new().await;
    let browser = world.browser();
    let tokens = signed_in(&browser).await;
    let id_token = tokens["id_token"].as_str().unwrap();
    world.clock.advance_s(2 * 3600);
    let params = [
        ("id_token_hint", id_token),
        ("post_logout_redirect_uri", RETURN),
        ("state", "s&1"),
    ];
    let page = browser.get(&logout(OAUTH, &params)).await;
    assert_eq!(
        page.location().as_str(),
        "http://localhost:8400/?state=s%261",
        "an expired ID token is good enough"
    );
    assert!(!browser.has_session());
    let row = &world.audit("signout").await[0];
    assert_eq!(row.client.as_deref(), Some(NATIVE));
}

#[tokio::test]
async fn signing_out_ends_refresh_tokens_and_provider_tokens_of_the_session() {
    let world = World::new().await;
    let (browser, elsewhere) = (world.browser(), world.browser());
    let here = signed_in(&browser).await;
    let there = signed_in(&elsewhere).await;
    let alice = world.alice().await;
    let page = browser
        .get(&logout(
            OAUTH,
            &[("id_token_hint", here["id_token"].as_str().unwrap())],
        ))
        .await;
    assert!(page.body.contains("Signed out"), "{}", page.body);
    for (tokens, revoked) in [(&here, true), (&there, false)] {
        let row = tokens["refresh_token"]
            .as_str()
            .unwrap()
            .split_once('.')
            .unwrap()
            .0
            .parse()
            .unwrap();
        let grant = world.authority.store().refresh(row).await.unwrap();
        assert_eq!(grant.is_none_or(|grant| grant.revoked), revoked);
    }
    assert!(
        is_signed_in(&elsewhere).await,
        "another browser keeps its session"
    );
    let now = world.authority.env.now();
    let kept = world
        .authority
        .vault
        .token(alice.tenant, alice.id, "microsoft", now)
        .await;
    assert_eq!(kept.unwrap_err(), VaultMiss::NoToken);
}

#[tokio::test]
async fn a_hint_that_is_no_id_token_of_ours_is_refused() {
    let world = World::new().await;
    let browser = world.browser();
    let tokens = signed_in(&browser).await;
    let (id_token, access_token) = (
        tokens["id_token"].as_str().unwrap(),
        tokens["access_token"].as_str().unwrap(),
    );
    let changed = format!("{}A", &id_token[..id_token.len() - 2]);
    for hint in [access_token, changed.as_str(), "x", NASTY] {
        browser
            .get(&logout(OAUTH, &[("id_token_hint", hint)]))
            .await
            .refused("BH2541");
    }
    let other_client = [("id_token_hint", id_token), ("client_id", WEB)];
    browser
        .get(&logout(OAUTH, &other_client))
        .await
        .refused("BH2541");
    assert!(is_signed_in(&browser).await);

    // A good hint for somebody else does not end this session without a question.
    let other = world.browser();
    other.as_root(&phone(None)).await;
    let page = other
        .get(&logout(OAUTH, &[("id_token_hint", id_token)]))
        .await;
    assert!(
        page.body.contains("Sign out?") && page.body.contains("root@contoso.example"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn the_way_back_must_be_registered() {
    let world = World::new().await;
    let browser = world.browser();
    browser.as_alice(&phone(None)).await;
    for (client, uri) in [
        (NATIVE, "https://evil.example/"),
        (NATIVE, "javascript:alert(1)"),
        (WEB, RETURN),
    ] {
        let params = [("client_id", client), ("post_logout_redirect_uri", uri)];
        browser.get(&logout(OAUTH, &params)).await.refused("BH2540");
    }
    browser
        .get(&logout(OAUTH, &[("post_logout_redirect_uri", RETURN)]))
        .await
        .refused("BH2540");
    browser
        .get(&logout(OAUTH, &[("client_id", "nobody")]))
        .await
        .refused("AADSTS700016");
    browser
        .get(&format!("{}&state=2", logout(OAUTH, &[("state", "1")])))
        .await
        .refused("occurs twice");
    assert!(is_signed_in(&browser).await);
    let params = [
        ("client_id", NATIVE),
        ("post_logout_redirect_uri", RETURN),
        ("state", NASTY),
    ];
    let page = browser.get(&logout(V2, &params)).await;
    let csp = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        csp.contains("form-action 'self' http://localhost:8400"),
        "{csp}"
    );
    let page = confirm(&browser, &page).await;
    assert_eq!(page.answer()["state"], NASTY);
    assert!(page.location().as_str().starts_with(RETURN));
}

/// The code would yield a refresh token that this sign-out could not end any more.
#[tokio::test]
async fn a_code_on_its_way_is_worth_nothing_after_signing_out() {
    let world = World::new().await;
    let browser = world.browser();
    let code = browser.as_alice(&phone(None)).await.answer()["code"].clone();
    let page = browser.get(&logout(OAUTH, &[])).await;
    confirm(&browser, &page).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", NATIVE),
        ("redirect_uri", "http://localhost:8400"),
        ("code_verifier", VERIFIER),
        ("code", &code),
    ];
    let path = format!("/{CONTOSO}/oidc/token");
    let page = browser.post(&path, &fields).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.body.contains("BH2076"), "{}", page.body);
}

/// Looking for duplicates among a hundred thousand parameters would keep a core busy for minutes.
#[tokio::test]
async fn a_flood_of_parameters_is_refused_unread() {
    let world = World::new().await;
    let names: Vec<String> = (0..9000).map(|n| format!("{n:x}")).collect();
    let fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
    let path = format!("/{CONTOSO}/oauth2/v2.0/logout");
    let page = world.browser().post(&path, &fields[..8000]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    page.refused("BH1007");
}

//! Signing in at another issuer: the way there, the way back, and every answer that must not be believed.

use crate::upstream::{CLIENT, NOW, SECRET, jwt, new_key};
use crate::web::{
    ALICE_PASSWORD, Browser, CALLBACK, CONTOSO, FABRIKAM, HOST, NASTY, Page, V2, World, authorize,
};
use behalf_authority::admin;
use behalf_model::ports::TokenVault;
use behalf_model::tenant::{ProviderKind, Tenant};
use http::StatusCode;
use serde_json::json;
use std::collections::HashMap;

fn openid() -> String {
    authorize(V2, &[("scope", Some("openid"))])
}

/// Opens the sign-in page and goes to a provider; answers with what the provider is asked.
pub async fn depart(world: &World, browser: &Browser, provider: &str) -> HashMap<String, String> {
    depart_from(world, browser, &openid(), provider).await
}

async fn depart_from(
    world: &World,
    browser: &Browser,
    path: &str,
    provider: &str,
) -> HashMap<String, String> {
    let form = browser.get(path).await.form();
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("form", &form)
        .finish();
    let page = browser
        .get(&format!("/{CONTOSO}/login/{provider}?{query}"))
        .await;
    assert!(
        page.location()
            .as_str()
            .starts_with("https://login.upstream.example/authorize?"),
        "{}",
        page.location()
    );
    let asked = page.answer();
    world.upstream.authorize(&asked);
    asked
}

fn back(asked: &HashMap<String, String>, answer: &[(&str, &str)]) -> String {
    let path = asked["redirect_uri"].strip_prefix(HOST).unwrap();
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("state", &asked["state"])
        .extend_pairs(answer);
    format!("{path}?{}", query.finish())
}

pub async fn arrive(browser: &Browser, asked: &HashMap<String, String>) -> Page {
    browser.get(&back(asked, &[("code", "good-code")])).await
}

#[tokio::test]
async fn signing_in_at_microsoft_makes_a_user_by_oid_and_fills_the_vault() {
    let world = World::new().await;
    let browser = world.browser();
    let path = authorize(
        V2,
        &[
            ("scope", Some("openid")),
            ("prompt", Some("login")),
            ("login_hint", Some("a@b.example")),
        ],
    );
    let asked = depart_from(&world, &browser, &path, "microsoft").await;
    assert_eq!(
        asked["redirect_uri"],
        format!("{HOST}/{CONTOSO}/signin-microsoft")
    );
    assert_eq!(
        asked["scope"],
        format!("openid profile email offline_access api://{CLIENT}/access_as_user")
    );
    assert_eq!(
        (
            asked["response_type"].as_str(),
            asked["code_challenge_method"].as_str()
        ),
        ("code", "S256")
    );
    assert_eq!(
        (asked["prompt"].as_str(), asked["login_hint"].as_str()),
        ("login", "a@b.example")
    );
    let page = arrive(&browser, &asked).await;
    assert!(page.answer().contains_key("code"));
    assert!(page.location().as_str().starts_with(CALLBACK));
    let alice = world.user("microsoft", "alice-oid").await.unwrap();
    assert_eq!(
        (alice.upn.as_str(), alice.name.as_str()),
        ("alice@upstream.example", "Alice Upstream")
    );
    let now = world.authority.env.now();
    let kept = world
        .authority
        .vault
        .token(alice.tenant, alice.id, "microsoft", now)
        .await
        .unwrap();
    assert_eq!(kept.expires_at, now.plus_s(3600));
    let row = world
        .authority
        .store()
        .provider_token(alice.tenant, alice.id, "microsoft")
        .await
        .unwrap()
        .unwrap();
    assert!(
        !row.access_token.0.contains(kept.access_token.expose()),
        "sealed"
    );
    let redeemed = &world.upstream.requests("/token")[0];
    assert_eq!(redeemed["client_secret"], SECRET);
    assert_eq!(redeemed["redirect_uri"], asked["redirect_uri"]);
}

#[tokio::test]
async fn signing_in_at_an_oidc_issuer_goes_by_sub() {
    let world = World::new().await;
    world
        .upstream
        .set(|state| state.methods = vec!["client_secret_basic"]);
    let browser = world.browser();
    let asked = depart(&world, &browser, "corp").await;
    assert_eq!(
        asked["redirect_uri"],
        format!("{HOST}/{CONTOSO}/signin-oidc/corp")
    );
    world
        .upstream
        .set(|state| state.id_claims = json!({"groups": ["g1"], "amr": ["otp"], "name": NASTY}));
    assert!(arrive(&browser, &asked).await.answer().contains_key("code"));
    let alice = world.user("corp", "alice-sub").await.unwrap();
    assert_eq!(alice.groups, ["g1"]);
    assert!(world.user("microsoft", "alice-oid").await.is_none());
    let redeemed = &world.upstream.requests("/token")[0];
    assert!(
        redeemed["(authorization)"].starts_with("Basic ")
            && !redeemed.contains_key("client_secret")
    );
}

#[tokio::test]
async fn an_answer_counts_once_and_only_in_the_browser_that_asked() {
    let world = World::new().await;
    let (browser, victim) = (world.browser(), world.browser());
    let asked = depart(&world, &browser, "microsoft").await;
    // An attacker's answer smuggled into another browser would sign its user in as the attacker.
    victim.get(&openid()).await;
    arrive(&victim, &asked).await.refused("BH2523");
    arrive(&world.browser(), &asked).await.refused("BH2523");
    let mut changed = asked.clone();
    changed.get_mut("state").unwrap().push('A');
    arrive(&browser, &changed).await.refused("BH2523");
    browser
        .get(&format!("/{CONTOSO}/signin-microsoft?code=good-code"))
        .await
        .refused("BH2523");
    let elsewhere = back(&asked, &[("code", "good-code")]).replace(CONTOSO, FABRIKAM);
    browser.get(&elsewhere).await.refused("BH2523");
    assert!(
        world.upstream.requests("/token").is_empty(),
        "nothing was redeemed for any of them"
    );

    assert!(arrive(&browser, &asked).await.answer().contains_key("code"));
    arrive(&browser, &asked).await.refused("BH2525");
    assert_eq!(world.upstream.requests("/token").len(), 1);

    let late = world.browser();
    let asked = depart(&world, &late, "microsoft").await;
    world.clock.advance_s(3601);
    arrive(&late, &asked).await.refused("BH2524");
}

#[tokio::test]
async fn a_doubtful_proof_is_refused() {
    for (claims, why) in [
        (json!({"nonce": "other"}), "nonce"),
        (json!({"nonce": null}), "nonce"),
        (json!({"iss": "https://evil.example"}), "iss"),
        (json!({"aud": "another-client"}), "another client"),
        (json!({"aud": [CLIENT, "other"]}), "several audiences"),
        (json!({"exp": NOW - 301}), "expired"),
        (json!({"exp": null}), "exp"),
        (json!({"iat": NOW + 301}), "not valid before"),
        (json!({"oid": null}), "does not say who"),
        (json!({"oid": ""}), "does not say who"),
    ] {
        let world = World::new().await;
        let browser = world.browser();
        let asked = depart(&world, &browser, "microsoft").await;
        world.upstream.set(|state| state.id_claims = claims.clone());
        let page = arrive(&browser, &asked).await;
        assert_eq!(
            page.refused("BH2533").status,
            StatusCode::FORBIDDEN,
            "{claims}"
        );
        assert!(page.body.contains(why), "{claims} {}", page.body);
        assert!(!browser.has_session());
        assert!(world.user("microsoft", "alice-oid").await.is_none());
        assert_eq!(world.audit("signin.refused").await[0].outcome, "BH2533");
    }
    let world = World::new().await;
    let browser = world.browser();
    let asked = depart(&world, &browser, "microsoft").await;
    world.upstream.set(|state| state.tamper = true);
    let page = arrive(&browser, &asked).await;
    assert!(
        page.refused("BH2533")
            .body
            .contains("signature does not match"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_new_key_of_the_issuer_is_read_but_not_for_every_stranger() {
    let world = World::new().await;
    let browser = world.browser();
    let asked = depart(&world, &browser, "microsoft").await;
    arrive(&browser, &asked).await;
    assert_eq!(world.upstream.requests("/keys").len(), 1);
    world.upstream.set(|state| state.key = new_key("k2"));
    world.clock.advance_s(11);
    let browser = world.browser();
    let asked = depart(&world, &browser, "microsoft").await;
    assert!(arrive(&browser, &asked).await.answer().contains_key("code"));
    assert_eq!(world.upstream.requests("/keys").len(), 2);
    assert_eq!(
        world
            .upstream
            .requests("/tid/v2.0/.well-known/openid-configuration")
            .len(),
        1,
        "metadata is kept"
    );
    let stranger = jwt(
        &new_key("k3"),
        &json!({"iss": crate::upstream::ISSUER, "exp": NOW + 100}),
    );
    for _ in 0..3 {
        let now = world.authority.env.now();
        let answer = world
            .authority
            .upstreams
            .verify(crate::upstream::ISSUER, &stranger, now, 0)
            .await
            .unwrap();
        assert!(answer.is_err());
    }
    assert_eq!(world.upstream.requests("/keys").len(), 2);
}

#[tokio::test]
async fn an_issuer_that_answers_for_another_is_refused() {
    let world = World::new().await;
    let browser = world.browser();
    let form = browser.get(&openid()).await.form();
    let start = format!(
        "/{CONTOSO}/login/microsoft?{}",
        form_urlencoded::Serializer::new(String::new())
            .append_pair("form", &form)
            .finish()
    );
    world.upstream.set(|state| state.issuer.push('/'));
    assert_eq!(
        browser.get(&start).await.refused("BH2531").status,
        StatusCode::BAD_GATEWAY
    );
    world.upstream.set(|state| {
        state.issuer.pop();
        state.down = true;
    });
    let page = browser.get(&start).await;
    assert_eq!(page.refused("BH2530").status, StatusCode::BAD_GATEWAY);
    world.upstream.set(|state| {
        state.down = false;
        state.iss_parameter = true;
    });
    // RFC 9207: the issuer promises `iss`, so an answer without it, or with another one, is a mix-up.
    let asked = depart(&world, &browser, "microsoft").await;
    arrive(&browser, &asked).await.refused("BH2531");
    let asked = depart(&world, &browser, "microsoft").await;
    let answer = [("code", "good-code"), ("iss", "https://evil.example")];
    browser.get(&back(&asked, &answer)).await.refused("BH2531");
    let asked = depart(&world, &browser, "microsoft").await;
    let answer = [("code", "good-code"), ("iss", crate::upstream::ISSUER)];
    assert!(
        browser
            .get(&back(&asked, &answer))
            .await
            .answer()
            .contains_key("code")
    );
}

#[tokio::test]
async fn a_refusal_of_the_provider_is_named_and_another_way_offered() {
    let world = World::new().await;
    let browser = world.browser();
    let asked = depart(&world, &browser, "microsoft").await;
    let page = browser
        .get(&back(
            &asked,
            &[("error", "access_denied"), ("error_description", NASTY)],
        ))
        .await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(world.audit("signin.refused").await[0].outcome, "BH2532");
    assert!(
        page.body.contains("ended the sign-in: access_denied")
            && page.body.contains("name=\"password\"")
    );
    let page = browser.sign_in(&page, "alice", ALICE_PASSWORD).await;
    assert!(page.answer().contains_key("code"));

    let browser = world.browser();
    let asked = depart(&world, &browser, "microsoft").await;
    let page = browser.get(&back(&asked, &[("code", "bad-code")])).await;
    assert!(
        page.body.contains("refused: invalid_grant"),
        "{}",
        page.body
    );
    let asked = depart(&world, &browser, "microsoft").await;
    let twice = browser
        .get(&back(&asked, &[("code", "good-code"), ("code", "other")]))
        .await;
    twice.refused("&#39;code&#39; occurs twice");
}

#[tokio::test]
async fn a_token_for_another_api_is_a_wrong_setting_and_said_at_once() {
    let world = World::new().await;
    let browser = world.browser();
    let asked = depart(&world, &browser, "microsoft").await;
    world
        .upstream
        .set(|state| state.audience = "00000003-0000-0000-c000-000000000000".to_owned());
    let page = arrive(&browser, &asked).await;
    assert!(
        page.refused("BH2534")
            .body
            .contains("00000003-0000-0000-c000-000000000000"),
        "{}",
        page.body
    );
    assert!(!browser.has_session());
}

#[tokio::test]
async fn a_provider_that_is_not_set_up_says_what_is_missing() {
    let world = World::new().await;
    let start = async |provider: &str| {
        let browser = world.browser();
        let form = browser.get(&openid()).await.form();
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("form", &form)
            .finish();
        browser
            .get(&format!("/{CONTOSO}/login/{provider}?{query}"))
            .await
    };
    assert_eq!(
        start("nowhere").await.refused("BH2527").status,
        StatusCode::NOT_FOUND
    );
    start("password").await.refused("BH2527");
    world
        .change_tenant(|tenant: &mut Tenant| {
            tenant.providers[1].upstream.as_mut().unwrap().client_secret =
                "secret:nothing".to_owned();
        })
        .await;
    let page = start("microsoft").await;
    assert!(
        page.refused("BH2535").body.contains("does not exist"),
        "{}",
        page.body
    );
    world
        .change_tenant(|tenant: &mut Tenant| tenant.providers[1].upstream = None)
        .await;
    start("microsoft").await.refused("BH2535");
    world
        .change_tenant(|tenant: &mut Tenant| tenant.providers.clear())
        .await;
    let page = world.browser().get(&openid()).await;
    assert!(page.body.contains("no way to sign in yet"), "{}", page.body);
}

#[tokio::test]
async fn a_callback_of_one_provider_does_not_serve_another() {
    let world = World::new().await;
    let browser = world.browser();
    let asked = depart(&world, &browser, "corp").await;
    let path =
        back(&asked, &[("code", "good-code")]).replace("signin-oidc/corp", "signin-microsoft");
    browser.get(&path).await.refused("BH2527");
    let asked = depart(&world, &browser, "microsoft").await;
    let path =
        back(&asked, &[("code", "good-code")]).replace("signin-microsoft", "signin-oidc/corp");
    browser.get(&path).await.refused("BH2527");
    world
        .change_tenant(|tenant: &mut Tenant| {
            let mut second = tenant.providers[2].clone();
            second.name = "other".to_owned();
            tenant.providers.push(second);
        })
        .await;
    let asked = depart(&world, &browser, "corp").await;
    browser
        .get(&back(&asked, &[("code", "good-code")]).replace("/corp", "/other"))
        .await
        .refused("BH2527");
    assert_eq!(
        world.tenant().await.provider("other").unwrap().kind,
        ProviderKind::Oidc
    );
}

#[tokio::test]
async fn an_old_proof_does_not_answer_a_demand_for_a_new_one() {
    let world = World::new().await;
    let path = authorize(V2, &[("scope", Some("openid")), ("max_age", Some("60"))]);
    let browser = world.browser();
    let asked = depart_from(&world, &browser, &path, "microsoft").await;
    assert_eq!(asked["max_age"], "60");
    world
        .upstream
        .set(|state| state.id_claims = json!({"auth_time": NOW - 3600}));
    arrive(&browser, &asked).await.refused("BH2537");
    let asked = depart_from(&world, &browser, &path, "microsoft").await;
    world
        .upstream
        .set(|state| state.id_claims = json!({"auth_time": NOW - 30}));
    assert!(arrive(&browser, &asked).await.answer().contains_key("code"));
}

#[tokio::test]
async fn another_account_with_the_same_name_does_not_become_the_old_user() {
    let world = World::new().await;
    let browser = world.browser();
    let asked = depart(&world, &browser, "microsoft").await;
    arrive(&browser, &asked).await;
    let browser = world.browser();
    let asked = depart(&world, &browser, "microsoft").await;
    world
        .upstream
        .set(|state| state.id_claims = json!({"oid": "mallory-oid"}));
    assert_eq!(
        arrive(&browser, &asked).await.refused("BH2536").status,
        StatusCode::CONFLICT
    );
    let old = world.user("microsoft", "alice-oid").await.unwrap();
    let gone = admin::delete_user(&old, world.authority.env.now());
    world.authority.store().commit(gone).await.unwrap();
    let asked = depart(&world, &browser, "microsoft").await;
    assert!(arrive(&browser, &asked).await.answer().contains_key("code"));
}

#[tokio::test]
async fn secrets_stay_out_of_the_audit_trail_and_of_urls() {
    let world = World::new().await;
    let browser = world.browser();
    let asked = depart(&world, &browser, "microsoft").await;
    let page = arrive(&browser, &asked).await;
    let code = page.answer()["code"].clone();
    let rows = world.audit("signin").await;
    let text = format!("{rows:?}");
    assert!(
        !text.contains(&code) && !text.contains(SECRET) && !text.contains("refresh-1"),
        "{text}"
    );
    assert!(!asked.values().any(|value| value.contains(SECRET)));
}

//! Signing in: with a password, at another issuer, and everything that must not work.

use crate::upstream::{CLIENT, NOW, SECRET, jwt, new_key};
use crate::web::{
    ALICE_PASSWORD, Browser, CALLBACK, CONTOSO, FABRIKAM, HOST, NASTY, Page, V2, WEB, World, authorize, contoso,
};
use behalf_authority::admin;
use behalf_model::ports::TokenVault;
use behalf_model::principal::Principal;
use behalf_model::tenant::{ProviderKind, Tenant};
use behalf_model::user::{DeletedUser, PasswordAccount, User};
use http::StatusCode;
use serde_json::json;
use std::collections::HashMap;

fn openid() -> String {
    authorize(V2, &[("scope", Some("openid"))])
}

/// Opens the sign-in page and goes to a provider; answers with what the provider is asked.
async fn depart(world: &World, browser: &Browser, provider: &str) -> HashMap<String, String> {
    depart_from(world, browser, &openid(), provider).await
}

async fn depart_from(world: &World, browser: &Browser, path: &str, provider: &str) -> HashMap<String, String> {
    let form = browser.get(path).await.form();
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("form", &form).finish();
    let page = browser.get(&format!("/{CONTOSO}/login/{provider}?{query}")).await;
    assert!(page.location().as_str().starts_with("https://login.upstream.example/authorize?"), "{}", page.location());
    let asked = page.answer();
    world.upstream.authorize(&asked);
    asked
}

fn back(asked: &HashMap<String, String>, answer: &[(&str, &str)]) -> String {
    let path = asked["redirect_uri"].strip_prefix(HOST).unwrap();
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("state", &asked["state"]).extend_pairs(answer);
    format!("{path}?{}", query.finish())
}

async fn arrive(browser: &Browser, asked: &HashMap<String, String>) -> Page {
    browser.get(&back(asked, &[("code", "good-code")])).await
}

#[tokio::test]
async fn the_first_sign_in_makes_a_user_and_the_next_finds_him() {
    let world = World::new().await;
    assert!(world.user("password", "alice").await.is_none());
    let page = world.browser().as_alice(&openid()).await;
    assert!(page.answer().contains_key("code"));
    let alice = world.alice().await;
    assert_eq!(alice.upn, "alice@contoso.example");
    assert_eq!((alice.name.as_str(), alice.email.as_str()), ("alice by name", "alice@mail.example"));
    assert_eq!(alice.groups, ["staff"]);
    assert!(alice.active && !alice.admin);

    world.change::<PasswordAccount>("alice", |account| account.name = "Alice L.".to_owned()).await;
    let browser = world.browser();
    let page = browser.get(&openid()).await;
    assert!(browser.sign_in(&page, " ALICE@contoso.example ", ALICE_PASSWORD).await.answer().contains_key("code"));
    let again = world.alice().await;
    assert_eq!(again.id, alice.id);
    assert_eq!(again.name, "Alice L.", "the profile is kept up to date");
    let rows = world.audit("signin").await;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].user.as_deref(), Some(&*alice.id.to_string()));
    assert_eq!((rows[0].client.as_deref(), rows[0].detail["provider"].as_str()), (Some(WEB), "password"));
}

#[tokio::test]
async fn wrong_name_and_wrong_password_look_the_same() {
    let world = World::new().await;
    let mut bodies = Vec::new();
    for (name, password) in [("alice", "wrong"), ("nobody", ALICE_PASSWORD), ("alice", ""), ("", "x"), (NASTY, NASTY)] {
        let browser = world.browser();
        let page = browser.get(&openid()).await;
        let page = browser.sign_in(&page, name, password).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        assert!(page.body.contains("role=\"alert\"") && page.body.contains("user name or the password is wrong"));
        assert!(!browser.has_session() && !page.body.contains("<script"));
        bodies.push(page.body.replace(&page.form(), "FORM"));
    }
    bodies.dedup_by_key(|body| body.split("value=\"FORM\"").next().map(str::to_owned));
    assert_eq!(bodies.len(), 1, "one answer for all");
    let rows = world.audit("signin.refused").await;
    assert_eq!(rows.len(), 5);
    assert!(rows.iter().all(|row| row.outcome == "BH2520" && row.user.is_none()), "{rows:?}");
    assert!(!format!("{rows:?}").contains(ALICE_PASSWORD));
}

#[tokio::test]
async fn guessing_is_slowed_down_per_account() {
    let world = World::new().await;
    let browser = world.browser();
    let mut page = browser.get(&openid()).await;
    for name in ["alice", "ALICE", "alice@contoso.example", "alice", "alice"] {
        page = browser.sign_in(&page, name, "wrong").await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{name}");
    }
    page = browser.sign_in(&page, "alice", ALICE_PASSWORD).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "the right password has to wait too");
    assert!(page.body.contains("Try again in 30 seconds"), "{}", page.body);
    assert_eq!(world.audit("signin.refused").await[0].outcome, "BH2521");
    let root = browser.sign_in(&page, "root", "root's password").await;
    assert!(root.answer().contains_key("code"), "others are not held up");
    world.clock.advance_s(30);
    let browser = world.browser();
    assert!(browser.as_alice(&openid()).await.answer().contains_key("code"));
}

#[tokio::test]
async fn parallel_guesses_are_not_all_admitted_before_one_fails() {
    let world = World::new().await;
    let browser = world.browser();
    let page = browser.get(&openid()).await;
    let guesses = (0..20).map(|_| {
        let (browser, form) = (browser.clone(), page.form());
        tokio::spawn(async move {
            let fields = [("form", form.as_str()), ("provider", "password"), ("username", "alice"), ("password", "no")];
            browser.post(&format!("/{CONTOSO}/login"), &fields).await.status
        })
    });
    let guesses: Vec<_> = guesses.collect();
    let mut tried = 0;
    for guess in guesses {
        tried += usize::from(guess.await.unwrap() == StatusCode::UNAUTHORIZED);
    }
    // Five free ones, and at most one more beside the fifth: two are hashed at once here.
    assert!((5..=6).contains(&tried), "{tried}");
}

#[tokio::test]
async fn a_form_works_only_in_the_browser_and_tenant_it_was_made_for() {
    let world = World::new().await;
    let (browser, other) = (world.browser(), world.browser());
    let page = browser.get(&openid()).await;
    let login = format!("/{CONTOSO}/login");
    let with = |form: &str| {
        [
            ("form", form.to_owned()),
            ("provider", "password".into()),
            ("username", "alice".into()),
            ("password", ALICE_PASSWORD.into()),
        ]
    };
    let post = async |browser: &Browser, path: &str, form: &str| {
        let fields = with(form);
        let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        browser.post(path, &fields).await
    };
    other.get(&openid()).await;
    assert_eq!(post(&other, &login, &page.form()).await.refused("BH2523").status, StatusCode::FORBIDDEN);
    post(&world.browser(), &login, &page.form()).await.refused("BH2523");
    post(&browser, &login, "").await.refused("BH2523");
    post(&browser, &login, &page.form().replace("k1.", "k1.A")).await.refused("BH2523");
    post(&browser, &format!("/{FABRIKAM}/login"), &page.form()).await.refused("BH2523");
    let consent = browser.post(&format!("/{CONTOSO}/consent"), &[("form", &page.form()), ("answer", "accept")]).await;
    consent.refused("BH2523");
    assert!(!browser.has_session() && !other.has_session());
    world.clock.advance_s(3601);
    post(&browser, &login, &page.form()).await.refused("BH2524");
}

#[tokio::test]
async fn what_a_request_brings_along_is_shown_and_not_run() {
    let world = World::new().await;
    world.change::<Principal>(WEB, |app| app.title = NASTY.to_owned()).await;
    world.change_tenant(|tenant: &mut Tenant| tenant.providers[1].label = NASTY.to_owned()).await;
    let page = world.browser().get(&authorize(V2, &[("login_hint", Some(NASTY))])).await;
    assert!(page.body.contains("&#34;&#62;&#60;script&#62;alert(1)"), "{}", page.body);
    assert!(!page.body.contains("<script"));
    let page = world.browser().as_alice(&openid()).await;
    assert!(page.answer().contains_key("code"));
}

#[tokio::test]
async fn the_page_reads_well_without_a_script_and_with_a_screen_reader() {
    let world = World::new().await;
    let page = world.browser().get(&openid()).await;
    for part in [
        "<html lang=\"en\">",
        "<title>Sign in",
        "<h1>Sign in</h1>",
        "<label for=\"username1\">User name</label>",
        "<label for=\"password1\">Password</label>",
        "autocomplete=\"current-password\"",
        "name=\"viewport\"",
        "Sign in with Microsoft",
        "Sign in with Corporate login",
        "<strong>Web shop</strong>",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let csp = page.headers["content-security-policy"].to_str().unwrap();
    assert!(csp.contains("form-action 'self' https://app.example"), "{csp}");
}

#[tokio::test]
async fn a_disabled_user_proves_who_he_is_and_is_still_refused() {
    let world = World::new().await;
    world.consented(&["read"]).await;
    let browser = world.browser();
    browser.as_alice(&authorize(V2, &[])).await;
    let alice = world.alice().await;
    world.authority.store().commit(admin::disable_user(&alice)).await.unwrap();
    let page = browser.get(&authorize(V2, &[("prompt", Some("none"))])).await;
    assert_eq!(page.redirected_error().0, "login_required", "his session has ended");
    let page = browser.as_alice(&openid()).await;
    assert_eq!(page.refused("AADSTS50057").status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("Ask an administrator"), "{}", page.body);
    let refused = &world.audit("signin.refused").await[0];
    assert_eq!((refused.user.as_deref(), refused.outcome.as_str()), (Some(&*alice.id.to_string()), "BH2522"));
    let disabled = world.alice().await;
    world.authority.store().commit(admin::enable_user(&disabled)).await.unwrap();
    assert!(world.browser().as_alice(&openid()).await.answer().contains_key("code"));
    assert_eq!(world.alice().await.id, alice.id);
}

#[tokio::test]
async fn a_deleted_user_signs_in_as_a_new_one() {
    let world = World::new().await;
    let browser = world.browser();
    browser.as_alice(&openid()).await;
    let old = world.alice().await;
    let now = world.authority.env.now();
    world.authority.store().commit(admin::delete_user(&old, now)).await.unwrap();
    let tombstone: DeletedUser = world.get(&User::subject_alias("password", "alice")).await;
    assert_eq!(tombstone.deleted_at, now);
    let silent = authorize(V2, &[("scope", Some("openid")), ("prompt", Some("none"))]);
    assert_eq!(browser.get(&silent).await.redirected_error().0, "login_required");
    world.browser().as_alice(&openid()).await;
    assert_ne!(world.alice().await.id, old.id);
}

#[tokio::test]
async fn signing_out_everywhere_ends_earlier_sign_ins_only() {
    let world = World::new().await;
    let (old, new) = (world.browser(), world.browser());
    old.as_alice(&openid()).await;
    world.clock.advance_s(10);
    let alice = world.alice().await;
    let changes = vec![admin::sign_out_user(&alice, world.authority.env.now()).remove(0)];
    world.authority.store().commit(changes).await.unwrap();
    let silent = authorize(V2, &[("scope", Some("openid")), ("prompt", Some("none"))]);
    assert_eq!(old.get(&silent).await.redirected_error().0, "login_required");
    new.as_alice(&openid()).await;
    assert!(new.get(&silent).await.answer().contains_key("code"));
}

#[tokio::test]
async fn a_session_cookie_opens_nothing_but_its_own_session() {
    let world = World::new().await;
    let browser = world.browser();
    browser.as_alice(&openid()).await;
    let silent = authorize(V2, &[("scope", Some("openid")), ("prompt", Some("none"))]);
    let (name, value) = {
        let jar = browser.jar.lock().unwrap();
        let found = jar.iter().find(|(name, _)| name.contains("session")).unwrap();
        (found.0.clone(), found.1.clone())
    };
    let session = value.split_once('.').unwrap().0.parse().unwrap();
    let row = world.authority.store().session(session).await.unwrap().unwrap();
    assert_eq!(row.user, world.alice().await.id);
    let wrong = format!("{session}.{}", "A".repeat(43));
    for bad in [wrong.as_str(), "1", "x.y", "", ".", "99999999999999999999.A"] {
        browser.jar.lock().unwrap().insert(name.clone(), bad.to_owned());
        assert_eq!(browser.get(&silent).await.redirected_error().0, "login_required", "{bad}");
    }
    // The same cookie under the name of another tenant.
    let foreign = world.browser();
    let other = name.replace(&CONTOSO.replace('-', ""), &FABRIKAM.replace('-', ""));
    assert_ne!(other, name);
    foreign.jar.lock().unwrap().insert(other, value.clone());
    let app: Principal = world.get(WEB).await;
    world.put(&Principal { tenant: FABRIKAM.parse().unwrap(), ..app }).await;
    let page = foreign.get(&silent.replace(CONTOSO, FABRIKAM)).await;
    assert_eq!(page.redirected_error().0, "login_required");

    browser.jar.lock().unwrap().insert(name.clone(), value.clone());
    assert!(browser.get(&silent).await.answer().contains_key("code"));
    let again = authorize(V2, &[("scope", Some("openid")), ("prompt", Some("login"))]);
    browser.as_alice(&again).await;
    assert_ne!(browser.jar.lock().unwrap()[&name], value, "a new sign-in gets a new session");
    assert!(world.authority.store().session(session).await.unwrap().is_none(), "and ends the old one");
    world.clock.advance_s(12 * 3600);
    assert_eq!(browser.get(&silent).await.redirected_error().0, "login_required", "sessions expire");
}

#[tokio::test]
async fn signing_in_at_microsoft_makes_a_user_by_oid_and_fills_the_vault() {
    let world = World::new().await;
    let browser = world.browser();
    let path =
        authorize(V2, &[("scope", Some("openid")), ("prompt", Some("login")), ("login_hint", Some("a@b.example"))]);
    let asked = depart_from(&world, &browser, &path, "microsoft").await;
    assert_eq!(asked["redirect_uri"], format!("{HOST}/{CONTOSO}/signin-microsoft"));
    assert_eq!(asked["scope"], format!("openid profile email offline_access api://{CLIENT}/access_as_user"));
    assert_eq!((asked["response_type"].as_str(), asked["code_challenge_method"].as_str()), ("code", "S256"));
    assert_eq!((asked["prompt"].as_str(), asked["login_hint"].as_str()), ("login", "a@b.example"));
    let page = arrive(&browser, &asked).await;
    assert!(page.answer().contains_key("code"));
    assert!(page.location().as_str().starts_with(CALLBACK));
    let alice = world.user("microsoft", "alice-oid").await.unwrap();
    assert_eq!((alice.upn.as_str(), alice.name.as_str()), ("alice@upstream.example", "Alice Upstream"));
    let now = world.authority.env.now();
    let kept = world.authority.vault.token(alice.tenant, alice.id, "microsoft", now).await.unwrap();
    assert_eq!(kept.expires_at, now.plus_s(3600));
    let row = world.authority.store().provider_token(alice.tenant, alice.id, "microsoft").await.unwrap().unwrap();
    assert!(!row.access_token.0.contains(kept.access_token.expose()), "sealed");
    let redeemed = &world.upstream.requests("/token")[0];
    assert_eq!(redeemed["client_secret"], SECRET);
    assert_eq!(redeemed["redirect_uri"], asked["redirect_uri"]);
}

#[tokio::test]
async fn signing_in_at_an_oidc_issuer_goes_by_sub() {
    let world = World::new().await;
    world.upstream.set(|state| state.methods = vec!["client_secret_basic"]);
    let browser = world.browser();
    let asked = depart(&world, &browser, "corp").await;
    assert_eq!(asked["redirect_uri"], format!("{HOST}/{CONTOSO}/signin-oidc/corp"));
    world.upstream.set(|state| state.id_claims = json!({"groups": ["g1"], "amr": ["otp"], "name": NASTY}));
    assert!(arrive(&browser, &asked).await.answer().contains_key("code"));
    let alice = world.user("corp", "alice-sub").await.unwrap();
    assert_eq!(alice.groups, ["g1"]);
    assert!(world.user("microsoft", "alice-oid").await.is_none());
    let redeemed = &world.upstream.requests("/token")[0];
    assert!(redeemed["(authorization)"].starts_with("Basic ") && !redeemed.contains_key("client_secret"));
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
    browser.get(&format!("/{CONTOSO}/signin-microsoft?code=good-code")).await.refused("BH2523");
    let elsewhere = back(&asked, &[("code", "good-code")]).replace(CONTOSO, FABRIKAM);
    browser.get(&elsewhere).await.refused("BH2523");
    assert!(world.upstream.requests("/token").is_empty(), "nothing was redeemed for any of them");

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
        assert_eq!(page.refused("BH2533").status, StatusCode::FORBIDDEN, "{claims}");
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
    assert!(page.refused("BH2533").body.contains("signature does not match"), "{}", page.body);
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
    assert_eq!(world.upstream.requests("/tid/v2.0/.well-known/openid-configuration").len(), 1, "metadata is kept");
    let stranger = jwt(&new_key("k3"), &json!({"iss": crate::upstream::ISSUER, "exp": NOW + 100}));
    for _ in 0..3 {
        let now = world.authority.env.now();
        let answer = world.authority.upstreams.verify(crate::upstream::ISSUER, &stranger, now, 0).await.unwrap();
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
        form_urlencoded::Serializer::new(String::new()).append_pair("form", &form).finish()
    );
    world.upstream.set(|state| state.issuer.push('/'));
    assert_eq!(browser.get(&start).await.refused("BH2531").status, StatusCode::BAD_GATEWAY);
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
    assert!(browser.get(&back(&asked, &answer)).await.answer().contains_key("code"));
}

#[tokio::test]
async fn a_refusal_of_the_provider_is_named_and_another_way_offered() {
    let world = World::new().await;
    let browser = world.browser();
    let asked = depart(&world, &browser, "microsoft").await;
    let page = browser.get(&back(&asked, &[("error", "access_denied"), ("error_description", NASTY)])).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("ended the sign-in: access_denied") && page.body.contains("name=\"password\""));
    let page = browser.sign_in(&page, "alice", ALICE_PASSWORD).await;
    assert!(page.answer().contains_key("code"));

    let browser = world.browser();
    let asked = depart(&world, &browser, "microsoft").await;
    let page = browser.get(&back(&asked, &[("code", "bad-code")])).await;
    assert!(page.body.contains("refused: invalid_grant"), "{}", page.body);
    let asked = depart(&world, &browser, "microsoft").await;
    let twice = browser.get(&back(&asked, &[("code", "good-code"), ("code", "other")])).await;
    twice.refused("&#39;code&#39; occurs twice");
}

#[tokio::test]
async fn a_token_for_another_api_is_a_wrong_setting_and_said_at_once() {
    let world = World::new().await;
    let browser = world.browser();
    let asked = depart(&world, &browser, "microsoft").await;
    world.upstream.set(|state| state.audience = "00000003-0000-0000-c000-000000000000".to_owned());
    let page = arrive(&browser, &asked).await;
    assert!(page.refused("BH2534").body.contains("00000003-0000-0000-c000-000000000000"), "{}", page.body);
    assert!(!browser.has_session());
}

#[tokio::test]
async fn a_provider_that_is_not_set_up_says_what_is_missing() {
    let world = World::new().await;
    let start = async |provider: &str| {
        let browser = world.browser();
        let form = browser.get(&openid()).await.form();
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("form", &form).finish();
        browser.get(&format!("/{CONTOSO}/login/{provider}?{query}")).await
    };
    assert_eq!(start("nowhere").await.refused("BH2527").status, StatusCode::NOT_FOUND);
    start("password").await.refused("BH2527");
    world
        .change_tenant(|tenant: &mut Tenant| {
            tenant.providers[1].upstream.as_mut().unwrap().client_secret = "secret:nothing".to_owned();
        })
        .await;
    let page = start("microsoft").await;
    assert!(page.refused("BH2535").body.contains("does not exist"), "{}", page.body);
    world.change_tenant(|tenant: &mut Tenant| tenant.providers[1].upstream = None).await;
    start("microsoft").await.refused("BH2535");
    world.change_tenant(|tenant: &mut Tenant| tenant.providers.clear()).await;
    let page = world.browser().get(&openid()).await;
    assert!(page.body.contains("no way to sign in yet"), "{}", page.body);
}

#[tokio::test]
async fn a_callback_of_one_provider_does_not_serve_another() {
    let world = World::new().await;
    let browser = world.browser();
    let asked = depart(&world, &browser, "corp").await;
    let path = back(&asked, &[("code", "good-code")]).replace("signin-oidc/corp", "signin-microsoft");
    browser.get(&path).await.refused("BH2527");
    let asked = depart(&world, &browser, "microsoft").await;
    let path = back(&asked, &[("code", "good-code")]).replace("signin-microsoft", "signin-oidc/corp");
    browser.get(&path).await.refused("BH2527");
    world
        .change_tenant(|tenant: &mut Tenant| {
            let mut second = tenant.providers[2].clone();
            second.name = "other".to_owned();
            tenant.providers.push(second);
        })
        .await;
    let asked = depart(&world, &browser, "corp").await;
    browser.get(&back(&asked, &[("code", "good-code")]).replace("/corp", "/other")).await.refused("BH2527");
    assert_eq!(world.tenant().await.provider("other").unwrap().kind, ProviderKind::Oidc);
}

#[tokio::test]
async fn an_old_proof_does_not_answer_a_demand_for_a_new_one() {
    let world = World::new().await;
    let path = authorize(V2, &[("scope", Some("openid")), ("max_age", Some("60"))]);
    let browser = world.browser();
    let asked = depart_from(&world, &browser, &path, "microsoft").await;
    assert_eq!(asked["max_age"], "60");
    world.upstream.set(|state| state.id_claims = json!({"auth_time": NOW - 3600}));
    arrive(&browser, &asked).await.refused("BH2537");
    let asked = depart_from(&world, &browser, &path, "microsoft").await;
    world.upstream.set(|state| state.id_claims = json!({"auth_time": NOW - 30}));
    assert!(arrive(&browser, &asked).await.answer().contains_key("code"));
}

#[tokio::test]
async fn two_first_sign_ins_at_once_make_one_user() {
    let world = World::new().await;
    let visits = (0..8).map(|_| {
        let browser = world.browser();
        tokio::spawn(async move { browser.as_alice(&openid()).await.answer().contains_key("code") })
    });
    for visit in visits.collect::<Vec<_>>() {
        assert!(visit.await.unwrap());
    }
    let users = world.authority.facts.all::<User>(contoso()).await.unwrap();
    assert_eq!(users.len(), 1);
}

#[tokio::test]
async fn another_account_with_the_same_name_does_not_become_the_old_user() {
    let world = World::new().await;
    let browser = world.browser();
    let asked = depart(&world, &browser, "microsoft").await;
    arrive(&browser, &asked).await;
    let browser = world.browser();
    let asked = depart(&world, &browser, "microsoft").await;
    world.upstream.set(|state| state.id_claims = json!({"oid": "mallory-oid"}));
    assert_eq!(arrive(&browser, &asked).await.refused("BH2536").status, StatusCode::CONFLICT);
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
    assert!(!text.contains(&code) && !text.contains(SECRET) && !text.contains("refresh-1"), "{text}");
    assert!(!asked.values().any(|value| value.contains(SECRET)));
}

//! Signing in with a password, and the sessions that come of it.

use crate::web::{
    ALICE_PASSWORD, Browser, CONTOSO, FABRIKAM, NASTY, V2, WEB, World, authorize, contoso,
};
use behalf_authority::admin;
use behalf_model::principal::Principal;
use behalf_model::tenant::Tenant;
use behalf_model::user::{DeletedUser, PasswordAccount, User};
use http::StatusCode;

fn openid() -> String {
    authorize(V2, &[("scope", Some("openid"))])
}

#[tokio::test]
async fn the_first_sign_in_makes_a_user_and_the_next_finds_him() {
    let world = World::new().await;
    assert!(world.user("password", "alice").await.is_none());
    let page = world.browser().as_alice(&openid()).await;
    assert!(page.answer().contains_key("code"));
    let alice = world.alice().await;
    assert_eq!(alice.upn, "alice@contoso.example");
    assert_eq!(
        (alice.name.as_str(), alice.email.as_str()),
        ("alice by name", "alice@mail.example")
    );
    assert_eq!(alice.groups, ["staff"]);
    assert!(alice.active && !alice.admin);

    world
        .change::<PasswordAccount>("alice", |account| account.name = "Alice L.".to_owned())
        .await;
    let browser = world.browser();
    let page = browser.get(&openid()).await;
    assert!(
        browser
            .sign_in(&page, " ALICE@contoso.example ", ALICE_PASSWORD)
            .await
            .answer()
            .contains_key("code")
    );
    let again = world.alice().await;
    assert_eq!(again.id, alice.id);
    assert_eq!(again.name, "Alice L.", "the profile is kept up to date");
    let rows = world.audit("signin").await;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].user.as_deref(), Some(&*alice.id.to_string()));
    assert_eq!(
        (
            rows[0].client.as_deref(),
            rows[0].detail["provider"].as_str()
        ),
        (Some(WEB), "password")
    );
}

#[tokio::test]
async fn wrong_name_and_wrong_password_look_the_same() {
    let world = World::new().await;
    let mut bodies = Vec::new();
    for (name, password) in [
        ("alice", "wrong"),
        ("nobody", ALICE_PASSWORD),
        ("alice", ""),
        ("", "x"),
        (NASTY, NASTY),
    ] {
        let browser = world.browser();
        let page = browser.get(&openid()).await;
        let page = browser.sign_in(&page, name, password).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(
            page.body.contains("role=\"alert\"")
                && page.body.contains("user name or the password is wrong")
        );
        assert!(!browser.has_session() && !page.body.contains("<script"));
        bodies.push(page.body.replace(&page.form(), "FORM"));
    }
    bodies.dedup_by_key(|body| body.split("value=\"FORM\"").next().map(str::to_owned));
    assert_eq!(bodies.len(), 1, "one answer for all");
    let rows = world.audit("signin.refused").await;
    assert_eq!(rows.len(), 5);
    assert!(
        rows.iter()
            .all(|row| row.outcome == "BH2520" && row.user.is_none()),
        "{rows:?}"
    );
    assert!(!format!("{rows:?}").contains(ALICE_PASSWORD));
}

#[tokio::test]
async fn guessing_is_slowed_down_per_account() {
    let world = World::new().await;
    let browser = world.browser();
    let mut page = browser.get(&openid()).await;
    for name in ["alice", "ALICE", "alice@contoso.example", "alice", "alice"] {
        page = browser.sign_in(&page, name, "wrong").await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{name}");
    }
    page = browser.sign_in(&page, "alice", ALICE_PASSWORD).await;
    assert_eq!(
        page.status,
        StatusCode::TOO_MANY_REQUESTS,
        "the right password has to wait too"
    );
    assert!(
        page.body.contains("Try again in 30 seconds"),
        "{}",
        page.body
    );
    assert_eq!(world.audit("signin.refused").await[0].outcome, "BH2521");
    let root = browser.sign_in(&page, "root", "root's password").await;
    assert!(root.answer().contains_key("code"), "others are not held up");
    world.clock.advance_s(30);
    let browser = world.browser();
    assert!(
        browser
            .as_alice(&openid())
            .await
            .answer()
            .contains_key("code")
    );
}

#[tokio::test]
async fn parallel_guesses_are_not_all_admitted_before_one_fails() {
    let world = World::new().await;
    let browser = world.browser();
    let page = browser.get(&openid()).await;
    let guesses = (0..20).map(|_| {
        let (browser, form) = (browser.clone(), page.form());
        tokio::spawn(async move {
            let fields = [
                ("form", form.as_str()),
                ("provider", "password"),
                ("username", "alice"),
                ("password", "no"),
            ];
            browser
                .post(&format!("/{CONTOSO}/login"), &fields)
                .await
                .status
        })
    });
    let guesses: Vec<_> = guesses.collect();
    let mut tried = 0;
    for guess in guesses {
        tried += usize::from(guess.await.unwrap() == StatusCode::BAD_REQUEST);
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
    assert_eq!(
        post(&other, &login, &page.form())
            .await
            .refused("BH2523")
            .status,
        StatusCode::FORBIDDEN
    );
    post(&world.browser(), &login, &page.form())
        .await
        .refused("BH2523");
    post(&browser, &login, "").await.refused("BH2523");
    post(&browser, &login, &page.form().replace("k1.", "k1.A"))
        .await
        .refused("BH2523");
    post(&browser, &format!("/{FABRIKAM}/login"), &page.form())
        .await
        .refused("BH2523");
    let consent = browser
        .post(
            &format!("/{CONTOSO}/consent"),
            &[("form", &page.form()), ("answer", "accept")],
        )
        .await;
    consent.refused("BH2523");
    assert!(!browser.has_session() && !other.has_session());
    world.clock.advance_s(3601);
    post(&browser, &login, &page.form()).await.refused("BH2524");
}

#[tokio::test]
async fn what_a_request_brings_along_is_shown_and_not_run() {
    let world = World::new().await;
    world
        .change::<Principal>(WEB, |app| app.title = NASTY.to_owned())
        .await;
    world
        .change_tenant(|tenant: &mut Tenant| tenant.providers[1].label = NASTY.to_owned())
        .await;
    let page = world
        .browser()
        .get(&authorize(V2, &[("login_hint", Some(NASTY))]))
        .await;
    assert!(
        page.body.contains("&#34;&#62;&#60;script&#62;alert(1)"),
        "{}",
        page.body
    );
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
    assert!(
        csp.contains("form-action 'self' https://app.example"),
        "{csp}"
    );
}

#[tokio::test]
async fn a_disabled_user_proves_who_he_is_and_is_still_refused() {
    let world = World::new().await;
    world.consented(&["read"]).await;
    let browser = world.browser();
    browser.as_alice(&authorize(V2, &[])).await;
    let alice = world.alice().await;
    world
        .authority
        .store()
        .commit(admin::disable_user(&alice))
        .await
        .unwrap();
    let page = browser
        .get(&authorize(V2, &[("prompt", Some("none"))]))
        .await;
    assert_eq!(
        page.redirected_error().0,
        "login_required",
        "his session has ended"
    );
    let page = browser.as_alice(&openid()).await;
    assert_eq!(page.refused("AADSTS50057").status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("Ask an administrator"), "{}", page.body);
    let refused = &world.audit("signin.refused").await[0];
    assert_eq!(
        (refused.user.as_deref(), refused.outcome.as_str()),
        (Some(&*alice.id.to_string()), "BH2522")
    );
    let disabled = world.alice().await;
    world
        .authority
        .store()
        .commit(admin::enable_user(&disabled))
        .await
        .unwrap();
    assert!(
        world
            .browser()
            .as_alice(&openid())
            .await
            .answer()
            .contains_key("code")
    );
    assert_eq!(world.alice().await.id, alice.id);
}

#[tokio::test]
async fn a_deleted_user_signs_in_as_a_new_one() {
    let world = World::new().await;
    let browser = world.browser();
    browser.as_alice(&openid()).await;
    let old = world.alice().await;
    let now = world.authority.env.now();
    world
        .authority
        .store()
        .commit(admin::delete_user(&old, now))
        .await
        .unwrap();
    let tombstone: DeletedUser = world.get(&User::subject_alias("password", "alice")).await;
    assert_eq!(tombstone.deleted_at, now);
    let silent = authorize(V2, &[("scope", Some("openid")), ("prompt", Some("none"))]);
    assert_eq!(
        browser.get(&silent).await.redirected_error().0,
        "login_required"
    );
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
    assert_eq!(
        old.get(&silent).await.redirected_error().0,
        "login_required"
    );
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
        let found = jar
            .iter()
            .find(|(name, _)| name.contains("session"))
            .unwrap();
        (found.0.clone(), found.1.clone())
    };
    let session = value.split_once('.').unwrap().0.parse().unwrap();
    let row = world
        .authority
        .store()
        .session(session)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.user, world.alice().await.id);
    let wrong = format!("{session}.{}", "A".repeat(43));
    for bad in [
        wrong.as_str(),
        "1",
        "x.y",
        "",
        ".",
        "99999999999999999999.A",
    ] {
        browser
            .jar
            .lock()
            .unwrap()
            .insert(name.clone(), bad.to_owned());
        assert_eq!(
            browser.get(&silent).await.redirected_error().0,
            "login_required",
            "{bad}"
        );
    }
    // The same cookie under the name of another tenant.
    let foreign = world.browser();
    let other = name.replace(&CONTOSO.replace('-', ""), &FABRIKAM.replace('-', ""));
    assert_ne!(other, name);
    foreign.jar.lock().unwrap().insert(other, value.clone());
    let app: Principal = world.get(WEB).await;
    world
        .put(&Principal {
            tenant: FABRIKAM.parse().unwrap(),
            ..app
        })
        .await;
    let page = foreign.get(&silent.replace(CONTOSO, FABRIKAM)).await;
    assert_eq!(page.redirected_error().0, "login_required");

    browser
        .jar
        .lock()
        .unwrap()
        .insert(name.clone(), value.clone());
    assert!(browser.get(&silent).await.answer().contains_key("code"));
    let again = authorize(V2, &[("scope", Some("openid")), ("prompt", Some("login"))]);
    browser.as_alice(&again).await;
    assert_ne!(
        browser.jar.lock().unwrap()[&name],
        value,
        "a new sign-in gets a new session"
    );
    assert!(
        world
            .authority
            .store()
            .session(session)
            .await
            .unwrap()
            .is_none(),
        "and ends the old one"
    );
    world.clock.advance_s(12 * 3600);
    assert_eq!(
        browser.get(&silent).await.redirected_error().0,
        "login_required",
        "sessions expire"
    );
}

#[tokio::test]
async fn two_first_sign_ins_at_once_make_one_user() {
    let world = World::new().await;
    let visits = (0..8).map(|_| {
        let browser = world.browser();
        tokio::spawn(async move {
            browser
                .as_alice(&openid())
                .await
                .answer()
                .contains_key("code")
        })
    });
    for visit in visits.collect::<Vec<_>>() {
        assert!(visit.await.unwrap());
    }
    let users = world.authority.facts.all::<User>(contoso()).await.unwrap();
    assert_eq!(users.len(), 1);
}

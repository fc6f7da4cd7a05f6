//! Consent of users and administrators.

use crate::web::{CONTOSO, GATEWAY, NASTY, ORDERS, Page, V1, V2, WEB, World, authorize};
use behalf_authority::admin;
use behalf_model::consent::DelegatedGrant;
use behalf_model::principal::{Permission, Principal};
use behalf_model::resource::Resource;
use behalf_model::tenant::Tenant;
use http::StatusCode;

fn scopes(grant: Option<DelegatedGrant>) -> Vec<String> {
    grant
        .map(|grant| grant.scopes.into_iter().collect())
        .unwrap_or_default()
}

fn asks_for(scope: &str) -> String {
    authorize(V2, &[("scope", Some(scope))])
}

#[tokio::test]
async fn a_user_sees_what_he_gives_and_is_asked_once() {
    let world = World::new().await;
    let browser = world.browser();
    let page = browser
        .as_alice(&asks_for(
            "openid offline_access api://orders/read api://orders/write",
        ))
        .await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "<h1>Permissions requested</h1>",
        "<strong>Web shop</strong>",
        "Read your orders",
        "What write means.",
        "Order system",
        "Keep this access while you are away",
        "alice@contoso.example",
        WEB,
        "value=\"accept\"",
        "value=\"cancel\"",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    assert!(
        !page.body.contains("Consent for everyone"),
        "only administrators are offered that"
    );
    let page = browser.answer(&page, "accept", false).await;
    assert!(page.answer().contains_key("code"));
    let alice = world.alice().await;
    let grant = world.grant(WEB, Some(alice.id)).await.unwrap();
    assert_eq!(
        (grant.granted_by.as_str(), grant.granted_at),
        ("alice@contoso.example", world.authority.env.now())
    );
    assert_eq!(scopes(Some(grant)), ["read", "write"]);
    assert!(world.grant(WEB, None).await.is_none());
    assert!(
        browser
            .get(&asks_for("openid api://orders/write"))
            .await
            .answer()
            .contains_key("code"),
        "asked once"
    );
    let row = &world.audit("consent").await[0];
    assert_eq!(
        (row.user.as_deref(), row.client.as_deref()),
        (Some(&*alice.id.to_string()), Some(WEB))
    );
    assert_eq!(
        (
            row.object.as_deref(),
            row.detail["for"].as_str(),
            row.outcome.as_str()
        ),
        (Some(ORDERS), "user", "ok")
    );
    assert_eq!(
        row.scopes,
        [format!("{ORDERS}/read"), format!("{ORDERS}/write")]
    );
}

#[tokio::test]
async fn more_scopes_are_added_to_what_was_granted() {
    let world = World::new().await;
    let browser = world.browser();
    let page = browser.as_alice(&asks_for("api://orders/read")).await;
    browser.answer(&page, "accept", false).await;
    let page = browser
        .get(&asks_for("api://orders/read api://orders/write"))
        .await;
    assert!(
        page.body.contains("Change your orders") && !page.body.contains("Read your orders"),
        "{}",
        page.body
    );
    browser.answer(&page, "accept", false).await;
    assert_eq!(
        scopes(world.grant(WEB, Some(world.alice().await.id)).await),
        ["read", "write"]
    );
}

#[tokio::test]
async fn consenting_twice_at_once_loses_nothing() {
    let world = World::new().await;
    let browser = world.browser();
    let first = browser.as_alice(&asks_for("api://orders/read")).await;
    let second = browser.get(&asks_for("api://orders/write")).await;
    let accept = |page: Page| {
        let browser = browser.clone();
        tokio::spawn(async move {
            browser
                .answer(&page, "accept", false)
                .await
                .answer()
                .contains_key("code")
        })
    };
    let (first, second) = (accept(first), accept(second));
    assert!(first.await.unwrap() && second.await.unwrap());
    assert_eq!(
        scopes(world.grant(WEB, Some(world.alice().await.id)).await),
        ["read", "write"]
    );
}

#[tokio::test]
async fn declining_goes_back_to_the_application() {
    let world = World::new().await;
    let browser = world.browser();
    let page = browser.as_alice(&asks_for("api://orders/read")).await;
    let (error, text) = browser
        .answer(&page, "cancel", false)
        .await
        .redirected_error();
    assert_eq!(error, "access_denied");
    assert!(text.starts_with("AADSTS65004"), "{text}");
    assert!(
        world
            .grant(WEB, Some(world.alice().await.id))
            .await
            .is_none()
    );
    assert_eq!(world.audit("consent").await[0].outcome, "BH2513");
}

#[tokio::test]
async fn what_only_administrators_may_give_cannot_be_accepted_by_a_user() {
    let world = World::new().await;
    let browser = world.browser();
    let page = browser
        .as_alice(&asks_for("api://orders/read api://orders/delete"))
        .await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(
        page.body.contains("AADSTS90094") && page.body.contains("Ask an administrator"),
        "{}",
        page.body
    );
    assert!(
        page.body
            .contains(&format!("{CONTOSO}/v2.0/adminconsent?client_id={WEB}")),
        "{}",
        page.body
    );
    assert!(!page.body.contains("value=\"accept\""));
    let forced = browser.answer(&page, "accept", false).await;
    assert_eq!(forced.refused("BH2514").status, StatusCode::FORBIDDEN);
    assert!(
        world
            .grant(WEB, Some(world.alice().await.id))
            .await
            .is_none()
    );
    let (error, text) = browser
        .answer(&page, "cancel", false)
        .await
        .redirected_error();
    assert_eq!(error, "access_denied");
    assert!(text.starts_with("AADSTS90094"), "{text}");
}

#[tokio::test]
async fn a_tenant_may_keep_consent_to_its_administrators() {
    let world = World::new().await;
    world
        .change_tenant(|tenant: &mut Tenant| tenant.user_consent = false)
        .await;
    let browser = world.browser();
    let page = browser.as_alice(&asks_for("api://orders/read")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    browser
        .answer(&page, "accept", false)
        .await
        .refused("AADSTS90094");
    let root = world.browser();
    let page = root.as_root(&asks_for("api://orders/read")).await;
    assert!(
        page.body.contains("Consent for everyone in Contoso"),
        "{}",
        page.body
    );
    assert!(
        root.answer(&page, "accept", true)
            .await
            .answer()
            .contains_key("code")
    );
    assert_eq!(scopes(world.grant(WEB, None).await), ["read"]);
    assert!(
        browser
            .get(&asks_for("api://orders/read"))
            .await
            .answer()
            .contains_key("code"),
        "for everyone"
    );
    assert_eq!(world.audit("consent").await[0].detail["for"], "everyone");
}

#[tokio::test]
async fn an_administrator_consents_for_himself_unless_he_says_otherwise() {
    let world = World::new().await;
    let root = world.browser();
    let page = root.as_root(&asks_for("api://orders/delete")).await;
    assert!(
        root.answer(&page, "accept", false)
            .await
            .answer()
            .contains_key("code")
    );
    assert!(world.grant(WEB, None).await.is_none());
    let id = world.user("password", "root").await.unwrap().id;
    assert_eq!(scopes(world.grant(WEB, Some(id)).await), ["delete"]);
}

#[tokio::test]
async fn a_user_who_ticks_for_everyone_is_refused() {
    let world = World::new().await;
    let browser = world.browser();
    let page = browser.as_alice(&asks_for("api://orders/read")).await;
    browser
        .answer(&page, "accept", true)
        .await
        .refused("BH2515");
    assert!(world.grant(WEB, None).await.is_none());
}

#[tokio::test]
async fn only_what_was_shown_to_this_user_can_be_accepted() {
    let world = World::new().await;
    let browser = world.browser();
    let page = browser.as_alice(&asks_for("api://orders/.default")).await;
    assert!(page.body.contains("Read your orders") && page.body.contains("Change your orders"));
    world
        .change::<Principal>(WEB, |app| {
            app.permissions[0].delegated.push("delete".to_owned())
        })
        .await;
    browser
        .answer(&page, "accept", false)
        .await
        .refused("BH2516");
    world
        .change::<Principal>(WEB, |app| drop(app.permissions[0].delegated.pop()))
        .await;

    // Another tab signed the administrator in.
    let page = browser.get(&asks_for("api://orders/read")).await;
    browser
        .as_root(&authorize(
            V2,
            &[("scope", Some("openid")), ("prompt", Some("login"))],
        ))
        .await;
    browser
        .answer(&page, "accept", false)
        .await
        .refused("BH2516");

    let other = world.browser();
    other.as_alice(&asks_for("openid")).await;
    other.answer(&page, "accept", false).await.refused("BH2523");
    let fields = [("answer", "accept")];
    browser
        .post(&format!("/{CONTOSO}/consent"), &fields)
        .await
        .refused("BH2523");
    assert!(
        world
            .grant(WEB, Some(world.alice().await.id))
            .await
            .is_none()
    );
}

#[tokio::test]
async fn default_means_the_listed_permissions_and_asks_only_when_nothing_is_granted() {
    let world = World::new().await;
    let browser = world.browser();
    let page = browser.as_alice(&asks_for("api://orders/.default")).await;
    assert!(
        browser
            .answer(&page, "accept", false)
            .await
            .answer()
            .contains_key("code")
    );
    assert_eq!(
        scopes(world.grant(WEB, Some(world.alice().await.id)).await),
        ["read", "write"]
    );

    let world = World::new().await;
    world.consented(&["read"]).await;
    let page = world
        .browser()
        .as_alice(&authorize(V1, &[("resource", Some("api://orders/"))]))
        .await;
    assert!(
        page.answer().contains_key("code"),
        "some of it is granted, so nobody is asked"
    );

    let (error, text) = world
        .browser()
        .as_alice(&asks_for("api://gateway/.default"))
        .await
        .redirected_error();
    assert_eq!(error, "invalid_resource");
    assert!(text.starts_with("AADSTS650057"), "{text}");
}

#[tokio::test]
async fn a_known_client_asks_for_both_tiers_on_one_page() {
    let world = World::new().await;
    world
        .change::<Principal>(GATEWAY, |app| {
            app.known_client_applications = vec![WEB.parse().unwrap()]
        })
        .await;
    world
        .change::<Principal>(WEB, |app| {
            let (resource, delegated) =
                (GATEWAY.parse().unwrap(), vec!["access_as_user".to_owned()]);
            app.permissions.push(Permission {
                resource,
                delegated,
                application: Vec::new(),
            });
        })
        .await;
    let browser = world.browser();
    let page = browser.as_alice(&asks_for("api://gateway/.default")).await;
    assert!(
        page.body.contains("Use the gateway as you") && page.body.contains("through Gateway"),
        "{}",
        page.body
    );
    assert!(
        browser
            .answer(&page, "accept", false)
            .await
            .answer()
            .contains_key("code")
    );
    let alice = world.alice().await;
    assert_eq!(
        scopes(world.grant(GATEWAY, Some(alice.id)).await),
        ["read", "write"],
        "the gateway at the order system"
    );
    let key = DelegatedGrant::key_of(
        &WEB.parse().unwrap(),
        &GATEWAY.parse().unwrap(),
        Some(alice.id),
    );
    assert_eq!(scopes(Some(world.get(&key).await)), ["access_as_user"]);
}

#[tokio::test]
async fn prompt_consent_shows_the_page_again_without_taking_anything_away() {
    let world = World::new().await;
    world.consented(&["read"]).await;
    let browser = world.browser();
    let again = authorize(V2, &[("prompt", Some("consent"))]);
    let page = browser.as_alice(&again).await;
    assert!(page.body.contains("Read your orders"), "{}", page.body);
    assert!(
        browser
            .answer(&page, "accept", false)
            .await
            .answer()
            .contains_key("code")
    );
    assert_eq!(scopes(world.grant(WEB, None).await), ["read"]);
    world
        .change_tenant(|tenant: &mut Tenant| tenant.user_consent = false)
        .await;
    let page = browser.get(&again).await;
    assert!(
        page.answer().contains_key("code"),
        "nothing is missing, so nobody is sent to an administrator"
    );
}

#[tokio::test]
async fn names_on_the_page_are_shown_and_not_run() {
    let world = World::new().await;
    world
        .change::<Principal>(WEB, |app| app.title = NASTY.to_owned())
        .await;
    world
        .change::<Resource>(ORDERS, |api| {
            api.title = NASTY.to_owned();
            api.scopes[0].display_name = NASTY.to_owned();
            api.scopes[0].description = NASTY.to_owned();
        })
        .await;
    let page = world
        .browser()
        .as_alice(&asks_for("api://orders/read"))
        .await;
    assert!(
        page.body.matches("&#60;script&#62;alert(1)").count() >= 4,
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_user_disabled_meanwhile_accepts_nothing() {
    let world = World::new().await;
    let browser = world.browser();
    let page = browser.as_alice(&asks_for("api://orders/read")).await;
    let alice = world.alice().await;
    world
        .authority
        .store()
        .commit(admin::disable_user(&alice))
        .await
        .unwrap();
    browser
        .answer(&page, "accept", false)
        .await
        .refused("BH2516");
    assert!(world.grant(WEB, Some(alice.id)).await.is_none());
}

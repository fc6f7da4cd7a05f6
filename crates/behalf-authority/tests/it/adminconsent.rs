//! Consent of an administrator for everyone.

use crate::web::{Browser, CALLBACK, CONTOSO, ORDERS, Page, WEB, World, contoso};
use behalf_model::consent::{AppRoleGrant, DelegatedGrant};
use behalf_model::principal::Principal;
use http::StatusCode;
use std::collections::{BTreeSet, HashMap};

fn scopes(grant: Option<DelegatedGrant>) -> Vec<String> {
    grant
        .map(|grant| grant.scopes.into_iter().collect())
        .unwrap_or_default()
}

fn admin_consent(version: &str, params: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(params)
        .finish();
    format!("/{CONTOSO}/{version}adminconsent?{query}")
}

const FULL: [(&str, &str); 3] = [
    ("client_id", WEB),
    ("redirect_uri", CALLBACK),
    ("state", "s t&te"),
];

async fn as_root(world: &World, path: &str) -> (Browser, Page) {
    let browser = world.browser();
    let page = browser.as_root(path).await;
    (browser, page)
}

#[tokio::test]
async fn an_administrator_consents_to_the_whole_registration() {
    let world = World::new().await;
    let (browser, page) = as_root(&world, &admin_consent("", &FULL)).await;
    for part in [
        "for everyone in Contoso",
        "Read your orders",
        "Orders.Sync",
        "as the application itself",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let page = browser.answer(&page, "accept", false).await;
    assert!(
        page.location()
            .as_str()
            .starts_with("https://app.example/cb?")
    );
    let expected = [
        ("admin_consent", "True"),
        ("tenant", CONTOSO),
        ("state", "s t&te"),
    ];
    assert_eq!(
        page.answer(),
        HashMap::from(expected.map(|(n, v)| (n.to_owned(), v.to_owned())))
    );
    assert_eq!(scopes(world.grant(WEB, None).await), ["read", "write"]);
    let key = AppRoleGrant::key_of(&WEB.parse().unwrap(), &ORDERS.parse().unwrap());
    let roles: AppRoleGrant = world.get(&key).await;
    assert_eq!(roles.roles, BTreeSet::from(["Orders.Sync".to_owned()]));
    assert_eq!(roles.granted_by, "root@contoso.example");
    assert_eq!(world.audit("consent").await[0].detail["for"], "everyone");
}

#[tokio::test]
async fn an_administrator_consents_to_named_scopes() {
    let world = World::new().await;
    let mut params = FULL.to_vec();
    params.push(("scope", "api://orders/delete"));
    let (browser, page) = as_root(&world, &admin_consent("v2.0/", &params)).await;
    assert!(
        page.body.contains("Delete all orders") && !page.body.contains("Orders.Sync"),
        "{}",
        page.body
    );
    let page = browser.answer(&page, "accept", false).await;
    assert_eq!(page.answer()["scope"], "api://orders/delete");
    assert_eq!(scopes(world.grant(WEB, None).await), ["delete"]);
}

#[tokio::test]
async fn an_administrator_says_no() {
    let world = World::new().await;
    let (browser, page) = as_root(&world, &admin_consent("v2.0/", &FULL)).await;
    let page = browser.answer(&page, "cancel", false).await;
    let answer = page.answer();
    assert_eq!(
        (answer["error"].as_str(), answer["admin_consent"].as_str()),
        ("permission_denied", "True")
    );
    assert!(answer["error_description"].starts_with("AADSTS65004"));
    assert_eq!(answer["state"], "s t&te");
    assert!(world.grant(WEB, None).await.is_none());
    assert_eq!(world.audit("consent").await[0].outcome, "BH2518");
}

#[tokio::test]
async fn only_an_administrator_reaches_the_page() {
    let world = World::new().await;
    let browser = world.browser();
    let page = browser.as_alice(&admin_consent("v2.0/", &FULL)).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(
        page.body
            .contains("alice@contoso.example is not an administrator"),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("name=\"password\""),
        "somebody else may sign in"
    );
    let page = browser.sign_in(&page, "root", "root's password").await;
    assert!(
        page.body.contains("for everyone in Contoso"),
        "{}",
        page.body
    );

    // Demoted between seeing the page and accepting it.
    let root = world.user("password", "root").await.unwrap();
    world
        .put(&behalf_model::user::User {
            admin: false,
            ..root
        })
        .await;
    browser
        .answer(&page, "accept", false)
        .await
        .refused("BH2515");
    assert!(world.grant(WEB, None).await.is_none());
}

#[tokio::test]
async fn admin_consent_never_redirects_to_a_stranger_and_works_without_a_redirect() {
    let world = World::new().await;
    let browser = world.browser();
    let strange = [
        ("client_id", WEB),
        ("redirect_uri", "https://evil.example/"),
    ];
    browser
        .get(&admin_consent("v2.0/", &strange))
        .await
        .refused("AADSTS50011");
    browser
        .get(&admin_consent("v2.0/", &[]))
        .await
        .refused("AADSTS900144");
    let twice = [("client_id", WEB), ("state", "1"), ("state", "2")];
    browser
        .get(&admin_consent("v2.0/", &twice))
        .await
        .refused("occurs twice");
    let (browser, page) = as_root(&world, &admin_consent("", &[("client_id", WEB)])).await;
    let page = browser.answer(&page, "accept", false).await;
    assert!(
        page.body.contains("Consent given") && page.body.contains(&format!("{ORDERS}/read")),
        "{}",
        page.body
    );

    world
        .change::<Principal>(WEB, |app| app.permissions.clear())
        .await;
    let page = browser.get(&admin_consent("", &FULL)).await;
    assert_eq!(page.answer()["error"], "invalid_resource");
    browser
        .get(&admin_consent("", &[("client_id", WEB)]))
        .await
        .refused("BH2517")
        .refused("AADSTS650057");
    assert_eq!(world.tenant().await.id, contoso());
}

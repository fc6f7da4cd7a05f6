//! The authorization endpoint: what it answers, where, and what it never redirects.

use crate::web::{
    ALICE_PASSWORD, CALLBACK, CONTOSO, HOST, NASTY, NATIVE, OAUTH, V1, V2, WEB, World, authorize,
};
use behalf_authority::tokens::opaque;
use behalf_model::grant::PkceMethod;
use http::StatusCode;

#[tokio::test]
async fn a_code_comes_back_with_state_and_issuer_and_carries_what_was_asked() {
    let world = World::new().await;
    world.consented(&["read"]).await;
    for (dialect, issuer) in [(V2, "v2.0"), (V1, ""), (OAUTH, "oidc")] {
        let browser = world.browser();
        let page = browser
            .as_alice(&authorize(dialect, &[("resource", Some("api://orders"))]))
            .await;
        let answer = page.answer();
        assert!(
            page.location()
                .as_str()
                .starts_with("https://app.example/cb?"),
            "{}",
            page.location()
        );
        assert_eq!(answer["state"], "s t&te");
        assert_eq!(answer["iss"], format!("{HOST}/{CONTOSO}/{issuer}"));
        let (row, secret) = opaque::split(&answer["code"]).unwrap();
        let code = world.authority.store().code(row).await.unwrap().unwrap();
        assert!(opaque::matches(secret, &code.secret_hash));
        let details = code.details;
        assert_eq!(details.redirect_uri, CALLBACK);
        assert_eq!(details.nonce.as_deref(), Some("n-1"));
        assert_eq!(details.authorization.client.as_str(), WEB);
        assert_eq!(details.authorization.user, world.alice().await.id);
        assert_eq!(details.authorization.amr, ["pwd"]);
        assert!(details.authorization.session.is_some());
        assert_eq!(details.pkce.unwrap().method, PkceMethod::S256);
        let scopes = if dialect == V1 {
            ["openid", "api://orders/.default"]
        } else {
            ["openid", "api://orders/read"]
        };
        assert_eq!(details.authorization.scopes, scopes);
    }
}

#[tokio::test]
async fn a_session_answers_without_a_page() {
    let world = World::new().await;
    world.consented(&["read"]).await;
    let browser = world.browser();
    browser.as_alice(&authorize(V2, &[])).await;
    let silent = browser
        .get(&authorize(V2, &[("prompt", Some("none"))]))
        .await;
    assert!(silent.answer().contains_key("code"));
    let posted = form_urlencoded::parse(authorize(V2, &[]).split_once('?').unwrap().1.as_bytes())
        .into_owned()
        .collect::<Vec<_>>();
    let fields: Vec<_> = posted
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let page = browser
        .post(&format!("/{CONTOSO}/oauth2/v2.0/authorize"), &fields)
        .await;
    assert!(page.answer().contains_key("code"), "POST is as good as GET");
    let by_name = authorize(V2, &[]).replace(CONTOSO, "CONTOSO.example");
    assert!(
        browser.get(&by_name).await.answer().contains_key("code"),
        "the tenant by name, in any letter case"
    );
}

#[tokio::test]
async fn the_answer_travels_as_asked() {
    let world = World::new().await;
    world.consented(&["read"]).await;
    let browser = world.browser();
    browser.as_alice(&authorize(V2, &[])).await;
    let page = browser
        .get(&authorize(V2, &[("response_mode", Some("fragment"))]))
        .await;
    let location = page.location();
    assert!(location.query().is_none());
    assert!(
        location.fragment().unwrap().starts_with("code="),
        "{location}"
    );

    let page = browser
        .get(&authorize(
            V2,
            &[("response_mode", Some("form_post")), ("state", Some(NASTY))],
        ))
        .await;
    assert_eq!(page.status, StatusCode::OK);
    let csp = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        csp.contains("form-action 'self' https://app.example;"),
        "{csp}"
    );
    assert!(
        page.body
            .contains("<form method=\"post\" action=\"https://app.example/cb\">"),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("name=\"code\" value=\"")
            && page.body.contains("<button type=\"submit\">Continue")
    );
    assert!(
        !page.body.contains("<script>alert"),
        "the state is escaped: {}",
        page.body
    );

    let page = browser
        .get(&authorize(V2, &[("response_mode", Some("web_message"))]))
        .await;
    assert_eq!(page.redirected_error().0, "invalid_request");
}

#[tokio::test]
async fn client_info_names_user_and_tenant_for_msal() {
    let world = World::new().await;
    world.consented(&["read"]).await;
    let page = world
        .browser()
        .as_alice(&authorize(V2, &[("client_info", Some("1"))]))
        .await;
    let json =
        behalf_wire::jose::base64url::decode(&page.answer()["client_info"], "client_info").unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["uid"], world.alice().await.id.to_string());
    assert_eq!(json["utid"], CONTOSO);
}

#[tokio::test]
async fn an_installed_app_listens_on_any_loopback_port() {
    let world = World::new().await;
    let native = [
        ("client_id", Some(NATIVE)),
        ("redirect_uri", Some("http://localhost:51234")),
    ];
    let page = world.browser().as_alice(&authorize(V2, &native)).await;
    assert!(
        page.location()
            .as_str()
            .starts_with("http://localhost:51234/?code="),
        "{}",
        page.location()
    );
    let other = [
        ("client_id", Some(NATIVE)),
        ("redirect_uri", Some("http://localhost.evil.example:51234")),
    ];
    world
        .browser()
        .get(&authorize(V2, &other))
        .await
        .refused("AADSTS50011");
}

#[tokio::test]
async fn the_user_is_asked_again_when_the_client_wants_it() {
    let world = World::new().await;
    world.consented(&["read"]).await;
    let browser = world.browser();
    browser.as_alice(&authorize(V2, &[])).await;

    let page = browser
        .get(&authorize(V2, &[("prompt", Some("login"))]))
        .await;
    assert!(
        page.body.contains("name=\"password\"") && !page.body.contains("Continue as"),
        "{}",
        page.body
    );
    let forced = [("form", page.form()), ("continue", "yes".to_owned())];
    let fields: Vec<_> = forced.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let again = browser.post(&format!("/{CONTOSO}/login"), &fields).await;
    assert!(
        again.body.contains("name=\"password\""),
        "prompt=login cannot be skipped"
    );
    assert!(
        browser
            .sign_in(&again, "alice", ALICE_PASSWORD)
            .await
            .answer()
            .contains_key("code")
    );

    let page = browser
        .get(&authorize(V2, &[("prompt", Some("select_account"))]))
        .await;
    assert!(
        page.body.contains("Continue as alice@contoso.example"),
        "{}",
        page.body
    );
    let form = page.form();
    let gone_on = browser
        .post(
            &format!("/{CONTOSO}/login"),
            &[("form", &form), ("continue", "yes")],
        )
        .await;
    assert!(gone_on.answer().contains_key("code"));

    let page = browser.get(&authorize(V2, &[("max_age", Some("0"))])).await;
    assert!(page.body.contains("name=\"password\"") && !page.body.contains("Continue as"));
    assert!(
        browser
            .sign_in(&page, "alice", ALICE_PASSWORD)
            .await
            .answer()
            .contains_key("code")
    );
}

#[tokio::test]
async fn a_domain_hint_leads_straight_to_the_provider() {
    let world = World::new().await;
    let page = world
        .browser()
        .get(&authorize(V2, &[("domain_hint", Some("microsoft"))]))
        .await;
    assert_eq!(page.location().host_str(), Some("login.upstream.example"));
    let page = world
        .browser()
        .get(&authorize(V2, &[("domain_hint", Some("contoso.example"))]))
        .await;
    assert!(page.body.contains("name=\"password\""));
}

/// RFC 8707 section 2: a bare scope beside a resource is that API's, at both endpoints. In v1.0 `scope` names nothing
/// but OpenID Connect scopes.
#[tokio::test]
async fn bare_scopes_belong_to_the_resource() {
    let world = World::new().await;
    world.consented(&["read"]).await;
    for (dialect, resource, scope, expected) in [
        (
            OAUTH,
            "api://orders",
            "openid read",
            "openid api://orders/read",
        ),
        (OAUTH, "api://orders/", "read", "api://orders/read"),
        (
            OAUTH,
            "api://orders",
            "openid",
            "openid api://orders/.default",
        ),
        (
            V1,
            "api://orders",
            "user_impersonation",
            "api://orders/.default",
        ),
    ] {
        let changes = [("resource", Some(resource)), ("scope", Some(scope))];
        let page = world
            .browser()
            .as_alice(&authorize(dialect, &changes))
            .await;
        let answer = page.answer();
        let (row, _) = opaque::split(&answer["code"]).unwrap();
        let code = world.authority.store().code(row).await.unwrap().unwrap();
        assert_eq!(code.details.authorization.scopes.join(" "), expected);
    }
}

#[tokio::test]
async fn a_refusal_without_a_number_of_entra_has_one_nevertheless() {
    let world = World::new().await;
    let page = world
        .browser()
        .get(&authorize(V2, &[("request", Some("x"))]))
        .await;
    let (error, text) = page.redirected_error();
    assert_eq!(error, "request_not_supported");
    assert!(text.starts_with("AADSTS50000: "), "{text}");
}

//! Authorization requests that are refused: on a page of ours, or at the client's redirect URI.

use crate::web::{
    CHALLENGE, CONTOSO, FABRIKAM, HOST, NASTY, NATIVE, OAUTH, V2, WEB, World, authorize,
};
use axum::body::Body;
use behalf_model::principal::Principal;
use behalf_model::tenant::Tenant;
use http::{Request, StatusCode};

#[tokio::test]
async fn nothing_is_sent_to_an_address_that_is_not_the_clients() {
    let world = World::new().await;
    let browser = world.browser();
    for uri in [
        "https://evil.example/",
        "https://app.example/cb/",
        "https://APP.example/cb",
        "javascript:alert(1)",
        NASTY,
    ] {
        let page = browser
            .get(&authorize(V2, &[("redirect_uri", Some(uri))]))
            .await;
        assert_eq!(page.refused("AADSTS50011").status, StatusCode::BAD_REQUEST);
        assert!(!page.body.contains("<script>alert"), "{}", page.body);
    }
    browser
        .get(&authorize(V2, &[("redirect_uri", None)]))
        .await
        .refused("&#39;redirect_uri&#39;");
    browser
        .get(&authorize(V2, &[("client_id", None)]))
        .await
        .refused("AADSTS900144");
    browser
        .get(&authorize(V2, &[("client_id", Some(NASTY))]))
        .await
        .refused("AADSTS700016");
    let unknown = "77777777-7777-7777-7777-777777777777";
    browser
        .get(&authorize(V2, &[("client_id", Some(unknown))]))
        .await
        .refused(unknown);
    browser
        .get(&authorize(V2, &[]).replace(CONTOSO, FABRIKAM))
        .await
        .refused("AADSTS700016");
    browser
        .get(&authorize(V2, &[]).replace(CONTOSO, "nowhere.example"))
        .await
        .refused("AADSTS90002");
    let twice = format!("{}&redirect_uri=https://evil.example/", authorize(V2, &[]));
    browser
        .get(&twice)
        .await
        .refused("&#39;redirect_uri&#39; occurs twice");
    let long = "x".repeat(20_000);
    browser
        .get(&authorize(V2, &[("claims", Some(&long))]))
        .await
        .refused("too long");
    world
        .change::<Principal>(WEB, |app| app.enabled = false)
        .await;
    browser
        .get(&authorize(V2, &[]))
        .await
        .refused("AADSTS7000112");
    world
        .change_tenant(|tenant: &mut Tenant| tenant.enabled = false)
        .await;
    browser.get(&authorize(V2, &[])).await.refused("BH2002");
}

#[tokio::test]
async fn what_is_wrong_with_the_rest_is_told_at_the_redirect_uri() {
    let world = World::new().await;
    let browser = world.browser();
    for (changes, error, text, code) in [
        (
            vec![("response_type", Some("token"))],
            "unsupported_response_type",
            "response_type=code",
            "BH2502",
        ),
        (
            vec![("response_type", None)],
            "invalid_request",
            "response_type",
            "BH2504",
        ),
        (
            vec![("response_mode", Some("web_message"))],
            "invalid_request",
            "",
            "BH2503",
        ),
        (vec![("scope", None)], "invalid_request", "scope", "BH2504"),
        (
            vec![("scope", Some("api://orders/nope"))],
            "invalid_scope",
            "nope",
            "BH2041",
        ),
        (
            vec![("scope", Some("api://nowhere/read"))],
            "invalid_resource",
            "api://nowhere",
            "BH2045",
        ),
        (
            vec![("prompt", Some("none login"))],
            "invalid_request",
            "prompt=none excludes",
            "BH2504",
        ),
        (
            vec![("prompt", Some("dance"))],
            "invalid_request",
            "prompt must be",
            "BH2504",
        ),
        (
            vec![("max_age", Some("-1"))],
            "invalid_request",
            "max_age",
            "BH2504",
        ),
        (
            vec![("request_uri", Some("https://app.example/r"))],
            "request_not_supported",
            "",
            "BH2505",
        ),
        (
            vec![("code_challenge", Some("short"))],
            "invalid_request",
            "code_c",
            "BH2504",
        ),
        (
            vec![("code_challenge", None)],
            "invalid_request",
            "without a code_challenge",
            "BH2504",
        ),
        (
            vec![("resource", Some("api://gateway"))],
            "invalid_target",
            "api://gateway",
            "BH2506",
        ),
        (
            vec![("resource", Some("api://nowhere"))],
            "invalid_target",
            "api://nowhere",
            "BH2506",
        ),
    ] {
        let page = browser.get(&authorize(V2, &changes)).await;
        let (found, description) = page.redirected_error();
        assert_eq!(found, error, "{changes:?} {description}");
        assert!(description.contains(text), "{changes:?} {description}");
        assert!(
            description.starts_with("AADSTS") && description.contains("Trace ID: "),
            "{description}"
        );
        assert!(!description.contains(['"', '\\', '\n']), "{description}");
        assert_eq!(page.answer()["state"], "s t&te");
        assert_eq!(page.answer()["iss"], format!("{HOST}/{CONTOSO}/v2.0"));
        let (found, description) = browser
            .get(&authorize(OAUTH, &changes))
            .await
            .redirected_error();
        assert!(
            found == error && description.starts_with(code),
            "{changes:?} {description}"
        );
    }
    let twice = format!("{}&nonce=other", authorize(OAUTH, &[]));
    let (error, description) = browser.get(&twice).await.redirected_error();
    assert_eq!(
        (error.as_str(), description.as_str()),
        (
            "invalid_request",
            "BH2504 The parameter 'nonce' occurs twice."
        )
    );
    let twice = format!("{}&state=other", authorize(OAUTH, &[]));
    assert!(
        !browser.get(&twice).await.answer().contains_key("state"),
        "neither of two states is echoed"
    );
}

#[tokio::test]
async fn pkce_is_demanded_where_it_must_be() {
    let world = World::new().await;
    let browser = world.browser();
    let without = [("code_challenge", None), ("code_challenge_method", None)];
    let (error, text) = browser
        .get(&authorize(OAUTH, &without))
        .await
        .redirected_error();
    assert_eq!(error, "invalid_request");
    assert!(text.contains("PKCE is required"), "{text}");
    assert_eq!(
        browser.get(&authorize(V2, &without)).await.status,
        StatusCode::OK,
        "Entra leaves it to web apps"
    );
    let native = [
        without[0],
        without[1],
        ("client_id", Some(NATIVE)),
        ("redirect_uri", Some("http://localhost:8400")),
    ];
    assert!(
        browser
            .get(&authorize(V2, &native))
            .await
            .redirected_error()
            .1
            .contains("PKCE is required")
    );

    let plain = [
        ("code_challenge", Some(CHALLENGE)),
        ("code_challenge_method", Some("plain")),
    ];
    assert_eq!(
        browser
            .get(&authorize(OAUTH, &plain))
            .await
            .redirected_error()
            .0,
        "invalid_request"
    );
    assert_eq!(
        browser.get(&authorize(V2, &plain)).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn silence_is_refused_with_the_reason() {
    let world = World::new().await;
    let browser = world.browser();
    let silent = |scope| authorize(OAUTH, &[("prompt", Some("none")), ("scope", Some(scope))]);
    let (error, text) = browser
        .get(&silent("openid api://orders/read"))
        .await
        .redirected_error();
    assert_eq!(error, "login_required");
    assert!(text.starts_with("BH2510"), "{text}");
    browser.as_alice(&authorize(OAUTH, &[])).await;
    let (error, text) = browser
        .get(&silent("openid api://orders/read"))
        .await
        .redirected_error();
    assert_eq!(error, "consent_required");
    assert!(text.starts_with("BH2511"), "{text}");
    let (error, text) = browser
        .get(&silent("openid api://orders/delete"))
        .await
        .redirected_error();
    assert_eq!(error, "interaction_required");
    assert!(text.starts_with("BH2512"), "{text}");
    let other = authorize(
        OAUTH,
        &[
            ("prompt", Some("none")),
            ("login_hint", Some("bob@contoso.example")),
        ],
    );
    assert_eq!(
        browser.get(&other).await.redirected_error().0,
        "login_required"
    );
    world.clock.advance_s(600);
    let old = authorize(OAUTH, &[("prompt", Some("none")), ("max_age", Some("599"))]);
    assert_eq!(
        browser.get(&old).await.redirected_error().0,
        "login_required"
    );
    assert!(
        browser
            .get(&silent("openid"))
            .await
            .answer()
            .contains_key("code"),
        "OIDC scopes need no consent"
    );
}

#[tokio::test]
async fn wrong_methods_bodies_and_types_get_a_page_of_ours() {
    let world = World::new().await;
    let browser = world.browser();
    let path = format!("/{CONTOSO}/oauth2/v2.0/authorize");
    let page = browser
        .send(Request::delete(&path).body(Body::empty()).unwrap())
        .await;
    assert_eq!(
        page.refused("BH1005").status,
        StatusCode::METHOD_NOT_ALLOWED
    );
    assert_eq!(page.headers["allow"], "GET, HEAD, POST");
    let page = browser.get(&format!("/{CONTOSO}/login")).await;
    assert_eq!(
        (page.refused("BH1005").status, &page.headers["allow"]),
        (StatusCode::METHOD_NOT_ALLOWED, &"POST".parse().unwrap())
    );
    let json = Request::post(&path)
        .header("content-type", "application/json")
        .body(Body::from("{}"))
        .unwrap();
    assert_eq!(
        browser.send(json).await.refused("BH1008").status,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    let big = "x".repeat(70_000);
    assert_eq!(
        browser
            .post(&path, &[("client_id", &big)])
            .await
            .refused("BH1006")
            .status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
}

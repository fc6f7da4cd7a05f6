use super::*;
use crate::testing::*;
use behalf_wire::acs::Host;
use behalf_wire::acs::context_token::HostWeb;
use std::sync::Mutex;

#[test]
fn the_token_is_found_in_the_form_first_then_in_the_query_by_name() {
    let found = |form: Option<&[u8]>, query: &str| {
        context_token_in(form, query)
            .unwrap()
            .map(|token| token.to_string())
    };
    assert_eq!(found(None, "a=b"), None);
    assert_eq!(found(Some(b"SPAppToken="), "x"), None);
    assert_eq!(
        found(Some(b"SPAppToken=f"), "AppContext=q").as_deref(),
        Some("f")
    );
    assert_eq!(
        found(Some(b"other=f"), "AccessToken=q").as_deref(),
        Some("q")
    );
    let all: &[u8] = b"SPAppToken=4&AccessToken=3&AppContextToken=2&AppContext=1";
    assert_eq!(found(Some(all), "").as_deref(), Some("1"));
    for form in [
        &b"SPAppToken=a&SPAppToken=b"[..],
        b"SPAppToken=%zz",
        b"SPAppToken=%ff",
    ] {
        let error = context_token_in(Some(form), "").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TokenMalformed);
    }
}

#[tokio::test]
async fn each_defect_of_a_context_token_has_its_kind_and_remedy() {
    let env = TestEnv::new();
    let http = everything();
    let app = app(settings().realm(REALM), &http, &env);
    let other_domain = Host::parse("app.corp.lan:3334").unwrap();
    let refused = |token: &str| {
        let error = app.verify_context_token(token).unwrap_err();
        assert!(
            !error.to_string().contains(token) || token.is_empty(),
            "{error}"
        );
        assert!(!error.to_string().contains(REFRESH_TOKEN));
        error
    };
    for garbage in ["", "a.b.c", "undefined"] {
        assert_eq!(
            refused(garbage).kind(),
            ErrorKind::TokenMalformed,
            "{garbage}"
        );
    }
    let wrong_port = refused(&context_token(|new| new.app_host_domain = &other_domain));
    assert_eq!(wrong_port.kind(), ErrorKind::Audience);
    assert!(wrong_port.why().contains("app.corp.lan:3334") && wrong_port.why().contains(DOMAIN));
    let other_realm = "5d7c3c2f-8f0a-4c51-9d5e-0123456789ab";
    let realm = refused(&context_token(|new| new.realm = other_realm));
    assert_eq!(realm.kind(), ErrorKind::Audience);
    let another_app = refused(&context_token(|new| new.client_id = "another"));
    assert_eq!(another_app.kind(), ErrorKind::Audience);
    let evil =
        context_token(|new| new.security_token_service_uri = "https://evil.lan/tokens/OAuth/2");
    assert_eq!(refused(&evil).kind(), ErrorKind::HostNotAllowed);
    let plain = context_token(|new| new.security_token_service_uri = "http://sts.corp.lan:8443/x");
    assert_eq!(refused(&plain).kind(), ErrorKind::HostNotAllowed);

    let token = context_token(|_| {});
    env.set(NOW_S + 43_200 + 300);
    assert_eq!(refused(&token).kind(), ErrorKind::Expired);
    env.set(NOW_S - 301);
    assert_eq!(refused(&token).kind(), ErrorKind::Clock);
    env.set(NOW_S);
    assert!(app.verify_context_token(&token).is_ok());

    let other_secret = AppSettings::builder(CLIENT_ID, &secret(2))
        .app_host_domain(DOMAIN)
        .allow_any_content_host()
        .sts(STS);
    let other = crate::testing::app(other_secret, &http, &env);
    let error = other.verify_context_token(&token).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SecretMismatch);
    assert!(http.seen().is_empty());
}

#[tokio::test]
async fn a_launch_gets_a_token_of_user_and_app_from_the_servers_the_token_names() {
    let (env, http) = (TestEnv::new(), everything());
    let app = app(settings(), &http, &env);
    let context = app.accept(&context_token(|_| {}), web()).await.unwrap();
    assert_eq!(
        (context.cache_key(), context.realm()),
        ("KQAy+OtlIQ==", REALM)
    );
    assert!(http.seen().is_empty());

    let token = app.user_token(&context).await.unwrap();
    assert_eq!(
        (token.expose(), token.expires_at_s()),
        ("token-1", NOW_S + 43_200)
    );
    assert_eq!(app.user_token(&context).await.unwrap(), token);
    let seen = http.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].url, format!("{STS}/metadata/json/1?realm={REALM}"));
    assert_eq!(seen[1].url, format!("{STS}/{REALM}/tokens/OAuth/2"));
    assert_eq!(
        seen[1].header("content-type"),
        "application/x-www-form-urlencoded"
    );
    let form = seen[1].form();
    let fields: Vec<_> = [
        "grant_type",
        "client_id",
        "client_secret",
        "resource",
        "refresh_token",
    ]
    .map(|name| form[name].as_str())
    .into();
    let client = format!("{CLIENT_ID}@{REALM}");
    let resource = format!("{SHAREPOINT_PRINCIPAL}/sites.corp.lan@{REALM}");
    assert_eq!(
        fields,
        [
            "refresh_token",
            &client,
            &secret(1),
            &resource,
            REFRESH_TOKEN
        ]
    );

    // Renewed ahead of the end, with the metadata read again after its hour.
    env.set(NOW_S + 43_200 - 300);
    assert_eq!(app.user_token(&context).await.unwrap().expose(), "token-2");
    assert_eq!(http.seen_at("/metadata/").len(), 2);
}

#[tokio::test]
async fn both_secrets_verify_and_only_the_first_is_sent() {
    let (env, http) = (TestEnv::new(), everything());
    let rolling = AppSettings::builder(CLIENT_ID, &secret(9))
        .secondary_secret(&secret(1))
        .app_host_domain(DOMAIN)
        .allow_sts_host("sts.corp.lan:8443")
        .allow_content_host("sites.corp.lan");
    let app = app(rolling, &http, &env);
    let token = context_token(|_| {});
    assert_eq!(app.verify_context_token(&token).unwrap().secret_index(), 1);
    let context = app.accept(&token, web()).await.unwrap();
    app.user_token(&context).await.unwrap();
    assert_eq!(
        http.seen_at("/tokens/")[0].form()["client_secret"],
        secret(9)
    );
    assert!(
        http.seen()
            .iter()
            .all(|seen| !seen.body.contains(&secret(1)[..40]))
    );
}

#[tokio::test]
async fn the_host_web_must_be_allowed_and_be_the_one_the_token_names() {
    let (env, http) = (TestEnv::new(), everything());
    let app = app(settings().allow_content_host("b.lan"), &http, &env);
    let token = context_token(|new| {
        new.host_web = Some(HostWeb {
            user: "alice",
            url: WEB,
        });
    });
    let context = app.accept(&token, web()).await.unwrap();
    assert_eq!(context.user(), Some("alice"));
    for url in [
        "https://b.lan",
        "https://evil.lan/sites/sales",
        "http://sites.corp.lan",
    ] {
        let error = app
            .accept(&token, WebUrl::parse(url).unwrap())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::HostNotAllowed, "{url}");
    }
    let error = app
        .realm_of(&WebUrl::parse("https://evil.lan").unwrap())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::HostNotAllowed);
    assert!(http.seen().is_empty());
}

#[tokio::test]
async fn a_new_refresh_token_replaces_the_old_one_and_a_refused_one_is_dropped() {
    let env = TestEnv::new();
    let step = Arc::new(Mutex::new(0));
    let http = TestHttp::new(move |seen| {
        if seen.url.contains("/metadata/") {
            return metadata();
        }
        let mut step = step.lock().unwrap();
        *step += 1;
        match *step {
            1 => answer(
                200,
                r#"{"token_type":"Bearer","expires_in":"600","access_token":"a","refresh_token":"next"}"#,
            ),
            _ => sts_error(
                401,
                "invalid_grant",
                70_008,
                "The refresh token next has expired.",
            ),
        }
    });
    let app = app(settings(), &http, &env);
    let context = app.accept(&context_token(|_| {}), web()).await.unwrap();
    app.user_token(&context).await.unwrap();
    env.set(NOW_S + 600);
    let error = app.user_token(&context).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RefreshTokenLost);
    assert!(error.why().contains("repeats a secret") && !error.to_string().contains("next has"));
    assert_eq!(http.seen_at("/tokens/")[1].form()["refresh_token"], "next");
    // Without a refresh token nobody is asked.
    let error = app.user_token(&context).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RefreshTokenLost);
    assert_eq!(http.seen_at("/tokens/").len(), 2);
    // A launch brings a new one.
    app.accept(&context_token(|_| {}), web()).await.unwrap();
    app.user_token(&context).await.unwrap_err();
    assert_eq!(http.seen_at("/tokens/").len(), 3);
}

#[tokio::test]
async fn app_only_tokens_need_the_servers_address_and_discover_the_realm_once() {
    let (env, http) = (TestEnv::new(), everything());
    let app_only = app(settings(), &http, &env);
    assert_eq!(
        app_only.app_only_token(&web()).await.unwrap().expose(),
        "token-1"
    );
    assert_eq!(
        app_only.app_only_token(&web()).await.unwrap().expose(),
        "token-1"
    );
    let discovery = http.seen_at("client.svc");
    assert_eq!(discovery.len(), 1);
    assert_eq!(discovery[0].url, format!("{WEB}/_vti_bin/client.svc"));
    assert_eq!(
        (
            discovery[0].method.as_str(),
            discovery[0].header("authorization")
        ),
        ("POST", "Bearer ")
    );
    let form = http.seen_at("/tokens/")[0].form();
    assert_eq!(form["grant_type"], "client_credentials");
    assert_eq!(form["scope"], form["resource"]);

    // A user's token and the app's are never mixed up.
    let context = app_only
        .accept(&context_token(|_| {}), web())
        .await
        .unwrap();
    assert_eq!(
        app_only.user_token(&context).await.unwrap().expose(),
        "token-2"
    );
    assert_eq!(
        app_only.app_only_token(&web()).await.unwrap().expose(),
        "token-1"
    );

    let without = AppSettings::builder(CLIENT_ID, &secret(1))
        .app_host_domain(DOMAIN)
        .allow_any_content_host();
    let error = app(without, &http, &env)
        .app_only_token(&web())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let configured = app(settings().realm(REALM), &http, &env);
    assert_eq!(configured.realm_of(&web()).await.unwrap(), REALM);
    assert_eq!(http.seen_at("client.svc").len(), 1);
}

#[tokio::test]
async fn a_realm_is_only_believed_from_a_refusal_with_a_guid() {
    let env = TestEnv::new();
    for status in [200, 401, 404, 500] {
        let http = TestHttp::new(move |_| answer(status, "no challenge"));
        let error = app(settings(), &http, &env)
            .realm_of(&web())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RealmUnknown, "{status}");
    }
}

#[tokio::test]
async fn a_code_is_redeemed_for_a_named_user() {
    let env = TestEnv::new();
    let with = |refresh: &'static str| {
        TestHttp::new(move |seen| {
            if seen.url.contains("/metadata/") {
                metadata()
            } else if seen.url.contains("client.svc") {
                challenge()
            } else {
                answer(
                    200,
                    format!(
                        r#"{{"token_type":"Bearer","expires_in":"600","access_token":"a"{refresh}}}"#
                    ),
                )
            }
        })
    };
    let redirect_uri = "https://app.corp.lan:3333/back?x=y";
    let http = with(r#","refresh_token":"r""#);
    let app = app(settings(), &http, &env);
    let url = app
        .authorize_url(&web(), "Web.Read List.Write", redirect_uri, "s&1")
        .unwrap();
    assert_eq!(
        url,
        format!(
            "{WEB}/_layouts/15/OAuthAuthorize.aspx?client_id={CLIENT_ID}&scope=Web.Read+List.Write&response_type=code&redirect_uri=https%3A%2F%2Fapp.corp.lan%3A3333%2Fback%3Fx%3Dy&state=s%261"
        )
    );
    let context = app
        .redeem_code(web(), "IAAA", redirect_uri, "alice")
        .await
        .unwrap();
    let form = http.seen_at("/tokens/")[0].form();
    assert_eq!(
        (form["code"].as_str(), form["redirect_uri"].as_str()),
        ("IAAA", redirect_uri)
    );
    assert_eq!(app.user_token(&context).await.unwrap().expose(), "a");
    assert_eq!(http.seen_at("/tokens/").len(), 1);
    app.forget(&context).await.unwrap();
    assert_eq!(
        app.user_token(&context).await.unwrap_err().kind(),
        ErrorKind::RefreshTokenLost
    );

    let http = with("");
    let error = crate::testing::app(settings(), &http, &env)
        .redeem_code(web(), "IAAA", redirect_uri, "alice")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RefreshTokenLost);
}

#[test]
fn debug_shows_no_person() {
    let context = UserContext::new(web(), "cache-key", REALM, Some("alice"));
    let shown = format!("{context:?}");
    assert!(
        !shown.contains("cache-key") && !shown.contains("alice"),
        "{shown}"
    );
}

#[test]
fn a_token_that_another_implementation_made_is_read() {
    let (env, http) = (TestEnv::new(), everything());
    let bytes: Vec<u8> = (0..32).collect();
    let secret = behalf_wire::acs::AppSecret::text_of(bytes.as_slice().try_into().unwrap());
    let settings = AppSettings::builder(CLIENT_ID, &secret)
        .app_host_domain(DOMAIN)
        .sts(STS)
        .realm(REALM)
        .allow_content_host("sites.corp.lan");
    let token = include_str!("golden_context_token.txt").trim_end();
    let read = app(settings, &http, &env)
        .verify_context_token(token)
        .unwrap();
    assert_eq!(
        (read.not_before_s(), read.expires_at_s()),
        (NOW_S, NOW_S + 43_200)
    );
    assert_eq!(
        (read.cache_key(), read.expose_refresh_token()),
        ("KQAy+OtlIQ==", "IAAAAkFz")
    );
    assert_eq!(
        read.audience().to_string(),
        format!("{CLIENT_ID}/{DOMAIN}@{REALM}")
    );
}

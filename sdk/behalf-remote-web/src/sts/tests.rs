use crate::ErrorKind;
use crate::testing::*;

#[tokio::test]
async fn the_reason_of_a_refusal_is_shown_with_advice() {
    let env = TestEnv::new();
    for (status, error, code, kind, advice) in [
        (
            401,
            "invalid_client",
            7_000_215,
            ErrorKind::TokenRefused,
            "not the registered one",
        ),
        (
            401,
            "invalid_client",
            7_000_222,
            ErrorKind::TokenRefused,
            "has expired",
        ),
        (
            400,
            "unauthorized_client",
            700_016,
            ErrorKind::TokenRefused,
            "not registered in this realm",
        ),
        (
            400,
            "invalid_resource",
            500_011,
            ErrorKind::TokenRefused,
            "content host is not registered",
        ),
        (
            400,
            "invalid_grant",
            65_001,
            ErrorKind::TokenRefused,
            "nobody has granted",
        ),
        (
            400,
            "invalid_grant",
            70_000,
            ErrorKind::RefreshTokenLost,
            "launch the app again",
        ),
        (400, "something", 1, ErrorKind::TokenRefused, "trace id"),
        (503, "x", 1, ErrorKind::Unreachable, "try again"),
    ] {
        let http = TestHttp::new(move |seen| match seen.url.contains("/metadata/") {
            true => metadata(),
            false => sts_error(status, error, code, "Some reason."),
        });
        let app = app(settings(), &http, &env);
        let context = app.accept(&context_token(|_| {}), web()).await.unwrap();
        let refusal = app.user_token(&context).await.unwrap_err();
        assert_eq!(refusal.kind(), kind, "{code}");
        assert!(refusal.fix().contains(advice), "{refusal}");
        if status != 503 {
            assert!(
                refusal
                    .why()
                    .contains(&format!("AADSTS{code}: Some reason. Trace ID: t"))
            );
        }
    }
}

#[tokio::test]
async fn metadata_cannot_lead_the_secret_astray() {
    let env = TestEnv::new();
    let good = metadata().unwrap().into_body();
    let good = String::from_utf8(good.to_vec()).unwrap();
    let location = format!("{STS}/{REALM}/tokens/OAuth/2");
    for (body, kind) in [
        (
            good.replace(&location, "https://evil.lan/tokens"),
            ErrorKind::HostNotAllowed,
        ),
        (
            good.replace(&location, "http://sts.corp.lan:8443/x"),
            ErrorKind::HostNotAllowed,
        ),
        (
            good.replace(&location, "/relative"),
            ErrorKind::HostNotAllowed,
        ),
        (good.replace("OAuth2", "Other"), ErrorKind::Metadata),
        (
            good.replace("DelegationIssuance1.0", "OAuth2"),
            ErrorKind::Metadata,
        ),
        ("<html>".into(), ErrorKind::Metadata),
        (String::new(), ErrorKind::Metadata),
    ] {
        let http = TestHttp::new(move |_| answer(200, body.clone()));
        let app = app(settings(), &http, &env);
        let context = app.accept(&context_token(|_| {}), web()).await.unwrap();
        assert_eq!(app.user_token(&context).await.unwrap_err().kind(), kind);
        assert!(http.seen().iter().all(|seen| seen.body.is_empty()));
    }
    let http = TestHttp::new(|_| Err(crate::HttpFailure("connection refused".into())));
    let app = app(settings(), &http, &env);
    let context = app.accept(&context_token(|_| {}), web()).await.unwrap();
    let error = app.user_token(&context).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.why()),
        (ErrorKind::Unreachable, "connection refused")
    );
}

#[tokio::test]
async fn answers_that_are_no_tokens_are_refused() {
    let env = TestEnv::new();
    for body in [
        "",
        "{}",
        r#"{"token_type":"Bearer","access_token":"a"}"#,
        r#"{"token_type":"Bearer","access_token":"a","expires_in":"0"}"#,
        "{\"token_type\":\"Bearer\",\"access_token\":\"a\\r\\nX: y\",\"expires_in\":\"60\"}",
    ] {
        let http = TestHttp::new(move |seen| match seen.url.contains("/metadata/") {
            true => metadata(),
            false => answer(200, body),
        });
        let app = app(settings(), &http, &env);
        let context = app.accept(&context_token(|_| {}), web()).await.unwrap();
        assert!(app.user_token(&context).await.is_err(), "{body}");
    }
}

//! Launch, page and restart; a network that cannot be trusted.

use axum::Router;
use axum::body::Bytes;
use axum::routing::get;
use behalf_remote_web::{
    AppSettings, ErrorKind, Http, HyperHttp, RemoteApp, RemoteWeb, SealingKey, SharePointContext,
    SqliteRefreshTokens, SystemEnv, WebUrl,
};
use behalf_wire::acs::context_token::NewContextToken;
use behalf_wire::acs::{AppSecret, Host};
use http_body_util::BodyExt;
use std::sync::Arc;
use tower::ServiceExt;

use crate::servers::{CLIENT_ID, REALM, SECRET, Server, now_s, serve};

fn app(server: &Server, authority_pem: &str, directory: &std::path::Path) -> RemoteApp {
    let settings = AppSettings::builder(CLIENT_ID, SECRET)
        .app_host_domain("app.corp.lan")
        .sts(&server.public_url())
        .allow_content_host(&server.host.to_string())
        .build()
        .unwrap();
    let key = SealingKey::from_file(&directory.join("key"), &SystemEnv).unwrap();
    let env = Arc::new(SystemEnv);
    let store = SqliteRefreshTokens::open(&directory.join("tokens.db"), key, env.clone()).unwrap();
    let http = HyperHttp::with_root_certificates(authority_pem).unwrap();
    RemoteApp::new(settings, Arc::new(http), Arc::new(store), env)
}

fn pages(app: RemoteApp) -> Router {
    let home = |context: SharePointContext| async move {
        let user = context.client().get("web").await.unwrap();
        let app = context.app_only_client().get("web").await.unwrap();
        format!("{} {}", user.body["Title"], app.body["Title"])
    };
    RemoteWeb::new(app).protect(Router::new().route("/", get(home)))
}

#[tokio::test]
async fn a_launch_over_tls_shows_a_page_and_survives_a_restart() {
    let (server, authority_pem) = serve().await;
    let directory = tempfile::tempdir().unwrap();
    let domain = Host::parse("app.corp.lan").unwrap();
    let token = NewContextToken {
        client_id: CLIENT_ID,
        app_host_domain: &domain,
        realm: REALM,
        cache_key: "cache+key==",
        security_token_service_uri: &format!("{}/tokens/OAuth/2", server.public_url()),
        refresh_token: "IAAA-refresh",
        is_browser_hosted_app: true,
        not_before_s: now_s(),
        host_web: None,
    };
    let token = token.sign(&AppSecret::parse(SECRET).unwrap()).unwrap();
    let web = format!("{}/sites/sales", server.public_url());
    let query = format!(
        "/?SPHostUrl={}",
        web.replace(':', "%3A").replace('/', "%2F")
    );
    let launch = axum::http::Request::post(&query)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("SPAppToken={token}"))
        .unwrap();
    let router = pages(app(&server, &authority_pem, directory.path()));
    let launched = router.oneshot(launch).await.unwrap();
    assert_eq!(launched.status(), 303);
    let cookies = launched.headers().get_all("set-cookie").iter();
    let cookie: Vec<_> = cookies
        .map(|line| line.to_str().unwrap().split(';').next().unwrap())
        .collect();

    // Another process: the session is in the cookie, the refresh token in the file.
    let restarted = pages(app(&server, &authority_pem, directory.path()));
    let request = axum::http::Request::get(&query).header("cookie", cookie.join("; "));
    let page = restarted
        .oneshot(request.body(String::new()).unwrap())
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
    let page = page.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(&page[..], br#""alice" "app""#);
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_gets_nothing() {
    let (server, _) = serve().await;
    let directory = tempfile::tempdir().unwrap();
    let app = app(&server, "", directory.path());
    let web = WebUrl::parse(&format!("{}/sites/sales", server.public_url())).unwrap();
    let error = app.app_only_token(&web).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(error.why().contains("certificate"), "{error}");
}

#[tokio::test]
async fn redirects_are_answers_and_size_and_time_are_bounded() {
    let (server, authority_pem) = serve().await;
    let http = HyperHttp::with_root_certificates(&authority_pem)
        .unwrap()
        .most_bytes(10_000);
    let send = |http: HyperHttp, path: &str| {
        let request = http::Request::get(format!("{}{path}", server.public_url()));
        async move { http.send(request.body(Bytes::new()).unwrap()).await }
    };
    assert_eq!(send(http.clone(), "/redirect").await.unwrap().status(), 302);
    let large = send(http.clone(), "/large").await.unwrap_err();
    assert!(large.0.contains("10000 bytes"), "{}", large.0);
    let silent = send(http.timeout_ms(50), "/silent").await.unwrap_err();
    assert!(silent.0.contains("50 ms"), "{}", silent.0);
}

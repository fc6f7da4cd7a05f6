use super::*;
use crate::testing::*;
use crate::{AppSettings, AppSettingsBuilder, Host};
use axum::body::Body;
use axum::routing::get;
use std::sync::Arc;
use tower::ServiceExt;

const QUERY: &str = "SPHostUrl=https%3A%2F%2Fsites.corp.lan%2Fsites%2Fsales&SPLanguage=en-US&SPClientTag=0&SPProductNumber=15.0.0.0";

struct Fixture {
    router: Router,
    env: Arc<TestEnv>,
    http: Arc<TestHttp>,
}

fn fixture() -> Fixture {
    fixture_of(settings())
}

fn fixture_of(settings: AppSettingsBuilder) -> Fixture {
    let (env, http) = (TestEnv::new(), everything());
    let home = |context: SharePointContext| async move {
        let web = context.client().get("web").await.unwrap();
        let csrf = context.csrf_token();
        assert!(context.is_csrf_token(csrf) && !context.is_csrf_token("") && !csrf.is_empty());
        format!(
            "{} {} {}",
            web.body["Title"],
            context.host_web(),
            context.language()
        )
    };
    let post = |_: SharePointContext, body: String| async move { body };
    let routes = Router::new().route("/page", get(home).post(post));
    let router = RemoteWeb::new(app(settings, &http, &env)).protect(routes);
    Fixture { router, env, http }
}

struct Got {
    status: u16,
    location: String,
    cookies: Vec<String>,
    body: String,
}

impl Got {
    /// What a browser sends back.
    fn cookie(&self) -> String {
        let pairs: Vec<_> = self
            .cookies
            .iter()
            .map(|line| line.split(';').next().unwrap())
            .collect();
        pairs.join("; ")
    }
}

impl Fixture {
    async fn send(&self, request: axum::http::Request<Body>) -> Got {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let text = |value: &HeaderValue| value.to_str().unwrap().to_owned();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Got {
            status: parts.status.as_u16(),
            location: parts.headers.get(LOCATION).map(text).unwrap_or_default(),
            cookies: parts.headers.get_all(SET_COOKIE).iter().map(text).collect(),
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    async fn get(&self, url: &str, cookie: &str) -> Got {
        let request = axum::http::Request::get(url).header("cookie", cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn post(&self, url: &str, form: &str, cookie: &str) -> Got {
        let request = axum::http::Request::post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", cookie);
        self.send(request.body(Body::from(form.to_owned())).unwrap())
            .await
    }

    async fn launched(&self) -> Got {
        let form = format!("SPAppToken={}&SPSiteTitle=Sales", context_token(|_| {}));
        self.post(&format!("/page?{QUERY}"), &form, "").await
    }
}

#[tokio::test]
async fn a_launch_begins_a_session_and_the_page_shows_the_host_web() {
    let fixture = fixture();
    let launched = fixture.launched().await;
    assert_eq!(launched.status, 303);
    assert_eq!(
        launched.location,
        format!("https://app.corp.lan:3333/page?{QUERY}")
    );
    assert_eq!(launched.cookies.len(), 2);
    assert!(launched.cookies[0].starts_with("__Host-SPContext="));
    assert_eq!(
        launched.cookies[1],
        "SPCacheKey=KQAy+OtlIQ==; Path=/; Max-Age=43500; HttpOnly; Secure; SameSite=Lax"
    );
    assert!(launched.cookies[0].ends_with("; HttpOnly; Secure; SameSite=Lax"));
    assert!(!launched.cookies[0].contains(REFRESH_TOKEN));

    let page = fixture
        .get(&format!("/page?{QUERY}"), &launched.cookie())
        .await;
    assert_eq!(
        (page.status, page.body.as_str()),
        (200, "\"Sales\" https://sites.corp.lan/sites/sales en-US")
    );
    // Other pages of the app need no parameters.
    let again = fixture.get("/page", &launched.cookie()).await;
    assert_eq!(again.status, 200);
    let authorization = fixture.http.seen_at("_api")[0]
        .header("authorization")
        .to_owned();
    assert_eq!(authorization, "Bearer token-1");
    assert_eq!(fixture.http.seen_at("/tokens/").len(), 1);
}

#[tokio::test]
async fn without_a_session_the_browser_is_sent_for_a_token_once() {
    let fixture = fixture();
    let got = fixture.get(&format!("/page?{QUERY}&tab=2"), "").await;
    assert_eq!(got.status, 303);
    assert_eq!(
        got.location,
        format!(
            "{WEB}/_layouts/15/AppRedirect.aspx?client_id={CLIENT_ID}&redirect_uri=https%3A%2F%2Fapp.corp.lan%3A3333%2Fpage%3F%7BStandardTokens%7D%26SPHasRedirectedToSharePoint%3D1%26tab%3D2"
        )
    );
    let back = fixture
        .get(&format!("/page?{QUERY}&SPHasRedirectedToSharePoint=1"), "")
        .await;
    assert_eq!(back.status, 401);
    assert!(back.body.contains("cookies") && back.location.is_empty());
}

#[tokio::test]
async fn wrong_clocks_end_in_an_error_about_clocks_and_not_in_a_loop() {
    let fixture = fixture();
    let form = format!("SPAppToken={}", context_token(|_| {}));
    let came_back = format!("/page?{QUERY}&SPHasRedirectedToSharePoint=1");
    fixture.env.set(NOW_S + 43_200 + 3_600);
    let fast = fixture.post(&came_back, &form, "").await;
    assert_eq!((fast.status, fast.location.as_str()), (401, ""));
    assert!(
        fast.body.contains("clock is wrong") && fast.body.contains("NTP"),
        "{}",
        fast.body
    );
    let times = [NOW_S + 43_200, NOW_S + 43_200 + 3_600].map(|time| time.to_string());
    assert!(times.iter().all(|time| fast.body.contains(time)));

    fixture.env.set(NOW_S - 3_600);
    for url in [&came_back, &format!("/page?{QUERY}")] {
        let slow = fixture.post(url, &form, "").await;
        assert_eq!((slow.status, slow.location.as_str()), (401, ""));
        assert!(slow.body.contains("clock"), "{}", slow.body);
    }
    // An old link with an old token may try once; an old form may not, its content would be lost.
    fixture.env.set(NOW_S + 43_200 + 3_600);
    let link = fixture.get(&format!("/page?{QUERY}&{form}"), "").await;
    assert_eq!(link.status, 303);
    assert!(link.location.contains("AppRedirect") && !link.location.contains("SPAppToken"));
    let old_form = fixture.post(&format!("/page?{QUERY}"), &form, "").await;
    assert_eq!((old_form.status, old_form.location.as_str()), (401, ""));
}

#[tokio::test]
async fn a_session_is_bound_to_cache_key_web_app_and_time() {
    let fixture = fixture();
    let launched = fixture.launched().await;
    let cookie = launched.cookie();
    let (session, _) = cookie.split_once("; ").unwrap();
    let is_sent_away = |got: Got| got.status == 303 && got.location.contains("AppRedirect");
    let url = format!("/page?{QUERY}");
    for wrong in [
        "",
        session,
        &format!("{session}; SPCacheKey=another"),
        "SPCacheKey=KQAy+OtlIQ==",
        &cookie.replacen("SPContext=", "SPContext=A", 1),
    ] {
        assert!(is_sent_away(fixture.get(&url, wrong).await), "{wrong}");
    }
    let tossed = format!("SPCacheKey=x; __Host-SPContext=AAAA; {cookie}");
    assert_eq!(fixture.get(&url, &tossed).await.status, 200);
    let other_web = url.replace("sales", "other");
    assert!(is_sent_away(fixture.get(&other_web, &cookie).await));

    let other_app = AppSettings::builder("another", &secret(1))
        .app_host_domain(DOMAIN)
        .sts(STS)
        .allow_content_host("sites.corp.lan");
    assert!(is_sent_away(fixture_of(other_app).get(&url, &cookie).await));
    let rolled = AppSettings::builder(CLIENT_ID, &secret(5))
        .secondary_secret(&secret(1))
        .app_host_domain(DOMAIN)
        .sts(STS)
        .allow_content_host("sites.corp.lan");
    let page = fixture_of(rolled).router.oneshot(
        axum::http::Request::post(&url)
            .header("cookie", &cookie)
            .body(Body::from("kept"))
            .unwrap(),
    );
    assert_eq!(page.await.unwrap().status(), 200);
    fixture.env.set(NOW_S + 43_499);
    assert_eq!(fixture.get(&url, &cookie).await.status, 200);
    fixture.env.set(NOW_S + 43_500);
    assert!(is_sent_away(fixture.get(&url, &cookie).await));
}

#[tokio::test]
async fn a_link_cannot_send_browser_or_token_to_a_foreign_host() {
    let fixture = fixture();
    let evil = QUERY.replace("sites.corp.lan", "evil.lan");
    let form = format!("SPAppToken={}", context_token(|_| {}));
    for got in [
        fixture.get(&format!("/page?{evil}"), "").await,
        fixture.post(&format!("/page?{evil}"), &form, "").await,
        fixture
            .get(&format!("/page?{}", QUERY.replace("https", "http")), "")
            .await,
    ] {
        assert_eq!((got.status, got.location.as_str()), (403, ""));
    }
    assert!(fixture.http.seen().is_empty());
    // Whatever path a link has, the way back is the app's own address.
    let got = fixture
        .post(&format!("//evil.lan/page?{QUERY}"), &form, "")
        .await;
    assert!(got.location.is_empty() || got.location.starts_with("https://app.corp.lan:3333/"));
    for query in [
        "",
        "SPHostUrl=",
        "SPHostUrl=not-a-url",
        "SPHostUrl=https%3A%2F%2Fa&SPHostUrl=https%3A%2F%2Fb",
        "a=%zz",
    ] {
        let got = fixture.get(&format!("/page?{query}"), "").await;
        assert!(got.status >= 400 && got.location.is_empty(), "{query}");
    }
}

#[tokio::test]
async fn refused_tokens_get_a_page_that_is_safe_and_says_why() {
    let fixture = fixture();
    let domain = Host::parse("other.lan").unwrap();
    let wrong = context_token(|new| new.app_host_domain = &domain);
    for (token, named) in [
        ("", "neither a context token nor a session"),
        ("garbage", "unsupported security token"),
        (&wrong, "not the intended audience"),
    ] {
        let got = fixture
            .post(
                &format!("/page?{QUERY}"),
                &format!("SPAppToken={token}"),
                "",
            )
            .await;
        assert!(
            (400..500).contains(&got.status) && got.cookies.is_empty(),
            "{}",
            got.status
        );
        assert!(got.body.contains(named), "{}", got.body);
        assert!(token.is_empty() || token == "garbage" || !got.body.contains(token));
    }
    let form = "SPAppToken=&SPErrorInfo=The+app+%3Cb%3E+has+no+endpoint.";
    let got = fixture.post(&format!("/page?{QUERY}"), form, "").await;
    assert_eq!(got.status, 401);
    assert!(
        got.body
            .contains("it says: The app &lt;b&gt; has no endpoint."),
        "{}",
        got.body
    );
    let title = Error::new(ErrorKind::Api, "<script>", "a&b", "\"'");
    let page = error_page::page(&title).into_body();
    let page = String::from_utf8(to_bytes(page, 10_000).await.unwrap().to_vec()).unwrap();
    assert!(
        page.contains("&lt;script&gt;") && page.contains("a&amp;b") && page.contains("&quot;&#39;")
    );
}

#[tokio::test]
async fn forms_of_the_app_itself_reach_their_handlers() {
    let fixture = fixture();
    let cookie = fixture.launched().await.cookie();
    let got = fixture.post("/page", "title=a%20b", &cookie).await;
    assert_eq!((got.status, got.body.as_str()), (200, "title=a%20b"));
    let no_session = fixture.post("/page", "title=a", "").await;
    assert_eq!(no_session.status, 401);

    let large = "x".repeat(MOST_FORM_BYTES + 1);
    let request = |announced: bool| {
        let mut request = axum::http::Request::post("/page")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", &cookie);
        if announced {
            request = request.header("content-length", large.len());
        }
        request.body(Body::from(large.clone())).unwrap()
    };
    assert_eq!(fixture.send(request(true)).await.body.len(), large.len());
    assert_eq!(fixture.send(request(false)).await.status, 400);
}

#[tokio::test]
async fn frames_and_development_have_their_cookies() {
    let (env, http) = (TestEnv::new(), everything());
    let routes = || Router::new().route("/page", get(|| async { "" }));
    let launch = |router: Router, token: String| async move {
        let request = axum::http::Request::post(format!("/page?{QUERY}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(format!("SPAppToken={token}")))
            .unwrap();
        let response = router.oneshot(request).await.unwrap();
        let cookie = response.headers()[SET_COOKIE].to_str().unwrap().to_owned();
        (
            cookie,
            response.headers()[LOCATION].to_str().unwrap().to_owned(),
        )
    };
    let framed = RemoteWeb::new(app(settings(), &http, &env)).embedded_in_frames();
    let (cookie, _) = launch(framed.protect(routes()), context_token(|_| {})).await;
    assert!(
        cookie.ends_with("Secure; SameSite=None; Partitioned"),
        "{cookie}"
    );

    let local = AppSettings::builder(CLIENT_ID, &secret(1))
        .app_host_domain("localhost:5000")
        .sts(STS)
        .allow_content_host("sites.corp.lan")
        .allow_http_on_loopback();
    let domain = Host::parse("localhost:5000").unwrap();
    let router = RemoteWeb::new(app(local, &http, &env)).protect(routes());
    let (cookie, location) =
        launch(router, context_token(|new| new.app_host_domain = &domain)).await;
    assert!(
        cookie.starts_with("SPContext=") && !cookie.contains("Secure"),
        "{cookie}"
    );
    assert!(location.starts_with("http://localhost:5000/page?"));
}

#[tokio::test]
async fn a_page_outside_says_what_is_missing_and_errors_can_have_another_page() {
    let outside = Router::new().route("/", get(|_: SharePointContext| async { "" }));
    let request = axum::http::Request::get("/").body(Body::empty()).unwrap();
    let response = outside.oneshot(request).await.unwrap();
    assert_eq!(response.status(), 500);

    let (env, http) = (TestEnv::new(), everything());
    let web = RemoteWeb::new(app(settings(), &http, &env))
        .error_page(|error| (StatusCode::IM_A_TEAPOT, error.what().to_owned()).into_response());
    let router = web.protect(Router::new().route("/", get(|| async { "" })));
    let request = axum::http::Request::get("/").body(Body::empty()).unwrap();
    assert_eq!(router.oneshot(request).await.unwrap().status(), 418);
}

#[test]
fn csrf_tokens_belong_to_one_session() {
    let settings = settings().build().unwrap();
    let sessions = Sessions::of(&settings);
    let session = |id: &str| Session {
        id: id.into(),
        cache_key: "k".into(),
        realm: REALM.into(),
        user: None,
        web: WEB.into(),
        app_web: None,
        language: String::new(),
        client_tag: String::new(),
        product_number: String::new(),
        expires_at_s: 0,
    };
    assert_ne!(
        sessions.csrf_token(&session("a")),
        sessions.csrf_token(&session("b"))
    );
    let sealed = sessions.sealed(&session("a"), &*TestEnv::new());
    assert_eq!(sessions.opened(&sealed), Some(session("a")));
    assert!(!sealed.contains("sites.corp.lan"));
}

use super::*;
use crate::testing::*;
use serde_json::json;

async fn client(http: &Arc<TestHttp>) -> SharePointClient {
    let app = app(settings(), http, &TestEnv::new());
    let context = app.accept(&context_token(|_| {}), web()).await.unwrap();
    app.user_client(context)
}

/// A content host that answers `_api` so, behind servers that issue numbered tokens.
fn host(
    api: impl Fn(&Seen) -> Result<Response<Bytes>, crate::HttpFailure> + Send + Sync + 'static,
) -> Arc<TestHttp> {
    let issued = std::sync::atomic::AtomicUsize::new(0);
    TestHttp::new(move |seen| {
        if seen.url.contains("/metadata/") {
            metadata()
        } else if seen.url.contains("/tokens/") {
            let number = issued.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
            token_answer(&format!("token-{number}"))
        } else {
            api(seen)
        }
    })
}

#[tokio::test]
async fn calls_carry_the_token_and_ask_for_plain_json() {
    let http = everything();
    let client = client(&http).await;
    let reply = client.get("web?$select=Title").await.unwrap();
    assert_eq!(reply.body, json!({"Title": "Sales"}));
    let seen = http.seen_at("_api").remove(0);
    assert_eq!(seen.url, format!("{WEB}/_api/web?$select=Title"));
    assert_eq!(
        (seen.method.as_str(), seen.header("authorization")),
        ("GET", "Bearer token-1")
    );
    assert_eq!(seen.header("accept"), "application/json;odata=nometadata");
    assert!(seen.headers.get("content-type").is_none());
}

#[tokio::test]
async fn items_are_created_merged_and_deleted_as_sharepoint_wants_it() {
    let http = host(|seen| match seen.header("x-http-method") {
        "" => {
            let response = Response::builder().status(201).header("etag", "\"1\"");
            Ok(response.body(Bytes::from(r#"{"Id":7}"#)).unwrap())
        }
        _ => answer(204, ""),
    });
    let client = client(&http).await;
    let items = "web/lists/getbytitle('Orders')/items";
    let created = client.create(items, &json!({"Title": "a"})).await.unwrap();
    assert_eq!(
        (created.status.as_u16(), created.etag.as_deref()),
        (201, Some("\"1\""))
    );
    let item = format!("{items}(7)");
    let merged = client
        .merge(&item, &json!({"Title": "b"}), IfMatch::Etag("\"1\""))
        .await
        .unwrap();
    assert_eq!(merged.body, Value::Null);
    client.delete(&item, IfMatch::Any).await.unwrap();
    let seen = http.seen_at("_api");
    let told: Vec<_> = seen
        .iter()
        .map(|seen| {
            let headers =
                ["x-http-method", "if-match", "content-type"].map(|name| seen.header(name));
            (seen.method.as_str(), headers, seen.body.as_str())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("POST", ["", "", JSON], r#"{"Title":"a"}"#),
            ("POST", ["MERGE", "\"1\"", JSON], r#"{"Title":"b"}"#),
            ("POST", ["DELETE", "*", ""], ""),
        ]
    );
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let http = host(|seen| match seen.header("authorization") {
        "Bearer token-1" => answer(401, ""),
        _ => answer(200, "{}"),
    });
    let first = client(&http).await;
    assert!(first.get("web").await.is_ok());
    assert_eq!(http.seen_at("/tokens/").len(), 2);
    first.get("web").await.unwrap();
    assert_eq!(http.seen_at("/tokens/").len(), 2);

    let never = host(|_| {
        let body = r#"{"error_description":"Invalid audience."}"#;
        let response = Response::builder()
            .status(401)
            .header(
                "x-ms-diagnostics",
                "3000003;reason=\"Invalid audience Uri 'x'.\";category=\"invalid_client\"",
            )
            .header("sprequestguid", "0f0f");
        Ok(response.body(Bytes::from(body)).unwrap())
    });
    let error = client(&never).await.get("web").await.unwrap_err();
    assert_eq!(never.seen_at("_api").len(), 2);
    assert_eq!(error.kind(), ErrorKind::AccessDenied);
    for part in [
        "Invalid audience.",
        "Invalid audience Uri 'x'.",
        "request 0f0f",
    ] {
        assert!(error.why().contains(part), "{error}");
    }
}

#[tokio::test]
async fn refusals_have_kinds_and_tell_the_hosts_words() {
    let verbose =
        r#"{"error":{"code":"-1, X","message":{"lang":"en-US","value":"Access denied."}}}"#;
    let minimal = r#"{"odata.error":{"code":"x","message":{"lang":"en-US","value":"Not there."}}}"#;
    let graph = r#"{"error":{"code":"x","message":"Changed."}}"#;
    for (status, body, kind, told) in [
        (403, verbose, ErrorKind::AccessDenied, "Access denied."),
        (404, minimal, ErrorKind::NotFound, "Not there."),
        (412, graph, ErrorKind::Changed, "Changed."),
        (
            400,
            r#"{"error":"invalid_request"}"#,
            ErrorKind::Api,
            "invalid_request",
        ),
        (429, "", ErrorKind::Unreachable, "429"),
        (500, "<html>", ErrorKind::Api, "500"),
        (302, "", ErrorKind::Api, "302"),
    ] {
        let http = host(move |_| answer(status, body));
        let error = client(&http).await.get("web").await.unwrap_err();
        assert_eq!(error.kind(), kind, "{status}");
        assert!(error.why().contains(told), "{error}");
        assert!(!error.to_string().contains("token-1"));
    }
    let http = host(|_| answer(200, "<html>"));
    assert_eq!(
        client(&http).await.get("web").await.unwrap_err().kind(),
        ErrorKind::Api
    );
    let down = host(|_| Err(crate::HttpFailure("connection reset".into())));
    assert_eq!(
        client(&down).await.get("web").await.unwrap_err().kind(),
        ErrorKind::Unreachable
    );
}

#[tokio::test]
async fn no_path_leads_out_of_the_web() {
    let http = everything();
    let client = client(&http).await;
    for path in [
        "../secret",
        "web/../../x",
        "web/%2e%2E/x",
        "web\\..\\x",
        "./web",
        "/web",
        "//evil.lan",
    ] {
        assert!(client.get(path).await.is_err(), "{path}");
    }
    for link in [
        "https://evil.lan/_api/web",
        "https://sites.corp.lan/sites/other/_api/web",
        "https://sites.corp.lan/sites/sales/_api/../x",
        "https://sites.corp.lan/sites/sales_api/web",
        "_api/web",
    ] {
        assert!(client.get_next(link).await.is_err(), "{link}");
    }
    assert!(http.seen_at("_api").is_empty() && http.seen_at("evil").is_empty());
    client
        .get_next(&format!("{WEB}/_api/web/lists?$skiptoken=5"))
        .await
        .unwrap();
    client
        .get("web/lists/getbytitle('a b')/items?$filter=Title eq 'x'")
        .await
        .unwrap();
    let last = http.seen().pop().unwrap();
    assert_eq!(
        last.url,
        format!("{WEB}/_api/web/lists/getbytitle('a%20b')/items?$filter=Title%20eq%20'x'")
    );
    let etag = IfMatch::Etag("a\r\nX: y");
    assert!(client.merge("web", &json!({}), etag).await.is_err());
}

#[test]
fn texts_of_users_stay_texts() {
    assert_eq!(odata_text("a' or 'b"), "'a%27%27%20or%20%27%27b'");
    assert_eq!(odata_text("../&$top=1"), "'%2E%2E%2F%26%24top%3D1'");
}

#[test]
fn pages_have_entries_and_a_link() {
    let reply = |body| Reply {
        status: StatusCode::OK,
        body,
        etag: None,
    };
    let page = reply(json!({"value": [{"Id": 1}], "odata.nextLink": "https://x"}));
    assert_eq!(
        (page.entries().len(), page.next_link()),
        (1, Some("https://x"))
    );
    let item = reply(json!({"Id": 1}));
    assert_eq!((item.entries().len(), item.next_link()), (0, None));
}

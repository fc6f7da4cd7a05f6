use crate::world::*;
use axum::body::Body;
use behalf_model::entity::{Entity, EntityRow};
use behalf_model::site::{Site, SiteRight};
use http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn without_a_usable_token_there_is_a_challenge() {
    let world = World::new().await;
    let realm = format!("Bearer realm=\"{}\", client_id=\"{AUDIENCE}\"", TENANT.0);
    for headers in [
        &[][..],
        &[("authorization", "Basic YTpi")],
        &[("authorization", "Bearer")],
        &[("authorization", "Bearer ")],
        &[
            ("authorization", "Bearer a/b/c"),
            ("authorization", "Bearer a/b/c"),
        ],
    ] {
        let path = format!("{}?access_token={ALICE}", products("/items"));
        let answer = world.send("GET", "", &path, headers, Body::empty()).await;
        let (status, graph, ours, _) = answer.error();
        assert_eq!(
            (status, graph, ours),
            (401, "InvalidAuthenticationToken", "BH1025"),
            "{headers:?}"
        );
        assert_eq!(answer.header("www-authenticate"), realm);
    }
    let answer = world.get("secret-garbage", &products("/items")).await;
    assert_eq!((answer.error().0, answer.error().2), (401, "BH1020"));
    let challenge = answer.header("www-authenticate");
    assert_eq!(
        challenge,
        format!(
            "{realm}, error=\"invalid_token\", error_description=\"The token is not signed by a trusted issuer.\""
        )
    );
    assert!(!answer.body.to_string().contains("garbage"));
    let nobody = world.get("-/-/Sites.Read.All", &products("/items")).await;
    assert_eq!((nobody.error().0, nobody.error().2), (401, "BH1020"));
}

#[tokio::test]
async fn unknown_paths_and_methods_are_answered_in_the_same_format() {
    let world = World::with_products(1).await;
    for path in [
        "/",
        "/v1.0",
        "/v2.0/sites/root",
        "/v1.0/sites/root/drives",
        "/favicon.ico",
        "/v1.0/sites/root/../x",
    ] {
        let answer = world.get(ALICE, path).await;
        let (status, graph, ours, _) = answer.error();
        assert_eq!(
            (status, graph, ours),
            (404, "itemNotFound", "BH1004"),
            "{path}"
        );
    }
    for (method, path, allow) in [
        ("PUT", products("/items/1"), "GET, HEAD, PATCH, DELETE"),
        ("DELETE", products("/items"), "GET, HEAD, POST"),
        ("POST", products("/items/1"), "GET, HEAD, PATCH, DELETE"),
        ("DELETE", products("/items/1/fields"), "GET, HEAD, PATCH"),
        ("POST", "/v1.0/sites/root".to_owned(), "GET, HEAD"),
        ("OPTIONS", "/v1.0/sites/root/lists".to_owned(), "GET, HEAD"),
        ("TRACE", products(""), "GET, HEAD"),
    ] {
        let answer = world.send(method, ALICE, &path, &[], Body::empty()).await;
        let (status, graph, ours, _) = answer.error();
        assert_eq!(
            (status, graph, ours),
            (405, "notAllowed", "BH1005"),
            "{method} {path}"
        );
        assert_eq!(answer.header("allow"), allow);
    }
}

#[tokio::test]
async fn unknown_sites_lists_and_items_are_not_found() {
    let world = World::with_products(1).await;
    for (path, ours) in [
        ("/v1.0/sites/nowhere.lan:/x/lists".to_owned(), "BH4010"),
        (format!("/v1.0/sites/{PRODUCTS}"), "BH4010"),
        (format!("/v1.0/sites/{SALES}/lists/Produkte"), "BH4011"),
        (format!("/v1.0/sites/{SALES}/lists/{SALES}"), "BH4011"),
        (products("/items/2"), "BH4012"),
        (products("/items/9223372036854775807"), "BH4012"),
    ] {
        let answer = world.get(ALICE, &path).await;
        assert_eq!(
            (answer.error().0, answer.error().1, answer.error().2),
            (404, "itemNotFound", ours),
            "{path}"
        );
    }
    let answer = world
        .patch(ALICE, &products("/items/2"), json!({"Color": "Red"}))
        .await;
    assert_eq!(answer.error().2, "BH4012");
}

#[tokio::test]
async fn bodies_over_the_limit_or_not_json_are_refused() {
    let world = World::with_products(1).await;
    let path = products("/items/1");
    let json_type = ("content-type", "application/json");
    let large = json!({"Color": "x".repeat(10_000)}).to_string();
    for headers in [
        &[json_type][..],
        &[json_type, ("content-length", "999999999999")],
    ] {
        let answer = world
            .send("PATCH", ALICE, &path, headers, Body::from(large.clone()))
            .await;
        let (status, graph, ours, message) = answer.error();
        assert_eq!((status, graph, ours), (413, "requestTooLarge", "BH1006"));
        assert!(
            message.starts_with("The body may have 10000 bytes."),
            "{message}"
        );
    }
    for text in [
        "",
        "{",
        "[]",
        r#"{"Color":"Red","Color":"Blue"}"#,
        r#"{"Color":"Red"}{}"#,
        &"[".repeat(9000),
    ] {
        let answer = world
            .send(
                "PATCH",
                ALICE,
                &path,
                &[json_type],
                Body::from(text.to_owned()),
            )
            .await;
        assert_eq!(
            (answer.error().0, answer.error().2),
            (400, "BH1007"),
            "{text}"
        );
    }
    for content_type in ["text/plain", "application/x-www-form-urlencoded"] {
        let headers = [("content-type", content_type)];
        let answer = world
            .send("PATCH", ALICE, &path, &headers, Body::from("{}"))
            .await;
        assert_eq!(
            (answer.error().0, answer.error().1, answer.error().2),
            (415, "unsupportedMediaType", "BH1008")
        );
    }
    assert_eq!(world.get(ALICE, &path).await.header("etag"), "\"1,1\"");
}

#[tokio::test]
async fn query_options_are_refused_when_wrong_or_not_offered() {
    let world = World::with_products(1).await;
    let answer = world.get(ALICE, &products("/items?$top=many")).await;
    assert_eq!(
        (answer.error().0, answer.error().1, answer.error().2),
        (400, "invalidRequest", "BH4030")
    );
    let answer = world
        .get(ALICE, &products("/items?$filter=fields/Price%20gt%201"))
        .await;
    assert_eq!(
        (answer.error().0, answer.error().1, answer.error().2),
        (501, "notSupported", "BH4031")
    );
}

#[tokio::test]
async fn a_defect_inside_says_nothing_but_its_request_id() {
    let world = World::new().await;
    let sales = site(
        TENANT,
        SALES,
        "teams/sales",
        &[("everyone", SiteRight::Read)],
    );
    let row = EntityRow {
        body: "{\"secret\":1".to_owned(),
        ..EntityRow::of(&sales)
    };
    assert_eq!(
        (row.kind.as_str(), row.key.clone()),
        (Site::KIND, SALES.to_string())
    );
    world.put_row(row).await;
    let answer = world.get(ALICE, &products("")).await;
    let (status, graph, ours, message) = answer.error();
    assert_eq!((status, graph, ours), (500, "generalException", "BH1001"));
    assert!(
        message.starts_with("Something went wrong inside Behalf."),
        "{message}"
    );
    assert!(!answer.body.to_string().contains("secret"));
}

#[tokio::test]
async fn the_callers_request_id_is_echoed_when_harmless() {
    let world = World::new().await;
    let echoed = async |id: &'static str| {
        let answer = world
            .send(
                "GET",
                ALICE,
                "/v1.0/sites/root",
                &[("client-request-id", id)],
                Body::empty(),
            )
            .await;
        assert_eq!(
            (answer.status, answer.header("request-id").len()),
            (StatusCode::OK, 36)
        );
        (
            answer.header("client-request-id").to_owned(),
            answer.header("request-id").to_owned(),
        )
    };
    assert_eq!(
        echoed("11111111-aaaa-bbbb-cccc-222222222222").await.0,
        "11111111-aaaa-bbbb-cccc-222222222222"
    );
    for hostile in ["", "a b", "\"", "<script>"] {
        let (client, own) = echoed(hostile).await;
        assert_eq!(client, own, "{hostile}");
    }
}

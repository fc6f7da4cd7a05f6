//! Back-ends that hang, break off, redirect, babble or answer 10 GB; callers that send what they should not.

use crate::fakes::{answer, header, json as reply_with};
use crate::world::{CREATE_ORDER, World, assertion};
use axum::body::Body;
use behalf_model::ports::OutboundError;
use behalf_model::source::SourceKind;
use http::Request;
use serde_json::json;
use tower::ServiceExt;

const HOST: &str = "erp.ometa.net";

#[tokio::test]
async fn a_back_end_that_gives_no_answer_is_named_with_what_it_did() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    let host = || HOST.to_owned();
    let cases = [
        (
            OutboundError::Timeout {
                host: host(),
                timeout_ms: 30_000,
            },
            504,
            "backend.timeout",
            "within 30000 ms",
        ),
        (
            OutboundError::Broken {
                host: host(),
                reason: "reset".into(),
            },
            502,
            "backend.broken",
            "broke off: reset",
        ),
        (
            OutboundError::TooLarge {
                host: host(),
                limit_bytes: 10_485_760,
            },
            502,
            "backend.too_large",
            "longer than 10485760 bytes",
        ),
        (
            OutboundError::Connect {
                host: host(),
                reason: "refused".into(),
            },
            502,
            "backend.unreachable",
            "refused",
        ),
        (
            OutboundError::Tls {
                host: host(),
                reason: "expired".into(),
            },
            502,
            "backend.tls",
            "expired",
        ),
        (
            OutboundError::Refused("10.0.0.1".into()),
            502,
            "backend.egress_refused",
            "10.0.0.1",
        ),
    ];
    for (error, status, code, words) in cases {
        world.network.on_call(move |_| Err(error.clone()));
        let calls = world.network.calls().len();
        let reply = world.create_order(Some(&bearer)).await;
        let (found_status, found_code, detail) = reply.problem();
        assert_eq!((found_status, found_code), (status, code));
        assert!(detail.contains(words), "{detail}");
        assert_eq!(
            world.network.calls().len(),
            calls + 1,
            "a POST is never repeated"
        );
    }
    // Limits go along with every request.
    let call = &world.network.calls()[0];
    assert_eq!(
        (call.max_response_bytes, call.total_timeout_ms),
        (10 * 1024 * 1024, 30_000)
    );
    assert_eq!(call.egress.hosts, [HOST]);
    assert!(!call.egress.private_addresses && !call.egress.insecure);
}

#[tokio::test]
async fn garbage_is_not_taken_for_rows() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    for (headers, body) in [
        (
            &[("content-type", "text/html")][..],
            "<html>maintenance</html>",
        ),
        (&[("content-type", "application/json")][..], "{\"id\":"),
        (&[][..], "\u{0}\u{1}"),
        (&[][..], "7"),
    ] {
        world.network.on_call(move |_| answer(200, headers, body));
        let reply = world.create_order(Some(&bearer)).await;
        assert_eq!(
            (reply.problem().0, reply.problem().1),
            (502, "backend.garbage"),
            "{body}"
        );
    }
}

#[tokio::test]
async fn refusals_of_the_back_end_keep_their_meaning() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    for (status, expected) in [
        (400, (422, "backend.rejected")),
        (403, (403, "backend.forbidden")),
        (404, (404, "backend.not_found")),
        (409, (409, "backend.conflict")),
        (412, (409, "backend.conflict")),
        (429, (503, "backend.busy")),
        (500, (502, "backend.failed")),
    ] {
        world
            .network
            .on_call(move |_| answer(status, &[("retry-after", "7")], r#"{"detail":"because"}"#));
        let reply = world.create_order(Some(&bearer)).await;
        assert_eq!((reply.problem().0, reply.problem().1), expected);
        assert!(
            reply.problem().2.ends_with("because"),
            "{:?}",
            reply.problem()
        );
        assert_eq!(reply.body["backend_status"], status.to_string());
        assert_eq!(
            reply.header("retry-after") == "7",
            expected.1 == "backend.busy"
        );
    }
}

#[tokio::test]
async fn a_redirect_to_another_host_is_refused_and_the_token_stays() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    world
        .network
        .on_call(|_| answer(307, &[("location", "https://evil.test/collect")], ""));
    let reply = world.create_order(Some(&bearer)).await;
    assert_eq!(
        (reply.problem().0, reply.problem().1),
        (502, "backend.redirect_refused")
    );
    assert!(reply.problem().2.contains("evil.test"));
    assert_eq!(world.network.calls().len(), 1);
}

#[tokio::test]
async fn a_back_end_that_repeats_what_it_was_sent_does_not_give_the_token_away() {
    let world = World::new().await;
    let (alice, bearer) = world.user(1, "Alice").await;
    for token in [assertion(&alice.subject), "opaque-4711".to_owned()] {
        let answered = format!(r#"{{"access_token":"{token}","expires_in":60}}"#);
        world
            .network
            .on_token_request(move |_| reply_with(200, &answered));
        // Both the refusal and the wrongly typed answer quote the header.
        for status in [403, 500, 401, 200] {
            world.network.on_call(move |request| {
                let sent = header(request, "authorization");
                let body = json!({"error": {"message": format!("no: {sent}")}, "id": [sent]});
                reply_with(status, &body.to_string())
            });
            let reply = world.create_order(Some(&bearer)).await;
            let text = reply.body.to_string();
            assert!(
                reply.status.as_u16() >= 400 && text.contains("***"),
                "{text}"
            );
            assert!(!text.contains(&token) && !text.contains("eyJ"), "{text}");
        }
    }
}

#[tokio::test]
async fn a_status_that_moves_nothing_is_no_redirect() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    for status in [300, 304] {
        world.network.on_call(move |_| answer(status, &[], ""));
        let reply = world.create_order(Some(&bearer)).await;
        assert_eq!(reply.problem().1, "backend.failed");
    }
}

#[tokio::test]
async fn who_hangs_up_while_the_back_end_works_is_on_record_all_the_same() {
    let world = World::new().await;
    let (alice, bearer) = world.user(1, "Alice").await;
    let call = tokio::spawn({
        let (router, bearer) = (world.router.clone(), bearer.clone());
        let body = json!({"Customer Id": "C-42", "Order Reference": "PO-7"}).to_string();
        let request = Request::post("/api/order/create-order")
            .header("authorization", format!("Bearer {bearer}"))
            .header("content-type", "application/json")
            .body(Body::from(body));
        async move { router.oneshot(request.unwrap()).await }
    });
    world.network.hold_calls().await;
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    assert_eq!(world.network.calls().len(), 1, "the back-end has the order");
    tokio::task::yield_now().await;
    let rows = world.executions().await;
    let outcomes: Vec<(&str, &str)> = rows
        .iter()
        .map(|row| (row.outcome.as_str(), row.user.as_deref().unwrap()))
        .collect();
    assert_eq!(outcomes, [("BH3016", alice.id.to_string().as_str())]);
}

#[tokio::test]
async fn a_read_follows_one_redirect_within_its_origin() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    let list = "object = \"Order\"\nname = \"List Orders\"\nprofiles = [\"Order System OBO\"]\n\
        output = [{ name = \"Order Id\", path = \"id\" }]\nscript = \"Method=GET\\nPath=/orders\"";
    world
        .source(SourceKind::Method, "order/list-orders", list)
        .await;
    world.network.on_call(|request| match request.url.as_str() {
        "https://erp.ometa.net/orders" => answer(302, &[("location", "/v2/orders")], ""),
        "https://erp.ometa.net/v2/orders" => reply_with(200, r#"[{"id":"1"},{"id":"2"}]"#),
        other => panic!("{other}"),
    });
    let reply = world.call("GET", "/api/orders", Some(&bearer), None).await;
    assert_eq!(
        reply.body,
        json!({"rows": [{"Order Id": "1"}, {"Order Id": "2"}]})
    );
    world
        .network
        .on_call(|_| answer(302, &[("location", "/again")], ""));
    let reply = world.call("GET", "/api/orders", Some(&bearer), None).await;
    assert_eq!(reply.problem().1, "backend.redirect_refused");
}

#[tokio::test]
async fn values_that_would_leave_their_place_are_refused_and_nothing_is_sent() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    for item in ["..", ".", "", "a\r\nb"] {
        let body = json!({"Site Id": "s", "Item Id": item});
        let reply = world
            .call(
                "POST",
                "/api/product/update-product",
                Some(&bearer),
                Some(body),
            )
            .await;
        assert_eq!(
            (reply.problem().0, reply.problem().1),
            (400, "gateway.input_not_renderable"),
            "{item:?}"
        );
        assert!(reply.problem().2.contains("Item Id"));
    }
    assert!(
        world.network.sent.lock().unwrap().is_empty(),
        "not even a token was asked for"
    );
    let body = json!({"Site Id": "s", "Item Id": "1/../../x", "Color": "red\", \"Price\": \"0", "Price": "1"});
    world
        .call(
            "POST",
            "/api/product/update-product",
            Some(&bearer),
            Some(body),
        )
        .await;
    let call = &world.network.calls()[0];
    assert!(call.url.ends_with("/items/1%2F..%2F..%2Fx"), "{}", call.url);
    assert_eq!(
        call.body,
        br#"{"Color":"red\", \"Price\": \"0","Price":"1"}"#.as_slice()
    );
}

#[tokio::test]
async fn bodies_that_are_too_large_deep_or_double_are_refused_in_our_format() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    let post = async |content_type: &str, body: String| {
        let request = Request::post("/api/order/create-order")
            .header("authorization", format!("Bearer {bearer}"))
            .header("content-type", content_type)
            .body(axum::body::Body::from(body))
            .unwrap();
        let reply = world.send(request).await;
        (reply.problem().0, reply.problem().1.to_owned())
    };
    let json_type = "application/json";
    let long = format!("{{\"Customer Id\":\"{}\"}}", "x".repeat(5_000));
    assert_eq!(
        post(json_type, long).await,
        (413, "request.too_large".into())
    );
    let deep = format!(
        "{{\"Customer Id\":{}{}}}",
        "[".repeat(1_000),
        "]".repeat(1_000)
    );
    assert_eq!(
        post(json_type, deep).await,
        (400, "request.malformed".into())
    );
    let double = r#"{"Customer Id":"a","Customer Id":"b","Order Reference":"c"}"#.to_owned();
    assert_eq!(
        post(json_type, double).await,
        (400, "request.malformed".into())
    );
    assert_eq!(
        post(json_type, "[]".into()).await,
        (400, "request.malformed".into())
    );
    assert_eq!(
        post("text/plain", "{}".into()).await,
        (415, "request.unsupported_media_type".into())
    );
    // The same input twice, once by name and once by identifier.
    let twice = r#"{"Customer Id":"a","Customer_Id":"b","Order Reference":"c"}"#.to_owned();
    assert_eq!(
        post(json_type, twice).await,
        (400, "gateway.input_invalid".into())
    );
    assert!(world.network.sent.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_missing_secret_is_the_administrators_business() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    let other = crate::world::ORDERS_OBO.replace("secret:gateway-entra", "secret:nowhere");
    world
        .source(SourceKind::Profile, "orders-obo", &other)
        .await;
    let reply = world.create_order(Some(&bearer)).await;
    assert_eq!(
        reply.problem(),
        (500, "secret.missing", "The secret 'nowhere' is not stored.")
    );
    assert!(world.network.sent.lock().unwrap().is_empty());
    // A method that names its inputs wrongly says which.
    let reply = world
        .call(
            "POST",
            "/api/order/create-order",
            Some(&bearer),
            Some(json!({"Customer": "x"})),
        )
        .await;
    assert_eq!(
        (reply.problem().0, reply.problem().1),
        (400, "gateway.input_invalid")
    );
    for name in ["Customer Id", "Order Reference", "`Customer`"] {
        assert!(reply.problem().2.contains(name), "{}", reply.problem().2);
    }
    assert!(CREATE_ORDER.contains("Customer Id"));
}

#[tokio::test]
async fn a_defect_answers_in_our_format_with_the_request_id() {
    let world = World::new().await;
    let (_, bearer) = world.user(1, "Alice").await;
    world
        .network
        .on_call(|_| panic!("a defect, made on purpose"));
    let reply = world.create_order(Some(&bearer)).await;
    assert_eq!(
        (reply.problem().0, reply.problem().1),
        (500, "server.internal")
    );
    assert!(!reply.body.to_string().contains("on purpose"));
    assert_eq!(reply.body["request_id"], reply.header("x-request-id"));
}

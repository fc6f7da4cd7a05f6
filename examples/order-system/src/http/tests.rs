use super::*;
use crate::keys::IssuerKeys;
use crate::testing::*;
use behalf_wire::jose::SigningKey;
use http::Request;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

struct World {
    router: Router,
    key: SigningKey,
    issuer: Arc<FakeIssuer>,
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

const SEED: &str = r#"{ "CustomerId": "C-1", "Order Reference": "Desk for \"Bob\"" }"#;

impl World {
    fn new() -> Self {
        let (key, issuer) = (key("k1"), Arc::new(FakeIssuer::default()));
        issuer.publish(&[&key]);
        let issuers = vec![IssuerKeys::new(ISSUER.to_owned(), issuer.clone())];
        let tokens = Tokens::new(vec![AUDIENCE.to_owned()], issuers);
        let router = router(App {
            tokens,
            orders: Orders::in_memory().unwrap(),
            now_s: || NOW_S,
        });
        Self {
            router,
            key,
            issuer,
        }
    }

    fn token(&self, scopes: &str) -> String {
        format!(
            "Bearer {}",
            sign(&self.key, &with(claims_v2(), json!({ "scp": scopes })))
        )
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self
            .router
            .clone()
            .oneshot(request.body(Body::from(body.to_owned())).unwrap())
            .await
            .unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).unwrap()
        };
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body,
        }
    }

    async fn call(&self, method: &str, path: &str, scopes: &str, body: &str) -> Answer {
        let token = self.token(scopes);
        self.send(
            method,
            path,
            &[
                ("authorization", &token),
                ("content-type", "application/json"),
            ],
            body,
        )
        .await
    }
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    fn problem(&self) -> (u16, &str) {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.body
        );
        assert_eq!(
            (&self.body["type"], &self.body["status"]),
            (&json!("about:blank"), &json!(self.status))
        );
        (self.status, self.body["detail"].as_str().unwrap())
    }
}

#[tokio::test]
async fn the_literal_request_of_the_seed_makes_an_order_in_the_users_name() {
    let world = World::new();
    let made = world
        .call(
            "POST",
            "/orders",
            "order.read order.write order.delete",
            SEED,
        )
        .await;
    let order = json!({
        "id": "1", "CustomerId": "C-1", "Order Reference": "Desk for \"Bob\"",
        "createdBy": {"id": ALICE, "name": "Alice", "via": GATEWAY}, "createdAt": "2026-01-01T00:00:00Z",
    });
    assert_eq!(
        (made.status, &made.body, made.header("location")),
        (201, &order, "/orders/1")
    );
    let read = world.call("GET", "/orders/1", "order.read", "").await;
    assert_eq!((read.status, &read.body), (200, &order));
    let list = world.call("GET", "/orders", "order.read", "").await;
    assert_eq!((list.status, list.body), (200, json!({"value": [order]})));

    assert_eq!(
        world
            .call("DELETE", "/orders/1", "order.delete", "")
            .await
            .status,
        204
    );
    assert_eq!(
        world
            .call("DELETE", "/orders/1", "order.delete", "")
            .await
            .problem(),
        (404, "There is no such order.")
    );
    assert_eq!(
        world
            .call("GET", "/orders/1", "order.read", "")
            .await
            .problem()
            .0,
        404
    );
    assert_eq!(
        world
            .call("POST", "/orders", "order.write", SEED)
            .await
            .body["id"],
        "2"
    );
}

#[tokio::test]
async fn each_call_needs_its_scope() {
    let world = World::new();
    world.call("POST", "/orders", "order.write", SEED).await;
    for (method, path, held, needed) in [
        ("POST", "/orders", "order.read order.delete", "order.write"),
        ("GET", "/orders", "order.write order.delete", "order.read"),
        ("GET", "/orders/1", "order.write order.delete", "order.read"),
        (
            "DELETE",
            "/orders/1",
            "order.read order.write",
            "order.delete",
        ),
    ] {
        let answer = world.call(method, path, held, SEED).await;
        assert_eq!(
            answer.problem(),
            (
                403,
                format!("The access token lacks the scope {needed}.").as_str()
            )
        );
        let challenge = answer.header("www-authenticate");
        assert!(
            challenge.starts_with("Bearer realm=\"orders\", error=\"insufficient_scope\""),
            "{challenge}"
        );
        assert!(
            challenge.ends_with(&format!("scope=\"{needed}\"")),
            "{challenge}"
        );
    }
    assert_eq!(
        world.call("GET", "/orders", "order.read", "").await.body["value"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn refused_tokens_are_explained() {
    let world = World::new();
    let none = world.send("GET", "/orders", &[], "").await;
    assert_eq!(
        (none.problem().0, none.header("www-authenticate")),
        (401, "Bearer realm=\"orders\"")
    );
    let token = world.token("order.read");
    let two = world
        .send(
            "GET",
            "/orders",
            &[("authorization", &token), ("authorization", &token)],
            "",
        )
        .await;
    assert_eq!(two.problem().0, 401);
    let foreign = format!("Bearer {}", sign(&key("k1"), &claims_v2()));
    let foreign = world
        .send("GET", "/orders", &[("authorization", &foreign)], "")
        .await;
    assert_eq!(
        foreign.problem(),
        (
            401,
            "The access token is not valid: the signature does not match."
        )
    );
    assert_eq!(
        foreign.header("www-authenticate"),
        "Bearer realm=\"orders\", error=\"invalid_token\", \
         error_description=\"The access token is not valid: the signature does not match.\""
    );
    let app = with(claims_v2(), json!({"scp": null, "roles": ["order.read"]}));
    let app = format!("Bearer {}", sign(&world.key, &app));
    let app = world
        .send("GET", "/orders", &[("authorization", &app)], "")
        .await;
    assert!(
        app.problem()
            .1
            .starts_with("The access token belongs to an application."),
        "{}",
        app.body
    );
    assert_eq!(app.status, 403);

    let world = World::new();
    world.issuer.set_down(true);
    let down = world.call("GET", "/orders", "order.read", "").await;
    assert!(
        down.problem()
            .1
            .starts_with("The keys of the issuer cannot be read: "),
        "{}",
        down.body
    );
    assert_eq!(down.status, 503);
}

#[tokio::test]
async fn what_is_no_order_is_refused_and_kept_nowhere() {
    let world = World::new();
    let long = format!(
        r#"{{"CustomerId":"C-1","Order Reference":"{}"}}"#,
        "x".repeat(65)
    );
    for body in [
        "",
        "[]",
        "{",
        r#"{"CustomerId":"C-1"}"#,
        r#"{"CustomerId":"","Order Reference":"x"}"#,
        r#"{"CustomerId":7,"Order Reference":"x"}"#,
        r#"{"CustomerId":"C\r\n1","Order Reference":"x"}"#,
        r#"{"CustomerId":"C-1","Order Reference":"x","createdBy":{"id":"mallory"}}"#,
        r#"{"CustomerId":"C-1","CustomerId":"C-2","Order Reference":"x"}"#,
        &long,
        &format!("{}{}", "[".repeat(5000), "]".repeat(5000)),
    ] {
        assert_eq!(
            world
                .call("POST", "/orders", "order.write", body)
                .await
                .problem()
                .0,
            400,
            "{body}"
        );
    }
    let large = format!(r#"{{"CustomerId":"{}"}}"#, "x".repeat(MAX_BODY_BYTES));
    assert_eq!(
        world
            .call("POST", "/orders", "order.write", &large)
            .await
            .problem()
            .0,
        413
    );
    let token = world.token("order.write");
    let form = world
        .send("POST", "/orders", &[("authorization", &token)], SEED)
        .await;
    assert_eq!(form.problem().0, 415);
    assert_eq!(
        world.call("GET", "/orders", "order.read", "").await.body,
        json!({"value": []})
    );
}

#[tokio::test]
async fn long_lists_come_in_pages() {
    let world = World::new();
    for _ in 0..=PAGE {
        assert_eq!(
            world
                .call("POST", "/orders", "order.write", SEED)
                .await
                .status,
            201
        );
    }
    let first = world.call("GET", "/orders", "order.read", "").await.body;
    assert_eq!(
        (first["value"].as_array().unwrap().len(), &first["next"]),
        (PAGE, &json!("/orders?after=100"))
    );
    let second = world
        .call("GET", "/orders?after=100", "order.read", "")
        .await
        .body;
    assert_eq!(
        (&second["value"][0]["id"], second.get("next")),
        (&json!("101"), None)
    );
    assert_eq!(
        world
            .call("GET", "/orders?after=x", "order.read", "")
            .await
            .problem()
            .0,
        400
    );
}

#[tokio::test]
async fn every_address_answers_problems() {
    let world = World::new();
    assert_eq!(
        world.call("GET", "/", "order.read", "").await.problem().0,
        404
    );
    assert_eq!(
        world
            .call("GET", "/orders/1/lines", "order.read", "")
            .await
            .problem()
            .0,
        404
    );
    for id in ["x", "%ff", "9223372036854775808"] {
        let path = format!("/orders/{id}");
        let read = world.call("GET", &path, "order.read", "").await;
        assert_eq!(read.problem(), (404, "There is no such order."), "{id}");
        let deleted = world.call("DELETE", &path, "order.delete", "").await;
        assert_eq!(deleted.problem(), (404, "There is no such order."), "{id}");
    }
    let put = world.call("PUT", "/orders/1", "order.write", "").await;
    assert_eq!(
        (put.problem().0, put.header("allow")),
        (405, "GET,HEAD,DELETE")
    );
}

use super::*;
use axum::Router;
use axum::routing::get;
use behalf_model::env::fixed;
use http::StatusCode;
use http_body_util::BodyExt;
use std::io::{self, Write};
use std::sync::Mutex;

fn named(name: &'static str) -> Router {
    Router::new().fallback(move || async move { name })
}

fn edge(rooms: Rooms) -> Edge {
    Edge {
        rooms,
        env: fixed::env().0,
        access_log: true,
        request_timeout: Duration::from_secs(30),
    }
}

async fn ask(edge: &Edge, path: &str) -> (StatusCode, http::HeaderMap, String) {
    let request = Request::get(path)
        .header(REQUEST_ID, "forged\u{e9}")
        .header(HOST, "behalf.test")
        .body(Body::empty())
        .unwrap();
    let response = edge.handle(request, ([127, 0, 0, 1], 1).into()).await;
    let (head, body) = response.into_parts();
    let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    (head.status, head.headers, text)
}

#[tokio::test]
async fn every_path_has_one_room() {
    let all = edge(Rooms {
        authority: Some(named("authority")),
        gateway: Some(named("gateway")),
        sites: Some(named("sites")),
    });
    for (path, room) in [
        ("/api", "gateway"),
        ("/api/order/create", "gateway"),
        ("/openapi.json", "gateway"),
        ("/.well-known/oauth-protected-resource", "gateway"),
        ("/.well-known/oauth-protected-resource/api", "gateway"),
        ("/v1.0/sites/x", "sites"),
        ("/apis", "authority"),
        ("/v1.0x", "authority"),
        ("/contoso.lan/oauth2/v2.0/token", "authority"),
        ("/healthz", "{\"status\":\"ok\"}"),
    ] {
        assert_eq!(ask(&all, path).await.2, room, "{path}");
    }
    assert!(ask(&all, "/").await.2.contains("delegated access server"));
    let alone = edge(Rooms {
        gateway: Some(named("gateway")),
        ..Rooms::default()
    });
    assert_eq!(ask(&alone, "/anything").await.2, "gateway");
    let without_authority = edge(Rooms {
        gateway: Some(named("g")),
        sites: Some(named("s")),
        ..Rooms::default()
    });
    let (status, headers, body) = ask(&without_authority, "/contoso.lan/oauth2/v2.0/token").await;
    assert_eq!(
        (status, headers["content-type"].as_bytes()),
        (StatusCode::NOT_FOUND, &b"application/problem+json"[..])
    );
    assert!(body.contains("\"fault\":\"BH1004\""), "{body}");
}

#[tokio::test]
async fn the_request_id_is_ours_and_the_room_sees_it() {
    let echo = Router::new().fallback(|request: Request<Body>| async move {
        request.headers()[REQUEST_ID].to_str().unwrap().to_owned()
    });
    let edge = edge(Rooms {
        authority: Some(echo),
        ..Rooms::default()
    });
    let (_, headers, body) = ask(&edge, "/x").await;
    assert_eq!(headers[REQUEST_ID], body);
    assert!(uuid::Uuid::try_parse(&body).is_ok(), "{body}");
}

#[tokio::test]
async fn a_request_names_one_host() {
    let edge = edge(Rooms {
        authority: Some(named("reached")),
        ..Rooms::default()
    });
    let ask = async |version: Version, hosts: &[&str]| {
        let mut request = Request::get("/x").version(version);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = edge.handle(request, ([127, 0, 0, 1], 1).into()).await;
        response.status()
    };
    for (version, hosts, status) in [
        (Version::HTTP_11, &["a"][..], StatusCode::OK),
        (Version::HTTP_11, &[], StatusCode::BAD_REQUEST),
        (Version::HTTP_11, &["a", "a"], StatusCode::BAD_REQUEST),
        (Version::HTTP_10, &[], StatusCode::OK),
        (Version::HTTP_10, &["a", "b"], StatusCode::BAD_REQUEST),
        (Version::HTTP_2, &[], StatusCode::OK),
    ] {
        assert_eq!(ask(version, hosts).await, status, "{version:?} {hosts:?}");
    }
}

#[tokio::test]
async fn a_panic_costs_one_request() {
    let rooms = Router::new()
        .route(
            "/boom",
            get(|| async {
                if true {
                    panic!("told to")
                }
            }),
        )
        .fallback(|| async { "fine" });
    let edge = edge(Rooms {
        authority: Some(rooms),
        ..Rooms::default()
    });
    let (status, _, body) = ask(&edge, "/boom").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        body.contains("BH1001")
            && body.contains("\"error\":\"server_error\"")
            && !body.contains("told to"),
        "{body}"
    );
    assert_eq!(ask(&edge, "/other").await.2, "fine");
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_never_ends_is_ended() {
    let rooms = Router::new().fallback(std::future::pending::<&'static str>);
    let edge = edge(Rooms {
        authority: Some(rooms),
        ..Rooms::default()
    });
    let (status, _, body) = ask(&edge, "/hang").await;
    assert_eq!(status, StatusCode::GATEWAY_TIMEOUT);
    assert!(body.contains("BH5090"), "{body}");
}

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_line_has_the_path_and_never_the_query() {
    let captured = Captured::default();
    let writer = captured.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let edge = edge(Rooms {
        authority: Some(named("a")),
        ..Rooms::default()
    });
    // The place of the log line is made known to tracing first: while another test did so at the same moment, it could
    // be remembered as one that nobody listens to.
    ask(&edge, "/first").await;
    let guard = tracing::subscriber::set_default(subscriber);
    ask(&edge, "/t/callback?code=very-secret").await;
    drop(guard);
    let line = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    assert!(
        line.contains("method=GET path=\"/t/callback\" room=authority status=200"),
        "{line}"
    );
    assert!(!line.contains("secret"), "{line}");
}

use super::*;
use crate::edge::Rooms;
use crate::outbound::HttpOutbound;
use crate::{local_ca, tls};
use axum::Router;
use axum::extract::Request;
use behalf_model::Env;
use behalf_model::ports::{Egress, Outbound, OutboundRequest};
use bytes::Bytes;
use http::{HeaderMap, Method};
use std::path::Path;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinHandle;

const LIMITS: Limits = Limits {
    max_connections: 16,
    header_timeout_s: 30,
    shutdown_s: 30,
};

struct Running {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

async fn running(app: Router, tls: Option<TlsAcceptor>, limits: Limits) -> Running {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let (stop, stopping) = watch::channel(false);
    let rooms = Rooms {
        authority: Some(app),
        ..Rooms::default()
    };
    let edge = Edge {
        rooms,
        env: Env::system(),
        access_log: false,
        request_timeout: Duration::from_secs(60),
    };
    let listener = Listener {
        socket,
        tls,
        edge: Arc::new(edge),
        limits,
    };
    Running {
        address,
        stop,
        task: tokio::spawn(listener.run(stopping)),
    }
}

/// Answers with the version of HTTP that was spoken.
fn versions() -> Router {
    Router::new().fallback(|request: Request| async move {
        format!("{:?} {}", request.version(), request.uri().path())
    })
}

fn get(url: String) -> OutboundRequest {
    OutboundRequest {
        method: Method::GET,
        url,
        headers: HeaderMap::new(),
        body: Bytes::new(),
        connect_timeout_ms: 5_000,
        total_timeout_ms: 5_000,
        max_response_bytes: 1 << 16,
        egress: Egress {
            private_addresses: true,
            insecure: true,
            ..Egress::default()
        },
    }
}

fn trusting(ca: &Path) -> HttpOutbound {
    HttpOutbound::new(
        tls::client_config(&tls::certificates(ca).unwrap()).unwrap(),
        Vec::new(),
    )
}

fn acceptor(paths: &local_ca::LocalCa) -> (TlsAcceptor, Arc<Certificates>) {
    let certificates =
        Arc::new(Certificates::load(paths.certificate.clone(), paths.key.clone()).unwrap());
    (
        TlsAcceptor::from(Arc::new(tls::server_config(certificates.clone()).unwrap())),
        certificates,
    )
}

#[tokio::test]
async fn tls_with_the_local_authority_over_http2_and_only_for_those_who_trust_it() {
    let directory = tempfile::tempdir().unwrap();
    let paths = local_ca::ensure(directory.path(), &[], &Env::system()).unwrap();
    let server = running(versions(), Some(acceptor(&paths).0), LIMITS).await;
    for host in ["localhost", "127.0.0.1"] {
        let url = format!("https://{host}:{}/hello", server.address.port());
        let answer = trusting(&paths.ca).send(get(url.clone())).await.unwrap();
        assert_eq!(answer.body, "HTTP/2.0 /hello");
        let stranger = HttpOutbound::new(tls::client_config(&[]).unwrap(), Vec::new());
        let error = stranger.send(get(url)).await.unwrap_err();
        assert!(error.to_string().contains("UnknownIssuer"), "{error}");
    }
}

#[tokio::test]
async fn many_requests_share_one_http2_connection() {
    let directory = tempfile::tempdir().unwrap();
    let paths = local_ca::ensure(directory.path(), &[], &Env::system()).unwrap();
    let peers = Router::new()
        .fallback(|peer: axum::extract::ConnectInfo<SocketAddr>| async move { peer.0.to_string() });
    let server = running(peers, Some(acceptor(&paths).0), LIMITS).await;
    let outbound = Arc::new(trusting(&paths.ca));
    let url = format!("https://{}/", server.address);
    let first = outbound.send(get(url.clone())).await.unwrap().body;
    let rest: Vec<_> = (0..50)
        .map(|_| {
            tokio::spawn({
                let (o, u) = (outbound.clone(), url.clone());
                async move { o.send(get(u)).await.unwrap().body }
            })
        })
        .collect();
    for other in rest {
        assert_eq!(other.await.unwrap(), first);
    }
}

#[tokio::test]
async fn a_changed_certificate_is_used_without_a_restart_and_a_broken_one_is_not() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let paths = local_ca::ensure(old.path(), &[], &Env::system()).unwrap();
    let other = local_ca::ensure(new.path(), &[], &Env::system()).unwrap();
    let (acceptor, certificates) = acceptor(&paths);
    let server = running(versions(), Some(acceptor), LIMITS).await;
    let url = format!("https://{}/", server.address);
    trusting(&paths.ca).send(get(url.clone())).await.unwrap();

    std::fs::copy(&other.certificate, &paths.certificate).unwrap();
    let error = certificates.reload().unwrap_err();
    assert!(error.contains("do not belong together"), "{error}");
    trusting(&paths.ca).send(get(url.clone())).await.unwrap();

    std::fs::copy(&other.key, &paths.key).unwrap();
    certificates.reload().unwrap();
    trusting(&other.ca).send(get(url.clone())).await.unwrap();
    assert!(trusting(&paths.ca).send(get(url)).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_finishes_its_head_is_dropped() {
    let server = running(versions(), None, LIMITS).await;
    let mut slow = TcpStream::connect(server.address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ")
        .await
        .unwrap();
    let mut answer = Vec::new();
    // The paused clock runs ahead as soon as everybody waits: the server's limit is the only way out.
    let _ = slow.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
        "{answer}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_client_that_says_nothing_or_half_a_preface_is_dropped() {
    let server = running(versions(), None, LIMITS).await;
    for words in [&b""[..], b"PRI * HTTP/2.0\r\n\r\nS"] {
        let mut silent = TcpStream::connect(server.address).await.unwrap();
        silent.write_all(words).await.unwrap();
        let mut answer = Vec::new();
        let _ = silent.read_to_end(&mut answer).await;
        assert!(!answer.starts_with(b"HTTP"), "{words:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_answer_outlives_the_limit_for_asking() {
    let slow = Router::new().fallback(|| async {
        tokio::time::sleep(Duration::from_secs(LIMITS.header_timeout_s * 3 / 2)).await;
        "late"
    });
    let server = running(slow, None, LIMITS).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream
        .write_all(b"GET /x HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("late"), "{answer}");
}

#[tokio::test]
async fn an_endless_head_is_refused() {
    let server = running(versions(), None, LIMITS).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let _ = stream.write_all(b"GET / HTTP/1.1\r\nx: ").await;
    while stream.write_all(&[b'a'; 4096]).await.is_ok() {
        let mut buffer = [0; 64];
        if let Ok(Ok(n)) =
            tokio::time::timeout(Duration::from_millis(1), stream.read(&mut buffer)).await
        {
            assert!(
                n == 0 || buffer.starts_with(b"HTTP/1.1 431"),
                "{}",
                String::from_utf8_lossy(&buffer)
            );
            return;
        }
    }
}

/// Refuses without looking at the body.
fn refusing() -> Router {
    Router::new().fallback(|request: Request| async move {
        drop(request);
        http::StatusCode::UNAUTHORIZED
    })
}

/// Up to the empty line; none of these answers has a body.
async fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

#[tokio::test]
async fn a_refused_request_does_not_cost_the_next_one_its_connection() {
    let server = running(refusing(), None, LIMITS).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    for framing in ["content-length: 5", "transfer-encoding: chunked"] {
        // The body comes after the head, as most clients send it.
        let request = format!("POST /x HTTP/1.1\r\nhost: x\r\n{framing}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        tokio::task::yield_now().await;
        let body = if framing.contains("chunked") {
            "5\r\nhello\r\n0\r\n\r\n"
        } else {
            "hello"
        };
        stream.write_all(body.as_bytes()).await.unwrap();
        let head = head(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 401"), "{head}");
        assert!(!head.contains("connection: close"), "{head}");
    }
}

#[tokio::test]
async fn a_client_is_told_when_its_body_is_not_waited_for() {
    let server = running(refusing(), None, LIMITS).await;
    let big = format!("content-length: 9999999\r\n\r\n{}", "x".repeat(200_000));
    for rest in [
        "content-length: 5\r\n\r\nnot",
        "expect: 100-continue\r\ncontent-length: 5\r\n\r\n",
        &big,
    ] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let request = format!("POST /x HTTP/1.1\r\nhost: x\r\n{rest}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let head = head(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 401"), "{head}");
        assert!(head.contains("connection: close"), "{head}");
    }
}

#[tokio::test]
async fn connections_over_the_limit_wait_for_a_place() {
    let server = running(
        versions(),
        None,
        Limits {
            max_connections: 1,
            ..LIMITS
        },
    )
    .await;
    let first = TcpStream::connect(server.address).await.unwrap();
    let mut second = TcpStream::connect(server.address).await.unwrap();
    second
        .write_all(b"GET /second HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut byte = [0; 1];
    let early = tokio::time::timeout(Duration::from_millis(50), second.peek(&mut byte)).await;
    assert!(early.is_err(), "the only place was taken");
    drop(first);
    let mut answer = String::new();
    second.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with("HTTP/1.1 /second"), "{answer}");
}

#[tokio::test]
async fn a_request_in_flight_is_finished_before_the_end() {
    let (entered, mut inside) = tokio::sync::mpsc::channel::<()>(1);
    let (go, going) = watch::channel(false);
    let app = Router::new().fallback(move || {
        let (entered, mut going) = (entered.clone(), going.clone());
        async move {
            entered.send(()).await.unwrap();
            going.wait_for(|go| *go).await.unwrap();
            "done"
        }
    });
    let server = running(app, None, LIMITS).await;
    let url = format!("http://{}/slow", server.address);
    let asking = tokio::spawn(async move {
        HttpOutbound::new(tls::client_config(&[]).unwrap(), Vec::new())
            .send(get(url))
            .await
    });
    inside.recv().await.unwrap();
    server.stop.send(true).unwrap();
    go.send(true).unwrap();
    assert_eq!(asking.await.unwrap().unwrap().body, "done");
    server.task.await.unwrap();
    assert!(TcpStream::connect(server.address).await.is_err());
}

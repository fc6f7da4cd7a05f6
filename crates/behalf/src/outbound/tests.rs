use super::*;
use behalf_model::ports::Egress;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A server that gives every connection to `each`, and counts them.
async fn server<F, R>(each: F) -> (SocketAddr, Arc<AtomicUsize>)
where
    F: Fn(TcpStream) -> R + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counter.fetch_add(1, SeqCst);
            tokio::spawn(each(stream));
        }
    });
    (address, count)
}

/// Reads one request (head and announced body) and returns it as text.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    loop {
        let n = stream.read(&mut buffer).await.ok().filter(|n| *n > 0)?;
        text.push_str(std::str::from_utf8(&buffer[..n]).unwrap());
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.lines().find_map(|l| {
            l.to_lowercase()
                .strip_prefix("content-length: ")
                .map(|n| n.parse().unwrap())
        });
        if body.len() >= length.unwrap_or(0) {
            return Some(text);
        }
    }
}

/// Answers every request of every connection with `answer`, written as it stands.
async fn answering(answer: &'static str) -> (SocketAddr, Arc<AtomicUsize>) {
    server(move |mut stream| async move {
        while read_request(&mut stream).await.is_some() {
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    })
    .await
}

/// Answers with the request itself.
async fn echoing() -> (SocketAddr, Arc<AtomicUsize>) {
    server(|mut stream| async move {
        while let Some(request) = read_request(&mut stream).await {
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{request}",
                request.len()
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    })
    .await
}

fn outbound() -> HttpOutbound {
    HttpOutbound::new(crate::tls::client_config(&[]).unwrap(), Vec::new())
}

fn get(url: impl Into<String>) -> OutboundRequest {
    OutboundRequest {
        method: Method::GET,
        url: url.into(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        connect_timeout_ms: 2_000,
        total_timeout_ms: 10_000,
        max_response_bytes: 1 << 20,
        egress: Egress {
            private_addresses: true,
            insecure: true,
            ..Egress::default()
        },
    }
}

#[tokio::test]
async fn the_url_is_sent_as_spelled_and_the_connection_is_used_again() {
    let (address, connections) = echoing().await;
    let outbound = outbound();
    for path in [
        "/A/%7e/../b//c;d?x=%20+&y",
        "/",
        "/fields/$metadata('%27')?",
    ] {
        let answer = outbound
            .send(get(format!("http://{address}{path}")))
            .await
            .unwrap();
        assert_eq!(answer.status, StatusCode::OK);
        let text = String::from_utf8(answer.body.to_vec()).unwrap();
        assert_eq!(
            text,
            format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n")
        );
    }
    assert_eq!(connections.load(SeqCst), 1);
}

#[tokio::test]
async fn an_empty_post_announces_its_length_and_a_body_arrives_whole() {
    let (address, _) = echoing().await;
    let outbound = outbound();
    let url = format!("http://{address}/p");
    let empty = outbound
        .send(OutboundRequest {
            method: Method::POST,
            ..get(&url)
        })
        .await
        .unwrap();
    assert_eq!(
        empty.body,
        format!("POST /p HTTP/1.1\r\nhost: {address}\r\ncontent-length: 0\r\n\r\n")
    );
    let body = "x".repeat(300_000);
    let request = OutboundRequest {
        method: Method::PUT,
        body: body.clone().into(),
        ..get(&url)
    };
    let answer = outbound.send(request).await.unwrap();
    assert!(
        String::from_utf8(answer.body.to_vec())
            .unwrap()
            .ends_with(&format!("\r\n\r\n{body}"))
    );
}

#[tokio::test]
async fn framing_headers_from_outside_do_not_reach_the_wire() {
    let (address, _) = echoing().await;
    let mut request = get(format!("http://{address}/"));
    for (name, value) in [
        ("host", "evil"),
        ("content-length", "5"),
        ("transfer-encoding", "chunked"),
        ("connection", "close"),
        ("x-kept", "1"),
    ] {
        request
            .headers
            .insert(name, HeaderValue::from_static(value));
    }
    let answer = outbound().send(request).await.unwrap();
    assert_eq!(
        answer.body,
        format!("GET / HTTP/1.1\r\nx-kept: 1\r\nhost: {address}\r\n\r\n")
    );
}

#[tokio::test]
async fn a_connection_that_the_server_closed_is_replaced() {
    let (address, connections) = server(|mut stream| async move {
        read_request(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
            .await
            .unwrap();
    })
    .await;
    let outbound = outbound();
    for _ in 0..3 {
        assert_eq!(
            outbound
                .send(get(format!("http://{address}/")))
                .await
                .unwrap()
                .status,
            StatusCode::NO_CONTENT
        );
        // Lets the connection's task see the end of the stream, as time does outside tests.
        tokio::task::yield_now().await;
    }
    assert!(connections.load(SeqCst) >= 2);
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let (address, connections) = answering(
        "HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n",
    )
    .await;
    let answer = outbound()
        .send(get(format!("http://{address}/")))
        .await
        .unwrap();
    assert_eq!(answer.status, StatusCode::FOUND);
    assert_eq!(answer.headers["location"], "http://169.254.169.254/");
    assert_eq!(connections.load(SeqCst), 1);
}

#[tokio::test]
async fn an_encoded_body_is_passed_on_as_it_is() {
    let (address, _) =
        answering("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nnogz")
            .await;
    let answer = outbound()
        .send(get(format!("http://{address}/")))
        .await
        .unwrap();
    assert_eq!(
        (
            &answer.body[..],
            answer.headers["content-encoding"].as_bytes()
        ),
        (&b"nogz"[..], &b"gzip"[..])
    );
}

#[tokio::test]
async fn a_server_that_hangs_is_left() {
    let (address, _) = server(|mut stream| async move {
        read_request(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")
            .await
            .unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    let request = OutboundRequest {
        total_timeout_ms: 50,
        ..get(format!("http://{address}/"))
    };
    let error = outbound().send(request).await.unwrap_err();
    assert_eq!(
        error,
        OutboundError::Timeout {
            host: address.to_string(),
            timeout_ms: 50
        }
    );
}

#[tokio::test]
async fn a_handshake_that_hangs_is_left_and_nothing_was_sent() {
    let (address, _) = server(|stream| async move {
        let _held_open = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let request = OutboundRequest {
        connect_timeout_ms: 50,
        ..get(format!("https://{address}/"))
    };
    let error = outbound().send(request).await.unwrap_err();
    assert!(error.never_sent(), "{error}");
    assert_eq!(
        error.to_string(),
        format!("no connection to {address}: nothing was established within 50 ms")
    );
}

#[tokio::test]
async fn resets_garbage_and_early_ends_are_broken_answers() {
    for answer in [
        "",
        "220 smtp.example ESMTP\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ] {
        let (address, _) = server(move |mut stream| async move {
            read_request(&mut stream).await;
            stream.write_all(answer.as_bytes()).await.unwrap();
        })
        .await;
        let error = outbound()
            .send(get(format!("http://{address}/")))
            .await
            .unwrap_err();
        assert!(
            matches!(&error, OutboundError::Broken { host, .. } if *host == address.to_string()),
            "{answer}: {error}"
        );
        assert!(!error.never_sent());
    }
}

#[tokio::test]
async fn too_large_is_an_error_whether_announced_or_endless() {
    let (announced, _) = answering("HTTP/1.1 200 OK\r\ncontent-length: 10737418240\r\n\r\n").await;
    let (endless, _) = server(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while stream.write_all(&[b'x'; 65_536]).await.is_ok() {}
    })
    .await;
    let (endless_head, _) = server(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        while stream
            .write_all(b"x-more: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n")
            .await
            .is_ok()
        {}
    })
    .await;
    let outbound = outbound();
    for address in [announced, endless] {
        let error = outbound
            .send(get(format!("http://{address}/")))
            .await
            .unwrap_err();
        assert_eq!(
            error,
            OutboundError::TooLarge {
                host: address.to_string(),
                limit_bytes: 1 << 20
            }
        );
    }
    let error = outbound
        .send(get(format!("http://{endless_head}/")))
        .await
        .unwrap_err();
    assert!(matches!(error, OutboundError::Broken { .. }), "{error}");
}

#[tokio::test]
async fn the_limit_itself_is_not_too_large() {
    let (address, _) = answering(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n",
    )
    .await;
    let outbound = outbound();
    let url = format!("http://{address}/");
    let answer = outbound
        .send(OutboundRequest {
            max_response_bytes: 5,
            ..get(&url)
        })
        .await
        .unwrap();
    assert_eq!(answer.body, "abcde");
    let error = outbound
        .send(OutboundRequest {
            max_response_bytes: 4,
            ..get(&url)
        })
        .await
        .unwrap_err();
    assert_eq!(
        error,
        OutboundError::TooLarge {
            host: address.to_string(),
            limit_bytes: 4
        }
    );
}

#[tokio::test]
async fn private_addresses_are_refused_by_number_and_by_name() {
    let (address, connections) = answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let outbound = outbound();
    let strict = Egress {
        insecure: true,
        ..Egress::default()
    };
    let port = address.port();
    for host in [
        "127.0.0.1",
        "localhost",
        "127.1",
        "0x7f000001",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
    ] {
        let request = OutboundRequest {
            egress: strict.clone(),
            ..get(format!("http://{host}:{port}/"))
        };
        let error = outbound.send(request).await.unwrap_err();
        assert!(error.never_sent(), "{host}: {error}");
        // Whether `127.1` is a name at all is up to the resolver; what counts is that nothing was connected to.
        assert!(
            matches!(
                error,
                OutboundError::Refused(_) | OutboundError::Connect { .. }
            ),
            "{host}: {error}"
        );
    }
    assert_eq!(connections.load(SeqCst), 0);
    // A lenient request opens a connection; the strict one after it must not ride on it.
    outbound
        .send(get(format!("http://localhost:{port}/")))
        .await
        .unwrap();
    let request = OutboundRequest {
        egress: strict.clone(),
        ..get(format!("http://localhost:{port}/"))
    };
    let error = outbound.send(request).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the address 127.0.0.1 (of localhost:{port}) is not allowed by the egress rules")
            .replace("127.0.0.1", &first_of(&error))
    );
    let listed = HttpOutbound::new(
        crate::tls::client_config(&[]).unwrap(),
        vec![format!("LOCALHOST:{port}")],
    );
    listed
        .send(OutboundRequest {
            egress: strict,
            ..get(format!("http://localhost:{port}/"))
        })
        .await
        .unwrap();
}

/// Which loopback address `localhost` resolves to first depends on the machine.
fn first_of(error: &OutboundError) -> String {
    let OutboundError::Refused(text) = error else {
        panic!("{error}")
    };
    let (address, _) = text.split_once(' ').unwrap();
    assert!(["127.0.0.1", "::1"].contains(&address), "{address}");
    address.to_owned()
}

#[tokio::test]
async fn nothing_listening_says_so_and_was_never_sent() {
    let address = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let error = outbound()
        .send(get(format!("http://{address}/")))
        .await
        .unwrap_err();
    assert!(
        error.never_sent() && error.to_string().contains("refused"),
        "{error}"
    );
}

#[tokio::test]
async fn plain_text_where_tls_is_expected_is_a_tls_error() {
    let (address, _) = server(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    })
    .await;
    let error = outbound()
        .send(get(format!("https://{address}/")))
        .await
        .unwrap_err();
    assert!(matches!(error, OutboundError::Tls { .. }), "{error}");
}

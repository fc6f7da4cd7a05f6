use super::*;
use async_trait::async_trait;
use behalf_model::ports::Egress;
use behalf_model::profile::Retry;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use std::sync::Mutex;

/// Answers from a list; remembers the time left for each attempt.
struct Script {
    answers: Mutex<Vec<Result<OutboundResponse, OutboundError>>>,
    timeouts_ms: Mutex<Vec<u64>>,
}

#[async_trait]
impl Outbound for Script {
    async fn send(&self, request: OutboundRequest) -> Result<OutboundResponse, OutboundError> {
        self.timeouts_ms
            .lock()
            .unwrap()
            .push(request.total_timeout_ms);
        self.answers.lock().unwrap().remove(0)
    }
}

fn status(
    status: u16,
    retry_after: Option<&'static str>,
) -> Result<OutboundResponse, OutboundError> {
    let mut headers = HeaderMap::new();
    if let Some(wait) = retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static(wait));
    }
    Ok(OutboundResponse {
        status: StatusCode::from_u16(status).unwrap(),
        headers,
        body: Bytes::new(),
    })
}

fn refused() -> Result<OutboundResponse, OutboundError> {
    Err(OutboundError::Connect {
        host: "erp.test".into(),
        reason: "refused".into(),
    })
}

async fn run(
    method: Method,
    answers: Vec<Result<OutboundResponse, OutboundError>>,
) -> (Result<u16, OutboundError>, Vec<u64>) {
    let retry = Retry::default();
    run_with(Attempts::of(&retry, &method), method, answers).await
}

async fn run_with(
    attempts: Attempts<'_>,
    method: Method,
    answers: Vec<Result<OutboundResponse, OutboundError>>,
) -> (Result<u16, OutboundError>, Vec<u64>) {
    let script = Script {
        answers: Mutex::new(answers),
        timeouts_ms: Mutex::default(),
    };
    let request = OutboundRequest {
        method,
        url: "https://erp.test/".into(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        connect_timeout_ms: 5_000,
        total_timeout_ms: 10_000,
        max_response_bytes: 1,
        egress: Egress::default(),
    };
    let outcome = send(&script, request, attempts)
        .await
        .map(|response| response.status.as_u16());
    (outcome, script.timeouts_ms.into_inner().unwrap())
}

#[tokio::test(start_paused = true)]
async fn repeatable_methods_are_tried_three_times_within_one_budget() {
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE] {
        let answers = vec![refused(), status(503, None), status(200, None)];
        assert_eq!(
            run(method, answers).await,
            (Ok(200), vec![10_000, 9_900, 9_700])
        );
    }
    let (outcome, made) = run(Method::GET, vec![refused(), refused(), refused()]).await;
    assert!(matches!(outcome, Err(OutboundError::Connect { .. })));
    assert_eq!(made.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn methods_that_change_something_are_sent_once() {
    for method in [Method::POST, Method::PATCH] {
        let (outcome, made) = run(method.clone(), vec![status(503, Some("1"))]).await;
        assert_eq!((outcome, made.len()), (Ok(503), 1));
        assert_eq!(run(method, vec![refused()]).await.1.len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_have_had_an_effect_or_cannot_improve_is_not_repeated() {
    let timeout = Err(OutboundError::Timeout {
        host: "erp.test".into(),
        timeout_ms: 1,
    });
    let broken = Err(OutboundError::Broken {
        host: "erp.test".into(),
        reason: "reset".into(),
    });
    for answer in [timeout, broken, status(500, None), status(404, None)] {
        assert_eq!(run(Method::GET, vec![answer]).await.1.len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn the_server_says_when_to_come_back_within_the_total_timeout() {
    let answers = vec![status(503, Some("4")), status(200, None)];
    assert_eq!(
        run(Method::GET, answers).await,
        (Ok(200), vec![10_000, 6_000])
    );
    // Longer than what is left: the answer is passed on at once.
    assert_eq!(
        run(Method::GET, vec![status(503, Some("60"))]).await,
        (Ok(503), vec![10_000])
    );
}

#[tokio::test(start_paused = true)]
async fn token_requests_are_repeated_only_after_lost_connections_or_when_asked() {
    let send = |answers| run_with(Attempts::TOKEN_REQUEST, Method::POST, answers);
    assert_eq!(send(vec![refused(), status(200, None)]).await.0, Ok(200));
    assert_eq!(
        send(vec![status(429, Some("1")), status(200, None)])
            .await
            .0,
        Ok(200)
    );
    assert_eq!(send(vec![status(503, None)]).await.1.len(), 1);
    assert_eq!(send(vec![status(400, Some("1"))]).await.1.len(), 1);
}

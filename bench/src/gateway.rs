//! Gateway: a call with a cached OBO token beside nginx `proxy_pass`, and first calls of many at once.

use crate::load::{Outcome, Plan, Same, Session, run};
use crate::process::Server;
use crate::report::Report;
use crate::tokens::good;
use crate::upstream::Upstream;
use crate::world::{World, free_port, wait_for};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const FOR: Duration = Duration::from_secs(4);

pub async fn calls(
    world: &World,
    server: &Server,
    upstream: &Upstream,
    backend: SocketAddr,
    report: &mut Report,
) -> Result<(), Failure> {
    let (nginx, nginx_address, _files) = nginx(backend)?;
    let token = upstream.token(0)?;
    let direct = get("/things/42", &token);
    let ours = post("/api/thing/read", &token, r#"{"Thing Id":"42"}"#);
    let proxied = full(nginx_address, &direct, &nginx).await?;
    let called = full(world.authority, &ours, server).await?;
    report.at_least(
        "gateway call, cached OBO token, 1 KB (per CPU second of the server)",
        format!("{:.0}/s", called.1),
        format!("nginx {:.0}/s", proxied.1),
        called.1 / proxied.1,
        0.60,
    );
    report.fact(
        "the same, requests per second on one core",
        format!("{:.0}/s, nginx {:.0}/s", called.0, proxied.0),
    );
    let half = called.0 / 2.0;
    let bare = paced(backend, &direct, half).await?;
    let through = paced(world.authority, &ours, half).await?;
    let added = (through.p99_us as f64 - bare.p99_us as f64) / 1000.0;
    let beside = format!(
        "p50 {} → {} µs, p99 {} → {} µs",
        bare.p50_us, through.p50_us, bare.p99_us, through.p99_us
    );
    report.at_most(
        "p99 added by the gateway at half load",
        added,
        "ms",
        beside,
        1.0,
    );
    Ok(())
}

/// Requests per second, and per CPU second of the server.
async fn full(
    address: SocketAddr,
    request: &Arc<[u8]>,
    server: &Server,
) -> Result<(f64, f64), Failure> {
    let plan = |duration| Plan {
        address,
        connections: 32,
        duration,
        rate: None,
        requests: None,
    };
    run(&plan(Duration::from_millis(500)), |_| Same(request.clone())).await?;
    let before = server.cpu_s();
    let outcome = run(&plan(FOR), |_| Same(request.clone())).await?;
    good(&outcome)?;
    Ok((
        outcome.per_second(),
        outcome.good as f64 / (server.cpu_s() - before),
    ))
}

async fn paced(address: SocketAddr, request: &Arc<[u8]>, rate: f64) -> Result<Outcome, Failure> {
    let outcome = run(
        &Plan {
            address,
            connections: 16,
            duration: FOR,
            rate: Some(rate),
            requests: None,
        },
        |_| Same(request.clone()),
    )
    .await?;
    good(&outcome)?;
    Ok(outcome)
}

pub async fn first_calls(
    world: &World,
    upstream: &Upstream,
    report: &mut Report,
) -> Result<(), Failure> {
    for (users, goal) in [(1, 1), (1000, 1000)] {
        let before = upstream.exchanges();
        let tokens: Vec<String> = (0..users)
            .map(|n| upstream.token(10_000 * users + n))
            .collect::<Result<_, _>>()?;
        let answers = Arc::new(Mutex::new(Vec::new()));
        let plan = Plan {
            address: world.authority,
            connections: 1000,
            duration: Duration::from_millis(1),
            rate: None,
            requests: Some(1),
        };
        run(&plan, |n| Once {
            request: post("/api/thing/who", &tokens[n % users], "{}"),
            expected: format!("00000000-0000-4000-8000-{:012}", 10_000 * users + n % users),
            answers: answers.clone(),
        })
        .await?;
        let answers = answers.lock().map_err(|_| "poisoned")?.clone();
        let right = answers.iter().filter(|a| **a).count();
        let exchanges = upstream.exchanges() - before;
        let what = format!("1,000 concurrent first calls of {users} user(s): exchanges");
        let beside = format!("{right} of {} answers were the caller's own", answers.len());
        report.at_most(&what, exchanges as f64, "", beside, f64::from(goal));
        if right != 1000 || exchanges != goal as u64 {
            return Err(format!("{what}: {exchanges}; {right} right answers").into());
        }
    }
    Ok(())
}

/// One request; remembers whether the answer named the caller.
struct Once {
    request: Arc<[u8]>,
    expected: String,
    answers: Arc<Mutex<Vec<bool>>>,
}

static SHOWN: AtomicUsize = AtomicUsize::new(0);

impl Session for Once {
    fn request(&mut self, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(&self.request);
    }

    fn response(&mut self, status: u16, body: &[u8]) -> bool {
        let body = String::from_utf8_lossy(body);
        let right = status == 200 && body.contains(&self.expected);
        if !right && SHOWN.fetch_add(1, SeqCst) < 3 {
            eprintln!("  {status} {body}");
        }
        if let Ok(mut answers) = self.answers.lock() {
            answers.push(right);
        }
        right
    }
}

fn get(path: &str, token: &str) -> Arc<[u8]> {
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n\r\n")
        .into_bytes()
        .into()
}

fn post(path: &str, token: &str, body: &str) -> Arc<[u8]> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
    .into()
}

fn nginx(backend: SocketAddr) -> Result<(Server, SocketAddr, tempfile::TempDir), Failure> {
    let files = tempfile::tempdir()?;
    let address = free_port()?;
    let at = files.path().display();
    let config = format!(
        "daemon off; worker_processes 1; pid {at}/pid; error_log stderr crit;
         events {{ worker_connections 4096; }}
         http {{ access_log off; keepalive_requests 1000000;
           client_body_temp_path {at}/a; proxy_temp_path {at}/b; fastcgi_temp_path {at}/c; uwsgi_temp_path {at}/d; scgi_temp_path {at}/e;
           upstream backend {{ server {backend}; keepalive 64; keepalive_requests 1000000; }}
           server {{ listen {address}; location / {{ proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection \"\"; }} }} }}"
    );
    let path = files.path().join("nginx.conf");
    std::fs::write(&path, config)?;
    let server = Server::start(
        "nginx",
        &[
            "-p".into(),
            at.to_string(),
            "-c".into(),
            path.display().to_string(),
        ],
    )
    .map_err(|e| format!("nginx does not start ({e}): install the package nginx-light"))?;
    wait_for(address)?;
    Ok((server, address, files))
}

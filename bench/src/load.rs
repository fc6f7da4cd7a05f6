//! A closed- or open-loop HTTP/1.1 load generator: prebuilt request bytes out, whole responses in.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection's client: what it sends next, and what it makes of the answer.
pub trait Session: Send + 'static {
    fn request(&mut self, buffer: &mut Vec<u8>);
    /// Returns false when the answer is not what the measurement counts.
    fn response(&mut self, status: u16, body: &[u8]) -> bool;
}

pub struct Plan {
    pub address: SocketAddr,
    pub connections: usize,
    pub duration: Duration,
    /// Requests per second over all connections (open loop); `None` = as fast as it goes.
    pub rate: Option<f64>,
    /// So many requests on each connection, however long it takes; `None` = until the time is over.
    pub requests: Option<u64>,
}

#[derive(Debug, Clone)]
pub struct Outcome {
    pub good: u64,
    pub bad: u64,
    pub seconds: f64,
    pub p50_us: u64,
    pub p99_us: u64,
}

impl Outcome {
    pub fn per_second(&self) -> f64 {
        self.good as f64 / self.seconds
    }
}

pub async fn run<S: Session>(plan: &Plan, make: impl Fn(usize) -> S) -> io::Result<Outcome> {
    let start = Instant::now() + Duration::from_millis(20);
    let end = start + plan.duration;
    let bad = Arc::new(AtomicU64::new(0));
    let mut tasks = Vec::new();
    for n in 0..plan.connections {
        let (address, bad, session) = (plan.address, bad.clone(), make(n));
        let pace = plan
            .rate
            .map(|rate| Duration::from_secs_f64(plan.connections as f64 / rate));
        let first = pace.map_or(start, |p| {
            start + p.mul_f64(n as f64 / plan.connections as f64)
        });
        tasks.push(tokio::spawn(connection(
            address,
            session,
            first,
            end,
            plan.requests,
            pace,
            bad,
        )));
    }
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await.map_err(io::Error::other)??);
    }
    latencies.sort_unstable();
    let at = |q: f64| {
        latencies
            .get(((latencies.len() as f64 - 1.0) * q) as usize)
            .copied()
            .unwrap_or(0)
    };
    Ok(Outcome {
        good: latencies.len() as u64,
        bad: bad.load(Relaxed),
        seconds: plan.duration.as_secs_f64(),
        p50_us: u64::from(at(0.50)),
        p99_us: u64::from(at(0.99)),
    })
}

async fn connection<S: Session>(
    address: SocketAddr,
    mut session: S,
    first: Instant,
    end: Instant,
    requests: Option<u64>,
    pace: Option<Duration>,
    bad: Arc<AtomicU64>,
) -> io::Result<Vec<u32>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut out, mut buffer) = (Vec::with_capacity(4096), Vec::with_capacity(16 * 1024));
    let mut latencies = Vec::with_capacity(65_536);
    let mut due = first;
    tokio::time::sleep_until(first.into()).await;
    let mut left = requests;
    while left.map_or_else(|| Instant::now() < end, |n| n > 0) {
        left = left.map(|n| n - 1);
        if let Some(pace) = pace {
            // The runtime's timers count milliseconds, which would send requests in bursts; this core has nothing else to do.
            while Instant::now() < due {
                tokio::task::yield_now().await;
            }
            due += pace;
        }
        let sent = if pace.is_some() {
            due - pace.unwrap_or_default()
        } else {
            Instant::now()
        };
        out.clear();
        session.request(&mut out);
        stream.write_all(&out).await?;
        let (status, body) = read_response(&mut stream, &mut buffer).await?;
        let took = sent.elapsed();
        if session.response(status, &buffer[body.0..body.1]) {
            latencies.push(took.as_micros().min(u128::from(u32::MAX)) as u32);
        } else {
            bad.fetch_add(1, Relaxed);
        }
    }
    Ok(latencies)
}

/// Reads one response into `buffer`; returns status and the body's range.
async fn read_response(
    stream: &mut TcpStream,
    buffer: &mut Vec<u8>,
) -> io::Result<(u16, (usize, usize))> {
    buffer.clear();
    let mut head_end = None;
    let mut needed = None;
    loop {
        if head_end.is_none() {
            head_end = buffer
                .windows(4)
                .position(|w| w == b"\r\n\r\n")
                .map(|p| p + 4);
            if let Some(end) = head_end {
                needed = content_length(&buffer[..end]);
            }
        }
        if let Some(end) = head_end {
            match needed {
                Some(length) if buffer.len() >= end + length => {
                    return Ok((status(buffer)?, (end, end + length)));
                }
                None if buffer.ends_with(b"0\r\n\r\n") => {
                    return Ok((status(buffer)?, (end, buffer.len())));
                }
                _ => {}
            }
        }
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the server closed the connection",
            ));
        }
    }
}

fn status(buffer: &[u8]) -> io::Result<u16> {
    let text = buffer.get(9..12).and_then(|b| std::str::from_utf8(b).ok());
    text.and_then(|t| t.parse().ok())
        .ok_or_else(|| io::Error::other("no HTTP status"))
}

fn content_length(head: &[u8]) -> Option<usize> {
    let head = std::str::from_utf8(head).ok()?;
    head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().ok())?
    })
}

/// The same request every time; 200 is good.
#[derive(Clone)]
pub struct Same(pub Arc<[u8]>);

impl Session for Same {
    fn request(&mut self, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(&self.0);
    }

    fn response(&mut self, status: u16, _body: &[u8]) -> bool {
        status == 200
    }
}

/// A form POST as bytes.
pub fn post_form(path: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

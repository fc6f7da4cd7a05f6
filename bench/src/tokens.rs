//! Token endpoint: client credentials, on-behalf-of, refresh, each beside the bare signing rate or the floor.

use crate::browser::Browser;
use crate::load::{Outcome, Plan, Same, Session, post_form, run};
use crate::process::{Server, cpu_of};
use crate::report::Report;
use crate::world::{CLIENT, SECRET, TENANT, World};
use crate::{floor, sign};
use behalf_wire::jose::{JwsAlg, KeyKind};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const FOR: Duration = Duration::from_secs(4);
const REFRESH_CONNECTIONS: usize = 256;

/// A part of this very program, pinned to the servers' core.
pub struct Part {
    child: Child,
    pub address: SocketAddr,
}

impl Part {
    pub fn start(arguments: &[&str]) -> Result<Self, Failure> {
        let program = std::env::current_exe()?;
        let mut child = Command::new("taskset")
            .args(["-c", "0"])
            .arg(program)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        Ok(Self {
            address: format!("127.0.0.1:{}", line.trim()).parse()?,
            child,
        })
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub async fn measure(world: &World, server: &Server, report: &mut Report) -> Result<(), Failure> {
    let rs256 = sign::rate(JwsAlg::RS256, KeyKind::Rsa2048, 3)?;
    let es256_floor = floor_rate("ES256").await?;
    let rs256_floor = floor_rate("RS256").await?;
    report.fact("bare RS256 signing, one core", format!("{rs256:.0}/s"));
    report.fact(
        "floor server RS256",
        format!(
            "{rs256_floor:.0}/s, {:.2} of bare signing",
            rs256_floor / rs256
        ),
    );
    report.fact("floor server ES256", format!("{es256_floor:.0}/s"));

    let path = format!("/{TENANT}/oauth2/v2.0/token");
    for (resource, beside, goal) in [("rs256", rs256, 0.80), ("es256", es256_floor, 0.65)] {
        let scope = format!("api://{resource}/.default");
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", CLIENT),
            ("client_secret", SECRET),
            ("scope", &scope),
        ];
        let rate = rate(world.authority, post_form(&path, &fields), server.id()).await?;
        let what = format!("client credentials {}", resource.to_uppercase());
        report.at_least(
            &what,
            format!("{rate:.0}/s"),
            format!("{beside:.0}/s"),
            rate / beside,
            goal,
        );
    }

    let mut browser = Browser::new(world.authority);
    let assertion = text(&browser.tokens("api://middle/use").await?, "access_token")?;
    for (resource, beside, goal) in [("rs256", rs256, 0.70), ("es256", es256_floor, 0.55)] {
        let scope = format!("api://{resource}/read");
        let fields = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("requested_token_use", "on_behalf_of"),
            ("client_id", CLIENT),
            ("client_secret", SECRET),
            ("assertion", &assertion),
            ("scope", &scope),
        ];
        let rate = rate(world.authority, post_form(&path, &fields), server.id()).await?;
        let what = format!("OBO {}, audit row durable", resource.to_uppercase());
        report.at_least(
            &what,
            format!("{rate:.0}/s"),
            format!("{beside:.0}/s"),
            rate / beside,
            goal,
        );
    }
    refresh(world, server, &mut browser, &path, report).await
}

async fn refresh(
    world: &World,
    server: &Server,
    browser: &mut Browser,
    path: &str,
    report: &mut Report,
) -> Result<(), Failure> {
    let part = Part::start(&["floor", "ES256", &REFRESH_CONNECTIONS.to_string()])?;
    let fields = |token: String| {
        vec![
            ("grant_type", "refresh_token".to_owned()),
            ("client_id", CLIENT.to_owned()),
            ("client_secret", SECRET.to_owned()),
            ("refresh_token", token),
        ]
    };
    let plan = |address| Plan {
        address,
        connections: REFRESH_CONNECTIONS,
        duration: FOR,
        rate: None,
        requests: None,
    };
    let idle = cpu_of(part.child.id());
    let floor = run(&plan(part.address), |n| {
        let row = n as i64 + 1;
        let mut all = fields(format!("{row}.{}", floor::first_secret(row)));
        all[2].1 = floor::CLIENT_SECRET.to_owned();
        Rotating {
            path: "/token".to_owned(),
            fields: all,
        }
    })
    .await?;
    let floor = floor.good as f64 / (cpu_of(part.child.id()) - idle);
    drop(part);
    let mut tokens = Vec::new();
    for _ in 0..REFRESH_CONNECTIONS {
        tokens.push(text(
            &browser.tokens("api://es256/read offline_access").await?,
            "refresh_token",
        )?);
    }
    let idle = cpu_of(server.id());
    let ours = run(&plan(world.authority), |n| Rotating {
        path: path.to_owned(),
        fields: fields(tokens[n].clone()),
    })
    .await?;
    good(&ours)?;
    eprintln!(
        "  {:.0}/s, p50 {} µs, p99 {} µs",
        ours.per_second(),
        ours.p50_us,
        ours.p99_us
    );
    let ours = ours.good as f64 / (cpu_of(server.id()) - idle);
    report.at_least(
        "refresh with rotation, durable, 256 connections, ES256",
        format!("{ours:.0}/s"),
        format!("{floor:.0}/s"),
        ours / floor,
        0.55,
    );
    Ok(())
}

/// A client that uses the refresh token of the last answer.
struct Rotating {
    path: String,
    fields: Vec<(&'static str, String)>,
}

impl Session for Rotating {
    fn request(&mut self, buffer: &mut Vec<u8>) {
        let fields: Vec<(&str, &str)> = self.fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        buffer.extend_from_slice(&post_form(&self.path, &fields));
    }

    fn response(&mut self, status: u16, body: &[u8]) -> bool {
        let body = String::from_utf8_lossy(body);
        let next = body
            .split_once("\"refresh_token\":\"")
            .and_then(|(_, rest)| rest.split_once('"'));
        match next {
            Some((token, _)) if status == 200 && token != self.fields[3].1 => {
                self.fields[3].1 = token.to_owned();
                true
            }
            _ => false,
        }
    }
}

async fn floor_rate(algorithm: &str) -> Result<f64, Failure> {
    let part = Part::start(&["floor", algorithm, "1"])?;
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        ("client_secret", floor::CLIENT_SECRET),
    ];
    rate(part.address, post_form("/token", &fields), part.child.id()).await
}

/// Requests per CPU second of the server `process`: other programs on its core do not count.
async fn rate(address: SocketAddr, request: Vec<u8>, process: u32) -> Result<f64, Failure> {
    let plan = |duration| Plan {
        address,
        connections: 64,
        duration,
        rate: None,
        requests: None,
    };
    let request: std::sync::Arc<[u8]> = request.into();
    run(&plan(Duration::from_millis(500)), |_| Same(request.clone())).await?;
    let before = cpu_of(process);
    let outcome = run(&plan(FOR), |_| Same(request.clone())).await?;
    good(&outcome)?;
    let cpu_s = cpu_of(process) - before;
    eprintln!(
        "  {:.0}/s, p50 {} µs, p99 {} µs, {:.2} of its core",
        outcome.per_second(),
        outcome.p50_us,
        outcome.p99_us,
        cpu_s / outcome.seconds
    );
    Ok(outcome.good as f64 / cpu_s)
}

pub fn good(outcome: &Outcome) -> Result<(), Failure> {
    match outcome.bad {
        0 if outcome.good > 0 => Ok(()),
        bad => Err(format!(
            "{bad} answers were not what is measured, {} were",
            outcome.good
        )
        .into()),
    }
}

fn text(answer: &Value, member: &str) -> Result<String, Failure> {
    answer[member]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| format!("no {member} in the answer").into())
}

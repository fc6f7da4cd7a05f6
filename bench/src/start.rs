//! Start to first token, and memory at rest.

use crate::load::{Plan, Same, post_form, run};
use crate::report::Report;
use crate::world::{CLIENT, SECRET, TENANT, World};
use std::time::{Duration, Instant};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// `world` holds nothing but its declarations: no token was ever issued.
pub async fn measure(world: &World, report: &mut Report) -> Result<(), Failure> {
    let began = Instant::now();
    let server = world.serve()?;
    let path = format!("/{TENANT}/oauth2/v2.0/token");
    let scope = "api://rs256/.default";
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
        ("scope", scope),
    ];
    let request = Same(post_form(&path, &fields).into());
    let once = Plan {
        address: world.authority,
        connections: 1,
        duration: Duration::from_millis(1),
        rate: None,
        requests: Some(1),
    };
    let outcome = run(&once, |_| request.clone()).await?;
    // The load generator waits 20 ms before its first request.
    let took = began.elapsed().as_secs_f64() * 1000.0 - 20.0;
    crate::tokens::good(&outcome)?;
    report.at_most(
        "start to first issued token (RS256), empty database",
        took,
        "ms",
        String::new(),
        300.0,
    );
    report.at_most(
        "idle memory (RSS)",
        server.rss_mib(),
        "MiB",
        String::new(),
        40.0,
    );
    Ok(())
}

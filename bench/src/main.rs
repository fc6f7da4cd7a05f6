//! Measures Behalf beside its limits and floors, all in one run on one machine. `./bench` at the project's root builds
//! everything and calls `bench all`; every other command is one part of it.

mod backend;
mod browser;
mod floor;
mod gateway;
mod load;
mod process;
mod report;
mod sign;
mod start;
mod storage;
mod tokens;
mod upstream;
mod world;

use report::Report;
use tokens::Part;
use upstream::Upstream;
use world::World;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const USAGE: &str = "bench all|start|tokens|gateway|storage BEHALF_BINARY [--full] | bench floor ALGORITHM ROWS | bench backend";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["floor", algorithm, rows] => floor::serve(algorithm, rows.parse()?).await,
        ["backend"] => backend::serve().await,
        [part, behalf] => run(part, behalf, 1_000_000).await,
        [part, behalf, "--full"] => run(part, behalf, 10_000_000).await,
        _ => Err(USAGE.into()),
    }
}

/// One part of the figures, or all of them.
async fn run(part: &str, behalf: &str, many: i64) -> Result<(), Failure> {
    let wanted = |name: &str| part == "all" || part == name;
    let mut report = Report::new();
    let upstream = Upstream::start().await?;
    let backend = Part::start(&["backend"])?;
    if wanted("start") {
        let empty = World::new(behalf, &upstream, backend.address.port())?;
        start::measure(&empty, &mut report).await?;
    }
    if wanted("gateway") || wanted("tokens") {
        let world = World::new(behalf, &upstream, backend.address.port())?;
        let server = world.serve()?;
        if wanted("gateway") {
            gateway::first_calls(&world, &upstream, &mut report).await?;
            gateway::calls(&world, &server, &upstream, backend.address, &mut report).await?;
        }
        if wanted("tokens") {
            tokens::measure(&world, &server, &mut report).await?;
        }
        report.fact(
            "memory of the server after all this (RSS)",
            format!("{:.0} MiB", server.rss_mib()),
        );
    }
    if wanted("storage") {
        storage::lookups(many, &mut report).await?;
    }
    let (table, missed) = report.end();
    println!("{table}");
    if missed == 0 {
        Ok(())
    } else {
        Err(format!("{missed} goals were missed").into())
    }
}

//! `behalf demo`: everything on this machine, with people, secrets and content made at first start; then a tour.

mod browser;
mod print;
mod setup;
mod tour;
mod world;

use crate::commands::serve::AskedToEnd;
use crate::config;
use crate::failure::Failure;
use crate::wiring::House;
use behalf_model::ports::{OutboundError, StoreError};
use behalf_model::{Env, Fault};
use print::Printer;
use std::fmt;
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use world::{Urls, World};

/// Why the demo could not go on. Texts are for the person who started it.
#[derive(Debug)]
pub struct DemoError(String);

impl DemoError {
    pub fn step(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for DemoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! from {
    ($($error:ty),*) => {
        $(impl From<$error> for DemoError {
            fn from(error: $error) -> Self {
                Self(error.to_string())
            }
        })*
    };
}

from!(
    Fault,
    OutboundError,
    StoreError,
    Failure,
    std::io::Error,
    url::ParseError,
    uuid::Error
);
from!(
    http::header::InvalidHeaderValue,
    behalf_model::id::InvalidClientId
);

/// Starts the servers, runs the tour, and stays until it is asked to end unless `once`. True when every step did what it
/// must.
pub async fn run(directory: &Path, port: u16, once: bool) -> Result<bool, DemoError> {
    std::fs::create_dir_all(directory)?;
    let urls = setup::urls(port)?;
    let env = Env::system();
    let config = config::load(&setup::host_file(directory, &urls)?).map_err(Failure::from)?;
    crate::log::start(&config.log.level).map_err(DemoError::step)?;
    let house = House::open(config, env.clone())?;
    let words = setup::words(directory, &env)?;
    declare(&house, directory, &urls, &words).await?;

    println!(
        "Behalf demo: data in {}, secrets in {}",
        directory.display(),
        directory.join("secrets.toml").display()
    );
    // A signal that ended this process by itself would leave the order system behind.
    let mut asked_to_end = AskedToEnd::listen()?;
    let (_stop, stopping) = watch::channel(false);
    let _running = house.start(false, &stopping).await?;
    let _orders = order_system(&house, directory, &urls).await?;

    let home = setup::HOME.parse()?;
    let contoso = setup::CONTOSO.parse()?;
    let (facts, outbound) = (house.facts.clone(), house.outbound.clone());
    let world = World {
        urls,
        outbound,
        facts,
        env,
        home,
        contoso,
        words,
    };
    let mut printer = Printer::new();
    let all_passed = tokio::select! {
        toured = tour::run(&world, &mut printer) => toured?,
        () = asked_to_end.wait() => return Ok(false),
    };
    let (good, bad) = printer.counts();
    println!("\n{good} steps did what they must, {bad} did not.");
    if !once {
        farewell(&house, &world);
        asked_to_end.wait().await;
    }
    Ok(all_passed)
}

async fn declare(
    house: &House,
    directory: &Path,
    urls: &Urls,
    words: &std::collections::BTreeMap<String, String>,
) -> Result<(), DemoError> {
    let file = setup::world(directory, urls, words)?;
    let home = setup::HOME.parse()?;
    let plan = house
        .plan(&[file], setup::sources(urls, home), Some(home))
        .await?;
    if !plan.changes.is_empty() {
        house
            .commit(None, "admin.applied", "demo", plan.changes)
            .await?;
    }
    Ok(())
}

/// The order system is a program of its own; here this very binary plays it, as a process of its own.
async fn order_system(house: &House, directory: &Path, urls: &Urls) -> Result<Child, DemoError> {
    let local = house
        .local_ca
        .as_ref()
        .ok_or_else(|| DemoError::step("the demo has no certificate authority"))?;
    let mut child = Command::new(std::env::current_exe()?)
        .args(["demo", "order-system"])
        .args(["--listen", urls.orders.trim_start_matches("https://")])
        .args([
            "--issuer",
            &format!("{}/{}/v2.0", urls.authority, setup::CONTOSO),
        ])
        .args([
            "--audience",
            setup::ORDERS_APP,
            "--audience",
            "api://ometa.order.system",
        ])
        .arg("--tls-cert")
        .arg(&local.certificate)
        .arg("--tls-key")
        .arg(&local.key)
        .arg("--ca")
        .arg(&local.ca)
        .arg("--db")
        .arg(directory.join("orders.db"))
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let out = child
        .stdout
        .take()
        .ok_or_else(|| DemoError::step("the order system says nothing"))?;
    match BufReader::new(out).lines().next_line().await? {
        Some(line) => println!("{line}"),
        None => {
            return Err(DemoError::step(
                "the order system ended before it was ready; is its port taken? (--port)",
            ));
        }
    }
    Ok(child)
}

fn farewell(house: &House, world: &World) {
    let Urls {
        authority,
        gateway,
        sites,
        orders,
    } = &world.urls;
    println!("\nEverything stays up until Ctrl-C:");
    println!(
        "  authority  {authority}/{}/v2.0/.well-known/openid-configuration",
        world.contoso
    );
    println!("  gateway    {gateway}/openapi.json");
    println!("  sites      {sites}/v1.0/sites/root/lists");
    println!("  orders     {orders}/orders");
    println!(
        "  people     alice@contoso.example, bob@contoso.example, walter@home.example; passwords in secrets.toml"
    );
    if let Some(local) = &house.local_ca {
        println!("  trust      curl --cacert {}", local.ca.display());
    }
}

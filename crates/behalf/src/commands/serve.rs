//! `behalf serve`

use crate::cli::ConfigFile;
use crate::config;
use crate::failure::Failure;
use crate::wiring::{House, renew_local_ca};
use behalf_model::Env;
use behalf_model::ports::Store;
use clap::Args;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

/// Serve until told to end (SIGTERM or Ctrl-C)
///
/// Prints one line `ready <url> <rooms>` per listener to standard output; log lines go to standard error. Requests in
/// flight are finished before the program ends.
#[derive(Args)]
#[command(after_help = "Examples:
  behalf serve --config /etc/behalf/behalf.toml
  behalf serve --dev-http                plain HTTP on loopback addresses, for development")]
pub struct Serve {
    #[command(flatten)]
    config: ConfigFile,
    /// Serve plain HTTP; refused on other than loopback addresses
    #[arg(long)]
    dev_http: bool,
}

/// How often keys are looked after and expired rows removed.
const HOUSEKEEPING: Duration = Duration::from_secs(3600);

impl Serve {
    pub async fn run(self) -> Result<(), Failure> {
        let config = config::load(&self.config.config)?;
        crate::log::start(&config.log.level).map_err(|e| {
            Failure::usage(
                format!("[log] level: {e}"),
                "Write for example info, or info,behalf_gateway=debug.",
            )
        })?;
        let house = Arc::new(House::open(config, Env::system())?);
        if self.dev_http || house.config.listener.iter().any(|l| l.allow_http) {
            tracing::warn!(
                "serving plain HTTP on loopback: for development only (--dev-http or allow_http)"
            );
        }
        if house.config.authority.private_upstreams {
            tracing::warn!(
                "issuers that users sign in at may have private addresses ([authority] private_upstreams)"
            );
        }
        // Listened for before anybody is told that the process is ready: from then on he may ask it to end.
        let mut asked_to_end = AskedToEnd::listen()?;
        let (stop, stopping) = watch::channel(false);
        let running = house.start(self.dev_http, &stopping).await?;
        tokio::spawn(housekeeping(house.clone()));
        asked_to_end.wait().await;
        tracing::info!("ending: requests in flight are finished");
        // Nobody listens any more only if every listener has ended already.
        let _ = stop.send(true);
        for listener in running {
            let _ = listener.await;
        }
        Ok(())
    }
}

impl House {
    /// Starts every listener and says so on standard output.
    pub async fn start(
        &self,
        plain: bool,
        stopping: &watch::Receiver<bool>,
    ) -> Result<Vec<tokio::task::JoinHandle<()>>, Failure> {
        let listeners = self.listeners(plain).await?;
        let mut running = Vec::new();
        let mut out = std::io::stdout();
        for (listener, given) in listeners.into_iter().zip(&self.config.listener) {
            let scheme = if listener.tls.is_some() {
                "https"
            } else {
                "http"
            };
            let rooms: Vec<String> = given
                .rooms
                .get_ref()
                .iter()
                .map(|r| format!("{r:?}").to_lowercase())
                .collect();
            writeln!(
                out,
                "ready {scheme}://{} {}",
                listener.socket.local_addr()?,
                rooms.join(" ")
            )?;
            running.push(tokio::spawn(listener.run(stopping.clone())));
        }
        out.flush()?;
        Ok(running)
    }
}

async fn housekeeping(house: Arc<House>) {
    let mut every = tokio::time::interval(HOUSEKEEPING);
    loop {
        every.tick().await;
        if let Err(fault) = house.authority.maintain_keys().await {
            tracing::error!(%fault, cause = fault.source, "the signing keys could not be looked after");
        }
        match house.store.sweep(house.env.now()).await {
            Ok(rows) => tracing::debug!(rows, "expired rows removed"),
            Err(error) => tracing::error!(%error, "expired rows could not be removed"),
        }
        if house.local_ca.is_some()
            && let Err(failure) = renew_local_ca(&house.config, &house.env)
        {
            tracing::error!(%failure, "the server certificate could not be renewed");
        }
    }
}

/// SIGTERM and Ctrl-C.
pub struct AskedToEnd {
    terminate: Signal,
    interrupt: Signal,
}

impl AskedToEnd {
    /// From here on the signals no longer end the process by themselves.
    pub fn listen() -> Result<Self, Failure> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    pub async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

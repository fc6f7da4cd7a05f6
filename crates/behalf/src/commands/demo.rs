//! `behalf demo`

use crate::demo;
use crate::failure::Failure;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Start everything with demo data and show both worked examples and the seven errors
///
/// Authority, gateway, content host and the example order system run over https on loopback, with a local certificate
/// authority and an embedded database. The tour prints each step and who acted for whom; afterwards everything stays up.
#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  behalf demo                            tour, then everything stays up until Ctrl-C
  behalf demo --once --port 0            only the tour, on free ports; exit code 0 if every step did what it must"
)]
pub struct Demo {
    #[command(subcommand)]
    part: Option<Part>,
    /// Where database, certificates and secrets are kept
    #[arg(long, value_name = "DIR", default_value = "demo-data")]
    data: PathBuf,
    /// First of four ports; 0 takes free ones
    #[arg(long, default_value_t = 8443)]
    port: u16,
    /// End after the tour
    #[arg(long)]
    once: bool,
}

#[derive(Subcommand)]
enum Part {
    /// The example order system (started by the demo as a process of its own)
    #[command(hide = true)]
    OrderSystem(order_system::Args),
}

impl Demo {
    pub async fn run(self) -> Result<(), Failure> {
        if let Some(Part::OrderSystem(args)) = self.part {
            return order_system::run(args)
                .await
                .map_err(|e| Failure::operation(e, "See `behalf demo --help`."));
        }
        match demo::run(&self.data, self.port, self.once).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Failure::operation(
                "a step of the tour did not do what it must",
                "The step marked FAIL says what was answered.",
            )),
            Err(error) => Err(Failure::operation(
                error,
                "Another program may have the ports (--port N), or the data directory is from another version (--data DIR).",
            )),
        }
    }
}

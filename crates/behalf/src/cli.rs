//! The command line.

use crate::commands;
use crate::failure::Failure;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Behalf: any request carries the user's own identity and permissions to the back-end.
#[derive(Parser)]
#[command(
    name = "behalf",
    version,
    max_term_width = 100,
    after_help = "Examples:
  behalf demo                            see everything work on this machine
  behalf init ./site && cd site          write a commented host file and example declarations
  behalf apply -f declarations.toml      register tenants, people, applications, methods
  behalf serve                           serve what ./behalf.toml says
  behalf explain BH3001                  what a fault code means and how to mend it

Exit codes: 0 done, 1 the operation failed, 2 usage or configuration."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// The host file, for every command that works with the store.
#[derive(Args, Clone)]
pub struct ConfigFile {
    /// The host file (see docs/configuration.md)
    #[arg(
        long,
        value_name = "FILE",
        default_value = "behalf.toml",
        global = true
    )]
    pub config: PathBuf,
}

#[derive(Subcommand)]
enum Command {
    Serve(commands::serve::Serve),
    Demo(commands::demo::Demo),
    Init(commands::init::Init),
    Check(commands::check::Check),
    Apply(commands::apply::Apply),
    Export(commands::export::Export),
    Tenant(commands::tenant::Tenant),
    User(commands::user::User),
    Person(commands::person::Person),
    App(commands::app::App),
    Grant(commands::grant::Grant),
    Consent(commands::consent::Consent),
    Secret(commands::secret::Secret),
    Key(commands::key::Key),
    Seal(commands::seal::Seal),
    Method(commands::method::Method),
    Audit(commands::audit::Audit),
    Doctor(commands::doctor::Doctor),
    Explain(commands::explain::Explain),
    Debug(commands::debug::Debug),
    Completions(commands::completions::Completions),
}

impl Cli {
    pub async fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Serve(command) => command.run().await,
            Command::Demo(command) => command.run().await,
            Command::Init(command) => command.run(),
            Command::Check(command) => command.run().await,
            Command::Apply(command) => command.run().await,
            Command::Export(command) => command.run().await,
            Command::Tenant(command) => command.run().await,
            Command::User(command) => command.run().await,
            Command::Person(command) => command.run().await,
            Command::App(command) => command.run().await,
            Command::Grant(command) => command.run().await,
            Command::Consent(command) => command.run().await,
            Command::Secret(command) => command.run().await,
            Command::Key(command) => command.run().await,
            Command::Seal(command) => command.run().await,
            Command::Method(command) => command.run().await,
            Command::Audit(command) => command.run().await,
            Command::Doctor(command) => command.run().await,
            Command::Explain(command) => command.run(),
            Command::Debug(command) => command.run(),
            Command::Completions(command) => command.run(),
        }
    }
}

//! `behalf doctor`

use super::open;
use crate::cli::ConfigFile;
use crate::failure::Failure;
use behalf_gateway::explain::{Outcome, Question, explain};
use clap::{Args, Subcommand};

/// Find out why a call would fail, before a user does
#[derive(Args)]
#[command(after_help = "Examples:
  behalf doctor obo --user alice@contoso.example --method order/create-order
  behalf doctor obo --user alice@contoso.example --method order/create-order --no-exchange")]
pub struct Doctor {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Subcommand)]
enum Action {
    /// Walk the seven checks of an on-behalf-of call with the code that real calls run
    ///
    /// The token endpoint is asked once with the user's real token and its answer thrown away; nothing is sent to the
    /// back-end. Exit code 1 when a check fails.
    Obo {
        /// User principal name or id in the gateway's tenant
        #[arg(long)]
        user: String,
        /// `<object>/<method>`
        #[arg(long)]
        method: String,
        /// The method's default when left out
        #[arg(long)]
        profile: Option<String>,
        /// Do not ask the token endpoint
        #[arg(long)]
        no_exchange: bool,
    },
}

impl Doctor {
    pub async fn run(self) -> Result<(), Failure> {
        let house = open(&self.config)?;
        let gateway = house.gateway().await?.ok_or_else(|| {
            Failure::usage(
                "the host file has no [gateway]",
                "Add it; docs/configuration.md describes every key.",
            )
        })?;
        let Action::Obo {
            user,
            method,
            profile,
            no_exchange,
        } = self.action;
        let question = Question {
            user: &user,
            method: &method,
            profile: profile.as_deref(),
            exchange: !no_exchange,
        };
        let steps = explain(&gateway, question, &house.env.uuid().to_string()).await?;
        let mut failed = None;
        for step in steps {
            let (mark, found) = match &step.outcome {
                Outcome::Passed(found) => ("ok  ", found.clone()),
                Outcome::Failed(fault) => ("FAIL", fault.to_string()),
                Outcome::NotReached => ("-   ", String::new()),
            };
            println!(
                "{mark}  {:2}  {}{}{found}",
                step.error,
                step.name,
                if found.is_empty() { "" } else { ": " }
            );
            if let Outcome::Failed(fault) = step.outcome {
                failed = failed.or(Some(fault));
            }
        }
        failed.map_or(Ok(()), |fault| Err(fault.into()))
    }
}

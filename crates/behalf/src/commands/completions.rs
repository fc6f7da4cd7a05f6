//! `behalf completions`

use crate::cli::Cli;
use crate::failure::Failure;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

/// Write a completion script for a shell
#[derive(Args)]
#[command(after_help = "Examples:
  behalf completions bash > /etc/bash_completion.d/behalf")]
pub struct Completions {
    shell: Shell,
}

impl Completions {
    pub fn run(self) -> Result<(), Failure> {
        clap_complete::generate(
            self.shell,
            &mut Cli::command(),
            "behalf",
            &mut std::io::stdout(),
        );
        Ok(())
    }
}

//! `behalf export`

use super::open;
use crate::cli::ConfigFile;
use crate::failure::Failure;
use crate::files;
use clap::Args;
use std::path::PathBuf;

/// Write what is registered as a declaration file
///
/// Applying the file to the same installation changes nothing. Secrets never appear in clear: client secrets are digests,
/// passwords hashes, named secrets sealed with the installation's key file.
#[derive(Args)]
#[command(after_help = "Examples:
  behalf export -o world.toml
  behalf export --tenant contoso.example | less")]
pub struct Export {
    #[command(flatten)]
    config: ConfigFile,
    /// Only this tenant (GUID or domain)
    #[arg(long)]
    tenant: Option<String>,
    /// Write to this file (mode 0600) instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Export {
    pub async fn run(self) -> Result<(), Failure> {
        let house = open(&self.config)?;
        let only = match &self.tenant {
            Some(name) => Some(house.tenant(name).await?.id),
            None => None,
        };
        let text = behalf_admin::export(&house.facts, only).await?;
        match &self.output {
            // Hashes of weak passwords can be searched for: nobody else should read them.
            Some(path) => files::write_private(path, text.as_bytes()).map_err(|e| {
                Failure::operation(
                    format!("{} cannot be written: {e}", path.display()),
                    "Name a file in a directory that exists.",
                )
            }),
            None => {
                print!("{text}");
                Ok(())
            }
        }
    }
}

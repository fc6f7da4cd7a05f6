//! `behalf method`

use super::{open, table};
use crate::cli::ConfigFile;
use crate::failure::Failure;
use crate::wiring::House;
use behalf_gateway::SourceText;
use behalf_gateway::catalog::Catalog;
use behalf_model::source::Source;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// List or check the gateway's methods
#[derive(Args)]
#[command(after_help = "Examples:
  behalf method list
  behalf method check                    what is stored and configured
  behalf method check ./gateway          a directory with objects/, profiles/ and methods/; needs no host file")]
pub struct Method {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Subcommand)]
enum Action {
    /// Every method with its kind and profiles
    List,
    /// Compile without running; exit code 1 when something does not compile
    Check {
        /// Directory of gateway files to check instead of what is stored
        directory: Option<PathBuf>,
    },
}

impl Method {
    pub async fn run(self) -> Result<(), Failure> {
        match self.action {
            Action::List => {
                let catalog = compiled(&stored(&open(&self.config)?).await?)?;
                let rows: Vec<_> = catalog
                    .methods()
                    .map(|m| {
                        let profiles: Vec<String> = m
                            .profiles
                            .iter()
                            .map(|p| {
                                format!(
                                    "{}{}",
                                    p.slug,
                                    if p.profile.oauth_on_behalf_of {
                                        " (on behalf of)"
                                    } else {
                                        ""
                                    }
                                )
                            })
                            .collect();
                        [
                            format!("{}/{}", m.object_slug, m.slug),
                            m.kind.to_string(),
                            profiles.join(", "),
                        ]
                    })
                    .collect();
                table::print(["METHOD", "KIND", "PROFILES"], &rows);
                Ok(())
            }
            Action::Check { directory } => {
                let sources = match directory {
                    Some(directory) => behalf_gateway::files::read(&directory).map_err(|e| {
                        Failure::usage(e, "Name a directory with objects/, profiles/ and methods/.")
                    })?,
                    None => stored(&open(&self.config)?).await?,
                };
                let catalog = compiled(&sources)?;
                for warning in &catalog.warnings {
                    println!("warning: {warning}");
                }
                println!(
                    "{} methods, {} profiles, {} objects, {} warnings: ok",
                    catalog.methods().count(),
                    catalog.profiles().count(),
                    catalog.objects().count(),
                    catalog.warnings.len()
                );
                Ok(())
            }
        }
    }
}

fn compiled(sources: &[SourceText]) -> Result<Catalog, Failure> {
    behalf_gateway::compile(sources).map_err(|errors| {
        let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Failure::operation(
            format!("{} mistakes:\n{}", errors.len(), all.join("\n")),
            "Correct the lines named above.",
        )
    })
}

/// What the gateway of this host serves: the stored sources of its tenant, and its files.
async fn stored(house: &House) -> Result<Vec<SourceText>, Failure> {
    let Some(gateway) = &house.config.gateway else {
        return Err(Failure::usage(
            "the host file has no [gateway]",
            "Add it; docs/configuration.md describes every key.",
        ));
    };
    let tenant = house.tenant_id(gateway.tenant.get_ref()).await?;
    let mut sources: Vec<SourceText> = house
        .facts
        .all::<Source>(tenant)
        .await?
        .iter()
        .map(|s| SourceText::from(s.as_ref()))
        .collect();
    if let Some(directory) = &gateway.files {
        let files = behalf_gateway::files::read(directory.get_ref());
        sources.extend(
            files.map_err(|e| Failure::usage(e, "Check [gateway] files in the host file."))?,
        );
    }
    Ok(sources)
}

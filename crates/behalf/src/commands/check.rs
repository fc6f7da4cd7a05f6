//! `behalf check`

use crate::cli::ConfigFile;
use crate::config;
use crate::failure::Failure;
use crate::local_ca::trust_lines;
use crate::wiring::House;
use behalf_model::Env;
use behalf_model::tenant::{DIRECTORY, Tenant};
use clap::Args;

/// Check the host file and everything it names, without serving
///
/// Reads certificates, key file and database, compiles the gateway's methods, and prints how clients are told to trust the
/// local certificate authority.
#[derive(Args)]
#[command(after_help = "Examples:
  behalf check --config /etc/behalf/behalf.toml && systemctl restart behalf")]
pub struct Check {
    #[command(flatten)]
    config: ConfigFile,
}

impl Check {
    pub async fn run(self) -> Result<(), Failure> {
        let config = config::load(&self.config.config)?;
        println!("host file    {}", self.config.config.display());
        let house = House::open(config, Env::system())?;
        println!("database     {}", house.config.store.path.display());
        println!(
            "key file     {} ({})",
            house.config.store.key_file.display(),
            house.sealer.key_ids().join(", ")
        );
        for listener in &house.config.listener {
            if let (Some(certificate), Some(key)) = (&listener.certificate, &listener.key) {
                crate::tls::certified_key(certificate.get_ref(), key.get_ref()).map_err(|e| {
                    Failure::usage(
                        e,
                        "Check [[listener]] certificate and key in the host file.",
                    )
                })?;
            }
            println!("listener     {}", listener.address.get_ref());
        }
        println!(
            "tenants      {}",
            house.facts.all::<Tenant>(DIRECTORY).await?.len()
        );
        if let Some(gateway) = house.gateway().await? {
            let state = gateway.load().await?;
            for warning in &state.warnings {
                println!("warning      {warning}");
            }
            if let Some(first) = state.errors.first() {
                let all: Vec<String> = state.errors.iter().map(ToString::to_string).collect();
                let remedy = first
                    .help
                    .as_deref()
                    .unwrap_or("Correct the lines named above.");
                return Err(Failure::operation(
                    format!("the gateway's files do not compile:\n{}", all.join("\n")),
                    remedy,
                ));
            }
            println!("gateway      methods compile");
        }
        if let Some(local) = &house.local_ca {
            println!("\nClients trust the local certificate authority like this:");
            for (client, line) in trust_lines(&local.ca) {
                println!("  {client}\n    {line}");
            }
        }
        println!("\nok");
        Ok(())
    }
}

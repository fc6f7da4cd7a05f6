//! `behalf seal`

use super::open;
use crate::cli::ConfigFile;
use crate::failure::Failure;
use clap::{Args, Subcommand};

/// Rotate the key that seals secrets, signing keys and provider tokens in the database
#[derive(Args)]
#[command(after_help = "Examples:
  behalf seal rotate                     a new key; everything is sealed anew; running servers notice
  behalf seal drop KEY-ID                take an old key out of the key file")]
pub struct Seal {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Subcommand)]
enum Action {
    /// Put a new key in front of the key file and seal everything under it
    Rotate,
    /// Take a key away that nothing is sealed with any more
    Drop {
        /// As `behalf check` lists it
        id: String,
    },
}

impl Seal {
    pub async fn run(self) -> Result<(), Failure> {
        let house = open(&self.config)?;
        let unusable = |e: behalf_store::seal::SealError| {
            Failure::operation(e, "See `behalf check` for the keys there are.")
        };
        let object = match &self.action {
            Action::Rotate => house.sealer.rotate().map_err(unusable)?,
            Action::Drop { id } => id.clone(),
        };
        // Also before dropping: what the key still seals would be lost for good.
        let report = house.store.reseal_all(&house.sealer).await?;
        println!(
            "sealed anew {}, current before {}, unreadable {}",
            report.changed,
            report.current,
            report.unreadable.len()
        );
        for name in &report.unreadable {
            println!("unreadable  {name}");
        }
        let action = match &self.action {
            Action::Rotate => "admin.seal_rotated",
            Action::Drop { id } => {
                if !report.unreadable.is_empty() {
                    return Err(Failure::operation(
                        "not dropped: something cannot be read with the keys there are",
                        "Put the missing key back into the key file, or set the unreadable things anew.",
                    ));
                }
                house.sealer.drop_key(id).map_err(unusable)?;
                "admin.seal_key_dropped"
            }
        };
        house.commit(None, action, &object, Vec::new()).await?;
        println!("keys        {}", house.sealer.key_ids().join(", "));
        Ok(())
    }
}

//! `behalf key`

use super::lookup::tenant_name;
use super::{open, table};
use crate::cli::ConfigFile;
use crate::failure::Failure;
use behalf_model::UnixTime;
use behalf_model::key::SigningKey;
use clap::{Args, Subcommand};

/// List or rotate the keys that sign tokens
#[derive(Args)]
#[command(after_help = "Examples:
  behalf key list
  behalf key rotate --tenant contoso.example")]
pub struct Key {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Subcommand)]
enum Action {
    /// Every published key with its turn
    List {
        /// GUID or domain
        #[arg(long)]
        tenant: Option<String>,
    },
    /// Let the published next keys sign from now on, and publish others for the time after
    ///
    /// Tokens that were signed before keep verifying until they expire.
    Rotate {
        /// GUID or domain
        #[arg(long)]
        tenant: String,
    },
}

impl Key {
    pub async fn run(self) -> Result<(), Failure> {
        let house = open(&self.config)?;
        let tenant = match self.action {
            Action::List { tenant } => tenant,
            Action::Rotate { tenant } => {
                let found = house.tenant(&tenant).await?;
                house.authority.rotate_keys(&found).await?;
                house
                    .commit(
                        Some(found.id),
                        "admin.keys_rotated",
                        &found.id.to_string(),
                        Vec::new(),
                    )
                    .await?;
                Some(tenant)
            }
        };
        let now = house.env.now();
        let rows: Vec<_> = house
            .every::<SigningKey>(tenant.as_deref())
            .await?
            .iter()
            .map(|(tenant, k)| {
                let state = match k.retired_at {
                    Some(at) if at <= now => "retired",
                    Some(_) => "verifies only",
                    None if k.active_from > now => "next",
                    None => "signs",
                };
                let until = k.retired_at.map(UnixTime::rfc3339).unwrap_or_default();
                [
                    tenant_name(tenant),
                    k.kid.clone(),
                    format!("{:?}", k.alg),
                    state.to_owned(),
                    k.active_from.rfc3339(),
                    until,
                ]
            })
            .collect();
        table::print(
            [
                "TENANT",
                "KID",
                "ALG",
                "STATE",
                "SIGNS FROM",
                "PUBLISHED UNTIL",
            ],
            &rows,
        );
        Ok(())
    }
}

//! `behalf secret`

use super::lookup::tenant_name;
use super::{open, secret_from_stdin, table};
use crate::cli::ConfigFile;
use crate::failure::Failure;
use behalf_model::entity::EntityRow;
use behalf_model::key::NamedSecret;
use behalf_model::ports::{Change, Expect};
use behalf_model::secret::Sealer;
use clap::{Args, Subcommand};

/// Keep the secrets that profiles and providers refer to as `secret:<name>`
#[derive(Args)]
#[command(after_help = "Examples:
  printf '%s' \"$VALUE\" | behalf secret set order-api --tenant home.example
  behalf secret list")]
pub struct Secret {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Subcommand)]
enum Action {
    /// Names only: a secret is never shown again
    List {
        /// GUID or domain
        #[arg(long)]
        tenant: Option<String>,
    },
    /// Seal the first line of standard input under a name
    Set {
        /// Referred to as `secret:<name>`
        name: String,
        /// GUID or domain
        #[arg(long)]
        tenant: String,
    },
}

impl Secret {
    pub async fn run(self) -> Result<(), Failure> {
        let house = open(&self.config)?;
        match self.action {
            Action::List { tenant } => {
                let all = house.every::<NamedSecret>(tenant.as_deref()).await?;
                let rows: Vec<_> = all
                    .iter()
                    .map(|(tenant, s)| [tenant_name(tenant), s.name.clone()])
                    .collect();
                table::print(["TENANT", "NAME"], &rows);
                Ok(())
            }
            Action::Set { name, tenant } => {
                let tenant = house.tenant(&tenant).await?;
                let clear = secret_from_stdin("secret")?;
                let value = house
                    .sealer
                    .seal(&NamedSecret::purpose(tenant.id, &name), clear.expose());
                let secret = NamedSecret {
                    tenant: tenant.id,
                    name: name.clone(),
                    value,
                };
                let change = Change::PutEntity {
                    row: EntityRow::of(&secret),
                    expect: Expect::Any,
                };
                house
                    .commit(Some(tenant.id), "admin.secret_set", &name, vec![change])
                    .await?;
                println!("secret:{name}");
                Ok(())
            }
        }
    }
}

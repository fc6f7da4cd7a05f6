//! `behalf tenant`

use super::{open, table};
use crate::cli::ConfigFile;
use crate::failure::Failure;
use behalf_admin::declaration::{self, Content};
use behalf_model::TenantId;
use behalf_model::tenant::{DIRECTORY, Lifetimes, Provider, ProviderKind};
use clap::{Args, Subcommand};
use toml::Spanned;

/// List or add tenants
#[derive(Args)]
#[command(after_help = "Examples:
  behalf tenant list
  behalf tenant add --name Contoso --domain contoso.example")]
pub struct Tenant {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Subcommand)]
enum Action {
    /// Every tenant with its domains
    List,
    /// A new tenant with the sign-in provider `password`; prints its id
    Add {
        /// Shown on pages
        #[arg(long)]
        name: String,
        /// Domain that stands for the tenant in URLs; may be repeated
        #[arg(long)]
        domain: Vec<String>,
        /// GUID; a new one when left out
        #[arg(long)]
        id: Option<TenantId>,
    },
}

impl Tenant {
    pub async fn run(self) -> Result<(), Failure> {
        let house = open(&self.config)?;
        match self.action {
            Action::List => {
                let all = house
                    .facts
                    .all::<behalf_model::tenant::Tenant>(DIRECTORY)
                    .await?;
                let row = |t: &behalf_model::tenant::Tenant| {
                    let providers: Vec<&str> =
                        t.providers.iter().map(|p| p.name.as_str()).collect();
                    let state = if t.enabled { "enabled" } else { "disabled" };
                    [
                        t.id.to_string(),
                        t.domains.join(","),
                        state.to_owned(),
                        providers.join(","),
                        t.display_name.clone(),
                    ]
                };
                let rows: Vec<_> = all.iter().map(|t| row(t)).collect();
                table::print(["ID", "DOMAINS", "STATE", "PROVIDERS", "NAME"], &rows);
                Ok(())
            }
            Action::Add { name, domain, id } => {
                let id = id.unwrap_or_else(|| TenantId(house.env.uuid()));
                if house
                    .facts
                    .get::<behalf_model::tenant::Tenant>(DIRECTORY, &id.to_string())
                    .await?
                    .is_some()
                {
                    return Err(Failure::operation(
                        format!("there is a tenant {id} already"),
                        "Change it with `behalf apply`, or leave --id out.",
                    ));
                }
                let provider = Provider {
                    name: "password".to_owned(),
                    kind: ProviderKind::Password,
                    label: String::new(),
                    upstream: None,
                };
                let tenant = declaration::Tenant {
                    id: id.to_string(),
                    domains: domain,
                    display_name: name,
                    enabled: true,
                    user_consent: true,
                    default_resource: None,
                    lifetimes: Lifetimes::default(),
                    providers: vec![provider],
                };
                let content = Content {
                    tenant: vec![Spanned::new(0..0, tenant)],
                    ..Content::default()
                };
                house
                    .declare(&content, Some(id), "admin.tenant_added")
                    .await?;
                println!("{id}");
                Ok(())
            }
        }
    }
}

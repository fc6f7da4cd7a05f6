//! `behalf grant`

use super::lookup::tenant_name;
use super::{open, table};
use crate::cli::ConfigFile;
use crate::failure::Failure;
use behalf_model::UnixTime;
use behalf_model::consent::{AppRoleGrant, DelegatedGrant};
use clap::{Args, Subcommand};

/// List who consented to what
#[derive(Args)]
#[command(after_help = "Examples:
  behalf grant list --tenant contoso.example")]
pub struct Grant {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Subcommand)]
enum Action {
    /// Delegated scopes and application permissions, with who gave them and when
    List {
        /// GUID or domain
        #[arg(long)]
        tenant: Option<String>,
    },
}

impl Grant {
    pub async fn run(self) -> Result<(), Failure> {
        let house = open(&self.config)?;
        let Action::List { tenant } = self.action;
        let mut rows = Vec::new();
        let given = |by: &str, at: UnixTime| format!("{} by {by}", at.rfc3339());
        for (tenant, g) in house.every::<DelegatedGrant>(tenant.as_deref()).await? {
            let who = g
                .user
                .map_or_else(|| "everyone".to_owned(), |u| u.to_string());
            let scopes: Vec<&str> = g.scopes.iter().map(String::as_str).collect();
            rows.push([
                tenant_name(&tenant),
                g.client.to_string(),
                g.resource.to_string(),
                who,
                scopes.join(" "),
                given(&g.granted_by, g.granted_at),
            ]);
        }
        for (tenant, g) in house.every::<AppRoleGrant>(tenant.as_deref()).await? {
            let roles: Vec<&str> = g.roles.iter().map(String::as_str).collect();
            rows.push([
                tenant_name(&tenant),
                g.client.to_string(),
                g.resource.to_string(),
                "the app itself".to_owned(),
                roles.join(" "),
                given(&g.granted_by, g.granted_at),
            ]);
        }
        table::print(
            [
                "TENANT",
                "CLIENT",
                "RESOURCE",
                "FOR",
                "PERMISSIONS",
                "GIVEN",
            ],
            &rows,
        );
        Ok(())
    }
}

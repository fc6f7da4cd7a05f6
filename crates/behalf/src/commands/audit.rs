//! `behalf audit`

use super::{open, table};
use crate::cli::ConfigFile;
use crate::failure::Failure;
use behalf_model::UnixTime;
use behalf_model::audit::{AuditQuery, AuditRow};
use behalf_model::ports::Store;
use clap::{Args, Subcommand};

/// Read or verify the audit trail
#[derive(Args)]
#[command(after_help = "Examples:
  behalf audit list --user alice@contoso.example
  behalf audit list --json --limit 1000 > audit.jsonl
  behalf audit verify")]
pub struct Audit {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Subcommand)]
enum Action {
    /// Newest first
    List {
        /// GUID or domain
        #[arg(long)]
        tenant: Option<String>,
        /// In whose name it happened
        #[arg(long)]
        user: Option<String>,
        /// Which application acted
        #[arg(long)]
        client: Option<String>,
        /// Only rows with a smaller number (paging)
        #[arg(long)]
        before: Option<i64>,
        #[arg(long, default_value_t = 50)]
        limit: usize,
        /// One JSON object per line
        #[arg(long)]
        json: bool,
    },
    /// Recompute the chain of hashes; exit code 1 when a row was changed or removed
    Verify,
}

impl Audit {
    pub async fn run(self) -> Result<(), Failure> {
        let house = open(&self.config)?;
        match self.action {
            Action::List {
                tenant,
                user,
                client,
                before,
                limit,
                json,
            } => {
                let tenant = match tenant {
                    Some(name) => Some(house.tenant_id(&name).await?),
                    None => None,
                };
                let rows = house
                    .store
                    .audit(&AuditQuery {
                        tenant,
                        user,
                        client,
                        before,
                        limit,
                    })
                    .await?;
                if json {
                    for row in &rows {
                        let event = serde_json::to_value(&row.event)
                            .map_err(|e| Failure::operation(e, "Verify the trail."))?;
                        println!("{}", serde_json::json!({"id": row.id, "event": event}));
                    }
                } else {
                    let lines: Vec<_> = rows.iter().map(line).collect();
                    table::print(
                        [
                            "NO", "TIME", "ACTION", "USER", "CLIENT", "OBJECT", "OUTCOME",
                        ],
                        &lines,
                    );
                }
                Ok(())
            }
            Action::Verify => {
                let (rows, _) = house.store.verify_audit_trail()?;
                println!("{rows} rows: the chain is whole");
                Ok(())
            }
        }
    }
}

fn line(row: &AuditRow) -> [String; 7] {
    let event = &row.event;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        row.id.to_string(),
        UnixTime(event.at_ms.div_euclid(1000)).rfc3339(),
        event.action.clone(),
        text(&event.user),
        text(&event.client),
        text(&event.object),
        event.outcome.clone(),
    ]
}

//! The commands, one file per verb, and what they share.

pub mod app;
pub mod apply;
pub mod audit;
pub mod check;
pub mod completions;
pub mod consent;
pub mod debug;
pub mod demo;
pub mod doctor;
pub mod explain;
pub mod export;
pub mod grant;
pub mod init;
pub mod key;
pub mod method;
pub mod person;
pub mod seal;
pub mod secret;
pub mod serve;
pub mod tenant;
pub mod user;

mod declared;
mod lookup;
mod table;

use crate::cli::ConfigFile;
use crate::config;
use crate::failure::Failure;
use crate::wiring::House;
use behalf_model::audit::AuditEvent;
use behalf_model::ports::{Change, Store};
use behalf_model::{Env, Secret, TenantId};
use std::io::{BufRead, IsTerminal};

/// Opens what the host file names, with warnings on standard error.
pub fn open(file: &ConfigFile) -> Result<House, Failure> {
    let config = config::load(&file.config)?;
    crate::log::start("warn").map_err(|e| Failure::operation(e, "Start the program again."))?;
    House::open(config, Env::system())
}

impl House {
    /// Commits an administrator's changes together with their line in the audit trail.
    pub async fn commit(
        &self,
        tenant: Option<TenantId>,
        action: &str,
        object: &str,
        mut changes: Vec<Change>,
    ) -> Result<(), Failure> {
        changes.push(Change::Audit(AuditEvent {
            at_ms: self.env.now_ms(),
            tenant,
            action: action.to_owned(),
            client: Some("behalf command line".to_owned()),
            object: Some(object.to_owned()),
            outcome: "ok".to_owned(),
            ..AuditEvent::default()
        }));
        self.store.commit(changes).await?;
        Ok(())
    }
}

/// The first line of standard input. A secret given as an argument would be readable in the list of processes.
fn secret_from_stdin(what: &str) -> Result<Secret, Failure> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!("{what} (it is shown while you type; end with Enter):");
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line)?;
    let value = line.trim_end_matches(['\r', '\n']);
    if value.is_empty() {
        return Err(Failure::usage(
            format!("no {what} came on standard input"),
            "Pipe it in: printf '%s' … | behalf …",
        ));
    }
    Ok(Secret::new(value))
}

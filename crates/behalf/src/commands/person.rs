//! `behalf person`

use super::open;
use crate::cli::ConfigFile;
use crate::failure::Failure;
use behalf_model::PersonId;
use behalf_model::entity::EntityRow;
use behalf_model::ports::{Change, Expect};
use behalf_model::user::{Person as Record, User};
use clap::{Args, Subcommand};
use std::collections::BTreeSet;

/// Link the users that are one human
#[derive(Args)]
#[command(after_help = "Examples:
  behalf person link --tenant home.example walter@home.example 5f1c0000-0000-4000-8000-000000000001")]
pub struct Person {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Subcommand)]
enum Action {
    /// Make the users hang on one person, so that each can act with the others' provider tokens
    Link {
        /// GUID or domain
        #[arg(long)]
        tenant: String,
        /// Name of the person; the first user's when left out
        #[arg(long)]
        name: Option<String>,
        /// User principal names or ids
        #[arg(required = true, num_args = 2..)]
        users: Vec<String>,
    },
}

impl Person {
    pub async fn run(self) -> Result<(), Failure> {
        let house = open(&self.config)?;
        let Action::Link {
            tenant,
            name,
            users,
        } = self.action;
        let tenant = house.tenant(&tenant).await?;
        let mut linked = Vec::new();
        for user in &users {
            linked.push(house.user(&tenant, user).await?);
        }
        let persons: BTreeSet<PersonId> = linked.iter().filter_map(|u| u.person).collect();
        if persons.len() > 1 {
            return Err(Failure::operation(
                "the users already belong to different persons",
                "Decide which links are right and declare them with `person = …` in [[user]].",
            ));
        }
        let name = name
            .or_else(|| linked.first().map(|u| u.name.clone()))
            .unwrap_or_default();
        let id = persons
            .first()
            .copied()
            .unwrap_or_else(|| PersonId(house.env.uuid()));
        let mut changes = Vec::new();
        if house
            .facts
            .get::<Record>(tenant.id, &id.to_string())
            .await?
            .is_none()
        {
            let person = Record {
                tenant: tenant.id,
                id,
                name,
            };
            changes.push(Change::PutEntity {
                row: EntityRow::of(&person),
                expect: Expect::Any,
            });
        }
        for user in &linked {
            let before = EntityRow::of(user.as_ref()).body;
            let after = User {
                person: Some(id),
                ..user.as_ref().clone()
            };
            changes.push(Change::PutEntity {
                row: EntityRow::of(&after),
                expect: Expect::Body(before),
            });
        }
        house
            .commit(
                Some(tenant.id),
                "admin.person_linked",
                &id.to_string(),
                changes,
            )
            .await?;
        println!("{id}");
        Ok(())
    }
}

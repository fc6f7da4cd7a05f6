//! `behalf user`

use super::lookup::tenant_name;
use super::{open, secret_from_stdin, table};
use crate::cli::ConfigFile;
use crate::failure::Failure;
use crate::wiring::House;
use behalf_admin::declaration::{self, Content};
use behalf_authority::admin;
use behalf_authority::providers::password::hash_password;
use behalf_model::entity::EntityRow;
use behalf_model::ports::{Change, Expect, TokenVault};
use behalf_model::user::{PasswordAccount, User as Record};
use behalf_model::{Secret, UserId};
use behalf_wire::jose::base64url;
use clap::{Args, Subcommand};
use std::sync::Arc;
use toml::Spanned;

/// List, add, disable, enable or delete users, or set a password
#[derive(Args)]
#[command(after_help = "Examples:
  behalf user add --tenant contoso.example --upn alice@contoso.example --name \"Alice Archer\"
  behalf user disable alice@contoso.example --tenant contoso.example
  printf '%s' \"$PASSWORD\" | behalf user set-password alice@contoso.example --tenant contoso.example --password-stdin")]
pub struct User {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Args)]
struct Named {
    /// User principal name or id
    user: String,
    /// GUID or domain
    #[arg(long)]
    tenant: String,
}

#[derive(Args)]
struct PasswordSource {
    /// Read the password from standard input instead of making one up and printing it
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Subcommand)]
enum Action {
    /// Every user, or those of one tenant
    List {
        /// GUID or domain
        #[arg(long)]
        tenant: Option<String>,
    },
    /// A new user with a password; prints the id, and the password when it was made up
    Add {
        /// GUID or domain
        #[arg(long)]
        tenant: String,
        /// User principal name, which is also the user name at sign-in
        #[arg(long)]
        upn: String,
        /// Display name
        #[arg(long)]
        name: String,
        #[arg(long, default_value = "")]
        email: String,
        /// GUID; a new one when left out
        #[arg(long)]
        id: Option<UserId>,
        /// May consent for everyone
        #[arg(long)]
        admin: bool,
        /// May be repeated
        #[arg(long)]
        group: Vec<String>,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Switch a user off: he keeps his data and can do nothing; sessions and refresh tokens end
    Disable(Named),
    /// Switch a user on again
    Enable(Named),
    /// Remove a user; the next sign-in makes a new one with a new id
    Delete(Named),
    /// Give a user of the provider `password` another password; sessions and refresh tokens end
    SetPassword {
        #[command(flatten)]
        named: Named,
        #[command(flatten)]
        password: PasswordSource,
    },
}

impl User {
    pub async fn run(self) -> Result<(), Failure> {
        let house = open(&self.config)?;
        match self.action {
            Action::List { tenant } => list(&house, tenant.as_deref()).await,
            Action::Add {
                tenant,
                upn,
                name,
                email,
                id,
                admin,
                group,
                password,
            } => {
                let (secret, shown) = password.read(&house)?;
                let tenant = house.tenant(&tenant).await?;
                let named = house
                    .facts
                    .by_tag::<Record>(tenant.id, &format!("upn:{}", upn.to_lowercase()))
                    .await?;
                if named.iter().any(|u| u.provider == PASSWORD) {
                    return Err(Failure::operation(
                        format!("there is a user '{upn}' already"),
                        "Choose another user principal name, or change him with `behalf apply`.",
                    ));
                }
                let id = id.unwrap_or_else(|| UserId(house.env.uuid()));
                let user = declaration::User {
                    tenant: tenant.id.to_string(),
                    id: Some(id.to_string()),
                    provider: PASSWORD.to_owned(),
                    subject: None,
                    upn,
                    name,
                    given_name: String::new(),
                    family_name: String::new(),
                    email,
                    active: true,
                    admin,
                    groups: group,
                    person: None,
                    password: Some(secret.expose().to_owned()),
                    password_hash: None,
                };
                let content = Content {
                    user: vec![Spanned::new(0..0, user)],
                    ..Content::default()
                };
                house
                    .declare(&content, Some(tenant.id), "admin.user_added")
                    .await?;
                println!("{id}");
                show(shown);
                Ok(())
            }
            Action::Disable(named) => {
                change(&house, &named, "admin.user_disabled", admin::disable_user).await
            }
            Action::Enable(named) => {
                change(&house, &named, "admin.user_enabled", admin::enable_user).await
            }
            Action::Delete(named) => {
                let now = house.env.now();
                change(&house, &named, "admin.user_deleted", |user| {
                    admin::delete_user(user, now)
                })
                .await
            }
            Action::SetPassword { named, password } => {
                set_password(&house, &named, &password).await
            }
        }
    }
}

const PASSWORD: &str = "password";

impl PasswordSource {
    /// The password, and again when it has to be shown.
    fn read(&self, house: &House) -> Result<(Secret, Option<String>), Failure> {
        if self.password_stdin {
            return Ok((secret_from_stdin("password")?, None));
        }
        let made = base64url::encode(house.env.random::<15>());
        Ok((Secret::new(made.clone()), Some(made)))
    }
}

fn show(password: Option<String>) {
    if let Some(password) = password {
        println!("password: {password}");
    }
}

async fn list(house: &House, tenant: Option<&str>) -> Result<(), Failure> {
    let rows: Vec<_> = house
        .every::<Record>(tenant)
        .await?
        .iter()
        .map(|(tenant, u)| {
            let state = if u.active { "active" } else { "inactive" };
            let admin = if u.admin { "admin" } else { "" };
            [
                tenant_name(tenant),
                u.id.to_string(),
                u.provider.clone(),
                u.upn.clone(),
                state.to_owned(),
                admin.to_owned(),
                u.name.clone(),
            ]
        })
        .collect();
    table::print(
        ["TENANT", "ID", "PROVIDER", "UPN", "STATE", "ROLE", "NAME"],
        &rows,
    );
    Ok(())
}

async fn change(
    house: &House,
    named: &Named,
    action: &str,
    changes: impl Fn(&Record) -> Vec<Change>,
) -> Result<(), Failure> {
    let tenant = house.tenant(&named.tenant).await?;
    let user = house.user(&tenant, &named.user).await?;
    house
        .commit(
            Some(tenant.id),
            action,
            &user.id.to_string(),
            changes(&user),
        )
        .await?;
    if action != "admin.user_enabled" {
        house.authority.vault.forget(tenant.id, user.id).await;
    }
    println!("{} {}", user.id, user.upn);
    Ok(())
}

async fn set_password(
    house: &House,
    named: &Named,
    password: &PasswordSource,
) -> Result<(), Failure> {
    let tenant = house.tenant(&named.tenant).await?;
    let user = house.user(&tenant, &named.user).await?;
    let account = house
        .facts
        .get::<PasswordAccount>(tenant.id, &user.subject)
        .await?;
    let account: Arc<PasswordAccount> =
        account
            .filter(|_| user.provider == PASSWORD)
            .ok_or_else(|| {
                Failure::operation(
                    format!(
                        "{} has no password here: he signs in through '{}'",
                        user.upn, user.provider
                    ),
                    "Change the password at that provider.",
                )
            })?;
    let (secret, shown) = password.read(house)?;
    let account = PasswordAccount {
        password_hash: hash_password(&house.env, secret.expose()),
        ..account.as_ref().clone()
    };
    let mut changes = admin::sign_out_user(&user, house.env.now());
    changes.push(Change::PutEntity {
        row: EntityRow::of(&account),
        expect: Expect::Any,
    });
    house
        .commit(
            Some(tenant.id),
            "admin.password_set",
            &user.id.to_string(),
            changes,
        )
        .await?;
    println!("{} {}", user.id, user.upn);
    show(shown);
    Ok(())
}

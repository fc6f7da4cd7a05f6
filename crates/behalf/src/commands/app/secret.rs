//! `behalf app secret`

use crate::commands::secret_from_stdin;
use crate::failure::Failure;
use crate::wiring::House;
use behalf_model::entity::EntityRow;
use behalf_model::ports::{Change, Digester, Expect};
use behalf_model::principal::{Principal, SecretCredential};
use behalf_model::{Secret, UnixTime};
use behalf_wire::acs::AppSecret;
use behalf_wire::jose::base64url;
use clap::Subcommand;
use std::sync::Arc;

#[derive(Subcommand)]
pub enum Action {
    /// One more secret beside those there are; prints it once. Only its digest is kept, and for an app with an app host
    /// domain the sealed secret, because context tokens are signed with it
    Add {
        /// Client id
        app: String,
        /// GUID or domain
        #[arg(long)]
        tenant: String,
        /// Names the secret in lists; made up when left out
        #[arg(long)]
        id: Option<String>,
        /// RFC 3339 or a date
        #[arg(long, value_parser = time)]
        starts: Option<UnixTime>,
        /// RFC 3339 or a date
        #[arg(long, value_parser = time)]
        expires: Option<UnixTime>,
        /// Read the secret from standard input instead of making one up
        #[arg(long)]
        value_stdin: bool,
    },
    /// Let a secret sign context tokens from now on, in place of the oldest valid one
    Promote {
        /// Client id
        app: String,
        /// Name of the secret
        id: String,
        /// GUID or domain
        #[arg(long)]
        tenant: String,
    },
    /// Take a secret away; it stops working at once
    Remove {
        /// Client id
        app: String,
        /// Name of the secret
        id: String,
        /// GUID or domain
        #[arg(long)]
        tenant: String,
    },
}

fn time(text: &str) -> Result<UnixTime, String> {
    UnixTime::parse(text).ok_or_else(|| "expected 2027-06-30 or 2027-06-30T12:00:00Z".to_owned())
}

impl Action {
    pub async fn run(self, house: &House) -> Result<(), Failure> {
        match self {
            Self::Add {
                app,
                tenant,
                id,
                starts,
                expires,
                value_stdin,
            } => {
                let app = find(house, &tenant, &app).await?;
                let id = id.unwrap_or_else(|| house.env.uuid().to_string());
                if app.secrets.iter().any(|s| s.id == id) {
                    return Err(Failure::operation(
                        format!("the app has a secret '{id}' already"),
                        "Choose another --id, or remove that one first.",
                    ));
                }
                let (secret, made) = if value_stdin {
                    (long_enough(secret_from_stdin("client secret")?)?, false)
                } else {
                    (new_secret(house, &app), true)
                };
                check_signs(&app, &secret)?;
                let digest = house.sealer.digest(
                    &SecretCredential::purpose(app.tenant, &app.client_id),
                    secret.expose(),
                );
                let mut changed = app.as_ref().clone();
                changed.secrets.push(SecretCredential {
                    id: id.clone(),
                    digest,
                    sealed: app.seal_secret(&*house.sealer, &id, secret.expose()),
                    starts_at: starts,
                    expires_at: expires,
                });
                put(house, &app, &changed, "admin.app_secret_added").await?;
                println!("{id}");
                if made {
                    println!("secret: {}", secret.expose());
                }
                Ok(())
            }
            Self::Promote { app, id, tenant } => {
                let app = find(house, &tenant, &app).await?;
                let secret = app
                    .secrets
                    .iter()
                    .find(|secret| secret.id == id)
                    .ok_or_else(|| unknown(&app, &id))?;
                if secret.sealed.is_none() || !secret.is_valid_at(house.env.now()) {
                    return Err(Failure::operation(
                        format!("the secret '{id}' cannot sign context tokens now"),
                        "It must be valid, and have been added while the app had an app host domain.",
                    ));
                }
                let mut changed = app.as_ref().clone();
                changed.promoted_secret = Some(id.clone());
                put(house, &app, &changed, "admin.app_secret_promoted").await?;
                println!("{id}");
                Ok(())
            }
            Self::Remove { app, id, tenant } => {
                let app = find(house, &tenant, &app).await?;
                let mut changed = app.as_ref().clone();
                changed.secrets.retain(|s| s.id != id);
                if changed.secrets.len() == app.secrets.len() {
                    return Err(unknown(&app, &id));
                }
                changed.promoted_secret = changed.promoted_secret.filter(|known| *known != id);
                put(house, &app, &changed, "admin.app_secret_removed").await?;
                println!("{id}");
                Ok(())
            }
        }
    }
}

fn unknown(app: &Principal, id: &str) -> Failure {
    let names: Vec<&str> = app.secrets.iter().map(|s| s.id.as_str()).collect();
    Failure::operation(
        format!("the app has no secret '{id}'"),
        format!("It has: {}.", names.join(", ")),
    )
}

fn new_secret(house: &House, app: &Principal) -> Secret {
    let bytes = house.env.random::<32>();
    match app.app_host_domain {
        Some(_) => Secret::new(AppSecret::text_of(&bytes).as_str()),
        None => Secret::new(base64url::encode(bytes)),
    }
}

fn check_signs(app: &Principal, secret: &Secret) -> Result<(), Failure> {
    if app.app_host_domain.is_none() {
        return Ok(());
    }
    AppSecret::parse(secret.expose()).map(|_| ()).map_err(|error| {
        Failure::usage(
            format!("the secret cannot sign context tokens: {error}"),
            "An app with an app host domain needs base64 of 32 random bytes; or leave --value-stdin out.",
        )
    })
}

/// The same bound as for declared secrets: a short one can be guessed.
fn long_enough(secret: Secret) -> Result<Secret, Failure> {
    match secret.expose().len() {
        0..16 => Err(Failure::usage(
            "the secret is shorter than 16 characters",
            "Use a generated secret, or leave --value-stdin out.",
        )),
        _ => Ok(secret),
    }
}

async fn find(house: &House, tenant: &str, app: &str) -> Result<Arc<Principal>, Failure> {
    let tenant = house.tenant(tenant).await?;
    let app = house.app(&tenant, app).await?;
    if app.public {
        return Err(Failure::operation(
            format!("{} is a public client and has no secrets", app.client_id),
            "Register a confidential application for a program that can keep a secret.",
        ));
    }
    Ok(app)
}

async fn put(
    house: &House,
    before: &Principal,
    after: &Principal,
    action: &str,
) -> Result<(), Failure> {
    let expect = Expect::Body(EntityRow::of(before).body);
    let change = Change::PutEntity {
        row: EntityRow::of(after),
        expect,
    };
    house
        .commit(
            Some(after.tenant),
            action,
            after.client_id.as_str(),
            vec![change],
        )
        .await
}

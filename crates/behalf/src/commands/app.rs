//! `behalf app`

mod secret;

use super::lookup::tenant_name;
use super::{open, table};
use crate::cli::ConfigFile;
use crate::failure::Failure;
use crate::wiring::House;
use behalf_admin::declaration::{self, Content};
use behalf_model::ClientId;
use behalf_model::principal::{Platform, Principal, RedirectUri};
use behalf_model::resource::{Resource, Scope, SigningAlg, TokenFormat, WhoCanConsent};
use clap::{Args, Subcommand};
use toml::Spanned;

/// List or register applications, add, promote or remove their secrets
#[derive(Args)]
#[command(after_help = "Examples:
  behalf app register --tenant contoso.example --title \"Order front end\" --redirect-uri https://orders.lan/callback
  behalf app register --tenant contoso.example --title Orders --app-id-uri api://orders --scope order.read
  behalf app register --tenant contoso.example --title \"Remote web\" --app-host-domain app.contoso.example:8443
  behalf app secret add 11111111-2222-3333-4444-555555555555 --tenant contoso.example --expires 2027-06-30")]
pub struct App {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Subcommand)]
enum Action {
    /// Every application with its API and the state of its secrets
    List {
        /// GUID or domain
        #[arg(long)]
        tenant: Option<String>,
    },
    /// A new application; prints its client id
    Register(Register),
    /// Add, promote or remove client secrets
    Secret {
        #[command(subcommand)]
        action: secret::Action,
    },
}

#[derive(Args)]
struct Register {
    /// GUID or domain
    #[arg(long)]
    tenant: String,
    /// Shown on consent pages
    #[arg(long)]
    title: String,
    /// A new GUID when left out
    #[arg(long)]
    client_id: Option<ClientId>,
    /// May be repeated
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// What the redirect URIs belong to: web, spa or native
    #[arg(long, default_value = "web", value_parser = platform)]
    platform: Platform,
    /// A public client (installed app, single page) without credentials
    #[arg(long)]
    public: bool,
    /// SharePoint: host and port (if not 443) of the remote web that context tokens are for
    #[arg(long, value_name = "HOST", conflicts_with = "public")]
    app_host_domain: Option<String>,
    /// Expose an API under this application ID URI; may be repeated
    #[arg(long, value_name = "URI")]
    app_id_uri: Vec<String>,
    /// A scope of the exposed API; may be repeated
    #[arg(long, requires = "app_id_uri")]
    scope: Vec<String>,
}

fn platform(text: &str) -> Result<Platform, String> {
    match text {
        "web" => Ok(Platform::Web),
        "spa" => Ok(Platform::Spa),
        "native" => Ok(Platform::Native),
        _ => Err("expected web, spa or native".to_owned()),
    }
}

impl App {
    pub async fn run(self) -> Result<(), Failure> {
        let house = open(&self.config)?;
        match self.action {
            Action::List { tenant } => list(&house, tenant.as_deref()).await,
            Action::Register(register) => register.run(&house).await,
            Action::Secret { action } => action.run(&house).await,
        }
    }
}

async fn list(house: &House, tenant: Option<&str>) -> Result<(), Failure> {
    let now = house.env.now();
    let mut rows = Vec::new();
    for (tenant, app) in house.every::<Principal>(tenant).await? {
        let api = house
            .facts
            .get::<Resource>(tenant.id, app.client_id.as_str())
            .await?;
        let valid = app
            .secrets
            .iter()
            .filter(|s| s.expires_at.is_none_or(|at| at > now))
            .count();
        let credentials = match (app.public, app.secrets.len(), app.certificates.len()) {
            (true, ..) => "public".to_owned(),
            (false, secrets, certificates) => {
                format!("{valid}/{secrets} secrets, {certificates} certificates")
            }
        };
        let uris = api.map(|a| a.app_id_uris.join(",")).unwrap_or_default();
        rows.push([
            tenant_name(&tenant),
            app.client_id.to_string(),
            credentials,
            uris,
            app.title.clone(),
        ]);
    }
    table::print(
        ["TENANT", "CLIENT ID", "CREDENTIALS", "API", "TITLE"],
        &rows,
    );
    Ok(())
}

impl Register {
    async fn run(self, house: &House) -> Result<(), Failure> {
        let tenant = house.tenant(&self.tenant).await?;
        let client_id = match self.client_id {
            Some(id) => id.to_string(),
            None => house.env.uuid().to_string(),
        };
        if house
            .facts
            .get::<Principal>(tenant.id, &client_id)
            .await?
            .is_some()
        {
            return Err(Failure::operation(
                format!("there is an app {client_id} already"),
                "Change it with `behalf apply`, or leave --client-id out.",
            ));
        }
        let scope = |value: String| Scope {
            value,
            consent: WhoCanConsent::default(),
            display_name: String::new(),
            description: String::new(),
            enabled: true,
        };
        let api = (!self.app_id_uri.is_empty()).then(|| declaration::Api {
            app_id_uris: self.app_id_uri,
            scopes: self.scope.into_iter().map(scope).collect(),
            roles: Vec::new(),
            authorized_clients: Vec::new(),
            token_format: TokenFormat::default(),
            signing_alg: SigningAlg::default(),
            enabled: true,
        });
        let platform = self.platform;
        let app = declaration::App {
            tenant: tenant.id.to_string(),
            client_id: client_id.clone(),
            title: self.title,
            public: self.public,
            enabled: true,
            redirect_uris: self
                .redirect_uri
                .into_iter()
                .map(|uri| RedirectUri { uri, platform })
                .collect(),
            secrets: None,
            certificates: None,
            permissions: Vec::new(),
            known_client_applications: Vec::new(),
            app_host_domain: self.app_host_domain,
            promoted_secret: None,
            api,
        };
        let content = Content {
            app: vec![Spanned::new(0..0, app)],
            ..Content::default()
        };
        house
            .declare(&content, Some(tenant.id), "admin.app_registered")
            .await?;
        println!("{client_id}");
        Ok(())
    }
}

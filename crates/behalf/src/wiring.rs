//! The house, built from its configuration: store, sealer, rooms and the ports between them.

use crate::config::{Config, RoomName};
use crate::edge::{Edge, Rooms};
use crate::failure::Failure;
use crate::listener::{Certificates, Limits, Listener};
use crate::local_ca::{self, LocalCa};
use crate::outbound::HttpOutbound;
use crate::tls;
use crate::verifier::Verifier;
use axum::Router;
use behalf_authority::{Authority, ContentServer};
use behalf_gateway::Gateway;
use behalf_model::facts::Facts;
use behalf_model::ports::Outbound;
use behalf_model::tenant::{DIRECTORY, Tenant};
use behalf_model::{Env, TenantId};
use behalf_sites::Sites;
use behalf_store::{FileSealer, SqliteStore};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use url::Url;

/// What every command works with. Opening it starts nothing.
pub struct House {
    pub config: Config,
    pub env: Env,
    pub store: Arc<SqliteStore>,
    pub sealer: Arc<FileSealer>,
    pub facts: Facts,
    pub outbound: Arc<dyn Outbound>,
    pub authority: Arc<Authority>,
    /// Where the local certificate authority is, if a listener uses it.
    pub local_ca: Option<LocalCa>,
}

impl House {
    pub fn open(config: Config, env: Env) -> Result<Self, Failure> {
        let local_ca = if config.listener.iter().any(|l| l.uses_local_ca()) {
            Some(renew_local_ca(&config, &env)?)
        } else {
            None
        };
        let store = SqliteStore::open(&config.store.path).map_err(|e| {
            Failure::operation(
                format!("the database {} cannot be opened: {e}", config.store.path.display()),
                "Check [store] path in the host file, the rights on the file, and that the disk has room.",
            )
        })?;
        let sealer = FileSealer::open(&config.store.key_file, env.clone()).map_err(|e| {
            Failure::operation(
                e.to_string(),
                "Check [store] key_file in the host file, or put the key file back.",
            )
        })?;
        let (store, sealer) = (Arc::new(store), Arc::new(sealer));
        let facts = Facts::new(store.clone());
        let outbound: Arc<dyn Outbound> = Arc::new(outbound(&config, local_ca.as_ref())?);
        let settings = behalf_authority::Config {
            public_url: config.authority.public_url.get_ref().clone(),
            max_body_bytes: config.authority.max_body_bytes,
            password_hashes_at_once: config.authority.password_hashes_at_once,
            private_upstreams: config.authority.private_upstreams,
            content_server: config.sites.as_ref().map(|sites| ContentServer {
                tenant: sites.tenant.get_ref().clone(),
                public_url: sites.public_url.get_ref().clone(),
            }),
        };
        let authority = Authority::new(
            settings,
            facts.clone(),
            env.clone(),
            sealer.clone(),
            sealer.clone(),
            outbound.clone(),
        );
        Ok(Self {
            config,
            env,
            store,
            sealer,
            facts,
            outbound,
            authority: Arc::new(authority),
            local_ca,
        })
    }

    /// A tenant by GUID or domain name; a GUID need not be declared yet.
    pub async fn tenant_id(&self, name: &str) -> Result<TenantId, Failure> {
        if let Ok(id) = name.parse() {
            return Ok(id);
        }
        let found = self
            .facts
            .by_alias::<Tenant>(DIRECTORY, &name.to_ascii_lowercase())
            .await?;
        found.map(|tenant| tenant.id).ok_or_else(|| {
            Failure::usage(
                format!("there is no tenant '{name}'"),
                "Declare it first (`behalf apply -f FILE`), name it by its GUID, or see `behalf tenant list`.",
            )
        })
    }

    /// The gateway, if it is configured.
    pub async fn gateway(&self) -> Result<Option<Arc<Gateway>>, Failure> {
        let Some(given) = &self.config.gateway else {
            return Ok(None);
        };
        let home = self.tenant_id(given.tenant.get_ref()).await?;
        let mut config = behalf_gateway::Config::new(given.public_url.get_ref(), home);
        config.audiences = given.audiences.get_ref().clone();
        config.authorization_servers = given.authorization_servers.clone();
        if config.authorization_servers.is_empty() {
            let [_, _, oidc] = self.authority.issuers(home);
            config.authorization_servers = vec![oidc];
        }
        config.sign_in_url = given.sign_in_url.clone();
        config.max_body_bytes = given.max_body_bytes;
        let ports = behalf_gateway::Ports {
            facts: self.facts.clone(),
            env: self.env.clone(),
            verifier: Arc::new(Verifier::new(self.authority.clone(), Some(home))),
            vault: Arc::new(self.authority.vault.clone()),
            outbound: self.outbound.clone(),
            sealer: self.sealer.clone(),
        };
        let gateway = Gateway::new(config, ports);
        if let Some(directory) = &given.files {
            let files = behalf_gateway::files::read(directory.get_ref()).map_err(|e| {
                Failure::usage(e.to_string(), "Check [gateway] files in the host file.")
            })?;
            gateway.set_files(files);
        }
        Ok(Some(Arc::new(gateway)))
    }

    async fn sites(&self) -> Result<Option<Arc<Sites>>, Failure> {
        let Some(given) = &self.config.sites else {
            return Ok(None);
        };
        let config = behalf_sites::Config {
            public_url: given.public_url.get_ref().clone(),
            audiences: given.audiences.get_ref().clone(),
            tenant: self.tenant_id(given.tenant.get_ref()).await?,
            max_body_bytes: given.max_body_bytes,
        };
        Ok(Some(Arc::new(Sites {
            config,
            facts: self.facts.clone(),
            env: self.env.clone(),
            verifier: Arc::new(Verifier::new(self.authority.clone(), None)),
        })))
    }

    /// Binds every listener. `plain`: without TLS, which only loopback addresses may do.
    pub async fn listeners(&self, plain: bool) -> Result<Vec<Listener>, Failure> {
        let authority = behalf_authority::router(self.authority.clone());
        let gateway = self.gateway().await?.map(behalf_gateway::router);
        let sites = self.sites().await?.map(behalf_sites::router);
        let limits = Limits {
            max_connections: *self.config.limits.max_connections.get_ref(),
            header_timeout_s: *self.config.limits.header_timeout_s.get_ref(),
            shutdown_s: self.config.limits.shutdown_s,
        };
        let mut all = Vec::new();
        for given in &self.config.listener {
            let has = |room: RoomName| given.rooms.get_ref().contains(&room);
            let only =
                |room: RoomName, router: &Option<Router>| router.clone().filter(|_| has(room));
            let rooms = Rooms {
                authority: has(RoomName::Authority).then(|| authority.clone()),
                gateway: only(RoomName::Gateway, &gateway),
                sites: only(RoomName::Sites, &sites),
            };
            let edge = Edge {
                rooms,
                env: self.env.clone(),
                access_log: self.config.log.access,
                request_timeout: Duration::from_secs(
                    *self.config.limits.request_timeout_s.get_ref(),
                ),
            };
            let address = given.address.get_ref();
            let socket = TcpListener::bind(address).await.map_err(|e| {
                Failure::operation(
                    format!("{address} cannot be listened on: {e}"),
                    "Choose another [[listener]] address, or stop the program that has it; ports below 1024 need a right of their own.",
                )
            })?;
            let is_loopback = socket
                .local_addr()
                .is_ok_and(|a| a.ip().to_canonical().is_loopback());
            if plain && !is_loopback {
                return Err(Failure::usage(
                    format!("{address} is no loopback address, so that --dev-http is refused"),
                    "Plain HTTP would carry tokens and passwords readable over the network; leave --dev-http out.",
                ));
            }
            let tls = if plain || given.allow_http {
                None
            } else {
                Some(self.acceptor(given)?)
            };
            all.push(Listener {
                socket,
                tls,
                edge: Arc::new(edge),
                limits: limits.clone(),
            });
        }
        Ok(all)
    }

    fn acceptor(&self, listener: &crate::config::Listener) -> Result<TlsAcceptor, Failure> {
        let files = match (&listener.certificate, &listener.key, &self.local_ca) {
            (Some(certificate), Some(key), _) => {
                (certificate.get_ref().clone(), key.get_ref().clone())
            }
            (_, _, Some(local)) => (local.certificate.clone(), local.key.clone()),
            _ => {
                return Err(Failure::operation(
                    "a listener has no certificate",
                    "Give certificate and key.",
                ));
            }
        };
        let unusable = |e: String| {
            Failure::operation(
                e,
                "Check [[listener]] certificate and key in the host file.",
            )
        };
        let certificates = Arc::new(Certificates::load(files.0, files.1).map_err(unusable)?);
        tokio::spawn(certificates.clone().watch());
        let config = tls::server_config(certificates).map_err(|e| unusable(e.to_string()))?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

/// Makes or renews what the local certificate authority needs.
pub fn renew_local_ca(config: &Config, env: &Env) -> Result<LocalCa, Failure> {
    let urls = [
        Some(&config.authority.public_url),
        config.gateway.as_ref().map(|g| &g.public_url),
        config.sites.as_ref().map(|s| &s.public_url),
    ];
    let hosts = urls
        .into_iter()
        .flatten()
        .filter_map(|url| host(url.get_ref()));
    let names: BTreeSet<String> = hosts.chain(config.local_ca.names.iter().cloned()).collect();
    let names: Vec<String> = names.into_iter().collect();
    local_ca::ensure(&config.local_ca.directory, &names, env).map_err(|e| {
        Failure::operation(
            format!("the local certificate authority is not usable: {e}"),
            "Check [local_ca] directory in the host file; without ca.key a new authority has to be made and trusted.",
        )
    })
}

/// An IPv6 literal without its brackets, as certificates name it.
fn host(url: &str) -> Option<String> {
    let host = Url::parse(url).ok()?.host_str()?.to_owned();
    Some(
        host.trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned(),
    )
}

fn outbound(config: &Config, local_ca: Option<&LocalCa>) -> Result<HttpOutbound, Failure> {
    let unusable = |e: String| Failure::usage(e, "Check [outbound] extra_ca in the host file.");
    let extra = config
        .outbound
        .extra_ca
        .iter()
        .map(|path| path.get_ref().as_path());
    let mut trusted = Vec::new();
    for path in extra.chain(local_ca.map(|local| local.ca.as_path())) {
        trusted.extend(tls::certificates(path).map_err(unusable)?);
    }
    let tls = tls::client_config(&trusted).map_err(|e| unusable(e.to_string()))?;
    Ok(HttpOutbound::new(
        tls,
        config.outbound.private_hosts.clone(),
    ))
}

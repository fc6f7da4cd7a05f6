//! Content hosts (SharePoint web applications): the resources for which the ACS dialect issues access tokens.
//!
//! A tenant's content hosts are the host names of its sites and of the content server's public URL. They are read from
//! the declared sites once per version of the facts.

use crate::Authority;
use behalf_model::fault::CONTENT_HOST_UNKNOWN;
use behalf_model::site::Site;
use behalf_model::tenant::Tenant;
use behalf_model::{Fault, TenantId};
use behalf_wire::acs::{Host, PrincipalName, SHAREPOINT_PRINCIPAL};
use std::collections::HashMap;
use std::sync::{Arc, RwLock};

/// The content server of this installation, from the host's configuration file.
#[derive(Clone, Debug)]
pub struct ContentServer {
    /// The tenant whose content it serves: GUID or domain name.
    pub tenant: String,
    pub public_url: String,
}

/// What was read, by tenant, with the version of the facts it was read at.
#[derive(Default)]
pub(crate) struct ContentHosts(RwLock<HashMap<TenantId, Known>>);

#[derive(Clone)]
struct Known {
    version: u64,
    hosts: Arc<[Host]>,
}

impl Authority {
    /// Every content host of the tenant, with the port it is served on.
    pub async fn content_hosts(&self, tenant: &Tenant) -> Result<Arc<[Host]>, Fault> {
        // Read before the sites: a change in between makes the entry stale at once, never wrong for long.
        let version = self.store().facts_version();
        let known = self.content_hosts.0.read().ok();
        let known = known.and_then(|all| all.get(&tenant.id).cloned());
        if let Some(known) = known.filter(|known| known.version == version) {
            return Ok(known.hosts);
        }
        let sites = self.facts.all::<Site>(tenant.id).await?;
        let server = self.config.content_server.as_ref();
        let server = server
            .filter(|server| tenant.is_named(&server.tenant))
            .and_then(|server| Host::of_url(&server.public_url).ok());
        let hosts = collect(server, sites.iter().map(|site| site.host.as_str()));
        let known = Known {
            version,
            hosts: hosts.into(),
        };
        if let Ok(mut all) = self.content_hosts.0.write() {
            all.insert(tenant.id, known.clone());
        }
        Ok(known.hosts)
    }

    /// The content host that a URL leads to.
    ///
    /// Errors: `CONTENT_HOST_UNKNOWN`.
    pub(crate) async fn content_host_of(&self, tenant: &Tenant, url: &str) -> Result<Host, Fault> {
        let hosts = self.content_hosts(tenant).await?;
        let found = Host::of_url(url).ok().filter(|host| hosts.contains(host));
        found.ok_or_else(|| unknown(tenant, url))
    }
}

/// A site's host name tells no port: it is served on the one of the content server.
fn collect<'a>(server: Option<Host>, sites: impl Iterator<Item = &'a str>) -> Vec<Host> {
    let port = server.as_ref().and_then(Host::port);
    let mut all = Vec::from_iter(server);
    for name in sites {
        let served = match port {
            Some(port) if !name.contains(':') => format!("{name}:{port}"),
            _ => name.to_owned(),
        };
        let host = Host::parse(&served).ok();
        all.extend(host.filter(|host| !all.contains(host)));
    }
    all
}

/// The content host that a `resource` parameter names, as the client spelled it: half of the clients in use leave the
/// port out. Another port than the registered one is another server.
///
/// Errors: `CONTENT_HOST_UNKNOWN`.
pub(crate) fn named(hosts: &[Host], tenant: &Tenant, resource: &str) -> Result<Host, Fault> {
    let asked = PrincipalName::parse(resource).map_err(|_| unknown(tenant, resource))?;
    let is_served = |host: &&Host| {
        hosts.iter().any(|own| {
            own.name() == host.name() && (host.port().is_none() || host.port() == own.port())
        })
    };
    let host = asked
        .host()
        .filter(|_| asked.id() == SHAREPOINT_PRINCIPAL && tenant.is_named(asked.realm()));
    let host = host.filter(is_served);
    host.cloned().ok_or_else(|| unknown(tenant, resource))
}

fn unknown(tenant: &Tenant, resource: &str) -> Fault {
    let shown: String = resource
        .chars()
        .filter(char::is_ascii_graphic)
        .take(200)
        .collect();
    CONTENT_HOST_UNKNOWN.with(format!(
        "The resource principal named '{shown}' was not found in the tenant named '{}'.",
        tenant.id
    ))
}

#[cfg(test)]
mod tests;

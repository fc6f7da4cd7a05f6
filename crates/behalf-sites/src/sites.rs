//! Finding a site by any of its names.

use crate::Sites;
use behalf_model::Fault;
use behalf_model::fault::SITE_NOT_FOUND;
use behalf_model::site::Site;
use std::sync::Arc;
use uuid::Uuid;

/// How a request names a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SiteName {
    /// `root`: the site without a path.
    Root,
    /// The plain id.
    Id(Uuid),
    /// `host,site id,web id`; all three must fit.
    Full { host: String, id: Uuid, web: Uuid },
    /// `host` or `host:/path`; without slashes at the ends.
    Path { host: String, path: String },
}

impl SiteName {
    /// Reads a decoded site id segment; `None` when it has no form of a site id.
    pub fn parse(segment: &str) -> Option<Self> {
        if segment.eq_ignore_ascii_case("root") {
            return Some(Self::Root);
        }
        if let Ok(id) = Uuid::try_parse(segment) {
            return Some(Self::Id(id));
        }
        let parts: Vec<&str> = segment.split(',').collect();
        match parts[..] {
            [host] if !host.is_empty() => Some(Self::Path {
                host: host.to_owned(),
                path: String::new(),
            }),
            [host, id, web] => {
                let (id, web) = (Uuid::try_parse(id).ok()?, Uuid::try_parse(web).ok()?);
                Some(Self::Full {
                    host: host.to_owned(),
                    id,
                    web,
                })
            }
            _ => None,
        }
    }
}

/// Errors: `SITE_NOT_FOUND`.
pub(crate) async fn find(name: &SiteName, room: &Sites) -> Result<Arc<Site>, Fault> {
    let tenant = room.config.tenant;
    let found = match name {
        SiteName::Root => root(room).await?,
        SiteName::Id(id) => room.facts.get::<Site>(tenant, &id.to_string()).await?,
        SiteName::Full { host, id, web } => {
            let site = room.facts.get::<Site>(tenant, &id.to_string()).await?;
            site.filter(|site| site.web_id == *web && site.host.eq_ignore_ascii_case(host))
        }
        SiteName::Path { host, path } => by_path(host, path, room).await?,
    };
    // The key carries the tenant already; this keeps a mistake in an engine from opening another tenant's content.
    found
        .filter(|site| site.tenant == tenant)
        .ok_or_else(|| SITE_NOT_FOUND.plain())
}

async fn by_path(host: &str, path: &str, room: &Sites) -> Result<Option<Arc<Site>>, Fault> {
    let alias = format!("path:{}:/{}", host.to_lowercase(), path.to_lowercase());
    room.facts.by_alias(room.config.tenant, &alias).await
}

/// The root site of the host in the public URL; else, when content bears another host name, the only root site.
async fn root(room: &Sites) -> Result<Option<Arc<Site>>, Fault> {
    let host = public_host(room.public_url());
    if let Some(site) = by_path(host, "", room).await? {
        return Ok(Some(site));
    }
    let mut roots = room.facts.all::<Site>(room.config.tenant).await?;
    roots.retain(|site| site.path.is_empty());
    Ok(if roots.len() == 1 { roots.pop() } else { None })
}

fn public_host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or(rest);
    // An IPv6 literal ends at its bracket; otherwise a colon starts the port.
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    }
}

#[cfg(test)]
mod tests;

//! What the demo keeps in its directory: the host file, the declarations with their secrets, the database, the local
//! certificate authority. Made at first start, kept across restarts.

use super::DemoError;
use super::world::Urls;
use crate::files::write_private;
use behalf_admin::declaration::File;
use behalf_model::Env;
use behalf_model::TenantId;
use behalf_model::source::{Source, SourceKind};
use behalf_wire::jose::base64url;
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

pub const HOME: &str = "40e00000-0000-4000-8000-000000000001";
pub const CONTOSO: &str = "c0e70500-0000-4000-8000-00000000c0de";
pub const ORDERS_APP: &str = "0de20000-0000-4000-8000-00000000e2e2";

const WORLD: &str = include_str!("world.toml");
/// Passwords and secrets of `world.toml`.
const WORDS: [&str; 6] = [
    "alice_password",
    "bob_password",
    "admin_password",
    "walter_password",
    "framework_secret",
    "job_secret",
];

/// Four neighbouring ports from `base` on, or four free ones for 0.
pub fn urls(base: u16) -> Result<Urls, DemoError> {
    let ports: Vec<u16> = if base == 0 {
        let held: Vec<TcpListener> = (0..4)
            .map(|_| TcpListener::bind("127.0.0.1:0"))
            .collect::<Result<_, _>>()?;
        held.iter()
            .map(|l| l.local_addr().map(|a| a.port()))
            .collect::<Result<_, _>>()?
    } else {
        (0..4)
            .map(|n| base.checked_add(n))
            .collect::<Option<_>>()
            .ok_or_else(|| DemoError::step("--port is too high"))?
    };
    let url = |n: usize| format!("https://127.0.0.1:{}", ports[n]);
    Ok(Urls {
        authority: url(0),
        gateway: url(1),
        sites: url(2),
        orders: url(3),
    })
}

/// Writes the host file and returns its path.
pub fn host_file(directory: &Path, urls: &Urls) -> Result<PathBuf, DemoError> {
    let Urls {
        authority,
        gateway,
        sites,
        ..
    } = urls;
    let address = |url: &str| url.trim_start_matches("https://").to_owned();
    let text = format!(
        r#"# Written by `behalf demo`. `behalf serve --config` with this file serves the same without the tour.
[store]
path = "behalf.db"
key_file = "behalf.key"

[log]
level = "error"
access = false

[local_ca]
directory = "ca"

[outbound]
private_hosts = ["127.0.0.1"]

[authority]
public_url = "{authority}"
private_upstreams = true

[gateway]
public_url = "{gateway}"
tenant = "{HOME}"
audiences = ["9a7e3a70-0000-4000-8000-000000000001", "api://gateway", "11111111-2222-3333-4444-555555555555"]

[sites]
public_url = "{sites}"
tenant = "{CONTOSO}"
audiences = ["00000003-0000-0000-c000-000000000000", "https://graph.microsoft.com", "{sites}"]

[[listener]]
address = "{}"
rooms = ["authority"]

[[listener]]
address = "{}"
rooms = ["gateway"]

[[listener]]
address = "{}"
rooms = ["sites"]
"#,
        address(authority),
        address(gateway),
        address(sites),
    );
    let path = directory.join("behalf.toml");
    std::fs::write(&path, text)?;
    Ok(path)
}

/// The secrets made at first start.
pub fn words(directory: &Path, env: &Env) -> Result<BTreeMap<String, String>, DemoError> {
    let path = directory.join("secrets.toml");
    if let Ok(text) = std::fs::read_to_string(&path) {
        return toml::from_str(&text)
            .map_err(|e| DemoError::step(format!("{}: {e}", path.display())));
    }
    let words: BTreeMap<String, String> = WORDS
        .iter()
        .map(|name| ((*name).to_owned(), base64url::encode(env.random::<18>())))
        .collect();
    let text = toml::to_string(&words).map_err(|e| DemoError::step(e.to_string()))?;
    write_private(&path, text.as_bytes())?;
    Ok(words)
}

/// The declarations with everything filled in; also kept as a file, so that they can be looked at and changed.
pub fn world(
    directory: &Path,
    urls: &Urls,
    words: &BTreeMap<String, String>,
) -> Result<File, DemoError> {
    let mut text = WORLD.replace("{{home}}", HOME);
    for (name, value) in [("authority", &urls.authority), ("sites", &urls.sites)]
        .into_iter()
        .chain(words.iter().map(|(n, v)| (n.as_str(), v)))
    {
        text = text.replace(&format!("{{{{{name}}}}}"), value);
    }
    let path = directory.join("world.toml");
    write_private(&path, text.as_bytes())?;
    behalf_admin::read(&path.display().to_string(), &text)
        .map_err(|problem| DemoError::step(problem.to_string()))
}

/// The files of `examples/gateway`, with only the addresses changed.
pub fn sources(urls: &Urls, home: TenantId) -> Vec<Source> {
    let files = [
        (
            SourceKind::Profile,
            "graph-obo",
            include_str!("../../../../examples/gateway/profiles/graph-obo.toml"),
        ),
        (
            SourceKind::Profile,
            "order-system-obo",
            include_str!("../../../../examples/gateway/profiles/orders-obo.toml"),
        ),
        (
            SourceKind::Method,
            "product/update-product",
            include_str!("../../../../examples/gateway/methods/product/update-product.toml"),
        ),
        (
            SourceKind::Method,
            "product/update-product-open",
            include_str!("../../../../examples/gateway/methods/product/update-product-open.toml"),
        ),
        (
            SourceKind::Method,
            "order/create-order",
            include_str!("../../../../examples/gateway/methods/order/create-order.toml"),
        ),
    ];
    let changes = [
        ("https://graph.microsoft.com", urls.sites.as_str()),
        ("https://login.microsoftonline.com", urls.authority.as_str()),
        ("https://erp.ometa.net", urls.orders.as_str()),
    ];
    files
        .into_iter()
        .map(|(kind, slug, text)| {
            let mut toml = changes
                .iter()
                .fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
            if kind == SourceKind::Profile {
                toml.push_str("egress = [\"127.0.0.1\"]\n");
            }
            Source {
                tenant: home,
                kind,
                slug: slug.to_owned(),
                toml,
            }
        })
        .collect()
}

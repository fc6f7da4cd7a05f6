//! The host file: what one process needs to know before it opens the store. Everything else is declared data.
//!
//! Every key stands with its meaning in `docs/configuration.md`; a test compares the two.

mod check;
mod nearest;
mod problem;

pub use problem::{Problem, Problems};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// The file's content. Paths are relative to the file's directory until [`load`] has made them absolute.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    #[serde(default)]
    pub store: Store,
    #[serde(default)]
    pub log: Log,
    #[serde(default)]
    pub local_ca: LocalCa,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default)]
    pub outbound: Outbound,
    pub authority: Authority,
    pub gateway: Option<Gateway>,
    pub sites: Option<Sites>,
    pub listener: Vec<Listener>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    pub path: PathBuf,
    pub key_file: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    pub level: String,
    pub access: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LocalCa {
    pub directory: PathBuf,
    pub names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    pub max_connections: Spanned<usize>,
    pub header_timeout_s: Spanned<u64>,
    pub request_timeout_s: Spanned<u64>,
    pub shutdown_s: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Outbound {
    pub extra_ca: Vec<Spanned<PathBuf>>,
    pub private_hosts: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    pub public_url: Spanned<String>,
    #[serde(default = "one_mebibyte")]
    pub max_body_bytes: usize,
    #[serde(default = "two")]
    pub password_hashes_at_once: usize,
    #[serde(default)]
    pub private_upstreams: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    pub public_url: Spanned<String>,
    pub tenant: Spanned<String>,
    pub audiences: Spanned<Vec<String>>,
    #[serde(default)]
    pub authorization_servers: Vec<String>,
    #[serde(default)]
    pub sign_in_url: String,
    #[serde(default)]
    pub files: Option<Spanned<PathBuf>>,
    #[serde(default = "one_mebibyte")]
    pub max_body_bytes: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sites {
    pub public_url: Spanned<String>,
    pub tenant: Spanned<String>,
    pub audiences: Spanned<Vec<String>>,
    #[serde(default = "one_mebibyte")]
    pub max_body_bytes: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listener {
    pub address: Spanned<String>,
    pub rooms: Spanned<Vec<RoomName>>,
    #[serde(default)]
    pub certificate: Option<Spanned<PathBuf>>,
    #[serde(default)]
    pub key: Option<Spanned<PathBuf>>,
    #[serde(default)]
    pub allow_http: bool,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum RoomName {
    Authority,
    Gateway,
    Sites,
}

fn one_mebibyte() -> usize {
    1 << 20
}

fn two() -> usize {
    2
}

impl Default for Store {
    fn default() -> Self {
        Self {
            path: "behalf.db".into(),
            key_file: "behalf.key".into(),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            level: "info".to_owned(),
            access: true,
        }
    }
}

impl Default for LocalCa {
    fn default() -> Self {
        Self {
            directory: "ca".into(),
            names: Vec::new(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        let whole = |n| Spanned::new(0..0, n);
        Self {
            max_connections: Spanned::new(0..0, 10_000),
            header_timeout_s: whole(30),
            request_timeout_s: whole(120),
            shutdown_s: 10,
        }
    }
}

impl Listener {
    /// Neither certificate nor plain HTTP was asked for: the local certificate authority serves.
    pub fn uses_local_ca(&self) -> bool {
        self.certificate.is_none() && !self.allow_http
    }
}

/// Reads and checks the host file.
///
/// Errors: every problem that was found, each with file, line and remedy (BH5001).
pub fn load(path: &Path) -> Result<Config, Problems> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        Problems(vec![Problem {
            file: path.display().to_string(),
            line: 0,
            message: format!("the host file cannot be read: {e}"),
            remedy: "Name it with --config, or make one with `behalf init DIR`.".to_owned(),
        }])
    })?;
    let mut config = parse(&path.display().to_string(), &text)?;
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    config.anchor(whole.parent().unwrap_or(Path::new(".")));
    Ok(config)
}

/// The same for a text whose paths stay as they are.
pub fn parse(file: &str, text: &str) -> Result<Config, Problems> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let config: Config =
        toml::from_str(text).map_err(|e| Problems(vec![problem::of_toml(file, text, &e)]))?;
    let problems = check::check(&config, &problem::Place { file, text });
    if problems.is_empty() {
        Ok(config)
    } else {
        Err(Problems(problems))
    }
}

impl Config {
    fn anchor(&mut self, directory: &Path) {
        let anchor = |path: &mut PathBuf| *path = directory.join(&*path);
        anchor(&mut self.store.path);
        anchor(&mut self.store.key_file);
        anchor(&mut self.local_ca.directory);
        self.outbound
            .extra_ca
            .iter_mut()
            .for_each(|path| anchor(path.get_mut()));
        if let Some(files) = self.gateway.as_mut().and_then(|g| g.files.as_mut()) {
            anchor(files.get_mut());
        }
        for listener in &mut self.listener {
            listener
                .certificate
                .iter_mut()
                .for_each(|path| anchor(path.get_mut()));
            listener
                .key
                .iter_mut()
                .for_each(|path| anchor(path.get_mut()));
        }
    }
}

#[cfg(test)]
mod tests;

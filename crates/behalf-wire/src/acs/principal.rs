//! Formatted names: `<id>@<realm>` and `<id>/<host[:port]>@<realm>`.

use std::fmt;
use std::str::FromStr;

/// A host with an optional port, in lower case. Port 443 is the default and left out: `a.example:443` is `a.example`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Host {
    name: String,
    port: Option<u16>,
}

/// A formatted name in lower case. Two names are the same when they differ only in letter case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PrincipalName {
    id: String,
    host: Option<Host>,
    realm: String,
}

/// Why a text is no formatted name. Names are no secrets, but the text is not repeated: it comes from anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("the name has no realm: it must read <id>@<realm> or <id>/<host>@<realm>")]
    NoRealm,
    #[error(
        "the name's id is empty or has characters other than letters, digits, '-', '_' and '.'"
    )]
    Id,
    #[error(
        "the realm is empty or has characters other than letters, digits, '-', '_', '.' and '*'"
    )]
    Realm,
    #[error("the host must be a host name with an optional port, without scheme, path or user")]
    Host,
}

const LONGEST_PART: usize = 255;

impl Host {
    /// Reads `name`, `name:port` or `[IPv6]:port`. Errors: [`NameError::Host`].
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
            _ => (text, None),
        };
        let port = match port {
            None => None,
            // `u16::from_str` would take "+1".
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                let port = digits.parse::<u16>().ok().filter(|port| *port != 0);
                Some(port.ok_or(NameError::Host)?)
            }
            Some(_) => return Err(NameError::Host),
        };
        let is_name = match name
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
            None => is_word(name, b"") && !name.starts_with('.'),
        };
        if !is_name {
            return Err(NameError::Host);
        }
        Ok(Self {
            name: name.to_ascii_lowercase(),
            port: port.filter(|port| *port != 443),
        })
    }

    /// The host of an absolute `https://` or `http://` URL. A user part is refused: `https://good@evil` is at evil.
    pub fn of_url(url: &str) -> Result<Self, NameError> {
        let (scheme, rest) = url.split_once("://").ok_or(NameError::Host)?;
        let http = scheme.eq_ignore_ascii_case("http");
        if !http && !scheme.eq_ignore_ascii_case("https") {
            return Err(NameError::Host);
        }
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let mut host = Self::parse(&rest[..end])?;
        if http && host.port == Some(80) {
            host.port = None;
        }
        Ok(host)
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// `None` for the default port.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Whether both can mean one server: the same name, and the same port unless one of them has none. Half of the
    /// clients in use leave the port out of `resource`.
    pub fn may_be(&self, other: &Self) -> bool {
        self.name == other.name
            && (self.port == other.port || self.port.is_none() || other.port.is_none())
    }

    /// Whether the name means this very machine.
    pub fn is_loopback(&self) -> bool {
        let address = self
            .name
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>();
        self.name == "localhost" || address.is_ok_and(|address| address.is_loopback())
    }
}

impl FromStr for Host {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::parse(text)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

impl PrincipalName {
    /// `<id>@<realm>`. Errors: [`NameError::Id`], [`NameError::Realm`].
    pub fn new(id: &str, realm: &str) -> Result<Self, NameError> {
        if !is_word(id, b"") {
            return Err(NameError::Id);
        }
        if !is_word(realm, b"*") {
            return Err(NameError::Realm);
        }
        Ok(Self {
            id: id.to_ascii_lowercase(),
            host: None,
            realm: realm.to_ascii_lowercase(),
        })
    }

    /// `<id>/<host>@<realm>`.
    pub fn with_host(id: &str, host: Host, realm: &str) -> Result<Self, NameError> {
        Ok(Self {
            host: Some(host),
            ..Self::new(id, realm)?
        })
    }

    /// Errors: [`NameError`]. A second `@` or `/` is refused, so that no two readers cut a name differently.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let (principal, realm) = text.split_once('@').ok_or(NameError::NoRealm)?;
        match principal.split_once('/') {
            None => Self::new(principal, realm),
            Some((id, host)) => Self::with_host(id, Host::parse(host)?, realm),
        }
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn host(&self) -> Option<&Host> {
        self.host.as_ref()
    }

    pub fn realm(&self) -> &str {
        &self.realm
    }
}

impl FromStr for PrincipalName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::parse(text)
    }
}

impl fmt::Display for PrincipalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)?;
        if let Some(host) = &self.host {
            write!(f, "/{host}")?;
        }
        write!(f, "@{}", self.realm)
    }
}

fn is_word(text: &str, also: &[u8]) -> bool {
    (1..=LONGEST_PART).contains(&text.len())
        && text.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) || also.contains(&byte)
        })
}

#[cfg(test)]
mod tests;

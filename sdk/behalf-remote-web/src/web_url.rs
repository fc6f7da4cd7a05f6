//! Addresses of webs.

use behalf_wire::acs::Host;
use std::fmt;

use crate::{Error, ErrorKind};

/// The absolute address of a web, such as `SPHostUrl`, without a slash at its end. Reading it says nothing about
/// whether the app may call it: that is decided by its settings.
///
/// ```
/// use behalf_remote_web::WebUrl;
///
/// let web = WebUrl::parse("https://sites.corp.lan/sites/sales/")?;
/// assert_eq!(web.as_str(), "https://sites.corp.lan/sites/sales");
/// assert_eq!(web.host().name(), "sites.corp.lan");
/// # Ok::<(), behalf_remote_web::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WebUrl {
    text: String,
    host: Host,
    is_https: bool,
}

impl WebUrl {
    /// Errors: [`ErrorKind::HostNotAllowed`] for anything but an absolute `https://` or `http://` URL without user,
    /// query and fragment.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let refusal = || {
            Error::new(
                ErrorKind::HostNotAllowed,
                "The address of a web cannot be read",
                "it is no absolute URL of the form https://host[:port]/path",
                "pass SPHostUrl as SharePoint sent it, without query and fragment",
            )
        };
        let uri: http::Uri = text.parse().map_err(|_| refusal())?;
        let host = Host::of_url(text).map_err(|_| refusal())?;
        let is_https = uri.scheme_str() == Some("https");
        let plain = uri.query().is_none()
            && !text.contains(['#', '\\'])
            && (is_https || uri.scheme_str() == Some("http"))
            // Two parsers must see one host, or the check is made of one and the connection to the other.
            && uri.host().is_some_and(|seen| seen.eq_ignore_ascii_case(host.name()));
        if !plain {
            return Err(refusal());
        }
        Ok(Self {
            text: text.trim_end_matches('/').to_owned(),
            host,
            is_https,
        })
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn host(&self) -> &Host {
        &self.host
    }

    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// `<web>/<path>`.
    pub(crate) fn join(&self, path: &str) -> String {
        format!("{}/{path}", self.text)
    }

    /// Scheme and authority without a path.
    pub(crate) fn origin(&self) -> &str {
        let after_scheme = self.text.find("://").map_or(0, |at| at + 3);
        let end = self.text[after_scheme..].find('/');
        end.map_or(&self.text, |at| &self.text[..after_scheme + at])
    }
}

impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests;

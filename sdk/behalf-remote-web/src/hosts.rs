//! Which hosts the app talks to.

use behalf_wire::acs::Host;

use crate::{Error, ErrorKind, WebUrl};

/// The hosts that secrets and tokens may travel to.
#[derive(Debug, Clone)]
pub(crate) struct AllowedHosts {
    pub sts: Vec<Host>,
    /// `None` allows any.
    pub content: Option<Vec<Host>>,
    pub http_on_loopback: bool,
}

impl AllowedHosts {
    /// Errors: [`ErrorKind::HostNotAllowed`].
    pub fn check_sts(&self, url: &WebUrl) -> Result<(), Error> {
        self.check_scheme(url)?;
        if self.sts.contains(url.host()) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::HostNotAllowed,
            "The authentication server is not called",
            format!(
                "{} is not among the authentication servers that the app allows",
                url.host()
            ),
            format!(
                "if it is yours, add allow_sts_host(\"{}\"); if it is not, somebody tries to get the client secret",
                url.host()
            ),
        ))
    }

    /// Errors: [`ErrorKind::HostNotAllowed`].
    pub fn check_content(&self, url: &WebUrl) -> Result<(), Error> {
        self.check_scheme(url)?;
        let allowed = |hosts: &Vec<Host>| hosts.contains(url.host());
        if self.content.as_ref().is_none_or(allowed) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::HostNotAllowed,
            "The content host is not called",
            format!(
                "{} is not among the content hosts that the app allows",
                url.host()
            ),
            format!(
                "if the app shall work with it, add allow_content_host(\"{}\")",
                url.host()
            ),
        ))
    }

    fn check_scheme(&self, url: &WebUrl) -> Result<(), Error> {
        if url.is_https() || self.http_for(url.host()) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::HostNotAllowed,
            "The address is not called",
            format!(
                "http:// to {} would show tokens and secrets to everybody on the way",
                url.host()
            ),
            "use https; on the machine of a developer allow_http_on_loopback helps",
        ))
    }

    /// Whether `http://` is in use for this host.
    pub fn http_for(&self, host: &Host) -> bool {
        self.http_on_loopback && host.is_loopback()
    }
}

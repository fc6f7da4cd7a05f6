//! Realm discovery: the `WWW-Authenticate` header of a content host's 401.

use super::{ACS_PRINCIPAL, SHAREPOINT_PRINCIPAL};

/// Path that answers the challenge, below any web's address.
pub const PATH: &str = "_vti_bin/client.svc";

/// A realm is a GUID: clients cut exactly this many characters.
pub const REALM_CHARS: usize = 36;

const PREFIX: &str = "Bearer realm=\"";

/// What the header says.
#[derive(Debug, Clone, Copy)]
pub struct Challenge<'a> {
    pub realm: &'a str,
    /// Issuers of access tokens beside the authentication server, as `<id>@<realm>`.
    pub trusted_issuers: &'a [String],
    pub authorization_uri: &'a str,
}

impl Challenge<'_> {
    /// Shape: `Bearer realm="R",client_id="…",trusted_issuers="…",authorization_uri="…"`. One challenge, the realm
    /// first, a comma without a space: clients cut it by position, or at `",`, or at the first comma.
    pub fn header_value(&self) -> String {
        let mut issuers = format!("{ACS_PRINCIPAL}@*");
        for issuer in self.trusted_issuers {
            issuers.push(',');
            issuers.push_str(issuer);
        }
        let value = format!(
            "{PREFIX}{}\",client_id=\"{SHAREPOINT_PRINCIPAL}\",trusted_issuers=\"{issuers}\",authorization_uri=\"{}\"",
            self.realm, self.authorization_uri
        );
        value.chars().filter(|c| !c.is_control()).collect()
    }
}

/// The realm of a header, as clients read it: 36 characters after `Bearer realm="`. `None` unless they are a GUID.
pub fn realm_of(header_value: &str) -> Option<&str> {
    let at = header_value.find(PREFIX)? + PREFIX.len();
    let realm = header_value.get(at..at + REALM_CHARS)?;
    is_guid(realm).then_some(realm)
}

/// Whether the text is a GUID in its usual form, `8-4-4-4-12` hexadecimal digits.
pub fn is_guid(text: &str) -> bool {
    text.len() == REALM_CHARS
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests;

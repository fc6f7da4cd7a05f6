//! Where a request goes: checked before anything is opened.

use super::Message;
use behalf_model::ports::{Egress, OutboundError, OutboundRequest};
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, TE, TRANSFER_ENCODING, UPGRADE};
use http::uri::Authority;
use http::{HeaderName, Method, Uri};
use http_body_util::Full;
use hyper::Request;

/// One pool of connections: same scheme, same host and port, same right to private addresses.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key {
    pub tls: bool,
    pub authority: Authority,
    pub private_addresses: bool,
}

impl Key {
    pub fn host(&self) -> &str {
        self.authority.host()
    }

    pub fn port(&self) -> u16 {
        self.authority
            .port_u16()
            .unwrap_or(if self.tls { 443 } else { 80 })
    }
}

pub struct Target {
    pub key: Key,
    uri: Uri,
}

/// Framing is the client's own business: a header from outside that says otherwise is how requests are smuggled.
const FRAMING: [HeaderName; 8] = [
    CONNECTION,
    CONTENT_LENGTH,
    HOST,
    TE,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

impl Target {
    pub fn of(request: &OutboundRequest, private_hosts: &[String]) -> Result<Self, OutboundError> {
        let bad = |why: &str| Err(OutboundError::BadUrl(why.to_owned()));
        if request.method == Method::CONNECT {
            return bad("the method CONNECT is not for requests");
        }
        // `Uri` would cut a fragment off silently; the URL is to be sent as spelled or not at all.
        if request.url.contains('#') {
            return bad("it has a fragment");
        }
        let Ok(uri) = Uri::try_from(request.url.as_str()) else {
            return bad("it holds a character that URLs cannot have, or is not a URL");
        };
        let tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if request.egress.insecure => false,
            Some("http") => return bad("http:// is not allowed here; use https://"),
            _ => return bad("it does not begin with https://"),
        };
        let Some(authority) = uri.authority().cloned() else {
            return bad("it names no host");
        };
        if authority.as_str().contains('@') {
            return bad("user information before the host is not allowed");
        }
        if authority.host().is_empty() {
            return bad("it names no host");
        }
        let listed = private_hosts
            .iter()
            .any(|host| names(host, &authority, tls));
        let key = Key {
            tls,
            private_addresses: request.egress.private_addresses || listed,
            authority,
        };
        if !allowed(&request.egress, &key) {
            return Err(OutboundError::Refused(key.authority.to_string()));
        }
        Ok(Self { key, uri })
    }

    pub fn host(&self) -> String {
        self.key.authority.to_string()
    }

    /// The request as it goes over the wire, without what only the connection may say.
    pub fn message(&self, request: OutboundRequest) -> Message {
        let mut message = Request::new(Full::new(request.body));
        *message.method_mut() = request.method;
        *message.uri_mut() = self.uri.clone();
        *message.headers_mut() = request.headers;
        for name in &FRAMING {
            message.headers_mut().remove(name);
        }
        message
    }
}

fn allowed(egress: &Egress, key: &Key) -> bool {
    egress.hosts.is_empty()
        || egress
            .hosts
            .iter()
            .any(|host| names(host, &key.authority, key.tls))
}

/// Whether a rule (`host` or `host:port`) names the authority.
fn names(rule: &str, authority: &Authority, tls: bool) -> bool {
    let port = authority.port_u16().unwrap_or(if tls { 443 } else { 80 });
    let host = authority.host();
    if rule.eq_ignore_ascii_case(host) {
        return true;
    }
    match rule.rsplit_once(':') {
        Some((name, number)) => name.eq_ignore_ascii_case(host) && number.parse() == Ok(port),
        None => false,
    }
}

#[cfg(test)]
mod tests;

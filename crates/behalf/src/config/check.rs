//! Rules that the types alone do not express.

use super::problem::{Place, Problem};
use super::{Config, Listener, RoomName};
use std::net::{IpAddr, SocketAddr};
use toml::Spanned;
use url::{Host, Url};

pub fn check(config: &Config, place: &Place<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut urls = vec![("authority", &config.authority.public_url)];
    urls.extend(config.gateway.iter().map(|g| ("gateway", &g.public_url)));
    urls.extend(config.sites.iter().map(|s| ("sites", &s.public_url)));
    for (room, url) in urls {
        problems.extend(public_url(room, url, place));
    }
    let audiences = config.gateway.iter().map(|g| ("gateway", &g.audiences));
    for (room, names) in audiences.chain(config.sites.iter().map(|s| ("sites", &s.audiences))) {
        if names.get_ref().iter().all(|name| name.trim().is_empty()) {
            problems.push(place.problem(
                names.span(),
                format!("[{room}] audiences names nothing, so that every token would be refused"),
                "List the client id and the application ID URI under which tokens for this room are issued.",
            ));
        }
    }
    let limits = &config.limits;
    let zeros = [
        (
            "max_connections",
            limits.max_connections.span(),
            *limits.max_connections.get_ref() == 0,
        ),
        (
            "header_timeout_s",
            limits.header_timeout_s.span(),
            *limits.header_timeout_s.get_ref() == 0,
        ),
        (
            "request_timeout_s",
            limits.request_timeout_s.span(),
            *limits.request_timeout_s.get_ref() == 0,
        ),
    ];
    for (key, span, _) in zeros.into_iter().filter(|(_, _, zero)| *zero) {
        problems.push(place.problem(
            span,
            format!("[limits] {key} is 0, so that nothing could be served"),
            "Give a larger number, or leave the key out.",
        ));
    }
    for listener in &config.listener {
        problems.extend(self::listener(listener, config, place));
    }
    if config.listener.is_empty() {
        problems.push(place.problem(
            0..0,
            "there is no listener",
            "Add [[listener]] with address and rooms.",
        ));
    }
    problems
}

/// Absolute, https, and for the authority at the root of its host: Microsoft's libraries drop or rewrite a base path.
fn public_url(room: &str, given: &Spanned<String>, place: &Place<'_>) -> Option<Problem> {
    let text = given.get_ref().as_str();
    let wrong = |message: String, remedy: &str| {
        Some(place.problem(
            given.span(),
            format!("[{room}] public_url '{text}' {message}"),
            remedy,
        ))
    };
    let Ok(url) = Url::parse(text) else {
        return wrong(
            "is no absolute URL".to_owned(),
            "Write it as clients see it, for example https://login.corp.lan.",
        );
    };
    match url.scheme() {
        "https" => {}
        "http" if is_loopback_host(url.host()) => {}
        _ => {
            return wrong(
                "is not https".to_owned(),
                "Use https://; http:// is possible on loopback only.",
            );
        }
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return wrong(
            "has more than scheme, host, port and path".to_owned(),
            "Leave the rest out.",
        );
    }
    if room == "authority" && url.path() != "/" {
        return wrong(
            "has a path".to_owned(),
            "The authority must be at the root of its host: Microsoft's libraries drop or rewrite a path before the tenant.",
        );
    }
    if text.ends_with('/') {
        return wrong("ends with a slash".to_owned(), "Leave the slash out.");
    }
    None
}

fn listener(listener: &Listener, config: &Config, place: &Place<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let span = listener.address.span();
    match listener.address.get_ref().parse::<SocketAddr>() {
        Err(_) => problems.push(place.problem(
            span,
            format!("[[listener]] address '{}' is no IP address with port", listener.address.get_ref()),
            "Write for example 127.0.0.1:8443, 0.0.0.0:443 or [::]:443.",
        )),
        Ok(address) if listener.allow_http && !is_loopback(address.ip()) => problems.push(place.problem(
            span,
            format!("[[listener]] {address} would carry tokens and passwords over plain HTTP"),
            "allow_http is for loopback addresses only; give certificate and key, or neither for the local certificate authority.",
        )),
        Ok(_) => {}
    }
    match (&listener.certificate, &listener.key) {
        (Some(given), None) | (None, Some(given)) => problems.push(place.problem(
            given.span(),
            "[[listener]] has one of certificate and key without the other",
            "Give both, or neither for the local certificate authority.",
        )),
        (Some(given), Some(_)) if listener.allow_http => problems.push(place.problem(
            given.span(),
            "[[listener]] has a certificate and allow_http = true",
            "Leave one of the two out.",
        )),
        _ => {}
    }
    if listener.rooms.get_ref().is_empty() {
        let remedy = "Name authority, gateway or sites.";
        problems.push(place.problem(listener.rooms.span(), "[[listener]] has no rooms", remedy));
    }
    for room in listener.rooms.get_ref() {
        let section = match room {
            RoomName::Gateway if config.gateway.is_none() => "gateway",
            RoomName::Sites if config.sites.is_none() => "sites",
            _ => continue,
        };
        problems.push(place.problem(
            listener.rooms.span(),
            format!("[[listener]] has the room '{section}', which is not configured"),
            format!("Add the table [{section}], or take the room out of the list."),
        ));
    }
    problems
}

fn is_loopback_host(host: Option<Host<&str>>) -> bool {
    match host {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

//! Which addresses a profile may reach.

#[cfg(test)]
mod tests;

use behalf_model::ports::Egress;
use behalf_model::profile::Profile;
use std::net::IpAddr;

/// The rules for one URL of the profile. Only the URL's own host is reachable, so neither a script nor a redirect leads
/// elsewhere; a private address only when `egress` of the profile lists the host, or a network that contains it.
pub(crate) fn of(profile: &Profile, url: &str) -> Egress {
    let authority = authority(url);
    let listed = profile
        .egress
        .iter()
        .any(|entry| allows(entry.trim(), authority));
    Egress {
        hosts: vec![authority.to_ascii_lowercase()],
        private_addresses: listed,
        insecure: profile.allow_insecure,
    }
}

/// `host` or `host:port` of an absolute URL.
pub(crate) fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())]
}

/// `erp.local`, `erp.local:8443`, `10.1.2.3`, `[::1]:8443`, or for addresses `10.0.0.0/8`.
fn allows(entry: &str, authority: &str) -> bool {
    let host = host(authority);
    if entry.eq_ignore_ascii_case(authority) || entry.eq_ignore_ascii_case(host) {
        return true;
    }
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match (network(entry), bare.parse::<IpAddr>()) {
        (Some((base, bits)), Ok(address)) => contains(base, bits, address),
        _ => entry.eq_ignore_ascii_case(bare),
    }
}

fn host(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    }
}

fn network(entry: &str) -> Option<(IpAddr, u32)> {
    let (base, bits) = entry.split_once('/')?;
    Some((base.parse().ok()?, bits.parse().ok()?))
}

fn contains(base: IpAddr, bits: u32, address: IpAddr) -> bool {
    let (base, address, width) = match (base, address) {
        (IpAddr::V4(base), IpAddr::V4(address)) => (
            u128::from(base.to_bits()),
            u128::from(address.to_bits()),
            32,
        ),
        (IpAddr::V6(base), IpAddr::V6(address)) => (base.to_bits(), address.to_bits(), 128),
        _ => return false,
    };
    let Some(shift) = u32::checked_sub(width, bits) else {
        return false;
    };
    base.checked_shr(shift) == address.checked_shr(shift)
}

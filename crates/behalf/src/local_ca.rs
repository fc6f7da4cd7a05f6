//! A certificate authority for one machine or one LAN, so that TLS works before anyone has bought a certificate.
//!
//! The authority's certificate and key stay the same across restarts, because clients are told to trust the file;
//! the server certificate is renewed well before it expires, and when the list of names changes.

mod trust;

use crate::files;
use behalf_model::Env;
use behalf_model::UnixTime;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SerialNumber,
};
use std::path::{Path, PathBuf};
use std::time::Duration;
pub use trust::trust_lines;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::pem::Pem;

const DAY_S: i64 = 86_400;
const CA_LIFE_S: i64 = 3650 * DAY_S;
/// Clients refuse server certificates that live longer than 398 days.
const LEAF_LIFE_S: i64 = 180 * DAY_S;
const RENEW_BEFORE_S: i64 = 60 * DAY_S;
/// Clocks of LAN clients may be behind.
const BACKDATE_S: i64 = DAY_S;
const ALWAYS: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// The files of a local authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalCa {
    /// What clients have to trust.
    pub ca: PathBuf,
    /// What a listener presents: the server certificate and its key.
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// Makes what is missing or about to expire in `directory`: the authority, and a server certificate for `localhost`,
/// the loopback addresses and `names` (DNS names or IP addresses). The text of an error names file and cause.
pub fn ensure(directory: &Path, names: &[String], env: &Env) -> Result<LocalCa, String> {
    let paths = LocalCa {
        ca: directory.join("ca.pem"),
        certificate: directory.join("server.pem"),
        key: directory.join("server.key"),
    };
    std::fs::create_dir_all(directory).map_err(|e| format!("{}: {e}", directory.display()))?;
    let mut wanted: Vec<String> = ALWAYS.iter().map(|n| (*n).to_owned()).collect();
    wanted.extend(names.iter().map(|n| n.to_ascii_lowercase()));
    wanted.sort_unstable();
    wanted.dedup();
    let (ca_pem, issuer) = authority(&paths.ca, &directory.join("ca.key"), env)?;
    if !is_current(&paths, &ca_pem, &wanted, env.now()) {
        make_leaf(&paths, &issuer, &wanted, env)
            .map_err(|e| format!("{}: {e}", paths.certificate.display()))?;
    }
    Ok(paths)
}

fn authority(
    ca: &Path,
    key: &Path,
    env: &Env,
) -> Result<(String, Issuer<'static, KeyPair>), String> {
    if !ca.exists() || !key.exists() {
        make_authority(ca, key, env).map_err(|e| format!("{}: {e}", ca.display()))?;
    }
    let read =
        |path: &Path| std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()));
    let (pem, key_pem) = (read(ca)?, read(key)?);
    let pair = KeyPair::from_pem(&key_pem).map_err(|e| format!("{}: {e}", key.display()))?;
    let issuer =
        Issuer::from_ca_cert_pem(&pem, pair).map_err(|e| format!("{}: {e}", ca.display()))?;
    Ok((pem, issuer))
}

fn make_authority(ca: &Path, key: &Path, env: &Env) -> Result<(), Box<dyn std::error::Error>> {
    let pair = KeyPair::generate()?;
    let mut params = params(Vec::new(), CA_LIFE_S, env)?;
    let serial: [u8; 4] = env.random();
    // The name tells two machines' authorities apart in a trust store.
    let name = format!("Behalf local CA {:08x}", u32::from_be_bytes(serial));
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let certificate = params.self_signed(&pair)?;
    files::write_private(key, pair.serialize_pem().as_bytes())?;
    Ok(files::write_public(ca, certificate.pem().as_bytes())?)
}

fn make_leaf(
    paths: &LocalCa,
    issuer: &Issuer<'static, KeyPair>,
    names: &[String],
    env: &Env,
) -> Result<(), Box<dyn std::error::Error>> {
    let pair = KeyPair::generate()?;
    let mut params = params(names.to_vec(), LEAF_LIFE_S, env)?;
    params.distinguished_name.push(DnType::CommonName, "Behalf");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let certificate = params.signed_by(&pair, issuer)?;
    // Key first: a crash in between leaves a pair that does not fit, which the next start sees and replaces.
    files::write_private(&paths.key, pair.serialize_pem().as_bytes())?;
    Ok(files::write_public(
        &paths.certificate,
        certificate.pem().as_bytes(),
    )?)
}

fn params(names: Vec<String>, life_s: i64, env: &Env) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    let from = env.now().plus_s(-BACKDATE_S);
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    params.not_before = epoch + since_epoch(from);
    params.not_after = epoch + since_epoch(from.plus_s(life_s));
    params.distinguished_name = rcgen::DistinguishedName::new();
    let mut serial: [u8; 16] = env.random();
    // Positive and without a leading zero (RFC 5280 §4.1.2.2).
    serial[0] = (serial[0] & 0x3f) | 0x40;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    Ok(params)
}

fn since_epoch(at: UnixTime) -> Duration {
    Duration::from_secs(at.0.max(0).unsigned_abs())
}

/// Whether the server certificate has all names and some life left, and was signed by this authority for its key.
fn is_current(paths: &LocalCa, ca_pem: &str, names: &[String], now: UnixTime) -> bool {
    let (Ok(leaf_pem), Ok(key_pem)) = (
        std::fs::read_to_string(&paths.certificate),
        std::fs::read_to_string(&paths.key),
    ) else {
        return false;
    };
    let (Some(ca), Some(leaf)) = (der(ca_pem), der(&leaf_pem)) else {
        return false;
    };
    let (Ok((_, ca)), Ok((_, leaf)), Ok(key)) = (
        x509_parser::parse_x509_certificate(&ca),
        x509_parser::parse_x509_certificate(&leaf),
        KeyPair::from_pem(&key_pem),
    ) else {
        return false;
    };
    leaf.validity().not_after.timestamp() > now.0 + RENEW_BEFORE_S
        && leaf.validity().not_before.timestamp() <= now.0
        && alternative_names(&leaf) == names
        && leaf.issuer() == ca.subject()
        && leaf.public_key().subject_public_key.data == key.public_key_raw()
}

fn der(pem: &str) -> Option<Vec<u8>> {
    Pem::iter_from_buffer(pem.as_bytes())
        .next()?
        .ok()
        .map(|block| block.contents)
}

fn alternative_names(leaf: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(found)) = leaf.subject_alternative_name() else {
        return Vec::new();
    };
    let mut names: Vec<String> = found.value.general_names.iter().filter_map(name).collect();
    names.sort_unstable();
    names
}

fn name(general: &GeneralName<'_>) -> Option<String> {
    match general {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => match <[u8; 4]>::try_from(*bytes) {
            Ok(v4) => Some(std::net::Ipv4Addr::from(v4).to_string()),
            Err(_) => <[u8; 16]>::try_from(*bytes)
                .ok()
                .map(|v6| std::net::Ipv6Addr::from(v6).to_string()),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests;

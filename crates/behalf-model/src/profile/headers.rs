//! Headers nobody but the gateway itself may set.

const FORBIDDEN: [&str; 15] = [
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "cookie2",
    "expect",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Credentials, the address and the hop-by-hop headers (RFC 9110, section 7.6.1): neither a script nor a profile may
/// set them, or it could act as somebody else or split the connection.
pub fn is_forbidden_header(name: &str) -> bool {
    FORBIDDEN.iter().any(|f| f.eq_ignore_ascii_case(name))
}

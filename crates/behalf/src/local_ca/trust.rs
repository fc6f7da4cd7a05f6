//! How each kind of client is told to trust a certificate authority that is no public one.

use std::path::Path;

/// Client and the words to type, for the authority in `ca`.
pub fn trust_lines(ca: &Path) -> Vec<(&'static str, String)> {
    let file = std::path::absolute(ca).unwrap_or_else(|_| ca.to_owned());
    let file = file.display();
    vec![
        ("curl", format!("curl --cacert {file} https://…")),
        (
            "Python (requests, MSAL, azure-identity)",
            format!("export REQUESTS_CA_BUNDLE={file}"),
        ),
        (
            "Node (fetch, msal-node)",
            format!("export NODE_EXTRA_CA_CERTS={file}"),
        ),
        ("Rust (rustls)", format!("export SSL_CERT_FILE={file}")),
    ]
}

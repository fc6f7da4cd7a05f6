//! Public clients: no credential, and none accepted.

use behalf_model::Fault;
use behalf_model::fault::{CLIENT_CREDENTIAL_MISSING, CLIENT_IS_PUBLIC};
use behalf_model::principal::Principal;
use behalf_wire::entra::claims::ClientProof;

/// Errors: `CLIENT_CREDENTIAL_MISSING` when the client is confidential.
pub fn check(client: &Principal) -> Result<ClientProof, Fault> {
    if client.public {
        Ok(ClientProof::Public)
    } else {
        Err(credential_missing())
    }
}

pub fn credential_missing() -> Fault {
    CLIENT_CREDENTIAL_MISSING
        .with("The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")
}

pub fn public_with_credential(client: &Principal) -> Fault {
    CLIENT_IS_PUBLIC.with(format!(
        "The application '{}' is a public client, so neither client_assertion nor client_secret may be presented.",
        client.client_id
    ))
}

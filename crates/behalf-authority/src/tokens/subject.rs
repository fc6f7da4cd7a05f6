//! Names of subjects in tokens.

use behalf_model::{ClientId, TenantId, UserId};
use behalf_wire::jose::backend::sha256;
use behalf_wire::jose::base64url;
use uuid::Uuid;

/// The pairwise `sub` of a user for the application that a token is for: two applications cannot compare their users
/// by it (OpenID Connect Core section 8.1). User ids are random, so a hash cannot be searched.
pub fn pairwise(tenant: TenantId, user: UserId, recipient: &ClientId) -> String {
    base64url::encode(sha256(
        format!("sub\n{tenant}\n{user}\n{recipient}").as_bytes(),
    ))
}

/// The object id of an application in its tenant: `oid` and `sub` of app-only tokens (Entra's service principal).
pub fn of_application(tenant: TenantId, client: &ClientId) -> Uuid {
    let hash = sha256(format!("application\n{tenant}\n{client}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// `sid`: names a browser session to clients without telling its row.
pub fn session(tenant: TenantId, session: i64) -> String {
    base64url::encode(&sha256(format!("sid\n{tenant}\n{session}").as_bytes())[..16])
}

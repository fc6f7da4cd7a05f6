//! Authorization codes (RFC 6749 section 4.1.2).

use super::opaque;
use crate::Authority;
use behalf_model::fault::INTERNAL;
use behalf_model::grant::CodeDetails;
use behalf_model::ports::{Change, NewCode};
use behalf_model::{Fault, UnixTime};

/// Stores a new code and returns it; durable before the browser is sent on.
pub async fn issue(
    authority: &Authority,
    details: CodeDetails,
    expires_at: UnixTime,
) -> Result<String, Fault> {
    let (secret, secret_hash) = opaque::new_secret(&authority.env);
    let change = Change::InsertCode(NewCode {
        secret_hash,
        details,
        expires_at,
    });
    let committed = authority.store().commit(vec![change]).await?;
    let row = committed
        .ids
        .first()
        .ok_or_else(|| INTERNAL.plain().because("the store gave no id for a code"))?;
    Ok(opaque::join(*row, &secret))
}

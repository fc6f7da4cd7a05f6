//! Whether a user may still have tokens made in his name.

use crate::Authority;
use behalf_model::fault::{GRANT_REVOKED, USER_GONE, USER_INACTIVE};
use behalf_model::tenant::Tenant;
use behalf_model::user::User;
use behalf_model::{Fault, UnixTime, UserId};
use std::sync::Arc;

/// The user as he is now: read for every token, whatever was signed or cached before.
///
/// Errors: as [`decide`].
pub async fn require(
    authority: &Authority,
    tenant: &Tenant,
    user: UserId,
    proven_at: UnixTime,
) -> Result<Arc<User>, Fault> {
    decide(
        authority
            .facts
            .get::<User>(tenant.id, &user.to_string())
            .await?,
        user,
        proven_at,
    )
}

/// `proven_at`: when the user signed in, or when the token that stands for him was issued.
///
/// Errors: `USER_GONE`, `USER_INACTIVE`, `GRANT_REVOKED` when that was before `valid_from`.
pub fn decide(
    found: Option<Arc<User>>,
    id: UserId,
    proven_at: UnixTime,
) -> Result<Arc<User>, Fault> {
    let Some(user) = found else {
        return Err(USER_GONE.with(format!(
            "The user account '{id}' does not exist in the directory."
        )));
    };
    if !user.active {
        return Err(USER_INACTIVE.with(format!("The user account '{id}' is disabled.")));
    }
    if user.valid_from.is_some_and(|from| proven_at < from) {
        return Err(GRANT_REVOKED.plain());
    }
    Ok(user)
}

#[cfg(test)]
mod tests;

//! Named secrets, opened at the moment of use and never kept in clear.

use crate::Gateway;
use behalf_model::fault::SECRET_MISSING;
use behalf_model::key::NamedSecret;
use behalf_model::profile::{Profile, SecretRef};
use behalf_model::{Fault, Secret};
use std::sync::Arc;

/// Errors: `SECRET_MISSING` naming profile and secret; store faults.
pub(super) async fn open(
    gateway: &Gateway,
    profile: &Profile,
    reference: Option<&SecretRef>,
) -> Result<Secret, Fault> {
    let missing = |why: String| SECRET_MISSING.with(why).fact("profile", &profile.name);
    let Some(name) = reference.map(SecretRef::name) else {
        return Err(missing(format!(
            "Profile '{}' names no secret.",
            profile.name
        )));
    };
    let home = gateway.config.home_tenant;
    let kept: Option<Arc<NamedSecret>> = gateway.facts.get(home, name).await?;
    let Some(kept) = kept else {
        return Err(missing(format!("The secret '{name}' is not stored.")));
    };
    gateway
        .sealer
        .open(&NamedSecret::purpose(home, name), &kept.value)
        .ok_or_else(|| {
            missing(format!(
                "The secret '{name}' cannot be opened with this installation's key."
            ))
        })
}

//! User name and password (RFC 7617).

use super::{Asking, Credential, secrets};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use behalf_model::fault::SECRET_MISSING;
use behalf_model::{Fault, Secret};
use http::{HeaderValue, header};

pub(super) async fn obtain(asking: Asking<'_>) -> Result<Credential, Fault> {
    let profile = &asking.route.profile;
    let password = secrets::open(asking.gateway, profile, profile.password.as_ref()).await?;
    let value = header_value(profile.username.as_deref().unwrap_or_default(), &password)?;
    Ok(Credential::Header(header::AUTHORIZATION, value))
}

/// `Basic <base64 of user:password>`, marked sensitive.
pub(super) fn header_value(user: &str, password: &Secret) -> Result<HeaderValue, Fault> {
    let pair = Secret::new(format!("{user}:{}", password.expose()));
    let text = Secret::new(format!("Basic {}", STANDARD.encode(pair.expose())));
    let mut value = HeaderValue::from_str(text.expose())
        .map_err(|_| SECRET_MISSING.with("The credential does not fit into a header."))?;
    value.set_sensitive(true);
    Ok(value)
}

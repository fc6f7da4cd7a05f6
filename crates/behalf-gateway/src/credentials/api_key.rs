//! A fixed key in a header or query parameter.

use super::{Asking, Credential, secrets};
use behalf_model::Fault;
use behalf_model::fault::SECRET_MISSING;
use behalf_model::profile::ApiKeyPlace;
use http::{HeaderName, HeaderValue};

pub(super) async fn obtain(asking: Asking<'_>) -> Result<Credential, Fault> {
    let profile = &asking.route.profile;
    let key = secrets::open(asking.gateway, profile, profile.api_key.as_ref()).await?;
    let name = profile.api_key_name.as_deref().unwrap_or_default();
    if profile.api_key_in == ApiKeyPlace::Query {
        return Ok(Credential::Query(name.to_owned(), key));
    }
    let unfit = || SECRET_MISSING.with("The API key or its name does not fit into a header.");
    let name = HeaderName::try_from(name).map_err(|_| unfit())?;
    let mut value = HeaderValue::from_str(key.expose()).map_err(|_| unfit())?;
    value.set_sensitive(true);
    Ok(Credential::Header(name, value))
}

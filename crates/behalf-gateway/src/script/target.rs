//! What a profile contributes to each request, prepared once.

use std::collections::BTreeMap;

use behalf_model::profile::Profile;
use http::{HeaderName, HeaderValue, Method};

use super::encode;

/// The fixed part of every request on one profile.
///
/// Made from a *resolved* profile ([`Profile::resolved`]); the credentials are not part of it.
#[derive(Debug, Clone)]
pub struct Target {
    /// The url without a slash at its end; every request starts with exactly this text.
    pub(crate) prefix: String,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// Encoded, without `?`; empty when there is none.
    pub(crate) query: String,
    /// Public variables.
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) total_timeout_ms: u64,
    /// Empty = all.
    allowed_methods: Vec<Method>,
}

impl Target {
    /// Prepares a resolved profile.
    ///
    /// # Errors
    /// A sentence about the member that cannot be used; none for a profile whose check has passed.
    pub fn new(profile: &Profile) -> Result<Self, String> {
        let mut headers = Vec::new();
        for (name, value) in &profile.headers {
            let refused = || format!("the header `{name}` cannot be sent");
            let header = HeaderName::try_from(name.as_str()).map_err(|_| refused())?;
            let value = HeaderValue::try_from(value.as_str()).map_err(|_| refused())?;
            headers.push((header, value));
        }
        let mut query = String::new();
        for (name, value) in &profile.query {
            if !query.is_empty() {
                query.push('&');
            }
            encode::query_text(&mut query, name);
            query.push('=');
            encode::query_text(&mut query, value);
        }
        let verbs = profile.allowed_methods.iter();
        let allowed_methods: Result<Vec<Method>, String> = verbs
            .map(|verb| {
                Method::try_from(verb.to_ascii_uppercase().as_str())
                    .map_err(|_| format!("`{verb}` is not an HTTP method"))
            })
            .collect();
        let public = profile.variables.iter().filter(|(_, v)| v.public);
        Ok(Self {
            prefix: profile.url.trim_end_matches('/').to_owned(),
            headers,
            query,
            variables: public
                .map(|(name, variable)| (name.clone(), variable.value.clone()))
                .collect(),
            total_timeout_ms: profile.timeouts.total_ms,
            allowed_methods: allowed_methods?,
        })
    }

    /// Is it a public variable of the profile? Without regard to case it is not: the name is spelled as declared.
    pub fn has_variable(&self, name: &str) -> bool {
        self.variables.contains_key(name)
    }

    /// May scripts on this profile use the verb?
    pub fn allows(&self, verb: &Method) -> bool {
        self.allowed_methods.is_empty() || self.allowed_methods.contains(verb)
    }

    /// The url every request on this profile starts with.
    pub fn url(&self) -> &str {
        &self.prefix
    }
}

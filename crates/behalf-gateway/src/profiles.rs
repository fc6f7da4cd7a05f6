//! A profile made ready for calls: everything that would otherwise be worked out per request.

use crate::connectors::egress;
use crate::script::CompileError;
use crate::token_cache::TokenTarget;
use behalf_model::ports::Egress;
use behalf_model::profile::{Auth, Profile};
use std::sync::Arc;

/// Where calls on one profile go, and with which tokens.
#[derive(Debug)]
pub(crate) struct Route {
    /// With its variables in place.
    pub profile: Profile,
    pub scopes: Vec<String>,
    /// `None` without OAuth.
    pub target: Option<Arc<TokenTarget>>,
    /// For the url of the back-end.
    pub egress: Egress,
}

impl Route {
    pub fn new(profile: &Profile) -> Self {
        Self {
            scopes: profile.scopes().map(str::to_owned).collect(),
            target: TokenTarget::of(profile).map(Arc::new),
            egress: egress::of(profile, &profile.url),
            profile: profile.clone(),
        }
    }

    /// For another URL of the profile, such as its token endpoint.
    pub fn egress_for(&self, url: &str) -> Egress {
        egress::of(&self.profile, url)
    }
}

/// Settings that this version understands and does not carry out. Ignoring them would mean less security than written, or
/// the first page of an answer for the whole.
pub(crate) fn not_offered(profile: &Profile) -> Vec<CompileError> {
    let settings = [
        (
            "auth",
            matches!(profile.auth(), Auth::ClientCert | Auth::Negotiate),
        ),
        ("proxy", profile.proxy.is_some()),
        ("ca", profile.ca.is_some()),
        ("client_cert", profile.client_cert.is_some()),
        ("standard", profile.standard != Default::default()),
        ("csrf", profile.csrf),
        ("min_tls", profile.min_tls != Default::default()),
        (
            "limits.max_concurrent",
            profile.limits.max_concurrent.is_some(),
        ),
        ("limits.max_per_s", profile.limits.max_per_s.is_some()),
    ];
    let used = settings.into_iter().filter(|(_, used)| *used);
    used.map(|(name, _)| CompileError {
        file: format!("profiles/{}.toml", profile.slug()),
        line: 0,
        column: 0,
        message: format!("`{name}` as it is set here is not offered yet"),
        help: Some("remove it".to_owned()),
    })
    .collect()
}

//! Wire formats of SharePoint app security over ACS: formatted names, context tokens, access tokens, high trust.
//!
//! Nothing here reads a clock or the network: `now_s` is an argument in Unix seconds. Every `verify` answers with a
//! type of its own, which nothing else makes, so a signature says whether data was verified.

pub mod access_token;
pub mod app_secret;
pub mod challenge;
pub mod context_token;
pub mod diagnostics;
pub mod error;
pub mod high_trust;
mod jwt;
pub mod launch_form;
pub mod metadata;
pub mod principal;
pub mod standard_tokens;
#[cfg(test)]
mod testing;
pub mod token;

pub use app_secret::AppSecret;
pub use principal::{Host, NameError, PrincipalName};

/// The authentication server's own principal; `iss` of context and access tokens.
pub const ACS_PRINCIPAL: &str = "00000001-0000-0000-c000-000000000000";

/// The content server's principal; `aud` of access tokens, the same for every host.
pub const SHAREPOINT_PRINCIPAL: &str = "00000003-0000-0ff1-ce00-000000000000";

/// How far clocks may differ before a token is refused.
pub const CLOCK_SKEW_S: i64 = 300;

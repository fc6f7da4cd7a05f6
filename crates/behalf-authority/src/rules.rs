//! Predicates that several endpoints share, one per file.

pub mod consent;
pub mod pkce;
pub mod redirect_uri;
pub mod scope;
pub mod sign_in;
pub mod user;

//! Room: the authority. Tenants, users, principals, consent; issuing and keeping of tokens.
//!
//! Owns the OAuth, OIDC and Entra endpoints, sign-in, consent, signing keys and the vault of provider tokens. Must
//! never contain: SQL, another room's code, gateway methods, content, or a crypto library's name.

pub mod admin;
mod browser;
mod client_auth;
mod content_hosts;
mod context;
mod dialects;
mod endpoints;
mod grants;
mod guard;
pub mod keys;
mod pages;
pub mod providers;
mod router;
pub mod rules;
mod sessions;
mod state;
#[cfg(test)]
mod testing;
pub mod tokens;
pub mod vault;

pub use content_hosts::ContentServer;
pub use router::router;
pub use state::{Authority, Config};

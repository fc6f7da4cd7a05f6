//! Room: the authority. Tenants, users, principals, consent; issuing and keeping of tokens.
//!
//! Owns the OAuth, OIDC and Entra endpoints, sign-in, consent, signing keys and the vault of provider tokens. Must
//! never contain: SQL, another room's code, gateway methods, content, or a crypto library's name.

mod state;
pub mod tokens;

pub use state::{Authority, Config};

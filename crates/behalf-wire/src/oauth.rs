//! OAuth 2.0 wire data (RFC 6749 and companions).

pub mod access_token;
pub mod basic;
pub mod error;
pub mod form;
pub mod metadata;
pub mod pkce;
pub mod token;

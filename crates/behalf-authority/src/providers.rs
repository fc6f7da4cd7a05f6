//! Ways to sign in, one file per kind, and what they share.

pub mod account;
pub mod microsoft;
pub mod oidc;
pub mod password;
pub mod token_request;
pub mod upstream;

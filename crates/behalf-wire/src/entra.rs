//! Entra's wire data.

pub mod claims;
pub mod discovery;
pub mod error;

//! Predicates that several endpoints share, one per file.

pub mod consent;
pub mod pkce;
pub mod scope;

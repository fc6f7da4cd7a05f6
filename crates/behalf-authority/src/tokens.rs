//! Making tokens, one file per kind, and recognising our own again.

pub mod access;
pub mod acs;
pub mod code;
pub mod context;
pub mod id;
pub mod opaque;
pub mod refresh;
pub mod subject;
pub mod verified;

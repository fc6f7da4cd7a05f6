//! Making tokens, one file per kind.

pub mod opaque;

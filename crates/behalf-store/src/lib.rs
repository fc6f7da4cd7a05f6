//! Edge: durable state behind the ports of the model.
//!
//! Owns SQL, migrations, group commit, sealing at rest, and `conformance`, the executable contract that every
//! engine passes. Must never contain: OAuth, HTTP, permission rules, or a decision about who may do what.

pub mod audit_chain;
pub mod conformance;
pub mod seal;
pub mod sqlite;

pub use audit_chain::verify_chain;
pub use seal::FileSealer;
pub use sqlite::SqliteStore;

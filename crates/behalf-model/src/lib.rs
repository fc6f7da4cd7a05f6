//! Ground floor: the vocabulary of Behalf.
//!
//! Owns the domain types (tenant, user, principal, resource, consent, grant, profile, method, site …), the
//! catalogue of faults, the ports through which rooms reach the world and each other, and `Env`, the only
//! source of time and randomness.
//!
//! Must never contain: IO of any kind, SQL, HTTP handlers, wire formats (those are `behalf-wire`), or a clock
//! read outside `env.rs`.

pub mod audit;
pub mod consent;
pub mod entity;
pub mod env;
pub mod facts;
pub mod fault;
pub mod grant;
pub mod id;
pub mod key;
pub mod method;
pub mod ports;
pub mod principal;
pub mod profile;
pub mod resource;
pub mod secret;
pub mod session;
pub mod site;
pub mod source;
pub mod tenant;
pub mod time;
pub mod token;
pub mod user;

pub use env::Env;
pub use fault::{Fault, Kind};
pub use id::{ClientId, PersonId, TenantId, UserId};
pub use secret::Secret;
pub use time::UnixTime;

//! Ground floor: formats. JOSE, OAuth, Entra, problem details (later ACS, OData, SOAP, MCP).
//!
//! Owns reading and writing of wire data and nothing else. Must never contain: IO, a clock, storage, or a decision
//! about who may do what. Only `jose/backend.rs` names a crypto library.

pub mod acs;
pub mod entra;
pub mod jose;
pub mod oauth;
pub mod odata;
pub mod problem;

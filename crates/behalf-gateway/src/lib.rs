//! Room: the gateway. Scripted methods called on behalf of the user.
//!
//! Owns callers, catalogue of methods and profiles, script rendering, credentials (OBO among them), the token cache,
//! connectors and faces. Must never contain: SQL, token issuing, another room's code, or a fall-back from a user's
//! token to the application's credentials.

pub mod catalog;
pub mod rows;
pub mod script;

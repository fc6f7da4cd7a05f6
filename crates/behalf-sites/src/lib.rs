//! Room: the content host. Sites, lists and items with the rights of users and apps.
//!
//! Owns content, its permissions and its API accents. Must never contain: SQL, token issuing, or rights read out of a
//! token beyond what the token's scopes allow.

mod apis;
mod caller;
mod columns;
mod items;
mod lists;
mod occasion;
mod permissions;
mod sites;
mod state;

pub use apis::router;
pub use state::{Config, Sites};

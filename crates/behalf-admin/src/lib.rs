//! Room: administration. Declarations (what an administrator writes in files) become changes, and back.
//!
//! Owns the file format of `behalf apply` and `behalf export`, and the checks made before anything is stored. Later the
//! admin API and the console. Must never contain: SQL, token issuing, another room's code, or a way around the rules
//! that the other rooms enforce.

mod apps;
mod client_secrets;
mod content;
pub mod declaration;
mod draft;
mod export;
mod grants;
mod plan;
mod problem;
mod secrets;
mod sources;
mod tenants;
mod users;

pub use declaration::{File, read};
pub use export::export;
pub use plan::{Compiled, Outcome, Plan, Tools, Touched, plan};
pub use problem::Problem;

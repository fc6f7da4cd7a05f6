//! Interface scripts: parsed once into a tree, bound to a caller's inputs, rendered without string concatenation.
//!
//! `parse` cuts lines into actions, `rest` compiles them with the key table of its connector, `bind` makes typed
//! values of a caller's inputs, `render` writes the request. A value is data from the moment it is bound: it is never
//! looked at for placeholders, separators or quotes again (reference, sections 3.2 to 3.4).

mod balance;
mod bind;
mod body;
mod context;
mod encode;
mod error;
mod filter;
mod header;
mod json;
mod json_template;
mod keys;
mod parse;
mod path;
mod placeholder;
mod position;
mod query;
mod render;
mod rest;
mod scope;
mod slot;
mod success;
mod suggest;
mod target;
#[cfg(test)]
mod tests;
mod validate;
mod xml;

pub use bind::{Bound, Inputs, RawInput};
pub use context::{ProvenContext, ProvenUser};
pub use error::{CompileError, InputError, RenderError};
pub use render::{RenderedRequest, render};
pub use rest::{Missing, RestScript, compile};
pub use success::Success;
pub use target::Target;
pub use validate::FieldProblem;

pub(crate) use position::Position;
pub(crate) use suggest::closest;

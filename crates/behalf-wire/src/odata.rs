//! OData 4.01: the grammar of its URLs, expressions, literals and headers.
//!
//! One parser reads every rule of the OASIS construction rules (core, data aggregation, temporal data) against the names
//! of a model, and builds a tree ([`expression::Expression`], [`query::QueryOption`], [`resource::Resource`]) that a face
//! evaluates, pushes down to a back-end, or refuses. A name is refused when the model has no such name where the grammar
//! wants one; the only identifiers left open are those that a query itself may define ([`expression::Root::Unresolved`]).
//!
//! Safe on hostile input: length, nesting, height of the tree and total work are bounded ([`limits::Limits`]), and the
//! grammar is read predictively, so that the work grows with the length of the text only.
//!
//! Shape: text as it stands in the URL, percent-encoding normalised (RFC 3986 section 6.2.2.2) but not decoded; decoding
//! before parsing would let `%27` end a string literal that `'` could not.
//!
//! Spec: OData 4.01 URL Conventions; OData ABNF Construction Rules 4.01; Data Aggregation 4.0; Temporal Data 4.0.

pub mod expression;
pub mod limits;
pub mod literal;
pub mod names;
pub mod normal;
pub mod parse;
pub mod parse_line;
pub mod preference;
pub mod query;
pub mod resource;

mod grammar;

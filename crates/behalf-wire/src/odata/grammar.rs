//! The grammar, rule by rule: each rule is a method of [`Parser`] that reads its text or leaves the place unchanged.
//!
//! Alternatives are told apart by what stands next, never by trying a nested part twice; where a name may be several
//! things, the parser carries all of them along ([`places`]) and drops those that what follows makes impossible.

mod aggregate;
mod apply;
mod characters;
mod context;
mod cursor;
mod expand;
mod expression;
mod function;
mod geo;
mod header;
mod identifier;
mod json;
mod key;
mod lambda;
mod literal;
mod member;
mod number;
mod operators;
mod options;
mod places;
mod preference;
mod query;
mod resource;
mod rules;
mod search;
mod select;
mod time;
mod uri;

pub(crate) use cursor::Parser;
pub(crate) use rules::rule;

//! The entrances: a text, a model's names, bounds; a tree or the reason why not.
//!
//! Errors: [`Refused`], whose position a face puts into its error message.

use super::expression::Expression;
use super::grammar::{Parser, rule};
use super::limits::{Limits, Refused};
use super::names::Names;
use super::preference::Preference;
use super::query::QueryOption;
use super::resource::{Resource, ResourcePath};

/// A request URL relative to the service root: path and query, without a leading slash.
pub fn relative_uri(text: &str, names: &Names, limits: Limits) -> Result<Resource, Refused> {
    Parser::new(text, names, limits).whole(Parser::relative_uri)
}

/// A path of a request URL.
pub fn resource_path(text: &str, names: &Names, limits: Limits) -> Result<ResourcePath, Refused> {
    Parser::new(text, names, limits).whole(Parser::resource_path)
}

/// A query, without its question mark.
pub fn query_options(
    text: &str,
    names: &Names,
    limits: Limits,
) -> Result<Vec<QueryOption>, Refused> {
    Parser::new(text, names, limits).whole(Parser::query_options)
}

/// An expression by itself: the value of `$filter`, of a parameter alias, of a calculated default.
pub fn expression(text: &str, names: &Names, limits: Limits) -> Result<Expression, Refused> {
    Parser::new(text, names, limits).whole(Parser::common_expr)
}

/// The value of the header `Prefer`. RFC 7240 lets preferences pass that nobody knows; those are refused here, so the
/// caller gives the ones of OData only.
pub fn preferences(text: &str, limits: Limits) -> Result<Vec<Preference>, Refused> {
    let names = Names::open();
    Parser::new(text, &names, limits).whole(Parser::preferences)
}

/// Whether a text is of a rule of the construction rules, by the rule's name. `None` if the rule is not offered.
pub fn by_rule(
    name: &str,
    text: &str,
    names: &Names,
    limits: Limits,
) -> Option<Result<(), Refused>> {
    let read = rule(name)?;
    Some(Parser::new(text, names, limits).whole(read))
}

#[cfg(test)]
mod tests;

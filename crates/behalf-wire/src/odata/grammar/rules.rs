//! The rules by the names of the construction rules, so that any of them can be asked for from outside.

mod aggregation;
mod expressions;
mod headers;
mod literals;
mod paths;
mod queries;

use super::super::expression::Expression;
use super::super::names::{Kinds, NameKind};
use super::characters::Class;
use super::cursor::Parser;
use super::geo::Shape;
use super::operators::Pending;
use super::options::OptionSet;
use super::places::Places;

/// How a rule is read.
#[derive(Clone, Copy)]
pub(crate) enum Rule {
    Read(fn(&mut Parser<'_>) -> Option<()>),
    /// A name of one of these kinds; with a namespace; with or without one.
    Name(Kinds),
    Qualified(Kinds),
    MaybeQualified(Kinds),
    /// A function of these kinds with its parameters, bound to a path or imported into the service.
    BoundCall(Kinds),
    ImportCall(Kinds),
    /// One of these query options.
    Option(OptionSet),
    /// What may follow at a place of an expression, or of a resource path; at least one segment.
    Follow(Places),
    FollowResource(Places),
    /// A canonical function by its word.
    Method(&'static str),
    /// An operator by its word, with its right side.
    Operator(&'static str),
    /// A transformation by its word.
    Transformation(&'static str),
    Geo(bool, Shape),
    FullShape(Shape),
    Shape(Shape),
    /// One character.
    One(&'static Class),
    /// These characters, in any letter case or exactly.
    Token(&'static str),
    Exact(&'static str),
}

type Table = &'static [(&'static str, Rule)];

/// The rule of this name, if it is offered. Letter case does not count (RFC 5234 section 2.1).
pub(crate) fn rule(name: &str) -> Option<impl FnOnce(&mut Parser<'_>) -> Option<()>> {
    let tables = [
        paths::RULES,
        queries::RULES,
        expressions::RULES,
        literals::RULES,
        headers::RULES,
        aggregation::RULES,
    ];
    let mut known = tables.into_iter().flatten();
    let listed = known
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, rule)| *rule);
    let rule = listed.or_else(|| name_rule(name))?;
    Some(move |parser: &mut Parser<'_>| parser.read(rule))
}

/// A rule that is nothing but a name of the model.
fn name_rule(name: &str) -> Option<Rule> {
    let kind = NameKind::ALL
        .iter()
        .find(|kind| kind.rule().eq_ignore_ascii_case(name))?;
    Some(Rule::Name(Kinds::of(&[*kind])))
}

impl Parser<'_> {
    fn read(&mut self, rule: Rule) -> Option<()> {
        self.attempt(|parser| match rule {
            Rule::Read(read) => read(parser),
            Rule::Name(kinds) => parser.named(kinds).map(drop),
            Rule::Qualified(kinds) => parser.qualified(kinds).map(drop),
            Rule::MaybeQualified(kinds) => parser.maybe_qualified(kinds).map(drop),
            Rule::BoundCall(kinds) => {
                parser.maybe_qualified(kinds)?;
                parser.function_parameters().map(drop)
            }
            Rule::ImportCall(kinds) => {
                parser.named(kinds)?;
                parser.function_parameters().map(drop)
            }
            Rule::Option(options) => parser.option_of(options).map(drop),
            Rule::Follow(places) => {
                let start = parser.here();
                parser.follow(places, &mut Vec::new())?;
                (parser.here() > start).then_some(())
            }
            Rule::FollowResource(places) => {
                let start = parser.here();
                parser.follow_resource(places, &mut Vec::new());
                (parser.here() > start).then_some(())
            }
            Rule::Method(word) => match parser.call_by_word()? {
                Expression::Call { method, .. } if method.name() == word => Some(()),
                _ => None,
            },
            Rule::Operator(word) => {
                let wanted = Pending::of_word(word);
                let found = parser.operator();
                (wanted.is_some() && found == wanted).then_some(())?;
                match word {
                    "has" => parser.enum_literal().map(drop),
                    "in" if parser.list_expr().is_some() => Some(()),
                    _ => parser.common_expr().map(drop),
                }
            }
            Rule::Transformation(word) => {
                parser.sees(|parser| parser.exact(word)).then_some(())?;
                parser.transformation_where(|found| found == word).map(drop)
            }
            Rule::Geo(round, shape) => parser.geo(round, &[shape]).map(drop),
            Rule::FullShape(shape) => parser.full_shape(&[shape]).map(drop),
            Rule::Shape(shape) => parser.shape(&[shape]),
            Rule::One(class) => parser.one(class),
            Rule::Token(token) => parser.token(token),
            Rule::Exact(token) => parser.exact(token),
        })
    }
}

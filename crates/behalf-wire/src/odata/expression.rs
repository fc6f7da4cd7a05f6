//! The tree of an expression: what `$filter`, `$orderby`, `$compute` and parameters say.
//!
//! The tree holds names, not what they stand for: whether `Address` in a path is a property, a navigation property or a
//! type cast is told by the schema of the place it is read at. Every name in it is one of the model, of a kind that the
//! grammar allows there, except for [`Root::Unresolved`].

use super::literal::{Literal, Name, TypeName};
use super::query::QueryOption;

/// An expression, common or Boolean.
///
/// Precedence of operators is resolved (URL Conventions section 5.1.1.13): `has` and `in` bind tightest, then `-` and
/// `not`, `mul div divby mod`, `add sub`, `gt ge lt le`, `eq ne`, `and`, `or`.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    Literal(Literal),
    /// The right side of `in`, written in round brackets.
    List(Vec<Literal>),
    Array(Vec<Expression>),
    Object(Vec<(String, Expression)>),
    Path(Path),
    Call {
        method: Method,
        arguments: Vec<Expression>,
    },
    /// The first condition that holds decides.
    Case(Vec<(Expression, Expression)>),
    /// Without a value: of the current instance.
    Cast(Option<Box<Expression>>, TypeName),
    IsOf(Option<Box<Expression>>, TypeName),
    /// Data Aggregation section 4.2.
    IsDefined(Path),
    Unary(Unary, Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// At least two operands; a long chain is one node, so that it does not make the tree high.
    And(Vec<Expression>),
    Or(Vec<Expression>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unary {
    Not,
    Negate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Has,
    In,
    Add,
    Sub,
    Mul,
    Div,
    DivBy,
    Mod,
}

/// Where a path begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Root {
    /// At the instance the expression is evaluated on.
    Implicit,
    /// `$it`
    It,
    /// `$this`
    This,
    /// `$these`
    These,
    /// `$root`: the first segment is an entity set, a singleton or a function import.
    Service,
    /// The variable of a lambda expression around.
    Variable(String),
    /// An identifier that is neither in the model nor a variable around: a computed property of `$compute` or `$apply`,
    /// or a mistake. Whoever evaluates the expression knows, and must refuse the latter.
    Unresolved(String),
    /// `@name`
    Alias(String),
}

/// A way through the data.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    pub root: Root,
    pub segments: Vec<Segment>,
}

/// One step of a path, of a resource or within an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Segment {
    /// A property, navigation property, type cast, action, function called without parentheses, entity set or singleton.
    Name(Name),
    Key(Key),
    /// A key written as a segment of its own, decoded.
    KeySegment(String),
    /// A function, or a function import as first step.
    Call {
        name: Name,
        arguments: Vec<Argument>,
    },
    Annotation(Annotation),
    /// `$count`, with `$filter` and `$search` in brackets.
    Count(Vec<QueryOption>),
    /// `$filter(…)`
    Filter(Box<Expression>),
    /// Without a predicate: whether there is any.
    Any(Option<Box<Lambda>>),
    All(Box<Lambda>),
    Aggregate(Box<Aggregate>),
    /// `$ref`
    Reference,
    /// `$value`
    Value,
    /// `$each`
    Each,
    /// `$query`
    Query,
    /// The item at this place of an ordered collection; negative from its end.
    Ordinal(i64),
}

/// The key of an entity.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    Single(KeyValue),
    Compound(Vec<(String, KeyValue)>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum KeyValue {
    Literal(Literal),
    Alias(String),
}

/// A named argument of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    pub name: String,
    pub value: Expression,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    pub term: Name,
    pub qualifier: Option<String>,
}

/// `variable:predicate`
#[derive(Clone, Debug, PartialEq)]
pub struct Lambda {
    pub variable: String,
    pub predicate: Expression,
}

/// What `aggregate` computes (Data Aggregation section 3.1).
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    pub value: Aggregated,
    /// `with`: `sum`, `min`, `max`, `average`, `countdistinct`, or a custom method. None for `$count` and for custom
    /// aggregates, which bring their own.
    pub method: Option<Name>,
    pub from: Vec<AggregateFrom>,
    pub alias: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Aggregated {
    Expression(Expression),
    /// The number of items, at this path or of the input.
    Count(Vec<Name>),
    /// A custom aggregate, last of the path.
    Custom(Vec<Name>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct AggregateFrom {
    pub properties: Vec<Vec<Name>>,
    pub method: Option<Name>,
}

macro_rules! methods {
    ($($variant:ident = $name:literal $least:literal ..= $most:literal),* $(,)?) => {
        /// A canonical function (URL Conventions section 5.1.1.5 and following).
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Method { $($variant),* }

        impl Method {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The least and the largest number of arguments.
            pub fn arity(self) -> (usize, usize) {
                match self { $(Self::$variant => ($least, $most)),* }
            }
        }
    };
}

methods! {
    Ceiling = "ceiling" 1..=1,
    Concat = "concat" 2..=2,
    Contains = "contains" 2..=2,
    Date = "date" 1..=1,
    Day = "day" 1..=1,
    EndsWith = "endswith" 2..=2,
    Floor = "floor" 1..=1,
    FractionalSeconds = "fractionalseconds" 1..=1,
    GeoDistance = "geo.distance" 2..=2,
    GeoIntersects = "geo.intersects" 2..=2,
    GeoLength = "geo.length" 1..=1,
    HasSubsequence = "hassubsequence" 2..=2,
    HasSubset = "hassubset" 2..=2,
    Hour = "hour" 1..=1,
    IndexOf = "indexof" 2..=2,
    Length = "length" 1..=1,
    MatchesPattern = "matchesPattern" 2..=2,
    MaxDateTime = "maxdatetime" 0..=0,
    MinDateTime = "mindatetime" 0..=0,
    Minute = "minute" 1..=1,
    Month = "month" 1..=1,
    Now = "now" 0..=0,
    Round = "round" 1..=1,
    Second = "second" 1..=1,
    StartsWith = "startswith" 2..=2,
    Substring = "substring" 2..=3,
    Time = "time" 1..=1,
    ToLower = "tolower" 1..=1,
    TotalOffsetMinutes = "totaloffsetminutes" 1..=1,
    TotalSeconds = "totalseconds" 1..=1,
    ToUpper = "toupper" 1..=1,
    Trim = "trim" 1..=1,
    Year = "year" 1..=1,
}

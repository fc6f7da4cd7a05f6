//! The tree of query options.

use super::expression::{Aggregate, Annotation, Expression, Path, Segment};
use super::literal::Name;

/// One query option, of a URL or in the brackets of `$expand`, `$select` and `$count`.
///
/// Shape: in the order of the URL, doubled options included; whoever serves the query refuses what it cannot combine.
#[derive(Clone, Debug, PartialEq)]
pub enum QueryOption {
    Apply(Vec<Transformation>),
    Compute(Vec<(Expression, String)>),
    /// `$count`: whether the number of all items is wanted in the answer.
    Count(bool),
    DeltaToken(String),
    Expand(Vec<ExpandItem>),
    Filter(Expression),
    /// `atom`, `json`, `xml` (lower case) or a media type as written.
    Format(String),
    /// The address of an entity, percent-decoded.
    Id(String),
    Index(i64),
    /// `$levels`; `None` is `max`.
    Levels(Option<u64>),
    OrderBy(Vec<OrderBy>),
    /// `*` is the newest.
    SchemaVersion(String),
    Search(Search),
    Select(Vec<SelectItem>),
    Skip(u64),
    SkipToken(String),
    Top(u64),
    Temporal(Temporal, TemporalMoment),
    /// `@name=value`
    Alias(String, Expression),
    /// `name=value` of a parameter of the function that is called.
    Parameter(String, Expression),
    /// Decoded; not the protocol's business.
    Custom(String, Option<String>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct OrderBy {
    pub by: Expression,
    pub descending: bool,
}

/// What `$search` looks for. `NOT` binds tightest, then `AND`, then `OR`.
#[derive(Clone, Debug, PartialEq)]
pub enum Search {
    /// A word, or all that stands between double quotes, decoded.
    Term(String),
    Not(Box<Search>),
    And(Vec<Search>),
    Or(Vec<Search>),
    /// Text in single quotes, which OData leaves to the service.
    Free(String),
}

/// One item of `$expand`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpandItem {
    pub path: Vec<ExpandStep>,
    pub options: Vec<QueryOption>,
}

/// One step of the path of an expand item; [`ExpandStep::All`], `Reference` and `Count` are last.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpandStep {
    /// A navigation, complex or stream property, or a type cast.
    Name(Name),
    Annotation(Annotation),
    /// `*`
    All,
    /// `$ref`
    Reference,
    /// `$count`
    Count,
    /// `$value`: the media stream of the entity.
    Value,
}

/// One item of `$select`.
#[derive(Clone, Debug, PartialEq)]
pub enum SelectItem {
    /// `*`
    All,
    /// `Namespace.*`
    AllOperations(String),
    Path {
        path: Vec<SelectStep>,
        /// Names of parameters that tell overloads of a function apart.
        overload: Option<Vec<String>>,
        options: Vec<QueryOption>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum SelectStep {
    /// A property, an operation or a type cast.
    Name(Name),
    Annotation(Annotation),
}

/// The option a moment is given for (Temporal Data section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Temporal {
    At,
    From,
    To,
    ToInclusive,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TemporalMoment {
    Min,
    Max,
    At(Expression),
}

/// One step of `$apply` (Data Aggregation section 3).
#[derive(Clone, Debug, PartialEq)]
pub enum Transformation {
    Aggregate(Vec<Aggregate>),
    Compute(Vec<(Expression, String)>),
    Concat(Vec<Vec<Transformation>>),
    GroupBy {
        by: Vec<GroupBy>,
        then: Vec<Transformation>,
    },
    /// `join`, or `outerjoin` which keeps what has no partner.
    Join {
        outer: bool,
        property: Vec<SelectStep>,
        alias: String,
        then: Vec<Transformation>,
    },
    /// `addnested` with a path, `nest` without.
    Nest {
        path: Vec<Name>,
        nested: Vec<(Vec<Transformation>, String)>,
    },
    /// `topcount`, `bottomsum` …
    Best {
        method: Best,
        limit: Expression,
        by: Expression,
    },
    Filter(Expression),
    Identity,
    OrderBy(Vec<OrderBy>),
    Search(Search),
    Skip(u64),
    Top(u64),
    /// `ancestors`, or `descendants`.
    Kin {
        ancestors: bool,
        hierarchy: Hierarchy,
        of: Vec<Transformation>,
        distance: Option<u64>,
        keep_start: bool,
    },
    Traverse {
        hierarchy: Hierarchy,
        preorder: bool,
        of: Vec<Transformation>,
        order: Vec<OrderBy>,
    },
    /// A function of the model.
    Custom(Segment),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Best {
    BottomCount,
    BottomPercent,
    BottomSum,
    TopCount,
    TopPercent,
    TopSum,
}

#[derive(Clone, Debug, PartialEq)]
pub enum GroupBy {
    Property(Vec<Name>),
    /// Levels from the root of a hierarchy down.
    Rollup(Vec<Vec<Name>>),
    /// Levels of a hierarchy that has a name.
    RollupNamed(String),
    RollupRecursive {
        hierarchy: Hierarchy,
        of: Vec<Transformation>,
    },
}

/// A recursive hierarchy: its nodes, its name, and the path to a node's identifier.
#[derive(Clone, Debug, PartialEq)]
pub struct Hierarchy {
    pub nodes: Path,
    pub qualifier: String,
    pub node: Vec<Name>,
}

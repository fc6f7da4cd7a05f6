//! The tree of a request URL, relative to the service root.

use super::expression::Segment;
use super::literal::Name;
use super::query::QueryOption;

/// What a request URL addresses (ABNF rule `odataRelativeUri`).
#[derive(Clone, Debug, PartialEq)]
pub enum Resource {
    /// `$batch`
    Batch(Vec<QueryOption>),
    /// `$entity`, with the type its entity is cast to; the address stands in [`QueryOption::Id`].
    Entity {
        cast: Option<Name>,
        options: Vec<QueryOption>,
    },
    /// `$metadata`
    Metadata(Vec<QueryOption>),
    Path {
        path: ResourcePath,
        options: Vec<QueryOption>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct ResourcePath {
    pub root: ResourceRoot,
    pub segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResourceRoot {
    /// The first segment names an entity set, a singleton, or the import of a function or action.
    Service,
    /// `$crossjoin(…)` of these entity sets.
    CrossJoin(Vec<String>),
    /// `$all` entities, perhaps of one type.
    All(Option<Name>),
}

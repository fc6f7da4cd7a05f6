//! What `aggregate` computes, and the paths of data aggregation (Data Aggregation sections 2 and 3.1).

use super::super::expression::{
    Aggregate, AggregateFrom, Aggregated, Expression, Path, Root, Segment,
};
use super::super::literal::Name;
use super::super::names::{Kinds, NameKind};
use super::cursor::Parser;
use super::identifier::{COMPLEX_TYPE, ENTITY_TYPE, PRIMITIVE_PROPERTY, STRUCTURED_TYPE};

const COLLECTION_STEP: Kinds = Kinds::of(&[
    NameKind::ComplexProperty,
    NameKind::ComplexColProperty,
    NameKind::EntityNavigationProperty,
    NameKind::EntityColNavigationProperty,
]);
const SINGLE_STEP: Kinds = Kinds::of(&[
    NameKind::ComplexProperty,
    NameKind::EntityNavigationProperty,
]);
const COMPLEX_STEP: Kinds = Kinds::of(&[NameKind::ComplexProperty, NameKind::ComplexColProperty]);
const NESTED_ENTITIES: Kinds = Kinds::of(&[
    NameKind::EntityNavigationProperty,
    NameKind::EntityColNavigationProperty,
]);
const STREAM: Kinds = Kinds::of(&[NameKind::StreamProperty]);
const CUSTOM: Kinds = Kinds::of(&[NameKind::CustomAggregate]);
const METHODS: [&str; 5] = ["sum", "min", "max", "average", "countdistinct"];

/// Which names a path may go through, and what it may end at.
#[derive(Clone, Copy)]
struct Way {
    steps: Kinds,
    casts: Kinds,
    /// At the beginning too.
    casts_first: bool,
    /// Names that only end a path.
    last: fn(Kinds) -> bool,
    /// Whether a step or a cast may end it.
    step_ends: bool,
    cast_ends: bool,
}

/// A path that was read: where it ended.
struct Walked {
    names: Vec<Name>,
    /// At a name that only ends a path.
    at_last: bool,
}

const VALUE: Way = Way {
    steps: COLLECTION_STEP,
    casts: STRUCTURED_TYPE,
    casts_first: true,
    last: |kinds| {
        kinds.meets(PRIMITIVE_PROPERTY)
            || kinds.has(NameKind::PrimitiveColProperty)
            || kinds.meets(STREAM)
    },
    step_ends: true,
    cast_ends: true,
};
const CUSTOM_AGGREGATE: Way = Way {
    last: |kinds| kinds.meets(CUSTOM),
    step_ends: false,
    cast_ends: false,
    ..VALUE
};
const GROUPING_PROPERTY: Way = Way {
    steps: SINGLE_STEP,
    last: |kinds| kinds.meets(PRIMITIVE_PROPERTY) || kinds.meets(STREAM),
    cast_ends: false,
    ..VALUE
};
const NODE: Way = Way {
    step_ends: false,
    cast_ends: false,
    ..VALUE
};
const NEST: Way = Way {
    steps: COMPLEX_STEP,
    casts: COMPLEX_TYPE,
    casts_first: true,
    last: |kinds| kinds.meets(NESTED_ENTITIES),
    step_ends: true,
    cast_ends: false,
};

impl Parser<'_> {
    /// A path of names, as far as it may go.
    fn walk(&mut self, way: Way) -> Option<Walked> {
        let mut names = Vec::new();
        let mut end = None;
        let start = self.here();
        let mut castable = way.casts_first;
        while let Some((name, kinds)) = self.attempt(|parser| {
            if !names.is_empty() {
                parser.byte(b'/')?;
            }
            parser.dotted()
        }) {
            let plain = name.namespace.is_none();
            let step = plain && kinds.meets(way.steps);
            let cast = castable && kinds.meets(way.casts);
            let at_last = plain && (way.last)(kinds);
            names.push(name);
            if at_last || (step && way.step_ends) || (cast && way.cast_ends) {
                end = Some((self.here(), names.len(), at_last));
            }
            if !step && !cast {
                break;
            }
            castable = step;
        }
        self.go_back(end.map_or(start, |(place, _, _)| place));
        end.map(|(_, length, at_last)| {
            names.truncate(length);
            Walked { names, at_last }
        })
    }

    pub(super) fn grouping_property(&mut self) -> Option<Vec<Name>> {
        self.walk(GROUPING_PROPERTY).map(|walked| walked.names)
    }

    pub(super) fn grouping_properties(&mut self) -> Option<Vec<Vec<Name>>> {
        self.list(Self::grouping_property, Self::spaced_comma)
    }

    /// `recHierPropertyPath`
    pub(super) fn node_path(&mut self) -> Option<Vec<Name>> {
        self.walk(NODE).map(|walked| walked.names)
    }

    pub(super) fn nest_path(&mut self) -> Option<Vec<Name>> {
        let Walked { mut names, at_last } = self.walk(NEST)?;
        if at_last
            && let Some(cast) = self.attempt(|parser| {
                parser.byte(b'/')?;
                parser.maybe_qualified(ENTITY_TYPE)
            })
        {
            names.push(cast);
        }
        Some(names)
    }

    /// `aggregateExpr`: of a transformation, so that every value but a custom aggregate needs a name.
    pub(super) fn aggregate_expr(&mut self) -> Option<Aggregate> {
        self.attempt(|parser| {
            let mut aggregate = parser.aggregate_function_expr()?;
            aggregate.alias = parser.as_alias();
            let custom =
                matches!(aggregate.value, Aggregated::Custom(_)) && aggregate.from.is_empty();
            (custom || aggregate.alias.is_some()).then_some(aggregate)
        })
    }

    /// `aggregateFunctionExpr`: within an expression.
    pub(super) fn aggregate_function_expr(&mut self) -> Option<Aggregate> {
        let with_method = self
            .aggregate_path()
            .or_else(|| self.aggregate_expression());
        if let Some((value, method)) = with_method {
            return Some(Aggregate {
                value,
                method: Some(method),
                from: self.aggregate_from(true),
                alias: None,
            });
        }
        if let Some(count) = self.aggregate_count() {
            return Some(Aggregate {
                value: Aggregated::Count(count),
                method: None,
                from: self.aggregate_from(true),
                alias: None,
            });
        }
        let custom = self.walk(CUSTOM_AGGREGATE)?;
        Some(Aggregate {
            value: Aggregated::Custom(custom.names),
            method: None,
            from: self.aggregate_from(false),
            alias: None,
        })
    }

    /// A path and its method. What is no primitive value can only be counted, or given to a custom method.
    fn aggregate_path(&mut self) -> Option<(Aggregated, Name)> {
        self.attempt(|parser| {
            let Walked { names, at_last } = parser.walk(VALUE)?;
            let method = parser.aggregate_with()?;
            let counts = method.namespace.is_some() || method.name == "countdistinct";
            let path = Path {
                root: Root::Implicit,
                segments: names.into_iter().map(Segment::Name).collect(),
            };
            (at_last || counts).then_some((Aggregated::Expression(Expression::Path(path)), method))
        })
    }

    fn aggregate_expression(&mut self) -> Option<(Aggregated, Name)> {
        self.attempt(|parser| {
            let value = parser.common_expr()?;
            Some((Aggregated::Expression(value), parser.aggregate_with()?))
        })
    }

    pub(super) fn aggregate_with(&mut self) -> Option<Name> {
        self.attempt(|parser| {
            parser.rws()?;
            parser.exact("with")?;
            parser.rws()?;
            parser.aggregate_method()
        })
    }

    pub(super) fn aggregate_method(&mut self) -> Option<Name> {
        self.attempt(|parser| {
            let (name, _) = parser.dotted()?;
            let known = name.namespace.is_some() || METHODS.contains(&name.name.as_str());
            known.then_some(name)
        })
    }

    /// `aggregateFrom`, whose every part needs a method, or `customFrom`, where the aggregate brings its own.
    pub(super) fn aggregate_from(&mut self, method_needed: bool) -> Vec<AggregateFrom> {
        let mut parts = Vec::new();
        while let Some(part) = self.attempt(|parser| {
            parser.rws()?;
            parser.exact("from")?;
            parser.rws()?;
            let properties = parser.grouping_properties()?;
            let method = parser.aggregate_with();
            (method.is_some() || !method_needed).then_some(AggregateFrom { properties, method })
        }) {
            parts.push(part);
        }
        parts
    }

    /// `aggregateCount`: `$count`, of the input or of what a path leads to.
    pub(super) fn aggregate_count(&mut self) -> Option<Vec<Name>> {
        if self.exact("$count").is_some() {
            return Some(Vec::new());
        }
        self.attempt(|parser| {
            let path = parser.walk(VALUE)?;
            parser.exact("/$count")?;
            Some(path.names)
        })
    }

    pub(super) fn as_alias(&mut self) -> Option<String> {
        self.attempt(|parser| {
            parser.rws()?;
            parser.exact("as")?;
            parser.rws()?;
            parser.kind(NameKind::ExpressionAlias)
        })
    }

    /// `aggregate(…)` at the end of a path within an expression.
    pub(super) fn aggregate_in_path(&mut self) -> Option<Segment> {
        self.attempt(|parser| {
            parser.exact("aggregate")?;
            parser.open_spaced()?;
            let aggregate = parser.aggregate_function_expr()?;
            parser.close_spaced()?;
            Some(Segment::Aggregate(Box::new(aggregate)))
        })
    }
}

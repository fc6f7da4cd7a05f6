//! Rules of data aggregation.

use super::super::super::names::NameKind as N;
use super::super::cursor::Parser;
use super::Rule::{Exact, Read, Transformation};
use super::Table;

fn from(parser: &mut Parser<'_>, method_needed: bool) -> Option<()> {
    (!parser.aggregate_from(method_needed).is_empty()).then_some(())
}

fn expression(parser: &mut Parser<'_>) -> Option<()> {
    parser.common_expr().map(drop)
}

pub(super) const RULES: Table = &[
    ("applyExpr", Read(|parser| parser.apply_expr().map(drop))),
    (
        "applyTrafo",
        Read(|parser| parser.transformation().map(drop)),
    ),
    (
        "preservingTrafo",
        Read(|parser| parser.preserving_transformation().map(drop)),
    ),
    (
        "preservingTrafos",
        Read(|parser| parser.preserving().map(drop)),
    ),
    ("aggregateTrafo", Transformation("aggregate")),
    (
        "aggregateExpr",
        Read(|parser| parser.aggregate_expr().map(drop)),
    ),
    (
        "aggregateFunctionExpr",
        Read(|parser| parser.aggregate_function_expr().map(drop)),
    ),
    ("aggregatableExpr", Read(expression)),
    ("collectionExpr", Read(expression)),
    (
        "aggregateWith",
        Read(|parser| parser.aggregate_with().map(drop)),
    ),
    ("aggregateFrom", Read(|parser| from(parser, true))),
    ("customFrom", Read(|parser| from(parser, false))),
    (
        "aggregateMethod",
        Read(|parser| parser.aggregate_method().map(drop)),
    ),
    (
        "aggregateCount",
        Read(|parser| parser.aggregate_count().map(drop)),
    ),
    ("asAlias", Read(|parser| parser.as_alias().map(drop))),
    (
        "groupingProperty",
        Read(|parser| parser.grouping_property().map(drop)),
    ),
    (
        "groupingProperties",
        Read(|parser| parser.grouping_properties().map(drop)),
    ),
    (
        "recHierReference",
        Read(|parser| parser.hierarchy().map(drop)),
    ),
    (
        "recHierPropertyPath",
        Read(|parser| parser.node_path().map(drop)),
    ),
    ("nestPath", Read(|parser| parser.nest_path().map(drop))),
    (
        "joinProperty",
        Read(|parser| parser.join_property().map(drop)),
    ),
    (
        "groupbyList",
        Read(|parser| parser.groupby_list().map(drop)),
    ),
    (
        "groupbyElement",
        Read(|parser| parser.groupby_element().map(drop)),
    ),
    (
        "rollupLevels",
        Read(|parser| parser.rollup_levels().map(drop)),
    ),
    (
        "rollupRecursive",
        Read(|parser| parser.rollup_recursive().map(drop)),
    ),
    (
        "customFunction",
        Read(|parser| parser.custom_function().map(drop)),
    ),
    (
        "computeExpr",
        Read(|parser| parser.named_expression(N::ExpressionAlias).map(drop)),
    ),
    ("computeTrafo", Transformation("compute")),
    ("concatTrafo", Transformation("concat")),
    ("groupbyTrafo", Transformation("groupby")),
    ("joinTrafo", Transformation("join")),
    ("outerjoinTrafo", Transformation("outerjoin")),
    (
        "nestTrafo",
        Read(|parser| {
            let nest = |word: &str| matches!(word, "nest" | "addnested");
            parser.transformation_where(nest).map(drop)
        }),
    ),
    ("bottomcountTrafo", Transformation("bottomcount")),
    ("bottompercentTrafo", Transformation("bottompercent")),
    ("bottomsumTrafo", Transformation("bottomsum")),
    ("topcountTrafo", Transformation("topcount")),
    ("toppercentTrafo", Transformation("toppercent")),
    ("topsumTrafo", Transformation("topsum")),
    ("ancestorsTrafo", Transformation("ancestors")),
    ("descendantsTrafo", Transformation("descendants")),
    ("traverseTrafo", Transformation("traverse")),
    ("filterTrafo", Transformation("filter")),
    ("searchTrafo", Transformation("search")),
    ("orderbyTrafo", Transformation("orderby")),
    ("topTrafo", Transformation("top")),
    ("skipTrafo", Transformation("skip")),
    ("identityTrafo", Exact("identity")),
];

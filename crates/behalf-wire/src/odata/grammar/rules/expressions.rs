//! Rules of expressions and of JSON in URLs (ABNF sections 4 and 5).

use super::super::super::expression::{Expression, Root};
use super::super::cursor::Parser;
use super::super::identifier::FUNCTION;
use super::super::places::Places;
use super::Rule::{Follow, Method, Operator, Read};
use super::Table;

fn expression(parser: &mut Parser<'_>) -> Option<()> {
    parser.common_expr().map(drop)
}

fn function(parser: &mut Parser<'_>) -> Option<()> {
    let (_, kinds) = parser.dotted().filter(|(_, kinds)| kinds.meets(FUNCTION))?;
    parser.function_expr_parameters()?;
    parser.follow(Places::after_function(kinds), &mut Vec::new())
}

fn annotation(parser: &mut Parser<'_>) -> Option<()> {
    parser.annotation(b"%23")?;
    parser.follow(Places::ANNOTATED, &mut Vec::new())
}

/// A variable, and nothing after it.
fn variable(parser: &mut Parser<'_>, wanted: fn(&Root) -> bool) -> Option<()> {
    let path = parser.first_member_expr()?;
    (wanted(&path.root) && path.segments.is_empty()).then_some(())
}

fn call(parser: &mut Parser<'_>, wanted: fn(&Expression) -> bool) -> Option<()> {
    parser.call_by_word().filter(wanted).map(drop)
}

fn boolean(call: &Expression) -> bool {
    match call {
        Expression::IsDefined(_) => true,
        Expression::Call { method, .. } => [
            "contains",
            "endswith",
            "startswith",
            "geo.intersects",
            "hassubset",
            "hassubsequence",
        ]
        .contains(&method.name()),
        _ => false,
    }
}

pub(super) const RULES: Table = &[
    ("commonExpr", Read(expression)),
    ("boolCommonExpr", Read(expression)),
    ("lambdaPredicateExpr", Read(expression)),
    ("rootExpr", Read(|parser| parser.root_expr().map(drop))),
    (
        "firstMemberExpr",
        Read(|parser| parser.first_member_expr().map(drop)),
    ),
    (
        "memberExpr",
        Read(|parser| parser.member_expr(Places::ENTITY, &mut Vec::new())),
    ),
    (
        "directMemberExpr",
        Read(|parser| parser.member_expr(Places::CAST_ENTITY, &mut Vec::new())),
    ),
    (
        "propertyPathExpr",
        Read(|parser| parser.member_expr(Places::BEFORE_PROPERTY, &mut Vec::new())),
    ),
    ("annotationExpr", Read(annotation)),
    (
        "annotationInQuery",
        Read(|parser| parser.annotation(b"%23").map(drop)),
    ),
    (
        "inscopeVariableExpr",
        Read(|parser| variable(parser, |root| !matches!(root, Root::Implicit | Root::These))),
    ),
    (
        "implicitVariableExpr",
        Read(|parser| variable(parser, |root| matches!(root, Root::It | Root::This))),
    ),
    ("collectionNavigationExpr", Follow(Places::ENTITIES)),
    ("collectionNavNoCastExpr", Follow(Places::CAST_ENTITIES)),
    ("singleNavigationExpr", Follow(Places::ENTITY)),
    (
        "filterExpr",
        Read(|parser| {
            parser.byte(b'/')?;
            parser.filter_in_path().map(drop)
        }),
    ),
    ("complexColPathExpr", Follow(Places::COMPLEXES)),
    ("collectionPathExpr", Follow(Places::COLLECTION)),
    ("complexPathExpr", Follow(Places::COMPLEX)),
    ("primitivePathExpr", Follow(Places::PRIMITIVE)),
    ("boundFunctionExpr", Read(function)),
    ("functionExpr", Read(function)),
    (
        "functionExprParameters",
        Read(|parser| parser.function_expr_parameters().map(drop)),
    ),
    (
        "functionExprParameter",
        Read(|parser| parser.function_expr_parameter().map(drop)),
    ),
    ("anyExpr", Read(|parser| parser.any_expr().map(drop))),
    ("allExpr", Read(|parser| parser.all_expr().map(drop))),
    (
        "methodCallExpr",
        Read(|parser| {
            call(parser, |call| {
                matches!(
                    call,
                    Expression::Call { .. } | Expression::Case(_) | Expression::IsDefined(_)
                )
            })
        }),
    ),
    ("boolMethodCallExpr", Read(|parser| call(parser, boolean))),
    ("concatMethodCallExpr", Method("concat")),
    ("containsMethodCallExpr", Method("contains")),
    ("endsWithMethodCallExpr", Method("endswith")),
    ("indexOfMethodCallExpr", Method("indexof")),
    ("lengthMethodCallExpr", Method("length")),
    ("matchesPatternMethodCallExpr", Method("matchesPattern")),
    ("startsWithMethodCallExpr", Method("startswith")),
    ("substringMethodCallExpr", Method("substring")),
    ("toLowerMethodCallExpr", Method("tolower")),
    ("toUpperMethodCallExpr", Method("toupper")),
    ("trimMethodCallExpr", Method("trim")),
    ("yearMethodCallExpr", Method("year")),
    ("monthMethodCallExpr", Method("month")),
    ("dayMethodCallExpr", Method("day")),
    ("hourMethodCallExpr", Method("hour")),
    ("minuteMethodCallExpr", Method("minute")),
    ("secondMethodCallExpr", Method("second")),
    (
        "fractionalsecondsMethodCallExpr",
        Method("fractionalseconds"),
    ),
    ("totalsecondsMethodCallExpr", Method("totalseconds")),
    ("dateMethodCallExpr", Method("date")),
    ("timeMethodCallExpr", Method("time")),
    (
        "totalOffsetMinutesMethodCallExpr",
        Method("totaloffsetminutes"),
    ),
    ("minDateTimeMethodCallExpr", Method("mindatetime")),
    ("maxDateTimeMethodCallExpr", Method("maxdatetime")),
    ("nowMethodCallExpr", Method("now")),
    ("roundMethodCallExpr", Method("round")),
    ("floorMethodCallExpr", Method("floor")),
    ("ceilingMethodCallExpr", Method("ceiling")),
    ("distanceMethodCallExpr", Method("geo.distance")),
    ("geoLengthMethodCallExpr", Method("geo.length")),
    ("intersectsMethodCallExpr", Method("geo.intersects")),
    ("hasSubsetMethodCallExpr", Method("hassubset")),
    ("hasSubsequenceMethodCallExpr", Method("hassubsequence")),
    (
        "caseMethodCallExpr",
        Read(|parser| call(parser, |call| matches!(call, Expression::Case(_)))),
    ),
    (
        "isdefinedExpr",
        Read(|parser| call(parser, |call| matches!(call, Expression::IsDefined(_)))),
    ),
    (
        "castExpr",
        Read(|parser| call(parser, |call| matches!(call, Expression::Cast(..)))),
    ),
    (
        "isofExpr",
        Read(|parser| call(parser, |call| matches!(call, Expression::IsOf(..)))),
    ),
    ("parenExpr", Read(|parser| parser.paren_expr().map(drop))),
    ("listExpr", Read(|parser| parser.list_expr().map(drop))),
    ("andExpr", Operator("and")),
    ("orExpr", Operator("or")),
    ("eqExpr", Operator("eq")),
    ("neExpr", Operator("ne")),
    ("ltExpr", Operator("lt")),
    ("leExpr", Operator("le")),
    ("gtExpr", Operator("gt")),
    ("geExpr", Operator("ge")),
    ("inExpr", Operator("in")),
    ("hasExpr", Operator("has")),
    ("addExpr", Operator("add")),
    ("subExpr", Operator("sub")),
    ("mulExpr", Operator("mul")),
    ("divExpr", Operator("div")),
    ("divbyExpr", Operator("divby")),
    ("modExpr", Operator("mod")),
    (
        "negateExpr",
        Read(|parser| {
            parser.byte(b'-')?;
            parser.bws();
            expression(parser)
        }),
    ),
    (
        "notExpr",
        Read(|parser| {
            parser.token("not")?;
            parser.rws()?;
            expression(parser)
        }),
    ),
    (
        "arrayOrObject",
        Read(|parser| parser.array_or_object().map(drop)),
    ),
    ("array", Read(|parser| parser.array().map(drop))),
    ("object", Read(|parser| parser.object().map(drop))),
    ("member", Read(|parser| parser.member().map(drop))),
    ("valueInUrl", Read(|parser| parser.value_in_url().map(drop))),
    (
        "stringInUrl",
        Read(|parser| parser.string_in_url().map(drop)),
    ),
    ("quotation-mark", Read(|parser| parser.dquote())),
    ("escape", Read(|parser| parser.backslash())),
];

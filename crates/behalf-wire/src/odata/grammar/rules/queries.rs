//! Rules of query options (ABNF section 2), of temporal data, and the characters they are made of.

use super::super::super::names::{Kinds, NameKind as N};
use super::super::characters::{
    PCHAR, PCHAR_NO_SQUOTE, PCT_ENCODED, QCHAR_NO_AMP, QCHAR_NO_AMP_DQUOTE, QCHAR_NO_AMP_EQ,
    QCHAR_NO_AMP_EQ_AT_DOLLAR, QCHAR_NO_AMP_SQUOTE, UNRESERVED,
};
use super::super::cursor::Parser;
use super::super::identifier::{ACTION, COMPLEX_TYPE, FUNCTION};
use super::super::options::{
    ALIAS, APPLY, AT, COMPUTE, COUNT, COUNT_OPTIONS, DELTATOKEN, EXPAND, EXPAND_OPTIONS, FILTER,
    FORMAT, FROM, ID, INDEX, LEVELS, ORDERBY, REF_OPTIONS, SCHEMAVERSION, SEARCH, SELECT,
    SELECT_COLLECTION_OPTIONS, SELECT_OPTIONS, SKIP, SKIPTOKEN, SYSTEM_OPTIONS, TEMPORAL, TO,
    TO_INCLUSIVE, TOP,
};
use super::super::query::{ENTITY_CAST_OPTIONS, ENTITY_OPTIONS, SERVICE_OPTIONS};
use super::Rule::{MaybeQualified, One, Option as Asked, Read, Token};
use super::Table;

const COMPLEX: Kinds = Kinds::of(&[N::ComplexProperty, N::ComplexColProperty]);

fn select_path(parser: &mut Parser<'_>) -> Option<()> {
    if parser.named(COMPLEX).is_none() {
        parser.annotation_of(b"%23", N::ComplexAnnotationInQuery)?;
    }
    let _ = parser.attempt(|parser| {
        parser.byte(b'/')?;
        parser.maybe_qualified(COMPLEX_TYPE)
    });
    Some(())
}

fn function_name(parser: &mut Parser<'_>) -> Option<()> {
    parser.maybe_qualified(FUNCTION)?;
    let _ = parser.overload();
    Some(())
}

fn search_binary(parser: &mut Parser<'_>, word: &str, needed: bool) -> Option<()> {
    parser.rws()?;
    let operator = parser.attempt(|parser| {
        parser.exact(word)?;
        parser.rws()
    });
    (operator.is_some() || !needed).then_some(())?;
    parser.search_expr().map(drop)
}

pub(super) const RULES: Table = &[
    (
        "queryOptions",
        Read(|parser| parser.query_options().map(drop)),
    ),
    (
        "queryOption",
        Read(|parser| parser.query_option().map(drop)),
    ),
    (
        "batchOptions",
        Read(|parser| parser.options_among(SERVICE_OPTIONS).map(drop)),
    ),
    (
        "batchOption",
        Read(|parser| parser.option_among(SERVICE_OPTIONS).map(drop)),
    ),
    (
        "metadataOptions",
        Read(|parser| parser.options_among(SERVICE_OPTIONS).map(drop)),
    ),
    (
        "metadataOption",
        Read(|parser| parser.option_among(SERVICE_OPTIONS).map(drop)),
    ),
    (
        "entityOptions",
        Read(|parser| parser.entity_options(ENTITY_OPTIONS).map(drop)),
    ),
    (
        "entityIdOption",
        Read(|parser| parser.option_among(FORMAT).map(drop)),
    ),
    (
        "entityCastOptions",
        Read(|parser| parser.entity_options(ENTITY_CAST_OPTIONS).map(drop)),
    ),
    (
        "entityCastOption",
        Read(|parser| parser.option_among(FORMAT.or(EXPAND).or(SELECT)).map(drop)),
    ),
    ("id", Asked(ID)),
    ("systemQueryOption", Asked(SYSTEM_OPTIONS)),
    ("compute", Asked(COMPUTE)),
    (
        "computeItem",
        Read(|parser| parser.compute_item().map(drop)),
    ),
    ("expand", Asked(EXPAND)),
    ("expandItem", Read(|parser| parser.expand_item().map(drop))),
    (
        "expandPath",
        Read(|parser| parser.expand_path(false).map(drop)),
    ),
    ("expandCountOption", Asked(COUNT_OPTIONS)),
    ("expandRefOption", Asked(REF_OPTIONS)),
    ("expandOption", Asked(EXPAND_OPTIONS)),
    ("levels", Asked(LEVELS)),
    ("filter", Asked(FILTER)),
    ("orderby", Asked(ORDERBY)),
    (
        "orderbyItem",
        Read(|parser| parser.orderby_item().map(drop)),
    ),
    ("skip", Asked(SKIP)),
    ("top", Asked(TOP)),
    ("index", Asked(INDEX)),
    ("format", Asked(FORMAT)),
    ("inlinecount", Asked(COUNT)),
    ("schemaversion", Asked(SCHEMAVERSION)),
    ("search", Asked(SEARCH)),
    ("searchExpr", Read(|parser| parser.search_expr().map(drop))),
    (
        "searchParenExpr",
        Read(|parser| parser.search_paren_expr().map(drop)),
    ),
    (
        "searchOrExpr",
        Read(|parser| search_binary(parser, "OR", true)),
    ),
    (
        "searchAndExpr",
        Read(|parser| search_binary(parser, "AND", false)),
    ),
    (
        "searchNegateExpr",
        Read(|parser| {
            parser.exact("NOT")?;
            parser.rws()?;
            parser.search_expr().map(drop)
        }),
    ),
    (
        "searchPhrase",
        Read(|parser| parser.search_phrase().map(drop)),
    ),
    ("searchWord", Read(|parser| parser.search_word().map(drop))),
    ("searchChar", Read(|parser| parser.search_char())),
    (
        "searchExpr-incomplete",
        Read(|parser| parser.search_expr_incomplete().map(drop)),
    ),
    ("select", Asked(SELECT)),
    ("selectItem", Read(|parser| parser.select_item().map(drop))),
    (
        "selectProperty",
        Read(|parser| parser.select_property().map(drop)),
    ),
    ("selectPath", Read(select_path)),
    ("selectOptionPC", Asked(SELECT_COLLECTION_OPTIONS)),
    ("selectOption", Asked(SELECT_OPTIONS)),
    (
        "allOperationsInSchema",
        Read(|parser| parser.all_operations_in_schema().map(drop)),
    ),
    ("optionallyQualifiedActionName", MaybeQualified(ACTION)),
    ("optionallyQualifiedFunctionName", Read(function_name)),
    (
        "parameterNames",
        Read(|parser| parser.parameter_names().map(drop)),
    ),
    ("deltatoken", Asked(DELTATOKEN)),
    ("skiptoken", Asked(SKIPTOKEN)),
    ("aliasAndValue", Asked(ALIAS)),
    (
        "nameAndValue",
        Read(|parser| parser.name_and_value().map(drop)),
    ),
    (
        "parameterValue",
        Read(|parser| parser.common_expr().map(drop)),
    ),
    (
        "customQueryOption",
        Read(|parser| parser.custom_query_option().map(drop)),
    ),
    ("customName", Read(|parser| parser.custom_name().map(drop))),
    (
        "customValue",
        Read(|parser| {
            parser.any(&QCHAR_NO_AMP);
            Some(())
        }),
    ),
    (
        "IRI-in-query",
        Read(|parser| parser.some(&QCHAR_NO_AMP).map(drop)),
    ),
    (
        "complexAnnotationInQuery",
        Read(|parser| parser.annotation_of(b"%23", N::ComplexAnnotationInQuery)),
    ),
    (
        "entityAnnotationInQuery",
        Read(|parser| parser.annotation_of(b"%23", N::EntityAnnotationInQuery)),
    ),
    (
        "primitiveAnnotationInQuery",
        Read(|parser| parser.annotation_of(b"%23", N::PrimitiveAnnotationInQuery)),
    ),
    (
        "primitiveColAnnotationInQuery",
        Read(|parser| parser.annotation_of(b"%23", N::PrimitiveColAnnotationInQuery)),
    ),
    ("apply", Asked(APPLY)),
    ("temporalOption", Asked(TEMPORAL)),
    ("at-option", Asked(AT)),
    ("from", Asked(FROM)),
    ("to", Asked(TO)),
    ("toInclusive", Asked(TO_INCLUSIVE)),
    (
        "temporalExpr",
        Read(|parser| parser.temporal_expr().map(drop)),
    ),
    ("RWS", Read(|parser| parser.rws())),
    (
        "BWS",
        Read(|parser| {
            parser.bws();
            Some(())
        }),
    ),
    ("AT", Read(|parser| parser.at_sign())),
    ("COLON", Read(|parser| parser.colon())),
    ("COMMA", Read(|parser| parser.comma())),
    ("EQ", Token("=")),
    ("HASH", Token("%23")),
    ("SIGN", Read(|parser| parser.sign())),
    ("SEMI", Read(|parser| parser.semicolon())),
    ("STAR", Read(|parser| parser.star())),
    ("SQUOTE", Read(|parser| parser.squote())),
    ("OPEN", Read(|parser| parser.open())),
    ("CLOSE", Read(|parser| parser.close())),
    ("pchar", One(&PCHAR)),
    ("pchar-no-SQUOTE", One(&PCHAR_NO_SQUOTE)),
    ("pct-encoded", One(&PCT_ENCODED)),
    ("unreserved", One(&UNRESERVED)),
    ("qchar-no-AMP", One(&QCHAR_NO_AMP)),
    ("qchar-no-AMP-EQ", One(&QCHAR_NO_AMP_EQ)),
    ("qchar-no-AMP-EQ-AT-DOLLAR", One(&QCHAR_NO_AMP_EQ_AT_DOLLAR)),
    ("qchar-no-AMP-SQUOTE", One(&QCHAR_NO_AMP_SQUOTE)),
    ("qchar-no-AMP-DQUOTE", One(&QCHAR_NO_AMP_DQUOTE)),
];

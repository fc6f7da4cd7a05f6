//! Rules of URLs, resource paths, names and context fragments (ABNF sections 1, 3, 6 and appendix A).

use super::super::super::names::{Kinds, NameKind as N};
use super::super::cursor::Parser;
use super::super::identifier::{
    ACTION, COMPLEX_TYPE, ENTITY_TYPE, ENUM_TYPE, FUNCTION, NAVIGATION_PROPERTY, PRIMITIVE_PROPERTY,
};
use super::super::places::Places;
use super::Rule::{
    self, BoundCall, Exact, FollowResource, ImportCall, MaybeQualified, Name, Qualified, Read,
};
use super::Table;

const IMPORT: Kinds = Kinds::of(&[
    N::EntityFunctionImport,
    N::EntityColFunctionImport,
    N::ComplexFunctionImport,
    N::ComplexColFunctionImport,
    N::PrimitiveFunctionImport,
    N::PrimitiveColFunctionImport,
]);

const fn bound(kind: N) -> Rule {
    BoundCall(Kinds::of(&[kind]))
}

const fn import(kind: N) -> Rule {
    ImportCall(Kinds::of(&[kind]))
}

fn property_path(parser: &mut Parser<'_>) -> Option<()> {
    let (segment, places) = parser.resource_segment(Places::BEFORE_PROPERTY)?;
    parser.follow_resource(places, &mut vec![segment]);
    Some(())
}

fn after_slash<T>(
    parser: &mut Parser<'_>,
    read: impl FnOnce(&mut Parser<'_>) -> Option<T>,
) -> Option<()> {
    parser.byte(b'/')?;
    read(parser).map(drop)
}

pub(super) const RULES: Table = &[
    ("odataUri", Read(|parser| parser.odata_uri().map(drop))),
    ("serviceRoot", Read(|parser| parser.service_root())),
    (
        "odataRelativeUri",
        Read(|parser| parser.relative_uri().map(drop)),
    ),
    (
        "resourcePath",
        Read(|parser| parser.resource_path().map(drop)),
    ),
    ("collectionNavigation", FollowResource(Places::ENTITIES)),
    ("collectionNavPath", FollowResource(Places::CAST_ENTITIES)),
    (
        "keyPredicate",
        Read(|parser| parser.key_predicate().map(drop)),
    ),
    ("simpleKey", Read(|parser| parser.simple_key().map(drop))),
    (
        "compoundKey",
        Read(|parser| parser.compound_key().map(drop)),
    ),
    (
        "keyValuePair",
        Read(|parser| parser.key_value_pair().map(drop)),
    ),
    (
        "keyPathSegments",
        Read(|parser| parser.key_path_segments().map(drop)),
    ),
    (
        "keyPathLiteral",
        Read(|parser| parser.key_path_literal().map(drop)),
    ),
    (
        "keyPropertyValue",
        Read(|parser| parser.key_property_value().map(drop)),
    ),
    ("singleNavigation", FollowResource(Places::ENTITY)),
    ("singleNavPath", FollowResource(Places::CAST_ENTITY)),
    ("propertyPath", Read(property_path)),
    ("collectionPath", FollowResource(Places::COLLECTION)),
    ("primitivePath", FollowResource(Places::PRIMITIVE)),
    ("complexColPath", FollowResource(Places::COMPLEXES)),
    ("complexPath", FollowResource(Places::COMPLEX)),
    ("complexNavPath", FollowResource(Places::CAST_COMPLEX)),
    (
        "filterInPath",
        Read(|parser| after_slash(parser, |parser| parser.filter_in_path())),
    ),
    ("each", Exact("/$each")),
    ("count", Exact("/$count")),
    ("ref", Exact("/$ref")),
    ("value", Exact("/$value")),
    ("querySegment", Exact("/$query")),
    (
        "ordinalIndex",
        Read(|parser| after_slash(parser, |parser| parser.ordinal_index())),
    ),
    ("boundOperation", FollowResource(Places::EACH)),
    ("actionImportCall", Name(Kinds::of(&[N::ActionImport]))),
    ("boundActionCall", MaybeQualified(ACTION)),
    ("boundEntityFunctionCall", bound(N::EntityFunction)),
    ("boundEntityColFunctionCall", bound(N::EntityColFunction)),
    ("boundComplexFunctionCall", bound(N::ComplexFunction)),
    ("boundComplexColFunctionCall", bound(N::ComplexColFunction)),
    ("boundPrimitiveFunctionCall", bound(N::PrimitiveFunction)),
    (
        "boundPrimitiveColFunctionCall",
        bound(N::PrimitiveColFunction),
    ),
    ("boundFunctionCallNoParens", MaybeQualified(FUNCTION)),
    ("entityFunctionImportCall", import(N::EntityFunctionImport)),
    (
        "entityColFunctionImportCall",
        import(N::EntityColFunctionImport),
    ),
    (
        "complexFunctionImportCall",
        import(N::ComplexFunctionImport),
    ),
    (
        "complexColFunctionImportCall",
        import(N::ComplexColFunctionImport),
    ),
    (
        "primitiveFunctionImportCall",
        import(N::PrimitiveFunctionImport),
    ),
    (
        "primitiveColFunctionImportCall",
        import(N::PrimitiveColFunctionImport),
    ),
    ("functionImportCallNoParens", Name(IMPORT)),
    (
        "functionParameters",
        Read(|parser| parser.function_parameters().map(drop)),
    ),
    (
        "functionParameter",
        Read(|parser| parser.function_parameter().map(drop)),
    ),
    (
        "parameterAlias",
        Read(|parser| parser.parameter_alias().map(drop)),
    ),
    ("crossjoin", Read(|parser| parser.cross_joined().map(drop))),
    ("context", Read(|parser| parser.context())),
    ("contextFragment", Read(|parser| parser.context_fragment())),
    ("entitySet", Read(|parser| parser.entity_set())),
    (
        "containmentNavigation",
        Read(|parser| parser.containment_navigation()),
    ),
    ("navigation", Read(|parser| parser.navigation())),
    ("selectList", Read(|parser| parser.select_list())),
    ("selectListItem", Read(|parser| parser.select_list_item())),
    (
        "selectListProperty",
        Read(|parser| parser.select_list_property()),
    ),
    (
        "contextPropertyPath",
        Read(|parser| parser.context_property_path()),
    ),
    (
        "qualifiedActionName",
        Read(|parser| parser.qualified_action_name()),
    ),
    (
        "qualifiedFunctionName",
        Read(|parser| parser.qualified_function_name()),
    ),
    (
        "complexAnnotationInFragment",
        Read(|parser| parser.annotation_of(b"#", N::ComplexAnnotationInFragment)),
    ),
    (
        "entityAnnotationInFragment",
        Read(|parser| parser.annotation_of(b"#", N::EntityAnnotationInFragment)),
    ),
    (
        "annotationInFragment",
        Read(|parser| parser.annotation(b"#").map(drop)),
    ),
    (
        "qualifiedTypeName",
        Read(|parser| parser.qualified_type_name().map(drop)),
    ),
    (
        "optionallyQualifiedTypeName",
        Read(|parser| parser.optionally_qualified_type_name().map(drop)),
    ),
    (
        "singleQualifiedTypeName",
        Read(|parser| parser.single_qualified_type_name().map(drop)),
    ),
    (
        "singleTypeName",
        Read(|parser| parser.single_type_name().map(drop)),
    ),
    ("qualifiedEntityTypeName", Qualified(ENTITY_TYPE)),
    ("qualifiedComplexTypeName", Qualified(COMPLEX_TYPE)),
    (
        "qualifiedTypeDefinitionName",
        Qualified(Kinds::of(&[N::TypeDefinitionName])),
    ),
    ("qualifiedEnumTypeName", Qualified(ENUM_TYPE)),
    (
        "optionallyQualifiedEntityTypeName",
        MaybeQualified(ENTITY_TYPE),
    ),
    (
        "optionallyQualifiedComplexTypeName",
        MaybeQualified(COMPLEX_TYPE),
    ),
    ("namespace", Read(|parser| parser.namespace().map(drop))),
    (
        "odataIdentifier",
        Read(|parser| parser.identifier().map(drop)),
    ),
    (
        "identifierLeadingCharacter",
        Read(|parser| parser.identifier_character(true).map(drop)),
    ),
    (
        "identifierCharacter",
        Read(|parser| parser.identifier_character(false).map(drop)),
    ),
    (
        "primitiveTypeName",
        Read(|parser| parser.primitive_type_name().map(drop)),
    ),
    ("primitiveProperty", Name(PRIMITIVE_PROPERTY)),
    ("navigationProperty", Name(NAVIGATION_PROPERTY)),
    ("function", Name(FUNCTION)),
    ("URI", Read(|parser| parser.uri())),
    ("hier-part", Read(|parser| parser.hier_part())),
    ("scheme", Read(|parser| parser.scheme())),
    ("authority", Read(|parser| parser.authority())),
    ("host", Read(|parser| parser.host())),
    ("IP-literal", Read(|parser| parser.ip_literal())),
    ("IPvFuture", Read(|parser| parser.ip_v_future())),
    ("IPv6address", Read(|parser| parser.ip_v6_address())),
    ("IPv4address", Read(|parser| parser.ip_v4_address())),
];

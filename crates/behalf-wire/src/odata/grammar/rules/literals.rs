//! Rules of literals and values (ABNF section 7).

use super::super::cursor::Parser;
use super::super::geo::{SHAPES, Shape};
use super::super::number::Place;
use super::Rule::{self, FullShape, Geo, Read, Shape as OfShape, Token};
use super::Table;

fn decimal_literal(parser: &mut Parser<'_>) -> Option<()> {
    parser.decimal(Place::Url).map(drop)
}

fn decimal_value(parser: &mut Parser<'_>) -> Option<()> {
    parser.decimal(Place::Payload).map(drop)
}

fn byte(parser: &mut Parser<'_>) -> Option<()> {
    parser.digits(1, 3).map(drop)
}

fn guid(parser: &mut Parser<'_>) -> Option<()> {
    parser.guid().map(drop)
}

fn date(parser: &mut Parser<'_>) -> Option<()> {
    parser.date().map(drop)
}

const DATE_TIME_OFFSET: Rule = Read(|parser| parser.date_time_offset(Place::Url).map(drop));

pub(super) const RULES: Table = &[
    (
        "primitiveLiteral",
        Read(|parser| parser.primitive_literal().map(drop)),
    ),
    ("primitiveValue", Read(|parser| parser.primitive_value())),
    ("null", Read(|parser| parser.null().map(drop))),
    (
        "binaryLiteral",
        Read(|parser| parser.binary_literal().map(drop)),
    ),
    (
        "binaryValue",
        Read(|parser| parser.binary_value().map(drop)),
    ),
    (
        "boolean",
        Read(|parser| parser.boolean(Place::Url).map(drop)),
    ),
    (
        "booleanValue",
        Read(|parser| parser.boolean(Place::Payload).map(drop)),
    ),
    ("decimalLiteral", Read(decimal_literal)),
    ("decimalValue", Read(decimal_value)),
    ("doubleLiteral", Read(decimal_literal)),
    ("doubleValue", Read(decimal_value)),
    ("singleLiteral", Read(decimal_literal)),
    ("singleValue", Read(decimal_value)),
    (
        "nanInfinity",
        Read(|parser| parser.nan_infinity().map(drop)),
    ),
    ("guid", Read(guid)),
    ("guidValue", Read(guid)),
    ("byte", Read(byte)),
    ("byteValue", Read(byte)),
    (
        "sbyteLiteral",
        Read(|parser| parser.integer(Place::Url, 3).map(drop)),
    ),
    (
        "sbyteValue",
        Read(|parser| parser.integer(Place::Payload, 3).map(drop)),
    ),
    (
        "int16Literal",
        Read(|parser| parser.integer(Place::Url, 5).map(drop)),
    ),
    (
        "int16Value",
        Read(|parser| parser.integer(Place::Payload, 5).map(drop)),
    ),
    (
        "int32Literal",
        Read(|parser| parser.integer(Place::Url, 10).map(drop)),
    ),
    (
        "int32Value",
        Read(|parser| parser.integer(Place::Payload, 10).map(drop)),
    ),
    (
        "int64Literal",
        Read(|parser| parser.integer(Place::Url, 19).map(drop)),
    ),
    (
        "int64Value",
        Read(|parser| parser.integer(Place::Payload, 19).map(drop)),
    ),
    (
        "stringLiteral",
        Read(|parser| parser.string_literal().map(drop)),
    ),
    ("date", Read(date)),
    ("dateValue", Read(date)),
    ("dateTimeOffsetLiteral", DATE_TIME_OFFSET),
    ("dateTimeOffsetValueInUrl", DATE_TIME_OFFSET),
    (
        "dateTimeOffsetValue",
        Read(|parser| parser.date_time_offset(Place::Payload).map(drop)),
    ),
    (
        "durationLiteral",
        Read(|parser| parser.duration_literal().map(drop)),
    ),
    (
        "durationValue",
        Read(|parser| parser.duration_value().map(drop)),
    ),
    (
        "timeOfDayLiteral",
        Read(|parser| parser.time_of_day(Place::Url).map(drop)),
    ),
    (
        "timeOfDayValue",
        Read(|parser| parser.time_of_day(Place::Payload).map(drop)),
    ),
    ("year", Read(|parser| parser.year())),
    ("month", Read(|parser| parser.month())),
    ("day", Read(|parser| parser.day())),
    ("hour", Read(|parser| parser.hour())),
    ("minute", Read(|parser| parser.minute())),
    ("second", Read(|parser| parser.second())),
    (
        "fractionalSeconds",
        Read(|parser| parser.fractional_seconds()),
    ),
    (
        "enumLiteral",
        Read(|parser| parser.enum_literal().map(drop)),
    ),
    (
        "singleEnumLiteral",
        Read(|parser| parser.enum_member(Place::Url).map(drop)),
    ),
    ("enumValue", Read(|parser| parser.enum_value().map(drop))),
    (
        "singleEnumValue",
        Read(|parser| parser.enum_member(Place::Payload).map(drop)),
    ),
    ("geographyCollection", Geo(true, Shape::Collection)),
    ("geographyLineString", Geo(true, Shape::LineString)),
    (
        "geographyMultiLineString",
        Geo(true, Shape::MultiLineString),
    ),
    ("geographyMultiPoint", Geo(true, Shape::MultiPoint)),
    ("geographyMultiPolygon", Geo(true, Shape::MultiPolygon)),
    ("geographyPoint", Geo(true, Shape::Point)),
    ("geographyPolygon", Geo(true, Shape::Polygon)),
    ("geometryCollection", Geo(false, Shape::Collection)),
    ("geometryLineString", Geo(false, Shape::LineString)),
    (
        "geometryMultiLineString",
        Geo(false, Shape::MultiLineString),
    ),
    ("geometryMultiPoint", Geo(false, Shape::MultiPoint)),
    ("geometryMultiPolygon", Geo(false, Shape::MultiPolygon)),
    ("geometryPoint", Geo(false, Shape::Point)),
    ("geometryPolygon", Geo(false, Shape::Polygon)),
    ("fullCollectionLiteral", FullShape(Shape::Collection)),
    ("fullLineStringLiteral", FullShape(Shape::LineString)),
    (
        "fullMultiLineStringLiteral",
        FullShape(Shape::MultiLineString),
    ),
    ("fullMultiPointLiteral", FullShape(Shape::MultiPoint)),
    ("fullMultiPolygonLiteral", FullShape(Shape::MultiPolygon)),
    ("fullPointLiteral", FullShape(Shape::Point)),
    ("fullPolygonLiteral", FullShape(Shape::Polygon)),
    ("collectionLiteral", OfShape(Shape::Collection)),
    ("lineStringLiteral", OfShape(Shape::LineString)),
    ("multiLineStringLiteral", OfShape(Shape::MultiLineString)),
    ("multiPointLiteral", OfShape(Shape::MultiPoint)),
    ("multiPolygonLiteral", OfShape(Shape::MultiPolygon)),
    ("pointLiteral", OfShape(Shape::Point)),
    ("polygonLiteral", OfShape(Shape::Polygon)),
    ("geoLiteral", Read(|parser| parser.shape(&SHAPES))),
    ("lineStringData", Read(|parser| parser.line_string_data())),
    ("pointData", Read(|parser| parser.point_data())),
    ("polygonData", Read(|parser| parser.polygon_data())),
    ("ringLiteral", Read(|parser| parser.ring())),
    ("positionLiteral", Read(|parser| parser.position())),
    ("sridLiteral", Read(|parser| parser.srid().map(drop))),
    ("geographyPrefix", Token("geography")),
    ("geometryPrefix", Token("geometry")),
];

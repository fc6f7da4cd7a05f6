//! Points, lines, areas and collections of them (ABNF section 7).

use super::super::literal::{Geo, decoded};
use super::cursor::Parser;
use super::number::Place;

/// A shape by its word in the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Collection,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
}

pub(super) const SHAPES: [Shape; 7] = [
    Shape::Collection,
    Shape::LineString,
    Shape::MultiLineString,
    Shape::MultiPoint,
    Shape::MultiPolygon,
    Shape::Point,
    Shape::Polygon,
];

impl Shape {
    fn word(self) -> &'static str {
        match self {
            Self::Collection => "GeometryCollection",
            Self::LineString => "LineString",
            Self::MultiLineString => "MultiLineString",
            Self::MultiPoint => "MultiPoint",
            Self::MultiPolygon => "MultiPolygon",
            Self::Point => "Point",
            Self::Polygon => "Polygon",
        }
    }
}

impl Parser<'_> {
    /// `geographyPoint`, `geometryPolygon` …: prefix, quotes, SRID and shape.
    pub(super) fn geo(&mut self, round: bool, shapes: &[Shape]) -> Option<Geo> {
        self.attempt(|parser| {
            parser.token(if round { "geography" } else { "geometry" })?;
            parser.squote()?;
            let (srid, shape) = parser.full_shape(shapes)?;
            parser.squote()?;
            Some(Geo { round, srid, shape })
        })
    }

    /// `fullPointLiteral` …: SRID and shape.
    pub(super) fn full_shape(&mut self, shapes: &[Shape]) -> Option<(u32, String)> {
        self.attempt(|parser| {
            let srid = parser.srid()?;
            let start = parser.here();
            parser.shape(shapes)?;
            Some((srid, decoded(parser.since(start))?))
        })
    }

    pub(super) fn srid(&mut self) -> Option<u32> {
        self.attempt(|parser| {
            parser.token("SRID")?;
            parser.byte(b'=')?;
            let srid = parser.digits(1, 5)?.parse().ok()?;
            parser.semicolon()?;
            Some(srid)
        })
    }

    /// `pointLiteral`, `geoLiteral` …: one of these shapes.
    pub(super) fn shape(&mut self, shapes: &[Shape]) -> Option<()> {
        shapes.iter().find_map(|shape| {
            self.attempt(|parser| {
                parser.token(shape.word())?;
                parser.shape_data(*shape)
            })
        })
    }

    fn shape_data(&mut self, shape: Shape) -> Option<()> {
        match shape {
            Shape::Point => self.point_data(),
            Shape::LineString => self.line_string_data(),
            Shape::Polygon => self.polygon_data(),
            Shape::MultiPoint => self.group(false, Self::point_data),
            Shape::MultiLineString => self.group(false, Self::line_string_data),
            Shape::MultiPolygon => self.group(false, Self::polygon_data),
            Shape::Collection => {
                self.nested(|parser| parser.group(true, |parser| parser.shape(&SHAPES)))
            }
        }
    }

    /// A bracket of parts; empty only where the grammar says so.
    fn group(&mut self, needed: bool, part: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.attempt(|parser| {
            parser.open()?;
            if parser.list(part, Self::comma).is_none() && needed {
                return None;
            }
            parser.close()
        })
    }

    pub(super) fn point_data(&mut self) -> Option<()> {
        self.attempt(|parser| {
            parser.open()?;
            parser.position()?;
            parser.close()
        })
    }

    pub(super) fn line_string_data(&mut self) -> Option<()> {
        self.attempt(|parser| {
            parser.open()?;
            let positions = parser.list(Self::position, Self::comma)?;
            parser.close()?;
            (positions.len() > 1).then_some(())
        })
    }

    pub(super) fn polygon_data(&mut self) -> Option<()> {
        self.group(true, Self::ring)
    }

    pub(super) fn ring(&mut self) -> Option<()> {
        self.group(true, Self::position)
    }

    /// Longitude, latitude, and up to two more coordinates.
    pub(super) fn position(&mut self) -> Option<()> {
        let coordinate = |parser: &mut Self| parser.decimal(Place::Payload).map(|_| ());
        self.attempt(|parser| {
            let coordinates = parser.list(coordinate, Self::single_space)?;
            (2..=4).contains(&coordinates.len()).then_some(())
        })
    }
}

//! Literals of URLs and values of payloads (ABNF section 7).

use super::super::literal::{EnumerationMember, Literal, Name, decoded};
use super::super::names::NameKind;
use super::characters::PCHAR_NO_SQUOTE;
use super::cursor::Parser;
use super::geo::SHAPES;
use super::identifier::ENUM_TYPE;
use super::number::Place;

impl Parser<'_> {
    /// `primitiveLiteral`.
    pub(super) fn primitive_literal(&mut self) -> Option<Literal> {
        let special = match self.peek()? {
            b'n' => self.null(),
            b'b' | b'B' => self.binary_literal().map(Literal::Binary),
            b'g' | b'G' => self.geo_literal(),
            _ => None,
        };
        special.or_else(|| self.key_property_value())
    }

    /// `keyPropertyValue`: the literals that can be part of a key.
    pub(super) fn key_property_value(&mut self) -> Option<Literal> {
        let first = self.peek()?;
        if first.is_ascii_hexdigit()
            && let Some(guid) = self.guid()
        {
            return Some(Literal::Guid(guid));
        }
        if first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'%') {
            return self.moment_or_number().or_else(|| self.quoted());
        }
        if first == b'\'' {
            return self.quoted();
        }
        let boolean = self.boolean(Place::Url).map(Literal::Boolean);
        boolean
            .or_else(|| self.nan_infinity())
            .or_else(|| self.quoted())
    }

    fn moment_or_number(&mut self) -> Option<Literal> {
        if let Some(moment) = self.date_time_offset(Place::Url) {
            return Some(Literal::DateTimeOffset(moment));
        }
        if let Some(date) = self.date() {
            return Some(Literal::Date(date));
        }
        if let Some(time) = self.time_of_day(Place::Url) {
            return Some(Literal::TimeOfDay(time));
        }
        self.decimal(Place::Url)
    }

    /// A string, or a duration or enumeration with its prefix.
    fn quoted(&mut self) -> Option<Literal> {
        if let Some(text) = self.string_literal() {
            return Some(Literal::String(text));
        }
        if let Some(duration) = self.duration_literal() {
            return Some(Literal::Duration(duration));
        }
        self.attempt(|parser| {
            let type_name = parser.qualified(ENUM_TYPE)?;
            parser.enum_members(Some(type_name))
        })
    }

    fn geo_literal(&mut self) -> Option<Literal> {
        let round = self.geo(true, &SHAPES);
        round.or_else(|| self.geo(false, &SHAPES)).map(Literal::Geo)
    }

    /// `stringLiteral`, without quotes and encoding.
    pub(super) fn string_literal(&mut self) -> Option<String> {
        self.attempt(|parser| {
            parser.squote()?;
            let mut text = String::new();
            loop {
                text += parser.any(&PCHAR_NO_SQUOTE);
                parser.squote()?;
                if parser.squote().is_none() {
                    return decoded(&text);
                }
                text.push('\'');
            }
        })
    }

    /// `enumLiteral`: with the type as prefix, or without where `has` makes clear what is meant.
    pub(super) fn enum_literal(&mut self) -> Option<Literal> {
        self.attempt(|parser| {
            let type_name = parser.qualified(ENUM_TYPE);
            parser.enum_members(type_name)
        })
    }

    fn enum_members(&mut self, type_name: Option<Name>) -> Option<Literal> {
        self.squote()?;
        let members = self.list(|parser| parser.enum_member(Place::Url), Self::comma)?;
        self.squote()?;
        Some(Literal::Enumeration { type_name, members })
    }

    pub(super) fn enum_member(&mut self, place: Place) -> Option<EnumerationMember> {
        let name = self
            .kind(NameKind::EnumerationMember)
            .map(EnumerationMember::Name);
        name.or_else(|| self.integer(place, 19).map(EnumerationMember::Value))
    }

    /// `enumValue`, of payloads.
    pub(super) fn enum_value(&mut self) -> Option<Vec<EnumerationMember>> {
        self.list(
            |parser| parser.enum_member(Place::Payload),
            |parser| parser.byte(b','),
        )
    }

    /// `primitiveValue`, of payloads and default values; it must be all of the text.
    pub(super) fn primitive_value(&mut self) -> Option<()> {
        let readers: &[fn(&mut Self) -> Option<()>] = &[
            |parser| parser.boolean(Place::Payload).map(drop),
            |parser| parser.guid().map(drop),
            |parser| parser.duration_value().map(drop),
            |parser| parser.date_time_offset(Place::Payload).map(drop),
            |parser| parser.date().map(drop),
            |parser| parser.time_of_day(Place::Payload).map(drop),
            |parser| parser.enum_value().map(drop),
            |parser| parser.full_shape(&SHAPES).map(drop),
            |parser| parser.decimal(Place::Payload).map(drop),
            |parser| parser.binary_value().map(drop),
        ];
        readers.iter().find_map(|read| {
            self.attempt(|parser| {
                read(parser)?;
                parser.at_end().then_some(())
            })
        })
    }
}

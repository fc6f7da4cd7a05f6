//! Names, qualified names and type names (ABNF section 6).

use super::super::literal::{Name, TypeName};
use super::super::names::{Kinds, NameKind};
use super::cursor::Parser;

/// An identifier has at most this many characters.
const LONGEST: usize = 128;

pub(super) const ENTITY_TYPE: Kinds = Kinds::of(&[NameKind::EntityTypeName]);
pub(super) const COMPLEX_TYPE: Kinds = Kinds::of(&[NameKind::ComplexTypeName]);
pub(super) const ENUM_TYPE: Kinds = Kinds::of(&[NameKind::EnumerationTypeName]);
pub(super) const STRUCTURED_TYPE: Kinds =
    Kinds::of(&[NameKind::EntityTypeName, NameKind::ComplexTypeName]);
const TYPE: Kinds = Kinds::of(&[
    NameKind::EntityTypeName,
    NameKind::ComplexTypeName,
    NameKind::TypeDefinitionName,
    NameKind::EnumerationTypeName,
]);
pub(super) const FUNCTION: Kinds = Kinds::of(&[
    NameKind::EntityFunction,
    NameKind::EntityColFunction,
    NameKind::ComplexFunction,
    NameKind::ComplexColFunction,
    NameKind::PrimitiveFunction,
    NameKind::PrimitiveColFunction,
]);
pub(super) const ACTION: Kinds = Kinds::of(&[NameKind::Action]);
pub(super) const PRIMITIVE_PROPERTY: Kinds = Kinds::of(&[
    NameKind::PrimitiveKeyProperty,
    NameKind::PrimitiveNonKeyProperty,
    NameKind::CustomAggregate,
]);
pub(super) const NAVIGATION_PROPERTY: Kinds = Kinds::of(&[
    NameKind::EntityNavigationProperty,
    NameKind::EntityColNavigationProperty,
]);

const PRIMITIVE_TYPES: &[&str] = &[
    "Binary",
    "Boolean",
    "Byte",
    "Date",
    "DateTimeOffset",
    "Decimal",
    "Double",
    "Duration",
    "Guid",
    "Int16",
    "Int32",
    "Int64",
    "SByte",
    "Single",
    "Stream",
    "String",
    "TimeOfDay",
];
const SPATIAL_TYPES: &[&str] = &[
    "",
    "Collection",
    "LineString",
    "MultiLineString",
    "MultiPoint",
    "MultiPolygon",
    "Point",
    "Polygon",
];

impl Parser<'_> {
    /// `odataIdentifier`. Letters beyond ASCII stand percent-encoded and come out decoded.
    pub(super) fn identifier(&mut self) -> Option<String> {
        let mut name = String::new();
        let mut length = 0;
        while length < LONGEST
            && let Some(next) = self.identifier_character(length == 0)
        {
            name.push(next);
            length += 1;
        }
        (length > 0).then_some(name)
    }

    pub(super) fn identifier_character(&mut self, leading: bool) -> Option<char> {
        if let Some(byte) = self.byte_where(|byte| {
            byte.is_ascii_alphabetic() || byte == b'_' || (!leading && byte.is_ascii_digit())
        }) {
            return Some(char::from(byte));
        }
        let first = self.encoded_byte()?;
        let length = match first {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return None,
        };
        let mut bytes = [first, 0, 0, 0];
        for (index, byte) in bytes.iter_mut().enumerate().take(length) {
            *byte = self.encoded_byte_at(3 * index)?;
        }
        let letter = std::str::from_utf8(&bytes[..length]).ok()?.chars().next()?;
        let allowed = letter.is_alphabetic() || (!leading && letter.is_alphanumeric());
        allowed.then(|| self.skip(3 * length))?;
        Some(letter)
    }

    /// An identifier that the model knows as one of these kinds.
    pub(super) fn named(&mut self, kinds: Kinds) -> Option<String> {
        self.attempt(|parser| {
            let name = parser.identifier()?;
            parser.names.kinds_of(&name).meets(kinds).then_some(name)
        })
    }

    pub(super) fn kind(&mut self, kind: NameKind) -> Option<String> {
        self.named(Kinds::of(&[kind]))
    }

    /// A name with all the namespace that stands before it, and everything it may be. The longest dotted text whose
    /// leading parts are namespaces of the model.
    pub(super) fn dotted(&mut self) -> Option<(Name, Kinds)> {
        let mut namespace: Vec<String> = Vec::new();
        let mut name = self.identifier()?;
        while self.names.may_be(&name, NameKind::NamespacePart)
            && let Some(next) = self.attempt(|parser| {
                parser.byte(b'.')?;
                parser.identifier()
            })
        {
            namespace.push(std::mem::replace(&mut name, next));
        }
        let kinds = self.names.kinds_of(&name);
        let namespace = (!namespace.is_empty()).then(|| namespace.join("."));
        Some((Name { namespace, name }, kinds))
    }

    /// `[ namespace "." ] name` of one of these kinds.
    pub(super) fn maybe_qualified(&mut self, wanted: Kinds) -> Option<Name> {
        self.attempt(|parser| {
            let (name, kinds) = parser.dotted()?;
            kinds.meets(wanted).then_some(name)
        })
    }

    /// `namespace "." name` of one of these kinds.
    pub(super) fn qualified(&mut self, wanted: Kinds) -> Option<Name> {
        self.attempt(|parser| {
            parser
                .maybe_qualified(wanted)
                .filter(|name| name.namespace.is_some())
        })
    }

    /// `namespace`: all of a dotted text, in which every part is one.
    pub(super) fn namespace(&mut self) -> Option<String> {
        let parts = self.list(
            |parser| parser.kind(NameKind::NamespacePart),
            |parser| parser.byte(b'.'),
        )?;
        Some(parts.join("."))
    }

    /// `namespace "." "*"`.
    pub(super) fn all_operations_in_schema(&mut self) -> Option<String> {
        self.attempt(|parser| {
            let namespace = parser.namespace()?;
            parser.byte(b'.')?;
            parser.star()?;
            Some(namespace)
        })
    }

    /// `primitiveTypeName`, as `Edm.Int32`.
    pub(super) fn primitive_type_name(&mut self) -> Option<Name> {
        self.attempt(|parser| {
            parser.exact("Edm.")?;
            let name = parser.identifier()?;
            let spatial = name
                .strip_prefix("Geography")
                .or_else(|| name.strip_prefix("Geometry"));
            let known = PRIMITIVE_TYPES.contains(&name.as_str())
                || spatial.is_some_and(|shape| SPATIAL_TYPES.contains(&shape));
            known.then(|| Name {
                namespace: Some("Edm".to_owned()),
                name,
            })
        })
    }

    pub(super) fn single_qualified_type_name(&mut self) -> Option<Name> {
        self.primitive_type_name().or_else(|| self.qualified(TYPE))
    }

    pub(super) fn single_type_name(&mut self) -> Option<Name> {
        self.named(TYPE).map(Name::plain)
    }

    /// `qualifiedTypeName`: a type or a collection of it.
    pub(super) fn qualified_type_name(&mut self) -> Option<TypeName> {
        self.type_or_collection(Self::single_qualified_type_name)
    }

    pub(super) fn optionally_qualified_type_name(&mut self) -> Option<TypeName> {
        self.type_or_collection(|parser| {
            let qualified = parser.single_qualified_type_name();
            qualified.or_else(|| parser.single_type_name())
        })
    }

    fn type_or_collection(
        &mut self,
        mut single: impl FnMut(&mut Self) -> Option<Name>,
    ) -> Option<TypeName> {
        let collection = self.attempt(|parser| {
            parser.exact("Collection")?;
            parser.open()?;
            let name = single(parser)?;
            parser.close()?;
            Some(name)
        });
        match collection {
            Some(name) => Some(TypeName {
                collection: true,
                name,
            }),
            None => single(self).map(|name| TypeName {
                collection: false,
                name,
            }),
        }
    }
}

//! Primitive values as they stand in URLs, decoded.

/// A dotted name: `Model.Customer`, or `Customer` without namespace.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    pub namespace: Option<String>,
    pub name: String,
}

impl Name {
    pub fn plain(name: impl Into<String>) -> Self {
        Self {
            namespace: None,
            name: name.into(),
        }
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(out, "{namespace}.{}", self.name),
            None => out.write_str(&self.name),
        }
    }
}

/// A type: of one value or of a collection. Primitive types have the namespace `Edm`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeName {
    pub collection: bool,
    pub name: Name,
}

/// A literal of a URL.
///
/// Shape: percent-encoding and doubled quotes are undone. Dates, times and durations keep their text of ISO 8601, which
/// can name moments no clock library holds (years of five digits); whoever compares them converts them.
///
/// A quoted text without prefix is [`Literal::String`] even where it is meant as enumeration member or duration: only the
/// type of the other operand tells (OData 4.01 allows the prefix to be left out).
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    Null,
    Boolean(bool),
    /// A number without fraction or exponent that fits.
    Integer(i64),
    /// Any other finite number, as written, without a leading plus sign.
    Decimal(String),
    NotANumber,
    Infinity,
    NegativeInfinity,
    String(String),
    /// Lower case, with hyphens.
    Guid(String),
    Date(String),
    DateTimeOffset(String),
    TimeOfDay(String),
    Duration(String),
    Binary(Vec<u8>),
    /// The type is left out where the operator `has` makes clear what is meant.
    Enumeration {
        type_name: Option<Name>,
        members: Vec<EnumerationMember>,
    },
    Geo(Geo),
}

/// A member of an enumeration, by name or by value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnumerationMember {
    Name(String),
    Value(i64),
}

/// A point, line, area or collection of them.
///
/// Shape: `shape` is well-known text, checked, such as `Point(142.1 64.1)`; longitude (or x) comes first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Geo {
    /// On the round earth (`geography`) or on a plane (`geometry`).
    pub round: bool,
    pub srid: u32,
    pub shape: String,
}

/// Undoes percent-encoding. `None` if the bytes are not UTF-8, which no OData text may be.
pub(crate) fn decoded(text: &str) -> Option<String> {
    percent_encoding::percent_decode_str(text)
        .decode_utf8()
        .ok()
        .map(std::borrow::Cow::into_owned)
}

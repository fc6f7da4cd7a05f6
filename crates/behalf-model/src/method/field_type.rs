//! The types a field can have.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The type of a field (reference, section 3.5).
///
/// Shape: a name such as `"Text"`, `"Currency"`, `"List of Text"`; the .NET names of the seed's world
/// (`"String"`, `"Int32"`, `"Boolean"` …) are read as well, in any case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum FieldType {
    #[default]
    Text,
    Char,
    Link,
    /// 32 bits.
    Integer,
    /// 64 bits.
    Integer64,
    Number,
    /// Exact decimal, never a float.
    Currency,
    YesNo,
    DateTime,
    Date,
    Time,
    /// Base64 text.
    Media,
    Guid,
    Json,
    List(Box<FieldType>),
    /// A complex value; its members are the field's own `fields`.
    Row,
}

const NAMES: [(&str, FieldType); 15] = [
    ("Text", FieldType::Text),
    ("Char", FieldType::Char),
    ("Link", FieldType::Link),
    ("Integer", FieldType::Integer),
    ("Integer64", FieldType::Integer64),
    ("Number", FieldType::Number),
    ("Currency", FieldType::Currency),
    ("YesNo", FieldType::YesNo),
    ("DateTime", FieldType::DateTime),
    ("Date", FieldType::Date),
    ("Time", FieldType::Time),
    ("Media", FieldType::Media),
    ("Guid", FieldType::Guid),
    ("Json", FieldType::Json),
    ("Row", FieldType::Row),
];

const ALIASES: [(&str, FieldType); 10] = [
    ("String", FieldType::Text),
    ("URL", FieldType::Link),
    ("Int32", FieldType::Integer),
    ("Int64", FieldType::Integer64),
    ("Double", FieldType::Number),
    ("Decimal", FieldType::Currency),
    ("Boolean", FieldType::YesNo),
    ("Yes/No", FieldType::YesNo),
    ("Base64", FieldType::Media),
    ("Uuid", FieldType::Guid),
];

const LIST_OF: &str = "list of ";

impl FieldType {
    /// One value that a URL, a header or an XML text can carry; not a list, an object or free JSON.
    pub fn is_scalar(&self) -> bool {
        !matches!(self, Self::Json | Self::List(_) | Self::Row)
    }

    /// The type itself, or of what it is a list.
    pub fn item(&self) -> &FieldType {
        match self {
            Self::List(item) => item,
            other => other,
        }
    }
}

impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::List(item) = self {
            return write!(f, "List of {item}");
        }
        let name = NAMES.iter().find(|(_, t)| t == self);
        f.write_str(name.map_or("Text", |(name, _)| name))
    }
}

impl FromStr for FieldType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let head = text.get(..LIST_OF.len());
        if head.is_some_and(|h| h.eq_ignore_ascii_case(LIST_OF)) {
            let item: FieldType = text[LIST_OF.len()..].parse()?;
            if matches!(item, Self::List(_)) {
                return Err("a list of lists is not offered; use Json".to_owned());
            }
            return Ok(Self::List(Box::new(item)));
        }
        let known = NAMES.iter().chain(&ALIASES);
        known
            .into_iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(text))
            .map(|(_, t)| t.clone())
            .ok_or_else(|| {
                let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
                format!(
                    "unknown type `{text}`: expected {} or `List of …`",
                    names.join(", ")
                )
            })
    }
}

impl Serialize for FieldType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FieldType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

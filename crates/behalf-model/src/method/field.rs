//! One input, output or object field.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{FieldType, identifier};

/// A field with all its attributes (reference, section 3.5).
///
/// `default`, `min`, `max` and the items of `enum` are written as the file format's own numbers, booleans and texts;
/// exact decimals and dates as text.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Labels by language tag.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, rename = "type")]
    pub field_type: FieldType,
    /// The name the back-end uses, case-sensitive; absent = `name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_name: Option<String>,
    #[serde(default)]
    pub required: bool,
    /// An explicit null is a value of its own ("clear this"), not the same as leaving the field out.
    #[serde(default)]
    pub nullable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Json>,
    /// Part of the key of the object.
    #[serde(default)]
    pub unique: bool,
    #[serde(default)]
    pub direction: Direction,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Json>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Json>,
    /// Characters of a text, bytes of a Media, items of a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u64>,
    /// A regular expression the whole text must match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The only values allowed.
    #[serde(
        default,
        rename = "enum",
        alias = "values",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub values: Vec<Json>,
    /// Text conversions applied to the caller's value, as in a placeholder: `trim|lower`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub convert: Option<String>,
    /// A named format the text must have: `email`, `host`, `ip`, `digits`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validate: Option<String>,
    /// Masked in logs, errors and previews.
    #[serde(default)]
    pub sensitive: bool,
    /// Placeholders may use the `raw` filter (see also `allow_raw` of the method).
    #[serde(default)]
    pub allow_raw: bool,
    /// Outputs: where the value stands in a row (`fields.Color`, `$['@odata.etag']`), `header:ETag` or `status`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The members of a Row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
}

impl Field {
    /// A field with a name and a type and nothing else.
    pub fn new(name: &str, field_type: FieldType) -> Self {
        Self {
            name: name.to_owned(),
            field_type,
            ..Self::default()
        }
    }

    /// The name the back-end uses.
    pub fn external(&self) -> &str {
        self.external_name.as_deref().unwrap_or(&self.name)
    }

    /// The name as an OData or XSD identifier.
    pub fn identifier(&self) -> String {
        identifier(&self.name)
    }
}

/// Which way a field of an object travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    In,
    Out,
    #[default]
    Both,
}

//! Objects, methods, fields and views: what an integration engineer declares, before anything is compiled.
//!
//! These are the shapes of `objects/*.toml` and `methods/**/*.toml` and of the JSON documents the store keeps.
//! Names are free text; [`slug`] and [`identifier`] derive the spellings that URLs, OData and SOAP need.

mod convert;
mod decimal;
mod field;
mod field_type;
mod names;
mod policy;
#[cfg(test)]
mod tests;
mod value;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use convert::{Mismatch, Reading, from_json, from_setting, from_text};
pub use decimal::Decimal;
pub use field::{Direction, Field};
pub use field_type::FieldType;
pub use names::{fold, identifier, slug};
pub use policy::{Allow, Policy};
pub use value::Value;

/// A business entity with fields; methods and views hang on it.
///
/// Shape: `objects/<slug>.toml`, or the same members as a JSON document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default)]
    pub fields: Vec<Field>,
    #[serde(default)]
    pub views: Vec<View>,
    /// Must let a caller through *in addition to* the policy of the method; absent = no further condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
}

impl Object {
    /// The spelling in URLs and file names.
    pub fn slug(&self) -> String {
        slug(&self.name)
    }
}

/// A presentation of an object (list, single record, create, update form) over one method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    pub name: String,
    pub kind: Kind,
    /// Name of a method of the same object.
    pub method: String,
    #[serde(default)]
    pub policy: Policy,
}

/// A named operation of an object: an interface script with typed input and output fields.
///
/// Shape: `methods/<object>/<slug>.toml`, or the same members as a JSON document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    pub object: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Absent: derived from the verb of the script.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Profiles the method may run on, by name; the first is the default.
    #[serde(default)]
    pub profiles: Vec<String>,
    #[serde(default)]
    pub input: Vec<Field>,
    #[serde(default)]
    pub output: Vec<Field>,
    #[serde(default)]
    pub policy: Policy,
    pub script: String,
    /// Fields whose placeholders may use the `raw` filter: an administrator's decision, shown in the audit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow_raw: Vec<String>,
    /// A value of the answer that does not fit its output type becomes null and a warning instead of an error.
    #[serde(default)]
    pub lenient: bool,
    /// The whole body of the answer goes, untouched, into the (one) Json output.
    #[serde(default)]
    pub passthrough: bool,
}

impl Method {
    /// The spelling in URLs and file names.
    pub fn slug(&self) -> String {
        slug(&self.name)
    }

    /// The slug of the object this method belongs to.
    pub fn object_slug(&self) -> String {
        slug(&self.object)
    }

    /// May placeholders of this input field be written into the body without escaping?
    pub fn allows_raw(&self, field: &Field) -> bool {
        field.allow_raw
            || self
                .allow_raw
                .iter()
                .any(|name| fold(name) == fold(&field.name))
    }
}

/// What a method does to its object; decides the natural verb and the annotations on every face.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    List,
    Get,
    Create,
    Update,
    Delete,
    Action,
}

impl Kind {
    /// Only reads: safe to repeat, safe to offer without asking.
    pub fn is_read(self) -> bool {
        matches!(self, Self::List | Self::Get)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::List => "list",
            Self::Get => "get",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Action => "action",
        })
    }
}

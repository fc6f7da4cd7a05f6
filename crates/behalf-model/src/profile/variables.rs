//! `{TenantId}`-style variables of a profile.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Profile;

/// A value for `{Name}`; a public one can be read by scripts as `{$@profile.Name}`.
///
/// Shape: the text itself, or `{ value = "…", public = true }`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Variable {
    pub value: String,
    pub public: bool,
}

impl From<&str> for Variable {
    fn from(value: &str) -> Self {
        Self {
            value: value.to_owned(),
            public: false,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename = "Variable")]
struct Long {
    value: String,
    #[serde(default)]
    public: bool,
}

impl Serialize for Variable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.public {
            return serializer.serialize_str(&self.value);
        }
        let long = Long {
            value: self.value.clone(),
            public: true,
        };
        long.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Variable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ShortOrLong;
        impl<'de> de::Visitor<'de> for ShortOrLong {
            type Value = Variable;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or a table with `value` and `public`")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Variable, E> {
                Ok(text.into())
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Variable, A::Error> {
                let Long { value, public } =
                    Long::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Variable { value, public })
            }
        }
        deserializer.deserialize_any(ShortOrLong)
    }
}

/// The name between braces, where a text has one: `{` letter, then letters, digits, space, `_` or `-`, `}`.
fn next_reference(text: &str) -> Option<(usize, &str)> {
    let mut from = 0;
    while let Some(open) = text[from..].find('{') {
        let start = from + open;
        let rest = &text[start + 1..];
        let end = rest.find(['{', '}']).unwrap_or(rest.len());
        let name = &rest[..end];
        let is_name = name.starts_with(char::is_alphabetic)
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-'));
        if is_name && rest[end..].starts_with('}') {
            return Some((start, name));
        }
        from = start + 1;
    }
    None
}

/// Replaces the variables that are known; values are inserted once and never looked at again.
pub(super) fn substitute(text: &str, variables: &BTreeMap<String, Variable>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((start, name)) = next_reference(rest) {
        let end = start + name.len() + 2;
        out.push_str(&rest[..start]);
        match lookup(variables, name) {
            Some(variable) => out.push_str(&variable.value),
            None => out.push_str(&rest[start..end]),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// The references of a text that no variable answers.
pub(super) fn unresolved<'t>(
    text: &'t str,
    variables: &BTreeMap<String, Variable>,
) -> Vec<&'t str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((start, name)) = next_reference(rest) {
        if lookup(variables, name).is_none_or(|v| v.value.trim().is_empty()) {
            names.push(name);
        }
        rest = &rest[start + name.len() + 2..];
    }
    names
}

fn lookup<'v>(variables: &'v BTreeMap<String, Variable>, name: &str) -> Option<&'v Variable> {
    variables.get(name).or_else(|| {
        variables
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, variable)| variable)
    })
}

/// The profile with every reference replaced.
pub(super) fn substituted(profile: &Profile) -> Profile {
    let mut out = profile.clone();
    let put = |text: &mut String| *text = substitute(text, &profile.variables);
    put(&mut out.url);
    put(&mut out.oauth_scope);
    let optional = [&mut out.oauth_url, &mut out.oauth_client_id, &mut out.proxy];
    optional.into_iter().flatten().for_each(put);
    out.headers.values_mut().for_each(put);
    out.query.values_mut().for_each(put);
    out.oauth_extra.values_mut().for_each(put);
    out
}

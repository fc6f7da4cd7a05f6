//! The rules of a field: limits, pattern, allowed values, named formats, conversions.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::net::IpAddr;

use behalf_model::method::{Field, FieldType, Value, from_setting};
use regex::Regex;

/// A compiled pattern may not grow beyond this: patterns come from administrators, their cost from callers.
const PATTERN_MAX_BYTES: usize = 1 << 20;

/// What is wrong with an attribute of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// Index of the field in its list.
    pub index: usize,
    pub attribute: &'static str,
    pub message: String,
}

impl FieldProblem {
    pub(crate) fn new(index: usize, attribute: &'static str, message: String) -> Self {
        Self {
            index,
            attribute,
            message,
        }
    }
}

/// Attribute and message.
type Refusal = (&'static str, String);

#[derive(Debug, Clone, Default)]
pub(crate) struct Rules {
    min: Option<Value>,
    max: Option<Value>,
    min_length: Option<u64>,
    max_length: Option<u64>,
    pattern: Option<Regex>,
    values: Vec<Value>,
    format: Option<Format>,
    convert: Vec<Convert>,
}

#[derive(Debug, Clone, Copy)]
enum Format {
    Email,
    Host,
    Ip,
    Digits,
}

#[derive(Debug, Clone, Copy)]
enum Convert {
    Trim,
    Lower,
    Upper,
}

impl Rules {
    pub fn compile(field: &Field) -> Result<Self, Refusal> {
        let item = field.field_type.item();
        let ordered = !matches!(
            item,
            FieldType::YesNo | FieldType::Json | FieldType::Row | FieldType::Guid
        ) && !is_text(item);
        let limit = |attribute: &'static str, setting: &Option<serde_json::Value>| {
            let Some(setting) = setting else {
                return Ok(None);
            };
            if !ordered {
                let message = format!("a {} has no {attribute}", field.field_type);
                return Err((attribute, message));
            }
            let plain = Field::new(&field.name, item.clone());
            from_setting(&plain, setting)
                .map(Some)
                .map_err(|why| (attribute, why.to_string()))
        };
        if field.fields.iter().any(|f| f.name.trim().is_empty())
            || (!field.fields.is_empty() && *item != FieldType::Row)
        {
            return Err((
                "fields",
                "members belong to a Row, each with a name".to_owned(),
            ));
        }
        Ok(Self {
            min: limit("min", &field.min)?,
            max: limit("max", &field.max)?,
            min_length: field.min_length,
            max_length: length_limits(field)?,
            pattern: pattern(field)?,
            values: values(field)?,
            format: format(field)?,
            convert: conversions(field)?,
        })
    }

    pub fn convert(&self, value: Value) -> Value {
        if self.convert.is_empty() {
            return value;
        }
        match value {
            Value::Text(text) => {
                let step = |text: String, convert: &Convert| match convert {
                    Convert::Trim => text.trim().to_owned(),
                    Convert::Lower => text.to_lowercase(),
                    Convert::Upper => text.to_uppercase(),
                };
                Value::Text(self.convert.iter().fold(text, step))
            }
            Value::List(items) => {
                Value::List(items.into_iter().map(|item| self.convert(item)).collect())
            }
            other => other,
        }
    }

    /// Null obeys no rule: whether it may stand at all is decided before.
    pub fn check(&self, value: &Value) -> Result<(), Cow<'static, str>> {
        match value {
            Value::Null => Ok(()),
            Value::List(items) => {
                self.check_length(items.len(), "items")?;
                items.iter().try_for_each(|item| self.check_item(item))
            }
            Value::Text(text) => {
                if self.min_length.is_some() || self.max_length.is_some() {
                    self.check_length(text.chars().count(), "characters")?;
                }
                self.check_item(value)
            }
            Value::Media(text) => {
                let padding = text.bytes().rev().take_while(|b| *b == b'=').count();
                self.check_length(text.len() / 4 * 3 - padding, "bytes")?;
                self.check_item(value)
            }
            other => self.check_item(other),
        }
    }

    fn check_length(&self, length: usize, unit: &str) -> Result<(), Cow<'static, str>> {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        match (self.min_length, self.max_length) {
            (Some(min), _) if length < min => {
                Err(format!("must have at least {min} {unit}").into())
            }
            (_, Some(max)) if length > max => Err(format!("must have at most {max} {unit}").into()),
            _ => Ok(()),
        }
    }

    fn check_item(&self, value: &Value) -> Result<(), Cow<'static, str>> {
        if let Some(min) = &self.min
            && compare(value, min) == Some(Ordering::Less)
        {
            return Err(format!("must be at least {}", shown(min)).into());
        }
        if let Some(max) = &self.max
            && compare(value, max) == Some(Ordering::Greater)
        {
            return Err(format!("must be at most {}", shown(max)).into());
        }
        if !self.values.is_empty() && !self.values.iter().any(|allowed| same(value, allowed)) {
            let names: Vec<Cow<'_, str>> = self.values.iter().map(shown).collect();
            return Err(format!("must be one of {}", names.join(", ")).into());
        }
        let Value::Text(text) = value else {
            return Ok(());
        };
        if self.pattern.as_ref().is_some_and(|p| !p.is_match(text)) {
            return Err("does not match the pattern of the field".into());
        }
        match self.format {
            Some(format) if !format.fits(text) => Err(format.expected().into()),
            _ => Ok(()),
        }
    }
}

impl Format {
    fn fits(self, text: &str) -> bool {
        match self {
            Self::Digits => !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()),
            Self::Ip => text.parse::<IpAddr>().is_ok(),
            Self::Host => is_host(text),
            Self::Email => text.rsplit_once('@').is_some_and(|(local, host)| {
                !local.is_empty()
                    && !local.contains(|c: char| c.is_whitespace() || c.is_control() || c == '@')
                    && is_host(host)
            }),
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Digits => "must consist of digits",
            Self::Ip => "must be an IP address",
            Self::Host => "must be a host name",
            Self::Email => "must be an email address",
        }
    }
}

fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// Only values of one type are ever compared: both come from the same field.
fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) => a.partial_cmp(b),
        (Value::Currency(a), Value::Currency(b)) => Some(a.cmp_value(b)),
        (Value::DateTime(a), Value::DateTime(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// `1.50` is among the allowed values when `1.5` is.
fn same(a: &Value, b: &Value) -> bool {
    a == b || compare(a, b) == Some(Ordering::Equal)
}

fn shown(value: &Value) -> Cow<'_, str> {
    value.to_text().unwrap_or_default()
}

fn is_text(field_type: &FieldType) -> bool {
    matches!(
        field_type,
        FieldType::Text | FieldType::Char | FieldType::Link | FieldType::Media
    )
}

fn length_limits(field: &Field) -> Result<Option<u64>, Refusal> {
    let is_list = matches!(field.field_type, FieldType::List(_));
    if (field.min_length.is_some() || field.max_length.is_some())
        && !is_list
        && !is_text(&field.field_type)
    {
        let message = format!("a {} has no length", field.field_type);
        return Err(("max_length", message));
    }
    match (field.min_length, field.max_length) {
        (Some(min), Some(max)) if min > max => {
            Err(("min_length", "min_length is above max_length".to_owned()))
        }
        (_, max) => Ok(max),
    }
}

fn pattern(field: &Field) -> Result<Option<Regex>, Refusal> {
    let Some(pattern) = &field.pattern else {
        return Ok(None);
    };
    if !is_text(field.field_type.item()) {
        return Err(("pattern", format!("a {} has no pattern", field.field_type)));
    }
    regex::RegexBuilder::new(&format!(r"\A(?:{pattern})\z"))
        .size_limit(PATTERN_MAX_BYTES)
        .build()
        .map(Some)
        .map_err(|_| {
            let message = "this is not a regular expression that can be used".to_owned();
            ("pattern", message)
        })
}

fn values(field: &Field) -> Result<Vec<Value>, Refusal> {
    let plain = Field::new(&field.name, field.field_type.item().clone());
    let read = |setting| from_setting(&plain, setting).map_err(|why| ("enum", why.to_string()));
    field.values.iter().map(read).collect()
}

fn format(field: &Field) -> Result<Option<Format>, Refusal> {
    let Some(name) = &field.validate else {
        return Ok(None);
    };
    match name.trim().to_ascii_lowercase().as_str() {
        "email" => Ok(Some(Format::Email)),
        "host" => Ok(Some(Format::Host)),
        "ip" => Ok(Some(Format::Ip)),
        "digits" => Ok(Some(Format::Digits)),
        _ => Err((
            "validate",
            format!("unknown format `{name}`: expected email, host, ip or digits"),
        )),
    }
}

fn conversions(field: &Field) -> Result<Vec<Convert>, Refusal> {
    let Some(chain) = &field.convert else {
        return Ok(Vec::new());
    };
    if !is_text(field.field_type.item()) {
        let message = format!("a {} is not converted", field.field_type);
        return Err(("convert", message));
    }
    let step = |name: &str| match name.trim().to_ascii_lowercase().as_str() {
        "trim" => Ok(Convert::Trim),
        "lower" => Ok(Convert::Lower),
        "upper" => Ok(Convert::Upper),
        other => Err((
            "convert",
            format!("unknown conversion `{other}`: expected trim, lower or upper"),
        )),
    };
    chain.split('|').map(step).collect()
}

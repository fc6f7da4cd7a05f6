//! A caller's inputs → typed values. Precedence: the caller's value, then the default, then missing.

use std::borrow::Cow;
use std::collections::HashMap;

use behalf_model::method::{Field, Reading, Value, fold, from_json, from_setting, from_text};
use serde_json::value::RawValue;

use super::error::InputError;
use super::suggest::closest;
use super::validate::{FieldProblem, Rules};

/// A value as a caller gives it.
#[derive(Debug, Clone)]
pub enum RawInput<'i> {
    /// A member of a JSON object; its type must match the field's.
    Json(&'i RawValue),
    /// A query parameter, path key, XML text or command-line argument.
    Text(Cow<'i, str>),
}

impl<'i> From<&'i RawValue> for RawInput<'i> {
    fn from(raw: &'i RawValue) -> Self {
        Self::Json(raw)
    }
}

impl<'i> From<&'i str> for RawInput<'i> {
    fn from(text: &'i str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

/// The input fields of a method, compiled.
#[derive(Debug, Clone)]
pub struct Inputs {
    fields: Vec<Input>,
    /// Every accepted spelling, as declared and folded → index.
    names: HashMap<String, usize>,
}

#[derive(Debug, Clone)]
struct Input {
    field: Field,
    rules: Rules,
    default: Option<Value>,
}

/// The values of one call, one place for each input field; `None` = left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bound(Vec<Option<Value>>);

impl Bound {
    pub(crate) fn get(&self, index: usize) -> Option<&Value> {
        self.0.get(index)?.as_ref()
    }

    /// Values in the order of the fields.
    pub fn values(&self) -> &[Option<Value>] {
        &self.0
    }
}

impl Inputs {
    /// Compiles input fields.
    ///
    /// # Errors
    /// Every attribute that makes no sense, and names that collide as identifiers.
    pub fn compile(fields: &[Field]) -> Result<Self, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let mut names = HashMap::new();
        collisions(fields, &mut problems);
        for (index, field) in fields.iter().enumerate() {
            for name in [field.name.clone(), field.identifier()] {
                names.entry(fold(&name)).or_insert(index);
                names.entry(name).or_insert(index);
            }
        }
        let mut inputs = Vec::new();
        for (index, field) in fields.iter().enumerate() {
            let at = |attribute, message| FieldProblem::new(index, attribute, message);
            let rules = match Rules::compile(field) {
                Ok(rules) => rules,
                Err((attribute, message)) => {
                    problems.push(at(attribute, message));
                    continue;
                }
            };
            let default = match default(field, &rules) {
                Ok(default) => default,
                Err(message) => {
                    problems.push(at("default", message));
                    continue;
                }
            };
            inputs.push(Input {
                field: field.clone(),
                rules,
                default,
            });
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            fields: inputs,
            names,
        })
    }

    /// The index of the field a caller means: by name or identifier, without regard to case.
    pub fn index(&self, name: &str) -> Option<usize> {
        let exact = self.names.get(name);
        exact.or_else(|| self.names.get(&fold(name))).copied()
    }

    /// Binds a caller's inputs.
    ///
    /// # Errors
    /// Everything wrong with them at once: unknown or repeated names, wrong types, broken rules, missing ones.
    pub fn bind<'i, N: AsRef<str>>(
        &self,
        given: impl IntoIterator<Item = (N, RawInput<'i>)>,
    ) -> Result<Bound, Vec<InputError>> {
        let mut values: Vec<Option<Value>> = vec![None; self.fields.len()];
        let mut seen = vec![false; self.fields.len()];
        let mut errors = Vec::new();
        for (name, raw) in given {
            let name = name.as_ref();
            let Some(index) = self.index(name) else {
                errors.push(self.unknown(name));
                continue;
            };
            let input = &self.fields[index];
            if std::mem::replace(&mut seen[index], true) && !input.takes_repeats(&raw) {
                errors.push(input.error("is given twice"));
                continue;
            }
            match input.read(&raw) {
                Ok(value) => append(&mut values[index], value),
                Err(message) => errors.push(input.error(message)),
            }
        }
        for (index, input) in self.fields.iter().enumerate() {
            match &mut values[index] {
                Some(value) => {
                    if let Err(message) = input.rules.check(value) {
                        errors.push(input.error(message));
                    }
                }
                // A value that was refused above is not missing as well.
                None if seen[index] => {}
                place => {
                    *place = input.default.clone();
                    if place.is_none() && input.field.required {
                        errors.push(input.error("is required"));
                    }
                }
            }
        }
        if errors.is_empty() {
            Ok(Bound(values))
        } else {
            Err(errors)
        }
    }

    fn unknown(&self, name: &str) -> InputError {
        let known = self.fields.iter().map(|input| input.field.name.as_str());
        // What a caller sends may be anything: show only what could be a name.
        let shown: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
        let message = match closest(name, known) {
            Some(close) => format!("is not an input of this method; did you mean `{close}`?"),
            None => "is not an input of this method".to_owned(),
        };
        InputError {
            field: shown,
            message,
        }
    }
}

impl Input {
    fn error(&self, message: impl Into<String>) -> InputError {
        InputError {
            field: self.field.name.clone(),
            message: message.into(),
        }
    }

    fn is_list(&self) -> bool {
        matches!(
            self.field.field_type,
            behalf_model::method::FieldType::List(_)
        )
    }

    /// `?tag=a&tag=b` is how texts write a list.
    fn takes_repeats(&self, raw: &RawInput<'_>) -> bool {
        self.is_list() && matches!(raw, RawInput::Text(_))
    }

    fn read(&self, raw: &RawInput<'_>) -> Result<Value, Cow<'static, str>> {
        let field = &self.field;
        let value = match raw {
            RawInput::Json(raw) if raw.get() == "null" => {
                return if field.nullable {
                    Ok(Value::Null)
                } else {
                    Err("may not be null; leave it out instead".into())
                };
            }
            RawInput::Json(raw) => {
                from_json(&field.field_type, &field.fields, raw, Reading::Strict)
            }
            RawInput::Text(text) => from_text(&field.field_type, text),
        };
        value
            .map(|value| self.rules.convert(value))
            .map_err(|mismatch| mismatch.0)
    }
}

/// The next item of a list given by repetition, or the one value.
fn append(place: &mut Option<Value>, value: Value) {
    match (place, value) {
        (Some(Value::List(items)), Value::List(more)) => items.extend(more),
        (place, value) => *place = Some(value),
    }
}

fn default(field: &Field, rules: &Rules) -> Result<Option<Value>, String> {
    let Some(setting) = &field.default else {
        return Ok(None);
    };
    let value = from_setting(field, setting).map_err(|mismatch| mismatch.to_string())?;
    if value != Value::Null {
        rules.check(&value).map_err(Cow::into_owned)?;
    } else if !field.nullable {
        return Err("the field is not nullable".to_owned());
    }
    Ok(Some(value))
}

/// Two fields no face could tell apart.
fn collisions(fields: &[Field], problems: &mut Vec<FieldProblem>) {
    let mut known: HashMap<String, &str> = HashMap::new();
    for (index, field) in fields.iter().enumerate() {
        if field.name.trim().is_empty() || field.name.contains(['{', '}', '|']) {
            let message = "a field name is a text without braces and bars".to_owned();
            problems.push(FieldProblem::new(index, "name", message));
            continue;
        }
        if let Some(other) = known.insert(fold(&field.identifier()), &field.name) {
            let message = format!(
                "`{}` and `{other}` have the same identifier `{}`",
                field.name,
                field.identifier()
            );
            problems.push(FieldProblem::new(index, "name", message));
        }
    }
}

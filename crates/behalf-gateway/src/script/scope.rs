//! Compiling placeholders: may the name be used, and may the value stand where it stands?

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use behalf_model::method::{Field, FieldType, Method, fold, from_text};

use super::context::{self, ContextName};
use super::error::CompileError;
use super::filter::{self, Filter};
use super::placeholder::{Piece, Placeholder};
use super::position::Located;
use super::slot::{Part, Place, Slot, Source};
use super::suggest::closest;

/// What a script may name, and what it has named so far.
pub(crate) struct Scope<'m> {
    method: &'m Method,
    names: BTreeMap<String, usize>,
    used: RefCell<BTreeSet<usize>>,
    variables: RefCell<BTreeSet<String>>,
}

impl<'m> Scope<'m> {
    pub fn new(method: &'m Method) -> Self {
        let mut names = BTreeMap::new();
        for (index, field) in method.input.iter().enumerate() {
            names.entry(fold(&field.identifier())).or_insert(index);
        }
        // The name itself wins over another field's identifier.
        for (index, field) in method.input.iter().enumerate() {
            names.insert(fold(&field.name), index);
        }
        Self {
            method,
            names,
            used: RefCell::default(),
            variables: RefCell::default(),
        }
    }

    /// Input fields no placeholder has named.
    pub fn unused(&self) -> impl Iterator<Item = (usize, &'m Field)> {
        let used = self.used.borrow().clone();
        let fields = self.method.input.iter().enumerate();
        fields.filter(move |(index, _)| !used.contains(index))
    }

    pub fn fields(&self) -> &'m [Field] {
        &self.method.input
    }

    pub fn used_fields(&self) -> BTreeSet<usize> {
        self.used.borrow().clone()
    }

    /// Profile variables the script reads.
    pub fn variables(&self) -> BTreeSet<String> {
        self.variables.borrow().clone()
    }

    /// A slot for a whole input field, as the default body has them.
    pub fn field_slot(&self, index: usize) -> Slot {
        let field = &self.method.input[index];
        Slot {
            source: Source::Field(index),
            name: field.name.clone(),
            field_type: field.field_type.clone(),
            filters: Vec::new(),
            path: false,
            raw: false,
        }
    }

    /// Compiles pieces for one place.
    pub fn parts(
        &self,
        template: &Located,
        pieces: Vec<Piece<'_>>,
        place: Place,
    ) -> Result<Vec<Part>, CompileError> {
        let compile = |piece| match piece {
            Piece::Literal(text, _) => Ok(Part::Literal(text)),
            Piece::Placeholder(p) => self.slot(template, &p, place).map(Part::Slot),
        };
        pieces.into_iter().map(compile).collect()
    }

    /// Compiles a placeholder for the place it stands in.
    pub fn slot(
        &self,
        template: &Located,
        placeholder: &Placeholder<'_>,
        place: Place,
    ) -> Result<Slot, CompileError> {
        let at = template.at(placeholder.offset);
        let (source, field_type) = if placeholder.context {
            let Some(name) = ContextName::parse(placeholder.name) else {
                let message = format!("there is no context value `@{}`", placeholder.name);
                return Err(CompileError::new(at, message)
                    .suggest(closest(placeholder.name, context::NAMES))
                    .or_help(|| format!("known are {}", context::NAMES.join(", "))));
            };
            if let ContextName::Profile(name) = &name {
                self.variables.borrow_mut().insert(name.clone());
            }
            let field_type = match name {
                ContextName::Now => FieldType::DateTime,
                _ => FieldType::Text,
            };
            (Source::Context(name), field_type)
        } else {
            let index = self.field(placeholder.name).ok_or_else(|| {
                let known = self.method.input.iter().map(|f| f.name.as_str());
                CompileError::new(
                    at,
                    format!("`{}` is not an input field of the method", placeholder.name),
                )
                .suggest(closest(placeholder.name, known))
            })?;
            self.used.borrow_mut().insert(index);
            (
                Source::Field(index),
                self.method.input[index].field_type.clone(),
            )
        };
        let mut slot = Slot {
            source,
            name: match placeholder.context {
                true => format!("@{}", placeholder.name),
                false => placeholder.name.to_owned(),
            },
            field_type,
            filters: Vec::new(),
            path: false,
            raw: false,
        };
        for (name, arg) in &placeholder.filters {
            self.filter(&mut slot, name, *arg, place)
                .map_err(|(message, help)| {
                    let error = CompileError::new(at, message);
                    match help {
                        Some(help) => error.help(help),
                        None => error.suggest(closest(name, filter::NAMES)),
                    }
                })?;
        }
        fits(&slot, place).map_err(|message| {
            CompileError::new(at, message).help("the filter json writes any value as JSON text")
        })?;
        Ok(slot)
    }

    pub fn has_field(&self, name: &str) -> bool {
        self.field(name).is_some()
    }

    fn field(&self, name: &str) -> Option<usize> {
        self.names.get(&fold(name)).copied()
    }

    fn filter(
        &self,
        slot: &mut Slot,
        name: &str,
        arg: Option<&str>,
        place: Place,
    ) -> Result<(), (String, Option<String>)> {
        let lower = name.to_ascii_lowercase();
        let wants_arg = matches!(lower.as_str(), "date" | "default");
        if filter::NAMES.contains(&lower.as_str()) && wants_arg != arg.is_some() {
            let message = match wants_arg {
                true => format!("the filter {lower} needs an argument: {lower}:…"),
                false => format!("the filter {lower} takes no argument"),
            };
            return Err((
                message,
                Some("{$Field|date:%Y-%m-%d}, {$Field|default:none}".to_owned()),
            ));
        }
        let arg = arg.unwrap_or_default();
        let refuse = |message: &str, help: &str| Err((message.to_owned(), Some(help.to_owned())));
        let filter = match lower.as_str() {
            "path" if place == Place::Path => {
                slot.path = true;
                return Ok(());
            }
            "path" => {
                return refuse(
                    "the filter path belongs in a Path",
                    "it allows several segments",
                );
            }
            "raw" => return self.raw(slot, place),
            "rfc8187" if place == Place::Header => Filter::Rfc8187,
            "rfc8187" => {
                return refuse(
                    "the filter rfc8187 belongs in a header",
                    "other places are UTF-8",
                );
            }
            "date" if !is_date(&slot.field_type) => {
                return refuse(
                    "the filter date needs a DateTime, Date or Time",
                    "change the type of the field",
                );
            }
            "date" if !filter::is_date_format(arg) => {
                return refuse(
                    "the date format is not understood",
                    "as in %Y-%m-%dT%H:%M:%SZ",
                );
            }
            "date" => Filter::Date(arg.to_owned()),
            "default" => match from_text(&slot.field_type, arg) {
                Ok(value) => Filter::Default(value),
                Err(why) => {
                    return Err((
                        format!("the default does not fit the field: {why}"),
                        Some(format!("the field is a {}", slot.field_type)),
                    ));
                }
            },
            "lower" => Filter::Lower,
            "upper" => Filter::Upper,
            "trim" => Filter::Trim,
            "base64" => Filter::Base64,
            "json" => Filter::Json,
            "odata" => Filter::Odata,
            _ => return Err((format!("unknown filter `{name}`"), None)),
        };
        slot.field_type = filter.output(std::mem::take(&mut slot.field_type));
        slot.filters.push(filter);
        Ok(())
    }

    /// `raw` needs an administrator's word for the field, and never opens a URL or header to a caller.
    fn raw(&self, slot: &mut Slot, place: Place) -> Result<(), (String, Option<String>)> {
        if matches!(place, Place::Path | Place::Query | Place::Header) {
            return Err((
                format!("the filter raw is never allowed in {}", place.name()),
                Some("values in URLs and headers are always escaped".to_owned()),
            ));
        }
        let allowed = match slot.source {
            Source::Field(index) => self.method.allows_raw(&self.method.input[index]),
            Source::Context(_) => false,
        };
        if !allowed {
            return Err((
                format!("the filter raw is not allowed for `{}`", slot.name),
                Some("an administrator must list the field in allow_raw of the method".to_owned()),
            ));
        }
        slot.raw = true;
        Ok(())
    }
}

fn is_date(field_type: &FieldType) -> bool {
    matches!(
        field_type,
        FieldType::DateTime | FieldType::Date | FieldType::Time
    )
}

/// A list or object fits where the place has a form for it.
fn fits(slot: &Slot, place: Place) -> Result<(), String> {
    let fits = match place {
        Place::JsonValue => true,
        // A list becomes repeated pairs; a text cannot hold one, which rendering finds out for mixed values.
        Place::Query | Place::Form => slot.field_type.item().is_scalar(),
        _ => slot.field_type.is_scalar() || slot.raw,
    };
    if fits {
        return Ok(());
    }
    Err(format!(
        "`{}` is a {}, which cannot stand in {}",
        slot.name,
        slot.field_type,
        place.name()
    ))
}

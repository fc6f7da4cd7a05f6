//! The REST connector's script: actions → a tree that renders without being read again.

use std::collections::BTreeSet;

use behalf_model::method::{Kind, Method};
use http::{HeaderName, HeaderValue, Method as Verb};

use crate::rows::ResultPath;

use super::body::{self, BodyKind, BodyTemplate};
use super::error::CompileError;
use super::header::{self, HeaderTemplate};
use super::json_template;
use super::keys::{self, KeyId};
use super::parse::{Action, parse};
use super::path::{self, PathTemplate};
use super::position::{Located, Position};
use super::query::{self, Pair};
use super::scope::Scope;
use super::slot::Slot;
use super::success::Success;
use super::suggest::closest;

const VERBS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/// What becomes of a body member whose whole value is an optional field the caller left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Missing {
    /// Leave the member out: right for PATCH.
    #[default]
    Omit,
    Null,
    Empty,
    Error,
}

/// A compiled REST script.
#[derive(Debug, Clone)]
pub struct RestScript {
    /// The HTTP method of the request.
    pub verb: Verb,
    pub(crate) path: PathTemplate,
    pub(crate) query: Vec<Pair>,
    pub(crate) headers: Vec<HeaderTemplate>,
    pub(crate) body: BodyTemplate,
    pub(crate) content_type: Option<HeaderValue>,
    pub(crate) accept: Option<HeaderValue>,
    /// The script's own limit; the profile's is the upper bound.
    pub timeout_ms: Option<u64>,
    pub success: Success,
    pub missing: Missing,
    /// Where the rows are in the answer.
    pub result: Option<ResultPath>,
    /// Where the message is in a refusal.
    pub error_message: Option<ResultPath>,
    /// Public profile variables the script reads.
    pub(crate) variables: BTreeSet<String>,
    /// Input fields the script names, or sends in the default body.
    pub(crate) used: BTreeSet<usize>,
    /// Input fields that stand in the path.
    in_path: BTreeSet<usize>,
}

/// Compiles the script of a method for the REST connector.
///
/// # Errors
/// Every mistake found, with its place in the script.
pub fn compile(method: &Method) -> Result<RestScript, Vec<CompileError>> {
    let actions = parse(&method.script, &keys::REST)?;
    let scope = Scope::new(method);
    let mut compiler = Compiler {
        scope: &scope,
        errors: Vec::new(),
        draft: Draft::default(),
    };
    compiler.run(&actions);
    let Compiler { errors, draft, .. } = compiler;
    if !errors.is_empty() {
        return Err(errors);
    }
    draft.finish(&scope).map_err(|error| vec![error])
}

#[derive(Default)]
struct Draft {
    verb: Option<(Verb, Position)>,
    path: PathTemplate,
    in_path: BTreeSet<usize>,
    query: Vec<Pair>,
    headers: Vec<HeaderTemplate>,
    body: Option<(Located, Position)>,
    compiled_body: Option<(BodyTemplate, BodyKind)>,
    content_type: Option<(HeaderValue, Option<BodyKind>, Position)>,
    accept: Option<HeaderValue>,
    timeout_ms: Option<u64>,
    success: Success,
    missing: Missing,
    result: Option<ResultPath>,
    error_message: Option<ResultPath>,
}

struct Compiler<'m, 's> {
    scope: &'s Scope<'m>,
    errors: Vec<CompileError>,
    draft: Draft,
}

impl Compiler<'_, '_> {
    fn run(&mut self, actions: &[Action]) {
        for action in actions {
            if let Err(error) = self.action(action) {
                self.errors.push(error);
            }
        }
        // Last, so that the Content Type is known wherever it stands in the script.
        if let Err(error) = self.body() {
            self.errors.push(error);
        }
    }

    fn action(&mut self, action: &Action) -> Result<(), CompileError> {
        let value = &action.value;
        let draft = &mut self.draft;
        match action.key.id {
            KeyId::Method => draft.verb = Some((verb(value)?, action.at)),
            KeyId::Path => {
                let (path, pairs) = path::compile(value, self.scope)?;
                draft.in_path = path.slots().filter_map(Slot::field).collect();
                draft.path = path;
                // What the path says itself comes first, in the order a reader expects.
                draft.query.splice(0..0, pairs);
            }
            KeyId::Query => draft
                .query
                .push(query::named(&action.sub, value, self.scope)?),
            KeyId::Header => {
                let header = header::compile(&action.sub, action.at, value, self.scope)?;
                add_header(draft, header, action.at)?;
            }
            KeyId::Headers => {
                for (name, value) in json_template::header_object(value)? {
                    let at = value.at(0);
                    let header = header::compile(&name, at, &value, self.scope)?;
                    add_header(draft, header, at)?;
                }
            }
            KeyId::Body => draft.body = Some((value.clone(), action.at)),
            KeyId::ContentType => {
                let (header, kind) = body::content_type(value)?;
                draft.content_type = Some((header, kind, action.at));
            }
            KeyId::Accept => draft.accept = Some(accept(value)?),
            KeyId::Timeout => draft.timeout_ms = Some(timeout_ms(value)?),
            KeyId::Success => draft.success = Success::compile(value)?,
            KeyId::Missing => draft.missing = missing(value)?,
            KeyId::Result => draft.result = Some(result_path(value)?),
            KeyId::ErrorMessage => draft.error_message = Some(result_path(value)?),
            KeyId::IdempotencyKey => {
                let name = HeaderName::from_static("idempotency-key");
                let header = header::template(name, value, self.scope)?;
                draft.headers.push(header);
            }
            KeyId::NotOffered => {
                return Err(CompileError::new(
                    action.at,
                    format!("`{}` is not offered yet by this connector", action.key.name),
                ));
            }
        }
        Ok(())
    }

    fn body(&mut self) -> Result<(), CompileError> {
        let Some((value, at)) = self.draft.body.take() else {
            return Ok(());
        };
        let verb = self.draft.verb.as_ref().map(|(verb, _)| verb);
        if let Some(verb) = verb
            && !has_body(verb)
            && !value.text.is_empty()
        {
            return Err(
                CompileError::new(at, format!("a {verb} request has no body"))
                    .help("put the values into Path or Query.<name>"),
            );
        }
        if value.text.is_empty() {
            return Ok(());
        }
        if value.text == "*" {
            let body = body::of_inputs(self.scope, true).unwrap_or(BodyTemplate::None);
            self.draft.compiled_body = Some((body, BodyKind::Json));
            return Ok(());
        }
        let declared = match &self.draft.content_type {
            Some((_, None, at)) => {
                return Err(CompileError::new(
                    *at,
                    "how to escape values in this media type is not known",
                )
                .help("offered are JSON, XML, application/x-www-form-urlencoded and text/*"));
            }
            Some((_, kind, _)) => *kind,
            None => None,
        };
        self.draft.compiled_body = Some(body::compile(&value, declared, self.scope)?);
        Ok(())
    }
}

impl Draft {
    fn finish(self, scope: &Scope<'_>) -> Result<RestScript, CompileError> {
        let Some((verb, _)) = self.verb else {
            return Err(CompileError::new(
                Position { line: 1, column: 1 },
                "the script has no `Method`",
            )
            .help(format!("write Method= and one of {}", VERBS.join(", "))));
        };
        let mut used = scope.used_fields();
        let declared = self.content_type;
        let body = match self.compiled_body {
            Some(body) => Some(body),
            None if has_body(&verb) => {
                used.extend(0..scope.fields().len());
                body::of_inputs(scope, false).map(|body| (body, BodyKind::Json))
            }
            None => None,
        };
        if let (Some((_, BodyKind::Json)), Some((_, kind, at))) = (&body, &declared)
            && *kind != Some(BodyKind::Json)
        {
            return Err(CompileError::new(
                *at,
                "the body is made of the inputs as JSON, but the Content Type says otherwise",
            ));
        }
        let (body, kind) = match body {
            Some((body, kind)) => (body, Some(kind)),
            None => (BodyTemplate::None, None),
        };
        let content_type = kind.map(|kind| match declared {
            Some((header, _, _)) => header,
            None => kind.default_content_type(),
        });
        Ok(RestScript {
            verb,
            path: self.path,
            query: self.query,
            headers: self.headers,
            body,
            content_type,
            accept: self.accept,
            timeout_ms: self.timeout_ms,
            success: self.success,
            missing: self.missing,
            result: self.result,
            error_message: self.error_message,
            variables: scope.variables(),
            used,
            in_path: self.in_path,
        })
    }
}

impl RestScript {
    /// What the verb says about the method, where the method does not say it itself.
    pub fn default_kind(&self, method: &Method) -> Kind {
        let key_in_path = |(index, field): (usize, &behalf_model::method::Field)| {
            field.unique && self.in_path.contains(&index)
        };
        match self.verb {
            Verb::POST => Kind::Create,
            Verb::PUT | Verb::PATCH => Kind::Update,
            Verb::DELETE => Kind::Delete,
            Verb::HEAD => Kind::Get,
            _ if method.input.iter().enumerate().any(key_in_path) => Kind::Get,
            _ => Kind::List,
        }
    }

    /// The path with `{}` for each placeholder, for lints and listings.
    pub fn path_outline(&self) -> String {
        self.path.outline()
    }

    /// Names of input fields the script never uses: most often a slip.
    pub fn unused_inputs<'m>(&self, method: &'m Method) -> Vec<&'m str> {
        let fields = method.input.iter().enumerate();
        fields
            .filter(|(index, _)| !self.used.contains(index))
            .map(|(_, field)| field.name.as_str())
            .collect()
    }
}

fn add_header(draft: &mut Draft, header: HeaderTemplate, at: Position) -> Result<(), CompileError> {
    if draft.headers.iter().any(|known| known.name == header.name) {
        let message = format!("the header `{}` is set twice", header.name);
        return Err(CompileError::new(at, message));
    }
    draft.headers.push(header);
    Ok(())
}

fn has_body(verb: &Verb) -> bool {
    matches!(*verb, Verb::POST | Verb::PUT | Verb::PATCH)
}

fn verb(value: &Located) -> Result<Verb, CompileError> {
    let upper = value.text.to_ascii_uppercase();
    match VERBS.iter().find(|verb| **verb == upper) {
        Some(verb) => Ok(Verb::from_bytes(verb.as_bytes()).unwrap_or(Verb::GET)),
        None if value.text.contains('\n') => {
            let message = "the HTTP method goes on over several lines";
            Err(CompileError::new(value.at(0), message)
                .help("a line that starts with a blank continues the value above"))
        }
        None => {
            let message = format!("`{}` is not an HTTP method offered here", value.text);
            Err(CompileError::new(value.at(0), message)
                .suggest(closest(&value.text, VERBS))
                .or_help(|| format!("expected {}", VERBS.join(", "))))
        }
    }
}

fn accept(value: &Located) -> Result<HeaderValue, CompileError> {
    HeaderValue::try_from(value.text.as_str())
        .ok()
        .filter(|_| value.text.contains('/') && !value.text.contains("{$"))
        .ok_or_else(|| {
            CompileError::new(value.at(0), "this is not a list of media types")
                .help("as in Accept=application/json; it cannot hold placeholders")
        })
}

fn timeout_ms(value: &Located) -> Result<u64, CompileError> {
    let text = value.text.trim();
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let per_unit = match text[digits.len()..].trim() {
        "" | "s" => Some(1_000),
        "ms" => Some(1),
        "min" | "m" => Some(60_000),
        _ => None,
    };
    let number = digits.parse::<u64>().ok().filter(|n| *n > 0);
    number
        .zip(per_unit)
        .and_then(|(number, unit)| number.checked_mul(unit))
        .ok_or_else(|| {
            CompileError::new(value.at(0), "this is not a time")
                .help("as in Timeout=10s or Timeout=500ms")
        })
}

fn missing(value: &Located) -> Result<Missing, CompileError> {
    const NAMES: [&str; 4] = ["omit", "null", "empty", "error"];
    match value.text.to_ascii_lowercase().as_str() {
        "omit" => Ok(Missing::Omit),
        "null" => Ok(Missing::Null),
        "empty" => Ok(Missing::Empty),
        "error" => Ok(Missing::Error),
        other => {
            let message = format!("`{other}` is not a way to treat missing fields");
            Err(CompileError::new(value.at(0), message)
                .suggest(closest(other, NAMES))
                .or_help(|| format!("expected {}", NAMES.join(", "))))
        }
    }
}

fn result_path(value: &Located) -> Result<ResultPath, CompileError> {
    ResultPath::parse(&value.text).map_err(|(offset, message)| {
        CompileError::new(value.at(offset), message)
            .help("offered are $, .name, ['na me'], [0] and [*]")
    })
}

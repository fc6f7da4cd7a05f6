//! The output fields of a method, compiled.

use std::sync::Arc;

use behalf_model::method::{Field, FieldType, Method, identifier};
use http::{HeaderMap, HeaderName};

use crate::script::FieldProblem;

use super::Column;
use super::path::{ResultPath, Step};

/// What a back-end answered.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    pub status: u16,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

/// How answers become rows.
#[derive(Debug, Clone)]
pub struct Outputs {
    pub(super) fields: Vec<Output>,
    pub(super) columns: Arc<[Column]>,
    /// Where in a row each field is: one walk finds all of them.
    pub(super) tree: Node,
    pub(super) result: Option<ResultPath>,
    pub(super) lenient: bool,
    /// Index of the Json output that takes the whole body.
    pub(super) passthrough: Option<usize>,
}

#[derive(Debug, Clone)]
pub(super) struct Output {
    pub field: Field,
    pub origin: Origin,
}

#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// In the row; the tree knows where.
    Row,
    Header(HeaderName),
    Status,
}

/// A place in a row that some output needs.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    /// Outputs that take the value here.
    pub fields: Vec<usize>,
    pub members: Vec<(String, Node)>,
    pub items: Vec<(usize, Node)>,
}

impl Node {
    fn at(&mut self, steps: &[Step]) -> &mut Node {
        let Some((step, rest)) = steps.split_first() else {
            return self;
        };
        match step {
            Step::Member(name) => child(&mut self.members, name.clone()).at(rest),
            Step::Index(index) => child(&mut self.items, *index).at(rest),
            // Refused before: an output names one place.
            Step::All => self.at(rest),
        }
    }
}

fn child<K: PartialEq>(children: &mut Vec<(K, Node)>, key: K) -> &mut Node {
    let at = match children.iter().position(|(known, _)| *known == key) {
        Some(at) => at,
        None => {
            children.push((key, Node::default()));
            children.len() - 1
        }
    };
    &mut children[at].1
}

impl Outputs {
    /// Compiles the outputs of a method; `result` is the row path of its script.
    ///
    /// # Errors
    /// Every output whose name or path cannot be used.
    pub fn compile(method: &Method, result: Option<ResultPath>) -> Result<Self, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let mut tree = Node::default();
        let mut fields = Vec::new();
        let mut identifiers: Vec<String> = Vec::new();
        for (index, field) in method.output.iter().enumerate() {
            let identifier = identifier(&field.name).to_lowercase();
            if field.name.trim().is_empty() || identifiers.contains(&identifier) {
                let message = format!("the name `{}` is empty or taken", field.name);
                problems.push(FieldProblem::new(index, "name", message));
            }
            identifiers.push(identifier);
            match origin(field) {
                Ok((origin, path)) => {
                    if let Some(path) = path {
                        tree.at(path.steps()).fields.push(index);
                    }
                    fields.push(Output {
                        field: field.clone(),
                        origin,
                    });
                }
                Err(message) => problems.push(FieldProblem::new(index, "path", message)),
            }
        }
        let passthrough = method
            .output
            .iter()
            .position(|field| method.passthrough && field.field_type == FieldType::Json);
        if method.passthrough && passthrough.is_none() {
            let message = "passthrough needs an output of type Json".to_owned();
            problems.push(FieldProblem::new(0, "type", message));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let columns = method.output.iter().map(|field| Column {
            name: field.name.clone(),
            identifier: field.identifier(),
        });
        Ok(Self {
            columns: columns.collect(),
            fields,
            tree,
            result,
            lenient: method.lenient,
            passthrough,
        })
    }

    /// The output fields, in order.
    pub fn columns(&self) -> &Arc<[Column]> {
        &self.columns
    }
}

/// `header:ETag`, `status`, `$.a['b']`, or names joined by dots; absent = the external name.
fn origin(field: &Field) -> Result<(Origin, Option<ResultPath>), String> {
    let text = field.path.as_deref().unwrap_or(field.external()).trim();
    if let Some(name) = text.strip_prefix("header:") {
        let name = HeaderName::try_from(name.trim())
            .map_err(|_| format!("`{name}` is not a header name"))?;
        return Ok((Origin::Header(name), None));
    }
    if field.path.is_some() && text == "status" {
        return Ok((Origin::Status, None));
    }
    let path = if text.starts_with('$') && field.path.is_some() {
        text.parse::<ResultPath>()?
    } else if text.split('.').any(str::is_empty) {
        return Err(format!(
            "`{text}` is not a path: write names joined by dots, or $['na.me']"
        ));
    } else {
        let start = ResultPath::default();
        text.split('.').fold(start, ResultPath::member)
    };
    if !path.is_singular() {
        return Err("an output names one place; [*] belongs in Result=".to_owned());
    }
    Ok((Origin::Row, Some(path)))
}

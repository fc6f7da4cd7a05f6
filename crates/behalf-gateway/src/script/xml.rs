//! XML bodies: well-formed when compiled, placeholders only in text or attribute values.
//!
//! To find where each placeholder stands, the template is parsed once with a private-use marker in its place; what is
//! kept is a flat list of texts and slots.

use roxmltree::{Document, Node};

use super::error::{CompileError, RenderError};
use super::placeholder::{Piece, pieces};
use super::position::Located;
use super::rest::Missing;
use super::scope::Scope;
use super::slot::{Place, Slot, Values};

const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';

/// An XML template, compiled.
#[derive(Debug, Clone)]
pub(crate) struct XmlTemplate {
    steps: Vec<Step>,
    has_raw: bool,
}

#[derive(Debug, Clone)]
enum Step {
    Text(String),
    Slot(Slot),
    /// An element whose whole content is one placeholder: dropped with it when the value is missing.
    Element {
        open: String,
        slot: Slot,
        close: String,
    },
}

/// Where an element stands in the marked text, and which slot is all it holds.
struct Whole {
    start: usize,
    end: usize,
    slot: usize,
}

/// Compiles a template.
pub(crate) fn compile(value: &Located, scope: &Scope<'_>) -> Result<XmlTemplate, CompileError> {
    if let Some(at) = value.text.find([OPEN, CLOSE]) {
        return Err(CompileError::new(
            value.at(at),
            "the template has a private-use character",
        ));
    }
    let mut marked = String::new();
    let mut slots = Vec::new();
    for piece in pieces(value, 0, value.text.len())? {
        match piece {
            Piece::Literal(text, _) => marked.push_str(&text),
            Piece::Placeholder(p) => {
                marked.push_str(&marker(slots.len()));
                slots.push(scope.slot(value, &p, Place::Xml)?);
            }
        }
    }
    let document = Document::parse(&marked).map_err(|error| parse_error(value, &error))?;
    let wholes = inspect(value, &document, &marked, slots.len())?;
    let has_raw = slots.iter().any(|slot| slot.raw);
    Ok(XmlTemplate {
        steps: steps(&marked, &wholes, &slots),
        has_raw,
    })
}

fn marker(index: usize) -> String {
    format!("{OPEN}{index}{CLOSE}")
}

fn parse_error(value: &Located, error: &roxmltree::Error) -> CompileError {
    let row = usize::try_from(error.pos().row).unwrap_or(1).max(1);
    let lines = value.text.split_inclusive('\n');
    let offset: usize = lines.take(row - 1).map(str::len).sum();
    let at = value.at(offset);
    if matches!(error, roxmltree::Error::DtdDetected) {
        return CompileError::new(at, "an XML body cannot have a DTD");
    }
    CompileError::new(at, format!("the XML is not well-formed: {error}"))
        .help("placeholders stand in text or in attribute values")
}

/// Proves that every marker is text or attribute value, and finds the elements that hold nothing else.
fn inspect(
    value: &Located,
    document: &Document<'_>,
    marked: &str,
    slots: usize,
) -> Result<Vec<Whole>, CompileError> {
    let error = |message: &str| Err(CompileError::new(value.at(0), message));
    // Inside CDATA an escaped value would be read as its escape sequences.
    if slots > 0 && marked.contains("<![CDATA[") {
        return error("CDATA sections and placeholders do not go together");
    }
    let mut seen = 0;
    let mut wholes = Vec::new();
    for node in document.descendants() {
        if node.is_pi() {
            return error("an XML body cannot have processing instructions");
        }
        if node.is_text() {
            seen += node.text().unwrap_or_default().matches(OPEN).count();
        }
        let in_attributes: usize = node
            .attributes()
            .map(|attribute| attribute.value().matches(OPEN).count())
            .sum();
        seen += in_attributes;
        let is_root = node == document.root_element();
        if in_attributes == 0
            && !is_root
            && let Some(slot) = whole_content(node)
        {
            let range = node.range();
            wholes.push(Whole {
                start: range.start,
                end: range.end,
                slot,
            });
        }
    }
    if seen != slots {
        return error("a placeholder can stand in text or an attribute value only");
    }
    wholes.sort_by_key(|whole| whole.start);
    Ok(wholes)
}

fn whole_content(node: Node<'_, '_>) -> Option<usize> {
    let mut children = node.children();
    let only = children.next().filter(|child| child.is_text())?;
    if children.next().is_some() {
        return None;
    }
    let text = only.text()?.trim();
    let index = text.strip_prefix(OPEN)?.strip_suffix(CLOSE)?;
    index.parse().ok()
}

fn steps(marked: &str, wholes: &[Whole], slots: &[Slot]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut at = 0;
    for whole in wholes {
        flat(&marked[at..whole.start], slots, &mut steps);
        let element = &marked[whole.start..whole.end];
        if let Some((open, close)) = element.split_once(&marker(whole.slot)) {
            steps.push(Step::Element {
                open: open.to_owned(),
                slot: slots[whole.slot].clone(),
                close: close.to_owned(),
            });
        }
        at = whole.end;
    }
    flat(&marked[at..], slots, &mut steps);
    steps
}

fn flat(marked: &str, slots: &[Slot], steps: &mut Vec<Step>) {
    let mut rest = marked;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let (index, after) = after.split_once(CLOSE).unwrap_or((after, ""));
        if !before.is_empty() {
            steps.push(Step::Text(before.to_owned()));
        }
        if let Some(slot) = index.parse::<usize>().ok().and_then(|i| slots.get(i)) {
            steps.push(Step::Slot(slot.clone()));
        }
        rest = after;
    }
    if !rest.is_empty() {
        steps.push(Step::Text(rest.to_owned()));
    }
}

impl XmlTemplate {
    pub fn write(
        &self,
        out: &mut Vec<u8>,
        values: &Values<'_>,
        missing: Missing,
    ) -> Result<(), RenderError> {
        for step in &self.steps {
            match step {
                Step::Text(text) => out.extend_from_slice(text.as_bytes()),
                Step::Slot(slot) => match slot.text(values)? {
                    None if missing == Missing::Error => return Err(slot.error("is missing")),
                    None => {}
                    Some(text) => write_text(out, slot, &text)?,
                },
                Step::Element { open, slot, close } => match (slot.text(values)?, missing) {
                    (None, Missing::Omit) => {}
                    (None, Missing::Error) => return Err(slot.error("is missing")),
                    (text, _) => {
                        out.extend_from_slice(open.as_bytes());
                        write_text(out, slot, &text.unwrap_or_default())?;
                        out.extend_from_slice(close.as_bytes());
                    }
                },
            }
        }
        let still_xml = !self.has_raw
            || std::str::from_utf8(out).is_ok_and(|text| Document::parse(text).is_ok());
        if still_xml {
            return Ok(());
        }
        Err(RenderError {
            field: String::new(),
            message: "the body is no longer XML once the raw values stand in it".to_owned(),
        })
    }
}

/// Escapes for text and attribute values alike (XML 1.0, sections 2.2, 2.4 and 3.3.3).
fn write_text(out: &mut Vec<u8>, slot: &Slot, text: &str) -> Result<(), RenderError> {
    if slot.raw {
        out.extend_from_slice(text.as_bytes());
        return Ok(());
    }
    let mut utf8 = [0; 4];
    for c in text.chars() {
        let escaped: &[u8] = match c {
            '&' => b"&amp;",
            '<' => b"&lt;",
            '>' => b"&gt;",
            '"' => b"&quot;",
            '\'' => b"&apos;",
            '\t' => b"&#9;",
            '\n' => b"&#10;",
            '\r' => b"&#13;",
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {
                return Err(slot.error("has a character that XML cannot carry"));
            }
            c => c.encode_utf8(&mut utf8).as_bytes(),
        };
        out.extend_from_slice(escaped);
    }
    Ok(())
}

//! Reading a JSON template: valid JSON in which placeholders stand as values or inside strings, never in names.

use serde_json::value::RawValue;

use super::error::CompileError;
use super::json::{JsonTemplate, Member, Node, escaped, literal};
use super::placeholder::{Token, token};
use super::position::Located;
use super::scope::Scope;
use super::slot::{Part, Place};

const MAX_DEPTH: usize = 64;

/// Compiles a template.
pub(crate) fn compile(value: &Located, scope: &Scope<'_>) -> Result<JsonTemplate, CompileError> {
    let mut parser = Parser {
        value,
        at: 0,
        scope: Some(scope),
    };
    let root = parser.node(0)?;
    parser.end()?;
    Ok(JsonTemplate::new(root))
}

/// Compiles `Headers={ "Name": "value" }`: the members and where their values stand.
pub(crate) fn header_object(value: &Located) -> Result<Vec<(String, Located)>, CompileError> {
    let mut parser = Parser {
        value,
        at: 0,
        scope: None,
    };
    parser.blanks();
    parser.expect(
        b'{',
        "headers are written as a JSON object: { \"Name\": \"value\" }",
    )?;
    let mut headers = Vec::new();
    parser.list(b'}', |parser| {
        let name_at = parser.at;
        let name = parser.name()?;
        parser.blanks();
        if parser.byte() != Some(b'"') {
            return Err(parser.error(parser.at, "a header value is a JSON string"));
        }
        let text_at = parser.value.at(parser.at + 1);
        let text = parser.plain_string()?;
        if headers
            .iter()
            .any(|(known, _): &(String, Located)| known.eq_ignore_ascii_case(&name))
        {
            return Err(parser.error(name_at, &format!("the header `{name}` is written twice")));
        }
        headers.push((name, Located::new(&text, text_at)));
        Ok(())
    })?;
    parser.end()?;
    Ok(headers)
}

struct Parser<'t, 's> {
    value: &'t Located,
    at: usize,
    /// `None`: placeholders are only noted.
    scope: Option<&'s Scope<'s>>,
}

impl<'t> Parser<'t, '_> {
    fn text(&self) -> &'t str {
        &self.value.text[self.at..]
    }

    fn byte(&self) -> Option<u8> {
        self.value.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn error(&self, at: usize, message: &str) -> CompileError {
        CompileError::new(self.value.at(at), message)
    }

    fn expect(&mut self, byte: u8, message: &str) -> Result<(), CompileError> {
        if self.byte() != Some(byte) {
            return Err(self.error(self.at, message));
        }
        self.at += 1;
        Ok(())
    }

    fn end(&mut self) -> Result<(), CompileError> {
        self.blanks();
        match self.byte() {
            None => Ok(()),
            Some(_) => Err(self.error(self.at, "text after the end of the JSON value")),
        }
    }

    fn node(&mut self, depth: usize) -> Result<Node, CompileError> {
        self.blanks();
        if depth > MAX_DEPTH {
            return Err(self.error(self.at, "the template is nested too deeply"));
        }
        match self.byte() {
            Some(b'{') if self.text().starts_with("{$") => self.placeholder(),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string(),
            Some(_) => self.scalar(),
            None => Err(self.error(self.at, "a JSON value is missing here")),
        }
    }

    fn placeholder(&mut self) -> Result<Node, CompileError> {
        let (token, after) = token(self.value, self.at, self.value.text.len())?;
        let Token::Placeholder(placeholder) = token else {
            return Err(self.error(self.at, "text stands in quotes in JSON"));
        };
        let Some(scope) = self.scope else {
            return Err(self.error(self.at, "a placeholder stands inside quotes here"));
        };
        let slot = scope.slot(self.value, &placeholder, Place::JsonValue)?;
        self.at = after;
        Ok(Node::Value(slot))
    }

    fn object(&mut self, depth: usize) -> Result<Node, CompileError> {
        self.at += 1;
        let mut names: Vec<String> = Vec::new();
        let mut members = Vec::new();
        self.list(b'}', |parser| {
            let at = parser.at;
            let name = parser.name()?;
            if names.contains(&name) {
                return Err(parser.error(at, &format!("the member `{name}` is written twice")));
            }
            let node = parser.node(depth + 1)?;
            members.push(Member::new(&name, node));
            names.push(name);
            Ok(())
        })?;
        let constants: Option<Vec<_>> = members
            .iter()
            .map(|m| literal(&m.node).map(|value| [m.key.as_slice(), &value].concat()))
            .collect();
        Ok(match constants {
            Some(parts) => Node::Literal(enclosed(b'{', &parts, b'}')),
            None => Node::Object(members),
        })
    }

    fn array(&mut self, depth: usize) -> Result<Node, CompileError> {
        self.at += 1;
        let mut items = Vec::new();
        self.list(b']', |parser| {
            items.push(parser.node(depth + 1)?);
            Ok(())
        })?;
        let constants: Option<Vec<_>> = items
            .iter()
            .map(|item| literal(item).map(std::borrow::Cow::into_owned))
            .collect();
        Ok(match constants {
            Some(parts) => Node::Literal(enclosed(b'[', &parts, b']')),
            None => Node::Array(items),
        })
    }

    /// Items separated by commas up to the closing byte; the opening one is already read.
    fn list(
        &mut self,
        close: u8,
        mut item: impl FnMut(&mut Self) -> Result<(), CompileError>,
    ) -> Result<(), CompileError> {
        self.blanks();
        if self.byte() == Some(close) {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.blanks();
            item(self)?;
            self.blanks();
            match self.byte() {
                Some(b',') => self.at += 1,
                Some(byte) if byte == close => {
                    self.at += 1;
                    return Ok(());
                }
                _ => {
                    let message = format!("`,` or `{}` is missing here", char::from(close));
                    return Err(self.error(self.at, &message));
                }
            }
        }
    }

    /// A member name and its colon.
    fn name(&mut self) -> Result<String, CompileError> {
        let at = self.at;
        if self.byte() != Some(b'"') {
            return Err(self.error(at, "a member name in double quotes is expected here"));
        }
        let parts = self.string_parts(None)?;
        let mut name = String::new();
        for part in parts {
            if let Chunk::Text(text) = part {
                name.push_str(&text);
            } else {
                return Err(self
                    .error(at, "a placeholder cannot stand in a member name")
                    .help("names are fixed; only values change"));
            }
        }
        self.blanks();
        self.expect(b':', "`:` is missing after the member name")?;
        Ok(name)
    }

    fn string(&mut self) -> Result<Node, CompileError> {
        let chunks = self.string_parts(self.scope)?;
        let parts: Vec<Part> = chunks
            .into_iter()
            .filter_map(|chunk| match chunk {
                Chunk::Text(text) => Some(Part::Literal(escaped(&text))),
                Chunk::Slot(slot) => Some(Part::Slot(*slot)),
                Chunk::Forbidden => None,
            })
            .collect();
        Ok(match super::slot::constant(&parts) {
            Some(text) => Node::Literal(format!("\"{text}\"").into_bytes()),
            None => Node::Text(parts),
        })
    }

    /// A string with its escapes resolved and its placeholders left in place as text.
    fn plain_string(&mut self) -> Result<String, CompileError> {
        let start = self.at;
        self.string_parts(None)?;
        let raw = &self.value.text[start..self.at];
        serde_json::from_str(raw)
            .map_err(|_| self.error(start, "the text is not a valid JSON string"))
    }

    /// The pieces of the string at the cursor. Without a scope placeholders are only noted.
    fn string_parts(&mut self, scope: Option<&Scope<'_>>) -> Result<Vec<Chunk>, CompileError> {
        let open = self.at;
        self.at += 1;
        let mut chunks = Vec::new();
        let mut start = self.at;
        loop {
            match self.byte() {
                None => return Err(self.error(open, "this string is not closed")),
                Some(b'"') => {
                    self.push_text(start, &mut chunks)?;
                    self.at += 1;
                    return Ok(chunks);
                }
                Some(b'\\') => {
                    self.at += 1 + self.text()[1..].chars().next().map_or(0, char::len_utf8)
                }
                Some(byte) if byte < 0x20 => {
                    return Err(self
                        .error(
                            self.at,
                            "a line break or control character inside a JSON string",
                        )
                        .help("write \\n"));
                }
                Some(b'{') if self.text().starts_with("{$") => {
                    self.push_text(start, &mut chunks)?;
                    let (token, after) = token(self.value, self.at, self.value.text.len())?;
                    chunks.push(match (token, scope) {
                        (Token::Verbatim(inner), _) => Chunk::Text(format!("{{${inner}}}")),
                        (Token::Placeholder(p), Some(scope)) => {
                            Chunk::Slot(Box::new(scope.slot(self.value, &p, Place::JsonString)?))
                        }
                        (Token::Placeholder(_), None) => Chunk::Forbidden,
                    });
                    self.at = after;
                    start = after;
                }
                Some(_) => self.at += self.text().chars().next().map_or(1, char::len_utf8),
            }
        }
    }

    fn push_text(&self, start: usize, chunks: &mut Vec<Chunk>) -> Result<(), CompileError> {
        let raw = &self.value.text[start..self.at];
        if raw.is_empty() {
            return Ok(());
        }
        let text = serde_json::from_str(&format!("\"{raw}\""))
            .map_err(|_| self.error(start, "an escape in this JSON string is not valid"))?;
        chunks.push(Chunk::Text(text));
        Ok(())
    }

    /// A number, `true`, `false` or `null`, kept in the author's spelling.
    fn scalar(&mut self) -> Result<Node, CompileError> {
        let end = self
            .text()
            .find([',', '}', ']', ':', '"', '{', '[', ' ', '\t', '\r', '\n'])
            .unwrap_or(self.text().len());
        let word = &self.text()[..end];
        if word.is_empty() || serde_json::from_str::<&RawValue>(word).is_err() {
            return Err(self
                .error(self.at, "this is not a JSON value")
                .help("texts stand in double quotes; a field is written {$Field Name}"));
        }
        self.at += end;
        Ok(Node::Literal(word.as_bytes().to_vec()))
    }
}

enum Chunk {
    Text(String),
    Slot(Box<super::slot::Slot>),
    /// A placeholder where none may stand.
    Forbidden,
}

fn enclosed(open: u8, parts: &[Vec<u8>], close: u8) -> Vec<u8> {
    let mut out = vec![open];
    out.extend_from_slice(&parts.join(&b','));
    out.push(close);
    out
}

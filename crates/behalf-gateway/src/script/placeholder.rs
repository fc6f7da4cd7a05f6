//! `{$Field Name|filter:arg}`: finding placeholders in a template. What they mean is `slot`'s business.

use super::error::CompileError;
use super::position::Located;

const MAX_FIELD_CHARS: usize = 128;

/// A piece of a template.
#[derive(Debug)]
pub(crate) enum Piece<'t> {
    /// Author's text; `{$$x}` has already become `{$x}`. The offset is that of the text in the template.
    Literal(String, usize),
    Placeholder(Placeholder<'t>),
}

/// A placeholder as written.
#[derive(Debug)]
pub(crate) struct Placeholder<'t> {
    /// `{$@…}`: proven context instead of an input field.
    pub context: bool,
    pub name: &'t str,
    /// Name and argument.
    pub filters: Vec<(&'t str, Option<&'t str>)>,
    /// Where the `{` stands in the template.
    pub offset: usize,
}

/// Cuts a template into author's text and placeholders.
pub(crate) fn pieces<'t>(
    template: &'t Located,
    from: usize,
    to: usize,
) -> Result<Vec<Piece<'t>>, CompileError> {
    let text = &template.text[..to];
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut literal_at = from;
    let mut at = from;
    while let Some(found) = text[at..].find("{$") {
        let open = at + found;
        literal.push_str(&text[at..open]);
        let (token, end) = token(template, open, to)?;
        match token {
            Token::Verbatim(inner) => {
                literal.push_str("{$");
                literal.push_str(inner);
                literal.push('}');
            }
            Token::Placeholder(placeholder) => {
                if !literal.is_empty() {
                    let done = std::mem::take(&mut literal);
                    pieces.push(Piece::Literal(done, literal_at));
                }
                pieces.push(Piece::Placeholder(placeholder));
                literal_at = end;
            }
        }
        at = end;
    }
    literal.push_str(&text[at..]);
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal, literal_at));
    }
    Ok(pieces)
}

/// What a `{$` begins.
pub(crate) enum Token<'t> {
    Placeholder(Placeholder<'t>),
    /// `{$$x}`: the author wants to see `{$x}`.
    Verbatim(&'t str),
}

/// Reads the token that starts with the `{$` at `open`; also returns the offset after its `}`.
pub(crate) fn token(
    template: &Located,
    open: usize,
    to: usize,
) -> Result<(Token<'_>, usize), CompileError> {
    let inner_at = open + 2;
    let rest = &template.text[inner_at..to];
    let end = match rest.find(['{', '}', '\r', '\n']) {
        Some(end) if rest[end..].starts_with('}') => end,
        _ => {
            return Err(CompileError::new(
                template.at(open),
                "the placeholder opened with `{$` is not closed with `}`",
            )
            .help("to write the two characters themselves use {$$…}"));
        }
    };
    let inner = &rest[..end];
    let after = inner_at + end + 1;
    if let Some(verbatim) = inner.strip_prefix('$') {
        return Ok((Token::Verbatim(verbatim), after));
    }
    let (context, body) = match inner.strip_prefix('@') {
        Some(body) => (true, body),
        None => (false, inner),
    };
    let mut parts = body.split('|');
    let name = parts.next().unwrap_or_default().trim();
    let filters = parts
        .map(|filter| match filter.split_once(':') {
            Some((name, arg)) => (name.trim(), Some(arg)),
            None => (filter.trim(), None),
        })
        .collect();
    if name.is_empty() || name.chars().count() > MAX_FIELD_CHARS {
        return Err(CompileError::new(
            template.at(open),
            "a placeholder names a field of 1 to 128 characters: {$Field Name}",
        ));
    }
    let placeholder = Placeholder {
        context,
        name,
        filters,
        offset: open,
    };
    Ok((Token::Placeholder(placeholder), after))
}

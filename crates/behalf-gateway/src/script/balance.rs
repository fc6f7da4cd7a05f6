//! Does a block value end here? Brackets of JSON and elements of XML, by depth only; their own parsers judge the rest.

/// True when every bracket (or element) opened in the text is closed again.
pub(crate) fn balance(text: &str) -> bool {
    if text.trim_start().starts_with('<') {
        elements_balance(text)
    } else {
        brackets_balance(text)
    }
}

/// Skips strings and placeholders: a bracket inside them is text.
fn brackets_balance(text: &str) -> bool {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut step = c.len_utf8();
        if rest.starts_with("{$") {
            step = rest.find('}').map_or(rest.len(), |end| end + 1);
        } else if in_string {
            match c {
                '\\' => step += rest[step..].chars().next().map_or(0, char::len_utf8),
                '"' => in_string = false,
                _ => {}
            }
        } else {
            match c {
                '"' => in_string = true,
                '{' | '[' => depth += 1,
                '}' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        rest = &rest[step..];
    }
    depth == 0 && !in_string
}

fn elements_balance(text: &str) -> bool {
    let mut depth = 0_i64;
    let mut seen = false;
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        rest = &rest[open..];
        let (end, change) = if rest.starts_with("<!--") {
            (rest.find("-->"), 0)
        } else if rest.starts_with("</") {
            (tag_end(rest), -1)
        } else if rest.starts_with("<?") || rest.starts_with("<!") {
            (rest.find('>'), 0)
        } else {
            (tag_end(rest), 1)
        };
        // A tag that is still open goes on in the next line.
        let Some(end) = end else { return false };
        seen |= change != 0;
        let self_closing = change == 1 && rest[..end].ends_with('/');
        depth += if self_closing { 0 } else { change };
        rest = &rest[end..];
    }
    seen && depth <= 0
}

/// The `>` that ends a tag, not one inside an attribute value.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

//! Spellings derived from free-text names.

/// The longest identifier OData allows (CSDL 4.01, section 15.2 SimpleIdentifier).
const IDENTIFIER_MAX_CHARS: usize = 128;

/// `Update Product` → `update-product`: letters and digits in lower case, every other run one hyphen.
pub fn slug(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    if out.ends_with('-') {
        out.pop();
    }
    out
}

/// `Site Id` → `Site_Id`: the name as an OData or XSD identifier.
///
/// A letter or `_`, then letters, digits and `_`; at most 128 characters.
pub fn identifier(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 1);
    for c in name.trim().chars() {
        let fits = c.is_alphanumeric() || c == '_';
        if out.is_empty() && fits && c.is_numeric() {
            out.push('_');
        }
        out.push(if fits { c } else { '_' });
    }
    match out.char_indices().nth(IDENTIFIER_MAX_CHARS) {
        Some((end, _)) => out[..end].to_owned(),
        None => out,
    }
}

/// The form in which names are compared: trimmed, without regard to case.
pub fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}

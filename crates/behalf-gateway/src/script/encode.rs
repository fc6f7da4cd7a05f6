//! Percent-encoding. Byte classes by table, one pass, straight into the output.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but unreserved (RFC 3986, section 2.3).
const DATA: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// In a path segment `, : @` stay too: Graph joins the parts of a site id with commas.
const SEGMENT: &AsciiSet = &DATA.remove(b',').remove(b':').remove(b'@');

/// Author's text of a path: `pchar` and `/` stay (RFC 3986, section 3.3).
const PATH_TEXT: &AsciiSet = &SEGMENT
    .remove(b'/')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b';')
    .remove(b'=');

/// Author's text of a query value: what cannot be mistaken for a separator stays.
const QUERY_TEXT: &AsciiSet = &SEGMENT
    .remove(b'/')
    .remove(b'?')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b';')
    .remove(b'=');

/// The same where the author writes a query or form string itself: there `+` already means a space.
const AUTHORED_QUERY: &AsciiSet = &QUERY_TEXT.remove(b'+');

/// `attr-char` of RFC 8187, section 3.2.1.
const ATTR_CHAR: &AsciiSet = &DATA
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'^')
    .remove(b'`')
    .remove(b'|');

fn push(out: &mut String, text: &str, set: &'static AsciiSet) {
    for chunk in utf8_percent_encode(text, set) {
        out.push_str(chunk);
    }
}

/// A value inside one path segment.
pub(super) fn segment(out: &mut String, value: &str) {
    push(out, value, SEGMENT);
}

/// A value in a query or form.
pub(super) fn data(out: &mut String, value: &str) {
    push(out, value, DATA);
}

/// A query value the author wrote as plain text.
pub(super) fn query_text(out: &mut String, text: &str) {
    push(out, text, QUERY_TEXT);
}

/// Author's text of a URL: `%XX` stays as written, what a URL cannot carry is encoded.
///
/// `None` when a `%` is not followed by two hexadecimal digits.
pub(super) fn authored(text: &str, part: Part) -> Option<String> {
    let set = match part {
        Part::Path => PATH_TEXT,
        Part::Query => AUTHORED_QUERY,
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(percent) = rest.find('%') {
        push(&mut out, &rest[..percent], set);
        let triplet = rest.get(percent..percent + 3)?;
        if !triplet[1..].bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        out.push_str(triplet);
        rest = &rest[percent + 3..];
    }
    push(&mut out, rest, set);
    Some(out)
}

/// Which part of a URL an author's text belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Path,
    Query,
}

/// An `ext-value` for non-ASCII text in a header parameter (RFC 8187, section 3.2).
pub(super) fn rfc8187(text: &str) -> String {
    let mut out = String::from("UTF-8''");
    push(&mut out, text, ATTR_CHAR);
    out
}

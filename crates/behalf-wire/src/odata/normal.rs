//! URLs as they arrive, made fit for the grammar.
//!
//! The grammar assumes that percent-encoding is normalised (RFC 3986 section 6.2.2.2): letters, digits and `-._~` stand
//! plainly. Clients also leave characters plain inside string literals that the grammar wants encoded there, above all
//! `/`, which RFC 3986 allows in a query. Nothing is decoded that could change where a literal, a segment or an option
//! ends.

use std::borrow::Cow;

/// A path: percent-encoded letters, digits and `-._~` are decoded.
pub fn path(text: &str) -> Cow<'_, str> {
    rewritten(text, false)
}

/// A query, without its question mark: like a path, and within single quotes the characters are encoded that the grammar
/// does not take there plainly. A literal that contains `&` plainly is left as it is, for every other reader of URLs ends
/// the option there.
pub fn query(text: &str) -> Cow<'_, str> {
    rewritten(text, true)
}

fn rewritten(text: &str, literals: bool) -> Cow<'_, str> {
    let mut out = String::with_capacity(text.len());
    let mut quotes = Quotes::Outside;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let encoded = encoded_byte(rest);
        let taken = if encoded.is_some() {
            3
        } else {
            first.len_utf8()
        };
        let (this, after) = rest.split_at(taken);
        rest = after;
        match encoded {
            Some(byte) if is_unreserved(byte) => out.push(char::from(byte)),
            None if literals && quotes == Quotes::Single && !stands_plainly(first) => {
                let encoded =
                    percent_encoding::utf8_percent_encode(this, percent_encoding::NON_ALPHANUMERIC);
                out.extend(encoded);
            }
            _ => out.push_str(this),
        }
        quotes = quotes.after(
            encoded.unwrap_or(u8::try_from(first).unwrap_or_default()),
            encoded.is_some(),
        );
    }
    if out == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(out)
    }
}

/// What kind of literal the place is in. Two quotes for one within a literal close it and open it again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Outside,
    Single,
    Double,
}

impl Quotes {
    fn after(self, byte: u8, encoded: bool) -> Self {
        match (self, byte) {
            (_, b'&') if !encoded => Self::Outside,
            (Self::Outside, b'\'') => Self::Single,
            (Self::Outside, b'"') => Self::Double,
            (Self::Single, b'\'') | (Self::Double, b'"') => Self::Outside,
            (same, _) => same,
        }
    }
}

fn encoded_byte(text: &str) -> Option<u8> {
    let digits = text.strip_prefix('%')?.get(..2)?;
    let hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u8::from_str_radix(digits, 16).ok().filter(|_| hex)
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Whether the grammar takes the character plainly within a string literal.
fn stands_plainly(char: char) -> bool {
    char.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@%".contains(char)
}

#[cfg(test)]
mod tests;

//! Request bodies of type `application/x-www-form-urlencoded`, read strictly.
//!
//! Lenient readers disagree about broken escapes and doubled parameters, and an attacker uses the disagreement:
//! so both are refused instead of repaired.

use std::borrow::Cow;

pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// More parameters than any client sends; a bound on work per request.
const MAX_PARAMETERS: usize = 128;

/// The decoded parameters of a request, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form<'a> {
    pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

/// Why a body is no acceptable form. Texts name parameters, never values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    #[error("a percent sign is not followed by two hexadecimal digits")]
    Percent,
    #[error("the text is not UTF-8")]
    Utf8,
    #[error("the parameter '{0}' is sent more than once")]
    Duplicate(&'static str),
    #[error("there are more than 128 parameters")]
    TooMany,
}

impl<'a> Form<'a> {
    /// Reads a body or a query string. `single` lists the parameters that may stand once only (RFC 6749 section 3.2);
    /// parameters that nobody knows are kept and may repeat.
    pub fn parse(text: &'a [u8], single: &'static [&'static str]) -> Result<Self, FormError> {
        let mut form = Self::default();
        for part in text
            .split(|byte| *byte == b'&')
            .filter(|part| !part.is_empty())
        {
            if form.pairs.len() == MAX_PARAMETERS {
                return Err(FormError::TooMany);
            }
            let cut = part
                .iter()
                .position(|byte| *byte == b'=')
                .unwrap_or(part.len());
            let name = decode(&part[..cut])?;
            let value = decode(part.get(cut + 1..).unwrap_or_default())?;
            if let Some(known) = single.iter().find(|known| **known == name)
                && form.pairs.iter().any(|(earlier, _)| *earlier == name)
            {
                return Err(FormError::Duplicate(known));
            }
            form.pairs.push((name, value));
        }
        Ok(form)
    }

    /// A parameter's value. An empty value counts as absent (RFC 6749 section 3.1).
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| &**value)
            .filter(|value| !value.is_empty())
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (&**name, &**value))
    }
}

/// Whether a `Content-Type` announces a form; a parameter such as `;charset=utf-8` is tolerated (msal-node).
pub fn is_form(content_type: &str) -> bool {
    let (essence, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    let charset = parameters
        .split(';')
        .filter_map(|parameter| parameter.split_once('='));
    let other_charset = charset
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .any(|(_, value)| !value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8"));
    essence.trim().eq_ignore_ascii_case(CONTENT_TYPE) && !other_charset
}

/// Decodes one name or value: `+` is a space, `%XX` a byte, the whole must be UTF-8.
pub fn decode(text: &[u8]) -> Result<Cow<'_, str>, FormError> {
    if !text.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return std::str::from_utf8(text)
            .map(Cow::Borrowed)
            .map_err(|_| FormError::Utf8);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => match (rest.next().and_then(hex), rest.next().and_then(hex)) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return Err(FormError::Percent),
            },
            other => *other,
        });
    }
    String::from_utf8(bytes)
        .map(Cow::Owned)
        .map_err(|_| FormError::Utf8)
}

fn hex(digit: &u8) -> Option<u8> {
    char::from(*digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests;

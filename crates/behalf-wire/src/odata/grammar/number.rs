//! Numbers, Boolean values, GUIDs and binary values (ABNF section 7).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::super::literal::Literal;
use super::cursor::Parser;

/// Where a value stands: in a URL its plus sign and colon may be percent-encoded, in a payload not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Url,
    Payload,
}

impl Parser<'_> {
    pub(super) fn sign_at(&mut self, place: Place) -> Option<()> {
        match place {
            Place::Url => self.sign(),
            Place::Payload => self
                .byte_where(|byte| matches!(byte, b'+' | b'-'))
                .map(|_| ()),
        }
    }

    /// A word that is a value, and not the beginning of a longer name.
    pub(super) fn value_word<T>(&mut self, word: &str, exact: bool, value: T) -> Option<T> {
        self.attempt(|parser| {
            if exact {
                parser.exact(word)?;
            } else {
                parser.token(word)?;
            }
            let ends = !parser.sees(|parser| parser.identifier_character(false));
            ends.then_some(value)
        })
    }

    pub(super) fn null(&mut self) -> Option<Literal> {
        self.value_word("null", true, Literal::Null)
    }

    /// `boolean`: any letter case in a URL, lower case in a payload.
    pub(super) fn boolean(&mut self, place: Place) -> Option<bool> {
        let exact = place == Place::Payload;
        let yes = self.value_word("true", exact, true);
        yes.or_else(|| self.value_word("false", exact, false))
    }

    pub(super) fn nan_infinity(&mut self) -> Option<Literal> {
        let nan = self.value_word("NaN", true, Literal::NotANumber);
        nan.or_else(|| self.value_word("-INF", true, Literal::NegativeInfinity))
            .or_else(|| self.value_word("INF", true, Literal::Infinity))
    }

    /// `decimalLiteral` or `decimalValue`; also every integer, single and double.
    pub(super) fn decimal(&mut self, place: Place) -> Option<Literal> {
        self.attempt(|parser| parser.finite(place))
            .or_else(|| self.nan_infinity())
    }

    fn finite(&mut self, place: Place) -> Option<Literal> {
        let start = self.here();
        let _ = self.sign_at(place);
        self.digits(1, usize::MAX)?;
        let _ = self.attempt(|parser| {
            parser.byte(b'.')?;
            parser.digits(1, usize::MAX)
        });
        let _ = self.attempt(|parser| {
            parser.token("e")?;
            let _ = parser.sign_at(place);
            parser.digits(1, usize::MAX)
        });
        let text = self
            .since(start)
            .replace("%2B", "")
            .replace("%2b", "")
            .replace('+', "");
        Some(
            text.parse()
                .map_or(Literal::Decimal(text), Literal::Integer),
        )
    }

    /// An integer of at most so many digits. The range is that of the operand's type, not of the grammar: the suite has
    /// `%2B128` as a signed byte.
    pub(super) fn integer(&mut self, place: Place, digits: usize) -> Option<i64> {
        self.attempt(|parser| {
            let start = parser.here();
            let _ = parser.sign_at(place);
            parser.digits(1, digits)?;
            parser
                .since(start)
                .trim_start_matches("%2B")
                .trim_start_matches("%2b")
                .parse()
                .ok()
        })
    }

    pub(super) fn guid(&mut self) -> Option<String> {
        self.attempt(|parser| {
            let start = parser.here();
            for (index, digits) in [8, 4, 4, 4, 12].into_iter().enumerate() {
                if index > 0 {
                    parser.byte(b'-')?;
                }
                parser.run(digits, digits, |byte| byte.is_ascii_hexdigit())?;
            }
            Some(parser.since(start).to_ascii_lowercase())
        })
    }

    /// `binaryValue`: base64url whose padding may be left out (RFC 4648 section 5).
    pub(super) fn binary_value(&mut self) -> Option<Vec<u8>> {
        self.attempt(|parser| {
            let text = parser.run(0, usize::MAX, |byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
            })?;
            let padding = match text.len() % 4 {
                2 => "==",
                3 => "=",
                _ => "",
            };
            let _ = parser.exact(padding);
            URL_SAFE_NO_PAD.decode(text).ok()
        })
    }

    pub(super) fn binary_literal(&mut self) -> Option<Vec<u8>> {
        self.attempt(|parser| {
            parser.token("binary")?;
            parser.squote()?;
            let value = parser.binary_value()?;
            parser.squote()?;
            Some(value)
        })
    }
}

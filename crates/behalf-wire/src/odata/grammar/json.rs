//! Arrays and objects in JSON, with expressions as values (ABNF section 5).

use super::super::expression::Expression;
use super::super::literal::{Literal, decoded};
use super::characters::QCHAR_UNESCAPED;
use super::cursor::Parser;

impl Parser<'_> {
    pub(super) fn array_or_object(&mut self) -> Option<Expression> {
        self.array().or_else(|| self.object())
    }

    fn begin(&mut self, bracket: u8) -> Option<()> {
        self.attempt(|parser| {
            parser.bws();
            parser.bracket(bracket)?;
            parser.bws();
            Some(())
        })
    }

    fn end(&mut self, bracket: u8) -> Option<()> {
        self.attempt(|parser| {
            parser.bws();
            parser.bracket(bracket)
        })
    }

    pub(super) fn array(&mut self) -> Option<Expression> {
        self.nested(|parser| {
            parser.begin(b'[')?;
            let values = parser
                .list(Self::value_in_url, Self::spaced_comma)
                .unwrap_or_default();
            parser.end(b']')?;
            Some(Expression::Array(values))
        })
    }

    pub(super) fn object(&mut self) -> Option<Expression> {
        self.nested(|parser| {
            parser.begin(b'{')?;
            let members = parser
                .list(Self::member, Self::spaced_comma)
                .unwrap_or_default();
            parser.end(b'}')?;
            Some(Expression::Object(members))
        })
    }

    pub(super) fn member(&mut self) -> Option<(String, Expression)> {
        self.attempt(|parser| {
            let name = parser.string_in_url()?;
            parser.bws();
            parser.colon()?;
            parser.bws();
            Some((name, parser.value_in_url()?))
        })
    }

    pub(super) fn value_in_url(&mut self) -> Option<Expression> {
        match self.string_in_url() {
            Some(text) => Some(Expression::Literal(Literal::String(text))),
            None => self.common_expr(),
        }
    }

    /// A JSON string in double quotes, without them and with its escapes undone.
    pub(super) fn string_in_url(&mut self) -> Option<String> {
        self.attempt(|parser| {
            parser.dquote()?;
            let mut text = String::new();
            loop {
                text += &decoded(parser.any(&QCHAR_UNESCAPED))?;
                if parser.dquote().is_some() {
                    return Some(text);
                }
                text.push(parser.escape_sequence()?);
            }
        })
    }

    pub(super) fn escape_sequence(&mut self) -> Option<char> {
        self.backslash()?;
        if self.dquote().is_some() {
            return Some('"');
        }
        if self.backslash().is_some() {
            return Some('\\');
        }
        if self.solidus().is_some() {
            return Some('/');
        }
        match self.byte_where(|byte| b"bfnrtu".contains(&byte))? {
            b'b' => Some('\u{8}'),
            b'f' => Some('\u{c}'),
            b'n' => Some('\n'),
            b'r' => Some('\r'),
            b't' => Some('\t'),
            _ => self.code_point(),
        }
    }

    /// Four hexadecimal digits; two such escapes are one character where they are a surrogate pair.
    fn code_point(&mut self) -> Option<char> {
        let first = self.code_unit()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        self.backslash()?;
        self.byte(b'u')?;
        let second = self.code_unit()?;
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + low)
    }

    fn code_unit(&mut self) -> Option<u32> {
        let digits = self.run(4, 4, |byte| byte.is_ascii_hexdigit())?;
        u32::from_str_radix(digits, 16).ok()
    }
}

//! Sets of characters and punctuation, plain or percent-encoded (RFC 3986 appendix A; ABNF section 9).

use super::cursor::Parser;

/// A set of characters of a URL.
pub(super) struct Class {
    pub(super) plain: fn(u8) -> bool,
    /// Whether percent-encoded bytes belong to it, and which of them do not.
    pub(super) encoded: Option<&'static [u8]>,
}

pub(super) fn unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

pub(super) fn other_delims(byte: u8) -> bool {
    matches!(byte, b'!' | b'(' | b')' | b'*' | b'+' | b',' | b';')
}

pub(super) fn sub_delims(byte: u8) -> bool {
    other_delims(byte) || matches!(byte, b'$' | b'&' | b'\'' | b'=')
}

fn pchar(byte: u8) -> bool {
    unreserved(byte) || sub_delims(byte) || matches!(byte, b':' | b'@')
}

/// What a query may contain except `&`, which ends an option, and `'`, `=`, `@`, `$`, which some options exclude.
fn common(byte: u8) -> bool {
    unreserved(byte) || other_delims(byte) || matches!(byte, b':' | b'/' | b'?')
}

pub(super) const UNRESERVED: Class = Class {
    plain: unreserved,
    encoded: None,
};
pub(super) const PCT_ENCODED: Class = Class {
    plain: |_| false,
    encoded: Some(b""),
};
pub(super) const PCHAR: Class = Class {
    plain: pchar,
    encoded: Some(b""),
};
pub(super) const PCHAR_NO_AMP: Class = Class {
    plain: |byte| pchar(byte) && byte != b'&',
    encoded: Some(b""),
};
pub(super) const PCHAR_NO_SQUOTE: Class = Class {
    plain: |byte| pchar(byte) && byte != b'\'',
    encoded: Some(b"'"),
};
pub(super) const FRAGMENT: Class = Class {
    plain: |byte| pchar(byte) || matches!(byte, b'/' | b'?'),
    encoded: Some(b""),
};
pub(super) const REG_NAME: Class = Class {
    plain: |byte| unreserved(byte) || sub_delims(byte),
    encoded: Some(b""),
};
pub(super) const USERINFO: Class = Class {
    plain: |byte| unreserved(byte) || sub_delims(byte) || byte == b':',
    encoded: Some(b""),
};
pub(super) const QCHAR_NO_AMP: Class = Class {
    plain: |byte| common(byte) || matches!(byte, b'@' | b'$' | b'\'' | b'='),
    encoded: Some(b""),
};
pub(super) const QCHAR_NO_AMP_EQ: Class = Class {
    plain: |byte| common(byte) || matches!(byte, b'@' | b'$' | b'\''),
    encoded: Some(b""),
};
pub(super) const QCHAR_NO_AMP_EQ_AT_DOLLAR: Class = Class {
    plain: |byte| common(byte) || byte == b'\'',
    encoded: Some(b""),
};
pub(super) const QCHAR_NO_AMP_SQUOTE: Class = Class {
    plain: |byte| common(byte) || matches!(byte, b'@' | b'$' | b'='),
    encoded: Some(b"'"),
};
pub(super) const QCHAR_NO_AMP_DQUOTE: Class = Class {
    plain: |byte| common(byte) || matches!(byte, b'@' | b'$' | b'\'' | b'='),
    encoded: Some(b"\""),
};
/// Characters of a JSON string in a URL that stand for themselves.
pub(super) const QCHAR_UNESCAPED: Class = Class {
    plain: |byte| {
        common(byte)
            || matches!(
                byte,
                b'@' | b'$' | b'\'' | b'=' | b' ' | b'{' | b'}' | b'[' | b']'
            )
    },
    encoded: Some(b"\"\\"),
};
pub(super) const SEARCH_CHAR: Class = Class {
    plain: |byte| {
        unreserved(byte)
            || matches!(
                byte,
                b'!' | b'*' | b'+' | b',' | b':' | b'@' | b'/' | b'?' | b'$' | b'='
            )
    },
    encoded: Some(b"\""),
};
/// A byte beyond ASCII is `obs-text` of a header.
pub(super) const IRI_IN_HEADER: Class = Class {
    plain: |byte| (0x21..=0x7e).contains(&byte) || byte >= 0x80,
    encoded: None,
};

impl Parser<'_> {
    /// A character that may stand percent-encoded instead.
    fn mark(&mut self, mark: u8) -> Option<()> {
        if self.byte(mark).is_some() {
            return Some(());
        }
        (self.encoded_byte()? == mark).then(|| self.skip(3))
    }

    pub(super) fn open(&mut self) -> Option<()> {
        self.mark(b'(')
    }

    pub(super) fn close(&mut self) -> Option<()> {
        self.mark(b')')
    }

    pub(super) fn comma(&mut self) -> Option<()> {
        self.mark(b',')
    }

    pub(super) fn colon(&mut self) -> Option<()> {
        self.mark(b':')
    }

    pub(super) fn semicolon(&mut self) -> Option<()> {
        self.mark(b';')
    }

    pub(super) fn star(&mut self) -> Option<()> {
        self.mark(b'*')
    }

    pub(super) fn at_sign(&mut self) -> Option<()> {
        self.mark(b'@')
    }

    pub(super) fn squote(&mut self) -> Option<()> {
        self.mark(b'\'')
    }

    pub(super) fn dquote(&mut self) -> Option<()> {
        self.mark(b'"')
    }

    pub(super) fn bracket(&mut self, bracket: u8) -> Option<()> {
        self.mark(bracket)
    }

    pub(super) fn backslash(&mut self) -> Option<()> {
        self.mark(b'\\')
    }

    pub(super) fn solidus(&mut self) -> Option<()> {
        self.mark(b'/')
    }

    /// `+`, `%2B` or `-`.
    pub(super) fn sign(&mut self) -> Option<()> {
        self.mark(b'+').or_else(|| self.byte(b'-'))
    }

    fn space(&mut self) -> Option<()> {
        self.mark(b' ').or_else(|| self.mark(b'\t'))
    }

    /// A space, also percent-encoded: the construction rules forget `%20` inside geographic positions, where no URL can
    /// hold a plain space.
    pub(super) fn single_space(&mut self) -> Option<()> {
        self.mark(b' ')
    }

    /// Required whitespace.
    pub(super) fn rws(&mut self) -> Option<()> {
        self.space()?;
        self.bws();
        Some(())
    }

    /// Whitespace that is allowed but should not be there.
    pub(super) fn bws(&mut self) {
        while self.space().is_some() {}
    }

    /// Whitespace in a header.
    pub(super) fn ows(&mut self) {
        while self
            .byte_where(|byte| matches!(byte, b' ' | b'\t'))
            .is_some()
        {}
    }

    /// A comma with whitespace around it.
    pub(super) fn spaced_comma(&mut self) -> Option<()> {
        self.bws();
        self.comma()?;
        self.bws();
        Some(())
    }

    /// An opening bracket and whitespace after it.
    pub(super) fn open_spaced(&mut self) -> Option<()> {
        self.open()?;
        self.bws();
        Some(())
    }

    /// Whitespace and a closing bracket.
    pub(super) fn close_spaced(&mut self) -> Option<()> {
        self.attempt(|parser| {
            parser.bws();
            parser.close()
        })
    }
}

//! Bounds on what one URL may cost, and what is said when one is passed.

/// Bounds for one text.
///
/// Units: `length` in bytes; `depth` in nested brackets, operators on one operand and nested query options; `height` in
/// levels of the resulting tree, so that walking or dropping it cannot exhaust a thread's stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub length: usize,
    pub depth: usize,
    pub height: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            length: 64 * 1024,
            depth: 64,
            height: 512,
        }
    }
}

impl Limits {
    /// The work allowed for a text of this length. The parser is predictive and needs a small multiple of the length;
    /// this bound holds even where a later change of the grammar forgets that.
    pub(super) fn work(&self, length: usize) -> usize {
        length.saturating_mul(512).saturating_add(4096)
    }
}

/// Why a text is not in the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It does not match the grammar, or names something that the model does not have.
    Syntax,
    TooLong,
    /// Nested deeper, or more operators in a row, than [`Limits`] allows.
    TooDeep,
    TooMuchWork,
}

/// A refused text: the reason, and the byte up to which it could be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}, at position {at}", .reason.text())]
pub struct Refused {
    pub at: usize,
    pub reason: Reason,
}

impl Reason {
    fn text(self) -> &'static str {
        match self {
            Self::Syntax => "the text is not valid here",
            Self::TooLong => "the text is too long",
            Self::TooDeep => "the text is nested too deeply",
            Self::TooMuchWork => "the text is too complicated",
        }
    }
}

//! `Success=200-299,304`: which statuses are an answer and which a refusal.

use super::error::CompileError;
use super::position::Located;

/// Ranges of HTTP statuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Success(Vec<(u16, u16)>);

impl Default for Success {
    fn default() -> Self {
        Self(vec![(200, 299)])
    }
}

impl Success {
    pub fn contains(&self, status: u16) -> bool {
        self.0
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&status))
    }

    pub(crate) fn compile(value: &Located) -> Result<Self, CompileError> {
        let range = |text: &str| {
            let (first, last) = text.split_once('-').unwrap_or((text, text));
            let status = |text: &str| {
                let number: u16 = text.trim().parse().ok()?;
                (100..=599).contains(&number).then_some(number)
            };
            let (first, last) = (status(first)?, status(last)?);
            (first <= last).then_some((first, last))
        };
        let ranges: Option<Vec<_>> = value.text.split(',').map(range).collect();
        ranges.map(Self).ok_or_else(|| {
            CompileError::new(value.at(0), "this is not a list of HTTP statuses")
                .help("as in Success=200-299,304")
        })
    }
}

//! Where a piece of text stands in the script it was cut from.

/// Line and column, both from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub line: u32,
    pub column: u32,
}

/// A text assembled from lines of a script that still knows where each line stood.
#[derive(Debug, Clone, Default)]
pub(crate) struct Located {
    pub text: String,
    /// Offset in `text` → position in the script, ascending.
    lines: Vec<(usize, Position)>,
}

impl Located {
    /// A text that starts at one place; its own line breaks are counted as lines of the script.
    pub fn new(text: &str, at: Position) -> Self {
        let mut out = Self::default();
        let mut at = at;
        for line in text.split('\n') {
            out.push_line(line, at);
            at = Position {
                line: at.line + 1,
                column: 1,
            };
        }
        out
    }

    /// Appends a line, joined to what is there with LF.
    pub fn push_line(&mut self, line: &str, at: Position) {
        if !self.lines.is_empty() {
            self.text.push('\n');
        }
        self.lines.push((self.text.len(), at));
        self.text.push_str(line);
    }

    /// Drops blanks at both ends.
    pub fn trimmed(mut self) -> Self {
        self.text.truncate(self.text.trim_end().len());
        let cut = self.text.len() - self.text.trim_start().len();
        if cut > 0 {
            let start = self.at(cut);
            self.text.drain(..cut);
            self.lines.retain(|(offset, _)| *offset > cut);
            for (offset, _) in &mut self.lines {
                *offset -= cut;
            }
            self.lines.insert(0, (0, start));
        }
        self
    }

    /// The place of a byte offset.
    pub fn at(&self, offset: usize) -> Position {
        let found = self.lines.iter().rev().find(|(start, _)| *start <= offset);
        let Some((start, at)) = found else {
            return Position { line: 1, column: 1 };
        };
        let before = self.text.get(*start..offset).unwrap_or_default();
        Position {
            line: at.line,
            column: at.column + u32::try_from(before.chars().count()).unwrap_or(0),
        }
    }
}

//! What the demo says, step by step.

use super::world::Answer;
use behalf_model::Kind;
use std::io::IsTerminal;

/// Prints steps and remembers whether all of them did what they must. Colours only on a terminal.
pub struct Printer {
    colours: bool,
    steps: usize,
    failed: usize,
}

impl Printer {
    pub fn new() -> Self {
        let colours = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self {
            colours,
            steps: 0,
            failed: 0,
        }
    }

    pub fn all_passed(&self) -> bool {
        self.failed == 0 && self.steps > 0
    }

    pub fn counts(&self) -> (usize, usize) {
        (self.steps - self.failed, self.failed)
    }

    pub fn heading(&self, text: &str) {
        println!("\n{}", self.paint("1", text));
    }

    pub fn script(&self, lines: &str) {
        for line in lines.lines() {
            println!("      {}", self.paint("2", line));
        }
    }

    pub fn passed(&mut self, what: &str, who: &str) {
        self.step(true, what, who);
    }

    /// A step that must have worked; prints the refusal when it did not.
    pub fn check(&mut self, ok: bool, what: &str, who: &str, answer: &Answer) {
        self.step(ok, what, who);
        if !ok {
            println!("      answered {} {}", answer.status, answer.body);
        }
    }

    /// A step that must have been refused with this fault and this text.
    pub fn refused(&mut self, kind: &'static Kind, text: &str, situation: &str, answer: &Answer) {
        let said = |member: &str| answer.body[member].as_str().unwrap_or_default();
        let ok = said("fault") == kind.code
            && answer.status == kind.http
            && (said("title") == text
                || said("detail") == text
                || said("detail").starts_with(text));
        self.step(ok, text, situation);
        if ok {
            println!(
                "      {} {} · {}",
                answer.status,
                kind.code,
                self.paint("2", kind.remedy)
            );
        } else {
            println!(
                "      expected {} {}, answered {} {}",
                kind.http, kind.code, answer.status, answer.body
            );
        }
    }

    fn step(&mut self, ok: bool, what: &str, who: &str) {
        self.steps += 1;
        self.failed += usize::from(!ok);
        let mark = if ok {
            self.paint("32", "ok  ")
        } else {
            self.paint("31", "FAIL")
        };
        println!("  {mark} {what}");
        println!("      {who}");
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colours {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

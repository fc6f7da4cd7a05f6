//! The place in the text, the bounds, and the smallest steps that all rules are made of.

use super::super::limits::{Limits, Reason, Refused};
use super::super::names::Names;
use super::characters::Class;

/// Reads one text. A rule returns `None`, with the place unchanged, when the text here is not of that rule.
pub(crate) struct Parser<'a> {
    text: &'a str,
    at: usize,
    /// The farthest place that any rule understood: where an error message points.
    furthest: usize,
    pub(super) names: &'a Names,
    limits: Limits,
    depth: usize,
    /// Height of the tree read so far inside the current bracket.
    height: usize,
    work: usize,
    stopped: Option<Reason>,
    /// Names of the lambda variables in scope, innermost last.
    pub(super) variables: Vec<String>,
}

impl<'a> Parser<'a> {
    pub(crate) fn new(text: &'a str, names: &'a Names, limits: Limits) -> Self {
        Self {
            text,
            at: 0,
            furthest: 0,
            names,
            limits,
            depth: 0,
            height: 0,
            work: 0,
            stopped: (text.len() > limits.length).then_some(Reason::TooLong),
            variables: Vec::new(),
        }
    }

    /// Runs a rule that must take the whole text.
    pub(crate) fn whole<T>(
        mut self,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Result<T, Refused> {
        let found = read(&mut self).filter(|_| self.at_end() && self.stopped.is_none());
        found.ok_or(Refused {
            at: self.furthest,
            reason: self.stopped.unwrap_or(Reason::Syntax),
        })
    }

    #[cfg(test)]
    pub(crate) fn work_done(&self) -> usize {
        self.work
    }

    pub(super) fn at_end(&self) -> bool {
        self.at == self.text.len()
    }

    pub(super) fn here(&self) -> usize {
        self.at
    }

    pub(super) fn go_back(&mut self, place: usize) {
        self.at = place;
    }

    pub(super) fn since(&self, place: usize) -> &'a str {
        &self.text[place..self.at]
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&mut self) -> Option<u8> {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&mut self, ahead: usize) -> Option<u8> {
        self.work += 1;
        if self.work > self.limits.work(self.text.len()) {
            self.stop(Reason::TooMuchWork);
        }
        match self.stopped {
            None => self.text.as_bytes().get(self.at + ahead).copied(),
            Some(_) => None,
        }
    }

    fn advance(&mut self, by: usize) {
        self.at += by;
        self.furthest = self.furthest.max(self.at);
    }

    fn stop(&mut self, reason: Reason) {
        self.stopped.get_or_insert(reason);
    }

    /// Runs a rule made of several steps; when it fails, the place is as before.
    pub(super) fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let place = self.at;
        let found = read(self);
        if found.is_none() {
            self.at = place;
        }
        found
    }

    /// Whether a rule would match here.
    pub(super) fn sees<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> bool {
        let (place, furthest) = (self.at, self.furthest);
        let found = read(self).is_some();
        (self.at, self.furthest) = (place, furthest);
        found
    }

    /// Runs a rule one bracket deeper.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth == self.limits.depth {
            self.stop(Reason::TooDeep);
            return None;
        }
        self.depth += 1;
        let around = std::mem::take(&mut self.height);
        let found = self.attempt(read);
        self.grow(1);
        self.height = self.height.max(around);
        self.depth -= 1;
        found
    }

    /// The tree at this level gets higher by so much.
    pub(super) fn grow(&mut self, by: usize) {
        self.may_grow(by);
        self.height += by;
    }

    /// Stops where growing by so much would make the tree too high, before it is built.
    pub(super) fn may_grow(&mut self, by: usize) {
        if self.height + by > self.limits.height {
            self.stop(Reason::TooDeep);
        }
    }

    pub(super) fn byte(&mut self, wanted: u8) -> Option<()> {
        self.byte_where(|byte| byte == wanted).map(|_| ())
    }

    pub(super) fn byte_where(&mut self, wanted: impl FnOnce(u8) -> bool) -> Option<u8> {
        let byte = self
            .peek()
            .filter(|byte| wanted(*byte) && byte.is_ascii())?;
        self.advance(1);
        Some(byte)
    }

    /// These characters exactly: `%s"…"` of the ABNF.
    pub(super) fn exact(&mut self, token: &str) -> Option<()> {
        self.peek()?;
        self.rest()
            .starts_with(token)
            .then(|| self.advance(token.len()))
    }

    /// These characters in any letter case: `"…"` of the ABNF.
    pub(super) fn token(&mut self, token: &str) -> Option<()> {
        self.peek()?;
        let here = self.rest().as_bytes().get(..token.len())?;
        here.eq_ignore_ascii_case(token.as_bytes())
            .then(|| self.advance(token.len()))
    }

    /// One character of a class, plain or percent-encoded.
    pub(super) fn one(&mut self, class: &Class) -> Option<()> {
        let byte = self.peek()?;
        if (class.plain)(byte) {
            self.advance(1);
            return Some(());
        }
        let encoded = self.encoded_byte()?;
        let allowed = class
            .encoded
            .is_some_and(|except| !except.contains(&encoded));
        allowed.then(|| self.advance(3))
    }

    /// The value of the percent-encoded byte that stands here, which is not passed.
    pub(super) fn encoded_byte(&mut self) -> Option<u8> {
        self.encoded_byte_at(0)
    }

    pub(super) fn encoded_byte_at(&mut self, ahead: usize) -> Option<u8> {
        if self.peek_at(ahead)? != b'%' {
            return None;
        }
        let digits = self.rest().get(ahead + 1..ahead + 3)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        u8::from_str_radix(digits, 16).ok()
    }

    pub(super) fn skip(&mut self, bytes: usize) {
        self.advance(bytes);
    }

    /// As many characters of a class as there are.
    pub(super) fn any(&mut self, class: &Class) -> &'a str {
        let place = self.at;
        while self.one(class).is_some() {}
        self.since(place)
    }

    /// At least one character of a class.
    pub(super) fn some(&mut self, class: &Class) -> Option<&'a str> {
        Some(self.any(class)).filter(|run| !run.is_empty())
    }

    /// Between `least` and `most` bytes.
    pub(super) fn run(
        &mut self,
        least: usize,
        most: usize,
        wanted: impl Fn(u8) -> bool,
    ) -> Option<&'a str> {
        let place = self.at;
        while self.at - place < most && self.byte_where(&wanted).is_some() {}
        if self.at - place < least {
            self.at = place;
            return None;
        }
        Some(self.since(place))
    }

    pub(super) fn digits(&mut self, least: usize, most: usize) -> Option<&'a str> {
        self.run(least, most, |byte| byte.is_ascii_digit())
    }

    /// One item, then more items after separators. A separator without an item after it is not taken.
    pub(super) fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Option<T>,
        mut separator: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<Vec<T>> {
        let mut items = vec![item(self)?];
        while let Some(next) = self.attempt(|parser| {
            separator(parser)?;
            item(parser)
        }) {
            items.push(next);
        }
        Some(items)
    }
}

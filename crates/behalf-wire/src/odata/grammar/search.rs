//! `$search` (ABNF section 2).
//!
//! `AND`, `OR` and `NOT` are operators only where an operand follows; otherwise they are words like any other.

use super::super::literal::decoded;
use super::super::query::Search;
use super::characters::{QCHAR_NO_AMP_DQUOTE, QCHAR_NO_AMP_SQUOTE, SEARCH_CHAR};
use super::cursor::Parser;

impl Parser<'_> {
    /// `searchExpr`, or text in single quotes.
    pub(super) fn search_value(&mut self) -> Option<Search> {
        self.search_expr().or_else(|| self.search_expr_incomplete())
    }

    pub(super) fn search_expr(&mut self) -> Option<Search> {
        self.nested(|parser| {
            let mut any = Vec::new();
            let mut all = vec![parser.search_operand()?];
            while let Some(or) = parser.search_operator() {
                if or {
                    any.push(joined(std::mem::take(&mut all), Search::And));
                }
                all.push(parser.search_operand()?);
            }
            any.push(joined(all, Search::And));
            Some(joined(any, Search::Or))
        })
    }

    /// What stands between two operands: whether it is `OR`. Nothing but whitespace means `AND`.
    fn search_operator(&mut self) -> Option<bool> {
        self.attempt(|parser| {
            parser.rws()?;
            let or = parser.search_word_before_operand("OR");
            if or.is_none() {
                let _ = parser.search_word_before_operand("AND");
            }
            parser.sees_search_operand().then_some(or.is_some())
        })
    }

    fn search_word_before_operand(&mut self, word: &str) -> Option<()> {
        self.attempt(|parser| {
            parser.exact(word)?;
            parser.rws()?;
            parser.sees_search_operand().then_some(())
        })
    }

    fn sees_search_operand(&mut self) -> bool {
        self.sees(|parser| {
            let bracket = parser.open().or_else(|| parser.dquote());
            bracket.or_else(|| parser.one(&SEARCH_CHAR))
        })
    }

    fn search_operand(&mut self) -> Option<Search> {
        if self.search_word_before_operand("NOT").is_some() {
            return self.nested(|parser| Some(Search::Not(Box::new(parser.search_operand()?))));
        }
        if self.sees(Self::open) {
            return self.search_paren_expr();
        }
        self.search_phrase().or_else(|| self.search_word())
    }

    pub(super) fn search_paren_expr(&mut self) -> Option<Search> {
        self.attempt(|parser| {
            parser.open_spaced()?;
            let inner = parser.search_expr()?;
            parser.close_spaced()?;
            Some(inner)
        })
    }

    pub(super) fn search_phrase(&mut self) -> Option<Search> {
        self.attempt(|parser| {
            parser.dquote()?;
            let start = parser.here();
            while parser
                .one(&QCHAR_NO_AMP_DQUOTE)
                .or_else(|| parser.byte(b' '))
                .is_some()
            {}
            let phrase = decoded(parser.since(start)).filter(|phrase| !phrase.is_empty())?;
            parser.dquote()?;
            Some(Search::Term(phrase))
        })
    }

    /// A word without brackets, quotes and semicolons. Percent-encoded brackets are brackets.
    pub(super) fn search_word(&mut self) -> Option<Search> {
        self.attempt(|parser| {
            let start = parser.here();
            parser.search_char()?;
            while parser.search_char().or_else(|| parser.squote()).is_some() {}
            decoded(parser.since(start)).map(Search::Term)
        })
    }

    pub(super) fn search_char(&mut self) -> Option<()> {
        if self.sees(|parser| parser.open().or_else(|| parser.close())) {
            return None;
        }
        self.one(&SEARCH_CHAR)
    }

    pub(super) fn search_expr_incomplete(&mut self) -> Option<Search> {
        self.attempt(|parser| {
            parser.squote()?;
            let mut text = String::new();
            loop {
                let start = parser.here();
                while parser.free_search_char().is_some() {}
                text += &decoded(parser.since(start))?;
                parser.squote()?;
                if parser.squote().is_none() {
                    return Some(Search::Free(text));
                }
                text.push('\'');
            }
        })
    }

    fn free_search_char(&mut self) -> Option<()> {
        let char = self.one(&QCHAR_NO_AMP_SQUOTE).or_else(|| self.byte(b' '));
        char.or_else(|| self.dquote())
    }
}

/// One item as it is, several under their operator.
fn joined(mut items: Vec<Search>, operator: fn(Vec<Search>) -> Search) -> Search {
    match items.pop() {
        Some(only) if items.is_empty() => only,
        Some(last) => {
            items.push(last);
            operator(items)
        }
        None => operator(items),
    }
}

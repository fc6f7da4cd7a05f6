//! Lists of query options: of a resource, of `$batch`, `$metadata` and `$entity` (ABNF section 2).

use super::super::literal::decoded;
use super::super::names::NameKind;
use super::super::query::QueryOption;
use super::characters::{QCHAR_NO_AMP, QCHAR_NO_AMP_EQ, QCHAR_NO_AMP_EQ_AT_DOLLAR};
use super::cursor::Parser;
use super::options::{EXPAND, FORMAT, ID, OptionSet, SELECT, SYSTEM_OPTIONS};

/// What `$batch` and `$metadata` take besides custom options.
pub(super) const SERVICE_OPTIONS: OptionSet = FORMAT;
pub(super) const ENTITY_OPTIONS: OptionSet = FORMAT.or(ID);
pub(super) const ENTITY_CAST_OPTIONS: OptionSet = ENTITY_OPTIONS.or(EXPAND).or(SELECT);

impl Parser<'_> {
    fn ampersand(&mut self) -> Option<()> {
        self.byte(b'&')
    }

    pub(crate) fn query_options(&mut self) -> Option<Vec<QueryOption>> {
        self.list(Self::query_option, Self::ampersand)
    }

    pub(super) fn query_option(&mut self) -> Option<QueryOption> {
        let found = self
            .option_of(SYSTEM_OPTIONS)
            .or_else(|| self.alias_and_value());
        found
            .or_else(|| self.name_and_value())
            .or_else(|| self.custom_option_beside(SYSTEM_OPTIONS))
    }

    /// Some system options, and custom options.
    pub(super) fn options_among(&mut self, allowed: OptionSet) -> Option<Vec<QueryOption>> {
        self.list(|parser| parser.option_among(allowed), Self::ampersand)
    }

    pub(super) fn option_among(&mut self, allowed: OptionSet) -> Option<QueryOption> {
        let found = self.option_of(allowed);
        found.or_else(|| self.custom_option_beside(allowed))
    }

    /// Options of `$entity`, which need the entity's address.
    pub(super) fn entity_options(&mut self, allowed: OptionSet) -> Option<Vec<QueryOption>> {
        self.attempt(|parser| {
            let options = parser.options_among(allowed)?;
            let addressed = options
                .iter()
                .any(|option| matches!(option, QueryOption::Id(_)));
            addressed.then_some(options)
        })
    }

    /// A custom option. A system option with a value that cannot be read is not taken for a custom one: `filter=` with a
    /// typing error must not return everything.
    fn custom_option_beside(&mut self, system: OptionSet) -> Option<QueryOption> {
        let misread = self.sees(|parser| {
            parser
                .option_word()
                .filter(|option| system.contains(*option))
        });
        if misread {
            None
        } else {
            self.custom_query_option()
        }
    }

    pub(super) fn custom_query_option(&mut self) -> Option<QueryOption> {
        self.attempt(|parser| {
            let name = parser.custom_name()?;
            let value = match parser.byte(b'=') {
                Some(()) => Some(decoded(parser.any(&QCHAR_NO_AMP))?),
                None => None,
            };
            Some(QueryOption::Custom(name, value))
        })
    }

    pub(super) fn custom_name(&mut self) -> Option<String> {
        self.attempt(|parser| {
            let start = parser.here();
            parser.one(&QCHAR_NO_AMP_EQ_AT_DOLLAR)?;
            parser.any(&QCHAR_NO_AMP_EQ);
            let name = parser.since(start);
            let known = parser.names.may_be(name, NameKind::CustomName);
            known.then(|| decoded(name)).flatten()
        })
    }
}

//! Query options by name, and which of them may stand where (ABNF section 2).

use super::super::expression::Expression;
use super::super::literal::decoded;
use super::super::names::NameKind;
use super::super::query::{OrderBy, QueryOption, Temporal, TemporalMoment};
use super::characters::{PCHAR_NO_AMP, QCHAR_NO_AMP, UNRESERVED};
use super::cursor::Parser;
use super::number::Place;

/// A set of options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OptionSet(u32);

impl OptionSet {
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

pub(super) const APPLY: OptionSet = OptionSet(1);
pub(super) const COMPUTE: OptionSet = OptionSet(1 << 1);
pub(super) const COUNT: OptionSet = OptionSet(1 << 2);
pub(super) const DELTATOKEN: OptionSet = OptionSet(1 << 3);
pub(super) const EXPAND: OptionSet = OptionSet(1 << 4);
pub(super) const FILTER: OptionSet = OptionSet(1 << 5);
pub(super) const FORMAT: OptionSet = OptionSet(1 << 6);
pub(super) const ID: OptionSet = OptionSet(1 << 7);
pub(super) const INDEX: OptionSet = OptionSet(1 << 8);
pub(super) const LEVELS: OptionSet = OptionSet(1 << 9);
pub(super) const ORDERBY: OptionSet = OptionSet(1 << 10);
pub(super) const SCHEMAVERSION: OptionSet = OptionSet(1 << 11);
pub(super) const SEARCH: OptionSet = OptionSet(1 << 12);
pub(super) const SELECT: OptionSet = OptionSet(1 << 13);
pub(super) const SKIP: OptionSet = OptionSet(1 << 14);
pub(super) const SKIPTOKEN: OptionSet = OptionSet(1 << 15);
pub(super) const TOP: OptionSet = OptionSet(1 << 16);
pub(super) const AT: OptionSet = OptionSet(1 << 17);
pub(super) const FROM: OptionSet = OptionSet(1 << 18);
pub(super) const TO: OptionSet = OptionSet(1 << 19);
pub(super) const TO_INCLUSIVE: OptionSet = OptionSet(1 << 20);
/// `@name=value`
pub(super) const ALIAS: OptionSet = OptionSet(1 << 21);

pub(super) const TEMPORAL: OptionSet = AT.or(FROM).or(TO).or(TO_INCLUSIVE);
pub(super) const COUNT_OPTIONS: OptionSet = FILTER.or(SEARCH);
pub(super) const REF_OPTIONS: OptionSet = COUNT_OPTIONS.or(ORDERBY).or(SKIP).or(TOP).or(COUNT);
pub(super) const EXPAND_OPTIONS: OptionSet = REF_OPTIONS
    .or(SELECT)
    .or(EXPAND)
    .or(COMPUTE)
    .or(LEVELS)
    .or(ALIAS)
    .or(APPLY)
    .or(TEMPORAL);
pub(super) const SELECT_COLLECTION_OPTIONS: OptionSet = REF_OPTIONS;
pub(super) const SELECT_OPTIONS: OptionSet = REF_OPTIONS.or(COMPUTE).or(SELECT).or(ALIAS);
pub(super) const SYSTEM_OPTIONS: OptionSet = REF_OPTIONS
    .or(APPLY)
    .or(COMPUTE)
    .or(DELTATOKEN)
    .or(EXPAND)
    .or(FORMAT)
    .or(ID)
    .or(INDEX)
    .or(SCHEMAVERSION)
    .or(SELECT)
    .or(SKIPTOKEN)
    .or(TEMPORAL);

/// Word, option, and whether the dollar sign may be left out (since OData 4.01; never where it would hide an ordinary
/// word such as `from`).
const WORDS: &[(&str, OptionSet, bool)] = &[
    ("apply", APPLY, true),
    ("compute", COMPUTE, true),
    ("count", COUNT, true),
    ("deltatoken", DELTATOKEN, false),
    ("expand", EXPAND, true),
    ("filter", FILTER, true),
    ("format", FORMAT, true),
    ("id", ID, true),
    ("index", INDEX, true),
    ("levels", LEVELS, true),
    ("orderby", ORDERBY, true),
    ("schemaversion", SCHEMAVERSION, true),
    ("search", SEARCH, true),
    ("select", SELECT, true),
    ("skip", SKIP, true),
    ("skiptoken", SKIPTOKEN, false),
    ("top", TOP, true),
    ("at", AT, false),
    ("from", FROM, false),
    ("to", TO, false),
    ("toinclusive", TO_INCLUSIVE, false),
];

impl Parser<'_> {
    /// One of these options.
    pub(super) fn option_of(&mut self, allowed: OptionSet) -> Option<QueryOption> {
        if allowed.contains(ALIAS) && self.sees(Self::at_sign) {
            return self.alias_and_value();
        }
        self.attempt(|parser| {
            let option = parser
                .option_word()
                .filter(|option| allowed.contains(*option))?;
            parser.option_value(option)
        })
    }

    /// The name of a system query option and the equals sign.
    pub(super) fn option_word(&mut self) -> Option<OptionSet> {
        self.attempt(|parser| {
            let dollar = parser.byte(b'$').is_some();
            let word = parser.run(2, 13, |byte| byte.is_ascii_alphabetic())?;
            parser.byte(b'=')?;
            let (_, option, _) = WORDS
                .iter()
                .find(|(known, _, bare)| known.eq_ignore_ascii_case(word) && (dollar || *bare))?;
            Some(*option)
        })
    }

    fn option_value(&mut self, option: OptionSet) -> Option<QueryOption> {
        Some(match option {
            APPLY => QueryOption::Apply(self.apply_expr()?),
            COMPUTE => QueryOption::Compute(self.list(Self::compute_item, Self::comma)?),
            COUNT => QueryOption::Count(self.boolean(Place::Url)?),
            DELTATOKEN => QueryOption::DeltaToken(decoded(self.some(&QCHAR_NO_AMP)?)?),
            EXPAND => QueryOption::Expand(self.list(Self::expand_item, Self::comma)?),
            FILTER => QueryOption::Filter(self.common_expr()?),
            FORMAT => QueryOption::Format(self.format_value()?),
            ID => QueryOption::Id(decoded(self.some(&QCHAR_NO_AMP)?)?),
            INDEX => QueryOption::Index(self.index_value()?),
            LEVELS => QueryOption::Levels(self.levels_value()?),
            ORDERBY => QueryOption::OrderBy(self.list(Self::orderby_item, Self::comma)?),
            SCHEMAVERSION => QueryOption::SchemaVersion(self.schema_version()?),
            SEARCH => {
                self.bws();
                QueryOption::Search(self.search_value()?)
            }
            SELECT => QueryOption::Select(self.list(Self::select_item, Self::comma)?),
            SKIP => QueryOption::Skip(self.number()?),
            SKIPTOKEN => QueryOption::SkipToken(decoded(self.some(&QCHAR_NO_AMP)?)?),
            TOP => QueryOption::Top(self.number()?),
            AT => QueryOption::Temporal(Temporal::At, self.temporal_expr()?),
            FROM => QueryOption::Temporal(Temporal::From, self.temporal_expr()?),
            TO => QueryOption::Temporal(Temporal::To, self.temporal_expr()?),
            TO_INCLUSIVE => QueryOption::Temporal(Temporal::ToInclusive, self.temporal_expr()?),
            _ => return None,
        })
    }

    /// Digits. A number beyond 64 bits asks for more than there can be, and is taken as the largest.
    pub(super) fn number(&mut self) -> Option<u64> {
        Some(self.digits(1, usize::MAX)?.parse().unwrap_or(u64::MAX))
    }

    fn index_value(&mut self) -> Option<i64> {
        let start = self.here();
        let _ = self.byte(b'-');
        self.digits(1, usize::MAX)?;
        self.since(start).parse().ok()
    }

    fn levels_value(&mut self) -> Option<Option<u64>> {
        if self.token("max").is_some() {
            return Some(None);
        }
        let starts_well = self.peek() != Some(b'0');
        self.number().filter(|_| starts_well).map(Some)
    }

    fn schema_version(&mut self) -> Option<String> {
        if self.star().is_some() {
            return Some("*".to_owned());
        }
        self.some(&UNRESERVED).map(str::to_owned)
    }

    /// A known word or a media type. The construction rules allow `&` in a media type; it ends the option here, as it
    /// does in every other one.
    fn format_value(&mut self) -> Option<String> {
        let start = self.here();
        let word = self.some(&PCHAR_NO_AMP)?;
        if self.byte(b'/').is_some() {
            self.some(&PCHAR_NO_AMP)?;
            return decoded(self.since(start));
        }
        let word = word.to_ascii_lowercase();
        matches!(word.as_str(), "atom" | "json" | "xml").then_some(word)
    }

    pub(super) fn compute_item(&mut self) -> Option<(Expression, String)> {
        self.named_expression(NameKind::ComputedProperty)
    }

    /// `commonExpr RWS "as" RWS name`
    pub(super) fn named_expression(&mut self, kind: NameKind) -> Option<(Expression, String)> {
        self.attempt(|parser| {
            let value = parser.common_expr()?;
            parser.rws()?;
            parser.token("as")?;
            parser.rws()?;
            Some((value, parser.kind(kind)?))
        })
    }

    pub(super) fn orderby_item(&mut self) -> Option<OrderBy> {
        let by = self.common_expr()?;
        let direction = self.attempt(|parser| {
            parser.rws()?;
            let ascending = parser.token("asc").map(|()| false);
            ascending.or_else(|| parser.token("desc").map(|()| true))
        });
        Some(OrderBy {
            by,
            descending: direction.unwrap_or(false),
        })
    }

    pub(super) fn temporal_expr(&mut self) -> Option<TemporalMoment> {
        if let Some(min) = self.value_word("min", false, TemporalMoment::Min) {
            return Some(min);
        }
        if let Some(max) = self.value_word("max", false, TemporalMoment::Max) {
            return Some(max);
        }
        self.common_expr().map(TemporalMoment::At)
    }

    pub(super) fn alias_and_value(&mut self) -> Option<QueryOption> {
        self.attempt(|parser| {
            let name = parser.parameter_alias()?;
            parser.byte(b'=')?;
            Some(QueryOption::Alias(name, parser.common_expr()?))
        })
    }

    pub(super) fn name_and_value(&mut self) -> Option<QueryOption> {
        self.attempt(|parser| {
            let name = parser.kind(NameKind::ParameterName)?;
            parser.byte(b'=')?;
            Some(QueryOption::Parameter(name, parser.common_expr()?))
        })
    }
}

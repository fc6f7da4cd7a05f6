//! The header `Prefer` (ABNF section 8).

use super::super::names::NameKind;
use super::super::preference::{OmitValues, Preference, Return};
use super::cursor::Parser;
use super::number::Place;

impl Parser<'_> {
    pub(crate) fn preferences(&mut self) -> Option<Vec<Preference>> {
        self.list(Self::preference, |parser| {
            parser.ows();
            parser.byte(b',')?;
            parser.ows();
            Some(())
        })
    }

    pub(super) fn preference(&mut self) -> Option<Preference> {
        let readers: [fn(&mut Self) -> Option<Preference>; 10] = [
            Self::allow_entity_references,
            Self::callback,
            Self::continue_on_error,
            Self::include_annotations,
            Self::max_page_size,
            Self::omit_values,
            Self::respond_async,
            Self::return_preference,
            Self::track_changes,
            Self::wait,
        ];
        readers.into_iter().find_map(|read| self.attempt(read))
    }

    /// The name of a preference that OData 4.0 writes with a prefix.
    fn odata_word(&mut self, word: &str) -> Option<()> {
        let _ = self.token("odata.");
        self.token(word)
    }

    pub(super) fn header_equals(&mut self) -> Option<()> {
        self.attempt(|parser| {
            parser.ows();
            parser.byte(b'=')?;
            parser.ows();
            Some(())
        })
    }

    pub(super) fn allow_entity_references(&mut self) -> Option<Preference> {
        self.odata_word("allow-entityreferences")?;
        Some(Preference::AllowEntityReferences)
    }

    pub(super) fn callback(&mut self) -> Option<Preference> {
        self.odata_word("callback")?;
        self.ows();
        self.byte(b';')?;
        self.ows();
        self.token("url")?;
        self.header_equals()?;
        self.byte(b'"')?;
        let start = self.here();
        self.uri()?;
        let url = self.since(start).to_owned();
        self.byte(b'"')?;
        Some(Preference::Callback(url))
    }

    pub(super) fn continue_on_error(&mut self) -> Option<Preference> {
        self.odata_word("continue-on-error")?;
        let value = self.attempt(|parser| {
            parser.header_equals()?;
            parser.boolean(Place::Url)
        });
        Some(Preference::ContinueOnError(value.unwrap_or(true)))
    }

    pub(super) fn include_annotations(&mut self) -> Option<Preference> {
        self.odata_word("include-annotations")?;
        self.header_equals()?;
        self.byte(b'"')?;
        let start = self.here();
        self.annotations_list()?;
        let patterns = self.since(start).to_owned();
        self.byte(b'"')?;
        Some(Preference::IncludeAnnotations(patterns))
    }

    pub(super) fn annotations_list(&mut self) -> Option<()> {
        self.list(Self::annotation_identifier, |parser| parser.byte(b','))
            .map(drop)
    }

    pub(super) fn annotation_identifier(&mut self) -> Option<()> {
        self.attempt(|parser| {
            let _ = parser.byte(b'-');
            let everything = parser.star().is_some() || parser.all_operations_in_schema().is_some();
            if !everything {
                let (term, kinds) = parser.dotted()?;
                term.namespace.filter(|_| kinds.has(NameKind::TermName))?;
            }
            let _ = parser.attempt(|parser| {
                parser.byte(b'#')?;
                parser.identifier()
            });
            Some(())
        })
    }

    pub(super) fn max_page_size(&mut self) -> Option<Preference> {
        self.odata_word("maxpagesize")?;
        self.header_equals()?;
        let starts_well = self.peek() != Some(b'0');
        self.number()
            .filter(|_| starts_well)
            .map(Preference::MaxPageSize)
    }

    pub(super) fn omit_values(&mut self) -> Option<Preference> {
        self.token("omit-values")?;
        self.header_equals()?;
        let nulls = self.token("nulls").map(|()| OmitValues::Nulls);
        let what = nulls.or_else(|| self.token("defaults").map(|()| OmitValues::Defaults))?;
        Some(Preference::OmitValues(what))
    }

    pub(super) fn respond_async(&mut self) -> Option<Preference> {
        self.token("respond-async")?;
        Some(Preference::RespondAsync)
    }

    pub(super) fn return_preference(&mut self) -> Option<Preference> {
        self.token("return")?;
        self.header_equals()?;
        let whole = self
            .exact("representation")
            .map(|()| Return::Representation);
        let what = whole.or_else(|| self.exact("minimal").map(|()| Return::Minimal))?;
        Some(Preference::Return(what))
    }

    pub(super) fn track_changes(&mut self) -> Option<Preference> {
        self.odata_word("track-changes")?;
        Some(Preference::TrackChanges)
    }

    pub(super) fn wait(&mut self) -> Option<Preference> {
        self.token("wait")?;
        self.header_equals()?;
        self.number().map(Preference::Wait)
    }
}

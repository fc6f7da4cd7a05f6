//! Headers of OData (ABNF section 8).

use super::super::preference::Preference;
use super::characters::{IRI_IN_HEADER, UNRESERVED};
use super::cursor::Parser;

impl Parser<'_> {
    /// `header`: any header that OData defines, with its name.
    pub(super) fn header(&mut self) -> Option<()> {
        let readers: [fn(&mut Self) -> Option<()>; 8] = [
            Self::async_result,
            Self::content_id,
            Self::isolation,
            Self::entity_id,
            Self::error,
            Self::max_version,
            Self::version,
            |parser| parser.prefer().map(drop),
        ];
        readers.into_iter().find_map(|read| self.attempt(read))
    }

    fn header_name(&mut self, name: &str) -> Option<()> {
        self.token(name)?;
        self.byte(b':')?;
        self.ows();
        Some(())
    }

    /// A status code.
    pub(super) fn async_result(&mut self) -> Option<()> {
        self.header_name("AsyncResult")?;
        self.digits(3, 3).map(drop)
    }

    pub(super) fn content_id(&mut self) -> Option<()> {
        self.header_name("Content-ID")?;
        self.request_id()
    }

    pub(super) fn request_id(&mut self) -> Option<()> {
        self.some(&UNRESERVED).map(drop)
    }

    pub(super) fn isolation(&mut self) -> Option<()> {
        let _ = self.token("OData-");
        self.header_name("Isolation")?;
        self.token("snapshot")
    }

    pub(super) fn entity_id(&mut self) -> Option<()> {
        self.header_name("OData-EntityID")?;
        self.some(&IRI_IN_HEADER).map(drop)
    }

    /// The beginning of an error in JSON; the JSON itself is for a JSON reader.
    pub(super) fn error(&mut self) -> Option<()> {
        self.header_name("OData-Error")?;
        self.exact("{\"code\":")?;
        self.run(0, usize::MAX, |byte| (0x20..=0x7e).contains(&byte))
            .map(drop)
    }

    pub(super) fn max_version(&mut self) -> Option<()> {
        self.header_name("OData-MaxVersion")?;
        self.digits(1, usize::MAX)?;
        self.byte(b'.')?;
        self.digits(1, usize::MAX).map(drop)
    }

    pub(super) fn version(&mut self) -> Option<()> {
        self.header_name("OData-Version")?;
        self.exact("4.0")?;
        let _ = self.byte_where(|byte| (b'1'..=b'9').contains(&byte));
        Some(())
    }

    pub(super) fn prefer(&mut self) -> Option<Vec<Preference>> {
        self.attempt(|parser| {
            parser.header_name("Prefer")?;
            parser.preferences()
        })
    }
}

//! Rules of headers (ABNF section 8).

use super::super::characters::IRI_IN_HEADER;
use super::Rule::{Read, Token};
use super::Table;

pub(super) const RULES: Table = &[
    ("header", Read(|parser| parser.header())),
    ("asyncresult", Read(|parser| parser.async_result())),
    ("content-id", Read(|parser| parser.content_id())),
    ("request-id", Read(|parser| parser.request_id())),
    ("isolation", Read(|parser| parser.isolation())),
    ("odata-entityid", Read(|parser| parser.entity_id())),
    ("odata-error", Read(|parser| parser.error())),
    ("odata-maxversion", Read(|parser| parser.max_version())),
    ("odata-version", Read(|parser| parser.version())),
    ("prefer", Read(|parser| parser.prefer().map(drop))),
    ("preference", Read(|parser| parser.preference().map(drop))),
    (
        "allowEntityReferencesPreference",
        Read(|parser| parser.allow_entity_references().map(drop)),
    ),
    (
        "callbackPreference",
        Read(|parser| parser.callback().map(drop)),
    ),
    (
        "continueOnErrorPreference",
        Read(|parser| parser.continue_on_error().map(drop)),
    ),
    (
        "includeAnnotationsPreference",
        Read(|parser| parser.include_annotations().map(drop)),
    ),
    ("annotationsList", Read(|parser| parser.annotations_list())),
    (
        "annotationIdentifier",
        Read(|parser| parser.annotation_identifier()),
    ),
    ("excludeOperator", Token("-")),
    (
        "maxpagesizePreference",
        Read(|parser| parser.max_page_size().map(drop)),
    ),
    (
        "omitValuesPreference",
        Read(|parser| parser.omit_values().map(drop)),
    ),
    (
        "respondAsyncPreference",
        Read(|parser| parser.respond_async().map(drop)),
    ),
    (
        "returnPreference",
        Read(|parser| parser.return_preference().map(drop)),
    ),
    (
        "trackChangesPreference",
        Read(|parser| parser.track_changes().map(drop)),
    ),
    ("waitPreference", Read(|parser| parser.wait().map(drop))),
    (
        "IRI-in-header",
        Read(|parser| parser.some(&IRI_IN_HEADER).map(drop)),
    ),
    ("EQ-h", Read(|parser| parser.header_equals())),
];

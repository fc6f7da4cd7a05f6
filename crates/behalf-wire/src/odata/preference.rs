//! Preferences of a request (OData Protocol section 8.2.8).

/// One preference of the header `Prefer`, with or without the prefix `odata.` of OData 4.0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preference {
    AllowEntityReferences,
    /// The address to call when an asynchronous request is done.
    Callback(String),
    ContinueOnError(bool),
    /// Patterns of annotations, as written between the quotes.
    IncludeAnnotations(String),
    MaxPageSize(u64),
    OmitValues(OmitValues),
    RespondAsync,
    Return(Return),
    TrackChanges,
    /// In seconds.
    Wait(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OmitValues {
    Nulls,
    Defaults,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    Representation,
    Minimal,
}

//! Which keys a connector's scripts may use: data, so that a further connector is a further table.

/// What stands after the dot of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sub {
    None,
    /// `Query.<name>`: repeatable, one action for each name.
    Required,
}

/// Which action of the script it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyId {
    Method,
    Path,
    Query,
    Header,
    Headers,
    Body,
    ContentType,
    Accept,
    Timeout,
    Success,
    Missing,
    Result,
    ErrorMessage,
    IdempotencyKey,
    /// Part of the grammar, not offered by this connector.
    NotOffered,
}

/// One key of a script.
#[derive(Debug)]
pub(crate) struct Key {
    pub name: &'static str,
    pub id: KeyId,
    pub sub: Sub,
    /// The value may run over several lines until its brackets or elements balance.
    pub block: bool,
}

/// The keys of one connector.
#[derive(Debug)]
pub(crate) struct KeyTable {
    pub connector: &'static str,
    pub keys: &'static [Key],
}

impl KeyTable {
    /// Without regard to case.
    pub fn find(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|k| k.name.eq_ignore_ascii_case(name))
    }

    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|k| k.name)
    }
}

const fn key(name: &'static str, id: KeyId) -> Key {
    Key {
        name,
        id,
        sub: Sub::None,
        block: false,
    }
}

const fn block(name: &'static str, id: KeyId) -> Key {
    Key {
        block: true,
        ..key(name, id)
    }
}

const fn named(name: &'static str, id: KeyId) -> Key {
    Key {
        sub: Sub::Required,
        ..key(name, id)
    }
}

/// REST.
pub(crate) static REST: KeyTable = KeyTable {
    connector: "REST",
    keys: &[
        key("Method", KeyId::Method),
        key("Path", KeyId::Path),
        named("Query", KeyId::Query),
        named("Header", KeyId::Header),
        block("Headers", KeyId::Headers),
        block("Body", KeyId::Body),
        key("Content Type", KeyId::ContentType),
        key("Accept", KeyId::Accept),
        key("Timeout", KeyId::Timeout),
        key("Success", KeyId::Success),
        key("Missing", KeyId::Missing),
        key("Result", KeyId::Result),
        key("Error Message", KeyId::ErrorMessage),
        key("Idempotency Key", KeyId::IdempotencyKey),
        key("Next", KeyId::NotOffered),
        named("Multipart", KeyId::NotOffered),
        block("MultipartFormDataContent", KeyId::NotOffered),
        key("MultipartFormDataContentField", KeyId::NotOffered),
        key("MultipartFormDataContentName", KeyId::NotOffered),
    ],
};

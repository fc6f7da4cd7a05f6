//! The JSONPath subset of `Result=` and `Error Message=` (RFC 9535: `$`, `.name`, `['na me']`, `[n]`, `[*]`),
//! walked over JSON text without building a tree.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A compiled path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResultPath {
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Member(String),
    Index(usize),
    All,
}

impl ResultPath {
    /// Reads a path.
    ///
    /// # Errors
    /// Byte offset and sentence.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut steps = Vec::new();
        let Some(mut rest) = text.strip_prefix('$') else {
            return Err((0, "a path starts with `$`".to_owned()));
        };
        while !rest.is_empty() {
            let at = text.len() - rest.len();
            let step = match rest.strip_prefix('[') {
                Some(inner) => bracket(inner),
                None => dotted(rest),
            };
            let (step, after) = step.map_err(|message| (at, message.to_owned()))?;
            steps.push(step);
            rest = after;
        }
        Ok(Self { steps })
    }

    pub(super) fn member(mut self, name: &str) -> Self {
        self.steps.push(Step::Member(name.to_owned()));
        self
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Names exactly one place, if it exists.
    pub(super) fn is_singular(&self) -> bool {
        !self.steps.contains(&Step::All)
    }

    /// Everything the path leads to.
    pub fn select<'j>(&self, root: &'j RawValue) -> Vec<&'j RawValue> {
        let mut found = vec![root];
        for step in &self.steps {
            found = found
                .into_iter()
                .flat_map(|raw| children(step, raw))
                .collect();
        }
        found
    }
}

impl FromStr for ResultPath {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|(_, message)| message)
    }
}

impl fmt::Display for ResultPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        for step in &self.steps {
            match step {
                Step::Member(name) => {
                    let name = name.replace('\\', "\\\\").replace('\'', "\\'");
                    write!(f, "['{name}']")?;
                }
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::All => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

type Parsed<'t> = Result<(Step, &'t str), &'static str>;

fn dotted(rest: &str) -> Parsed<'_> {
    let Some(name) = rest.strip_prefix('.') else {
        return Err("a step starts with `.` or `[`");
    };
    if name.starts_with('.') {
        return Err("searching at any depth (`..`) is not offered");
    }
    let end = name.find(['.', '[']).unwrap_or(name.len());
    let (name, after) = name.split_at(end);
    if name == "*" {
        return Err("for all items write [*]");
    }
    let plain = !name.is_empty()
        && !name
            .contains(|c: char| c.is_whitespace() || c.is_control() || "]'\"*()?,:".contains(c));
    if !plain {
        return Err("a name with other characters is written ['na me']");
    }
    Ok((Step::Member(name.to_owned()), after))
}

fn bracket(inner: &str) -> Parsed<'_> {
    let close = |rest| -> Result<&str, &'static str> {
        str::strip_prefix(rest, "]").ok_or("`]` is missing")
    };
    if let Some(rest) = inner.strip_prefix('*') {
        return Ok((Step::All, close(rest)?));
    }
    if let Some(quote) = inner.chars().next().filter(|c| matches!(c, '\'' | '"')) {
        let (name, rest) = quoted(&inner[1..], quote)?;
        return Ok((Step::Member(name), close(rest)?));
    }
    let end = inner
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(inner.len());
    let index = inner[..end]
        .parse()
        .map_err(|_| "in brackets stands a number, `*` or a name in quotes")?;
    Ok((Step::Index(index), close(&inner[end..])?))
}

fn quoted(text: &str, quote: char) -> Result<(String, &str), &'static str> {
    let mut name = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, c @ ('\\' | '\'' | '"'))) => name.push(c),
                _ => return Err("in a name only \\\\ and quotes are escaped"),
            },
            c if c == quote => return Ok((name, &text[at + 1..])),
            c => name.push(c),
        }
    }
    Err("the quoted name is not closed")
}

fn children<'j>(step: &Step, raw: &'j RawValue) -> Vec<&'j RawValue> {
    let is_object = raw.get().starts_with('{');
    match step {
        Step::Member(name) if is_object => {
            let mut found = None;
            members(raw, |key| key == name, |_, value| found = Some(value));
            found.into_iter().collect()
        }
        Step::All if is_object => {
            let mut all = Vec::new();
            members(raw, |_| true, |_, value| all.push(value));
            all
        }
        Step::Member(_) => Vec::new(),
        Step::Index(index) => items(raw).get(*index).copied().into_iter().collect(),
        Step::All => items(raw),
    }
}

/// The items of an array; none for anything else.
pub(super) fn items(raw: &RawValue) -> Vec<&RawValue> {
    serde_json::from_str(raw.get()).unwrap_or_default()
}

/// Visits the wanted members of an object in their order; of a name given twice both, the last one last.
pub(super) fn members<'j>(
    raw: &'j RawValue,
    wanted: impl Fn(&str) -> bool,
    visit: impl FnMut(&str, &'j RawValue),
) {
    struct Members<W, V>(W, V);

    impl<'j, W: Fn(&str) -> bool, V: FnMut(&str, &'j RawValue)> Visitor<'j> for Members<W, V> {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'j>>(mut self, mut map: A) -> Result<(), A::Error> {
            while let Some(Key(key)) = map.next_key()? {
                if (self.0)(&key) {
                    (self.1)(&key, map.next_value()?);
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(())
        }
    }

    let mut json = serde_json::Deserializer::from_str(raw.get());
    // Well-formed by its type; a name with a broken escape ends the visit, and what is behind it counts as absent.
    let _ = json.deserialize_map(Members(wanted, visit));
}

/// A member name, borrowed where it has no escapes.
struct Key<'j>(Cow<'j, str>);

impl<'j> Deserialize<'j> for Key<'j> {
    fn deserialize<D: Deserializer<'j>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl<'j> Visitor<'j> for Name {
            type Value = Key<'j>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }
            fn visit_borrowed_str<E>(self, name: &'j str) -> Result<Key<'j>, E> {
                Ok(Key(Cow::Borrowed(name)))
            }
            fn visit_str<E>(self, name: &str) -> Result<Key<'j>, E> {
                Ok(Key(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(Name)
    }
}

//! Reading TOML files into declarations.

use behalf_model::method::{Method, Object};
use behalf_model::profile::Profile;
use serde::de::DeserializeOwned;

use crate::script::{CompileError, closest};

use super::document::{At, Document};

/// One file of the catalogue. The path decides what it declares: `profiles/`, `methods/` or `objects/` in it.
#[derive(Debug, Clone, Copy)]
pub struct SourceFile<'f> {
    pub path: &'f str,
    pub text: &'f str,
}

/// A declaration and where it came from.
#[derive(Debug, Clone)]
pub(super) struct Declared<T> {
    pub value: T,
    pub document: Document,
}

/// Everything declared, not yet compiled.
#[derive(Debug, Clone, Default)]
pub struct Declarations {
    pub(super) objects: Vec<Declared<Object>>,
    pub(super) methods: Vec<Declared<Method>>,
    pub(super) profiles: Vec<Declared<Profile>>,
}

impl Declarations {
    /// Reads files.
    ///
    /// # Errors
    /// Every file that is not TOML of its kind.
    pub fn parse(files: &[SourceFile<'_>]) -> Result<Self, Vec<CompileError>> {
        let mut out = Self::default();
        let mut errors = Vec::new();
        for file in files {
            let document = Document::file(file.path, file.text);
            let result = match kind(file.path) {
                Some("objects") => read(file, document).map(|d| out.objects.push(d)),
                Some("methods") => read(file, document).map(|d| out.methods.push(d)),
                Some("profiles") => read(file, document).map(|d| out.profiles.push(d)),
                _ => Err(document
                    .error(&[], "the folder of this file does not say what it declares")
                    .help("files stand in objects/, methods/<object>/ or profiles/")),
            };
            errors.extend(result.err());
        }
        if errors.is_empty() {
            Ok(out)
        } else {
            Err(errors)
        }
    }

    /// Takes documents of the store.
    pub fn stored(objects: Vec<Object>, methods: Vec<Method>, profiles: Vec<Profile>) -> Self {
        fn declared<T>(values: Vec<T>, path: impl Fn(&T) -> String) -> Vec<Declared<T>> {
            let one = |value| Declared {
                document: Document::stored(path(&value)),
                value,
            };
            values.into_iter().map(one).collect()
        }
        Self {
            objects: declared(objects, |o| format!("objects/{}.toml", o.slug())),
            methods: declared(methods, |m| {
                format!("methods/{}/{}.toml", m.object_slug(), m.slug())
            }),
            profiles: declared(profiles, |p| format!("profiles/{}.toml", p.slug())),
        }
    }

    /// What was declared, for storing it.
    pub fn into_models(self) -> (Vec<Object>, Vec<Method>, Vec<Profile>) {
        (
            self.objects.into_iter().map(|d| d.value).collect(),
            self.methods.into_iter().map(|d| d.value).collect(),
            self.profiles.into_iter().map(|d| d.value).collect(),
        )
    }
}

/// The innermost folder that names a kind.
fn kind(path: &str) -> Option<&'static str> {
    const KINDS: [&str; 3] = ["objects", "methods", "profiles"];
    let (folders, _) = path.rsplit_once(['/', '\\'])?;
    let known = |folder| KINDS.into_iter().find(|kind| *kind == folder);
    folders.rsplit(['/', '\\']).find_map(known)
}

fn read<T: DeserializeOwned>(
    file: &SourceFile<'_>,
    document: Document,
) -> Result<Declared<T>, CompileError> {
    match toml::from_str(file.text) {
        Ok(value) => Ok(Declared { value, document }),
        Err(error) => Err(toml_error(&document, &error)),
    }
}

/// Only the message and the place: the parser's own rendering shows the line, which may hold what should be secret.
fn toml_error(document: &Document, error: &toml::de::Error) -> CompileError {
    let message = error.message();
    let unknown = message
        .strip_prefix("unknown field `")
        .and_then(|rest| rest.split_once('`'));
    let (message, help) = match unknown {
        Some((name, known)) => {
            let known = known.split('`').skip(1).step_by(2);
            let help = closest(name, known).map(|close| format!("did you mean `{close}`?"));
            (format!("unknown key `{name}`"), help)
        }
        None => (message.trim().replace('\n', ", "), None),
    };
    let error = match error.span() {
        Some(span) => document.error_at(span.start, message),
        None => document.error(&[] as &[At<'_>], message),
    };
    match help {
        Some(help) => error.help(help),
        None => error,
    }
}

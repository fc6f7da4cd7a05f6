//! Natural verbs: which method `PATCH /api/products/7` means.

#[cfg(test)]
mod tests;

use crate::catalog::CompiledMethod;
use crate::library::Loaded;
use behalf_model::Fault;
use behalf_model::fault::{METHOD_NOT_FOUND, OBJECT_NOT_FOUND};
use behalf_model::method::{Kind, slug};
use http::Method;
use std::sync::Arc;

/// The slug of the object that a path segment names, in singular or plural (`products`, `categories`).
///
/// Errors: `OBJECT_NOT_FOUND`.
pub(super) fn object(loaded: &Loaded, segment: &str) -> Result<String, Fault> {
    let asked = slug(segment);
    let exists = |slug: &str| loaded.catalog.methods_of(slug).next().is_some();
    let singular = [
        asked.strip_suffix("ies").map(|stem| format!("{stem}y")),
        asked.strip_suffix("es").map(str::to_owned),
        asked.strip_suffix('s').map(str::to_owned),
    ];
    let spellings = std::iter::once(asked.clone()).chain(singular.into_iter().flatten());
    let found = spellings.into_iter().find(|slug| exists(slug));
    found.ok_or_else(|| OBJECT_NOT_FOUND.plain().fact("object", asked))
}

/// `GET` lists, `POST` creates.
///
/// Errors: `METHOD_NOT_FOUND` when the object has no such method or several.
pub(super) fn of_collection(
    loaded: &Loaded,
    object: &str,
    verb: &Method,
) -> Result<Arc<CompiledMethod>, Fault> {
    let kind = if verb == Method::POST {
        Kind::Create
    } else {
        Kind::List
    };
    the_one(loaded, object, kind, |_| true)
}

/// `GET` reads one, `PATCH` and `PUT` update, `DELETE` deletes; with the name of the input that the key in the path
/// fills.
///
/// Errors: `METHOD_NOT_FOUND` also for a method whose key has several parts.
pub(super) fn of_item(
    loaded: &Loaded,
    object: &str,
    verb: &Method,
) -> Result<(Arc<CompiledMethod>, String), Fault> {
    let kind = match *verb {
        Method::DELETE => Kind::Delete,
        Method::PATCH | Method::PUT => Kind::Update,
        _ => Kind::Get,
    };
    let method = the_one(loaded, object, kind, |method| key(method).is_some())?;
    let field = key(&method).unwrap_or_default().to_owned();
    Ok((method, field))
}

/// The input that identifies a row, where it is a single one.
pub(in crate::faces) fn key(method: &CompiledMethod) -> Option<&str> {
    let mut unique = method.method.input.iter().filter(|field| field.unique);
    match (unique.next(), unique.next()) {
        (Some(field), None) => Some(&field.name),
        _ => None,
    }
}

/// Among several of a kind nobody but the caller can choose.
fn the_one(
    loaded: &Loaded,
    object: &str,
    kind: Kind,
    fits: impl Fn(&CompiledMethod) -> bool,
) -> Result<Arc<CompiledMethod>, Fault> {
    let of_kind = loaded
        .catalog
        .methods_of(object)
        .filter(|method| method.kind == kind);
    let found: Vec<&Arc<CompiledMethod>> = of_kind.filter(|method| fits(method)).collect();
    match found.as_slice() {
        [one] => Ok(Arc::clone(one)),
        [] => Err(METHOD_NOT_FOUND.with(format!(
            "The object has no method of the kind '{kind}' for this verb."
        ))),
        several => {
            let paths: Vec<String> = several
                .iter()
                .map(|m| format!("POST /api/{object}/{}", m.slug))
                .collect();
            let detail = format!(
                "The object has several methods of the kind '{kind}': choose one of {}.",
                paths.join(", ")
            );
            Err(METHOD_NOT_FOUND.with(detail))
        }
    }
}

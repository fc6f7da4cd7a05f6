//! Declarations → catalogue, all or nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use behalf_model::method::{Method, fold};
use behalf_model::profile::{Connector, Profile, Severity};

use crate::rows::Outputs;
use crate::script::{
    CompileError, FieldProblem, Inputs, Target, closest, compile as compile_script,
};

use super::document::{At, Document};
use super::file::{Declarations, Declared};
use super::{Catalog, CompiledMethod, CompiledProfile, lint};

pub(super) fn compile(declarations: Declarations) -> Result<Catalog, Vec<CompileError>> {
    let mut errors = Vec::new();
    let mut catalog = Catalog::default();
    // Names of profiles that were refused: methods on them are not to blame as well.
    let mut refused = BTreeSet::new();
    for declared in declarations.profiles {
        let name = fold(&declared.value.name);
        let before = errors.len();
        profile(declared, &mut catalog, &mut errors);
        if errors.len() > before {
            refused.insert(name);
        }
    }
    for Declared { value, document } in declarations.objects {
        let slug = value.slug();
        if slug.is_empty() || catalog.objects.contains_key(&slug) {
            errors.push(taken(&document, &value.name));
            continue;
        }
        if let Err(problems) = Inputs::compile(&value.fields) {
            errors.extend(field_errors(&document, "fields", problems));
        }
        catalog.objects.insert(slug, Arc::new(value));
    }
    for declared in declarations.methods {
        method(declared, &mut catalog, &refused, &mut errors);
    }
    views(&catalog, &mut errors);
    if errors.is_empty() {
        Ok(catalog)
    } else {
        Err(errors)
    }
}

fn taken(document: &Document, name: &str) -> CompileError {
    document
        .error(
            &[At::Key("name")],
            format!("the name `{name}` is empty or already taken by another of its kind"),
        )
        .help("names that differ only in case, blanks or punctuation are the same name")
}

fn profile(
    Declared { value, document }: Declared<Profile>,
    catalog: &mut Catalog,
    errors: &mut Vec<CompileError>,
) {
    for problem in value.check() {
        let found = document
            .error(&[At::Key(problem.field)], problem.message)
            .help(problem.help);
        match problem.severity {
            Severity::Error => errors.push(found),
            Severity::Warning => catalog.warnings.push(found),
        }
    }
    if value.connector != Connector::Rest {
        let message = "this kind of back-end is not offered yet";
        errors.push(
            document
                .error(&[At::Key("connector")], message)
                .help("offered is rest"),
        );
    }
    let Ok(resolved) = value.resolved() else {
        return;
    };
    let slug = resolved.slug();
    let same_slug = catalog.profiles.values().any(|known| known.slug == slug);
    if slug.is_empty() || same_slug {
        errors.push(taken(&document, &resolved.name));
        return;
    }
    match Target::new(&resolved) {
        Ok(target) => {
            let name = fold(&resolved.name);
            let compiled = CompiledProfile {
                profile: resolved,
                slug,
                target,
            };
            catalog.profiles.insert(name, Arc::new(compiled));
        }
        Err(message) => errors.push(document.error(&[At::Key("headers")], message)),
    }
}

fn method(
    Declared { value, document }: Declared<Method>,
    catalog: &mut Catalog,
    refused: &BTreeSet<String>,
    errors: &mut Vec<CompileError>,
) {
    let before = errors.len();
    let (slug, object_slug) = (value.slug(), value.object_slug());
    if object_slug.is_empty() {
        errors.push(document.error(&[At::Key("object")], "the method names no object"));
    }
    let of_object = catalog.methods.get(&object_slug);
    if slug.is_empty() || of_object.is_some_and(|known| known.contains_key(&slug)) {
        errors.push(taken(&document, &value.name));
    }
    for name in &value.allow_raw {
        let known = value.input.iter().map(|f| f.name.as_str());
        if !known.clone().any(|field| fold(field) == fold(name)) {
            let message = format!("`{name}` is not an input field");
            let error = document.error(&[At::Key("allow_raw")], message);
            errors.push(error.suggest(closest(name, known)));
        }
    }
    let inputs = Inputs::compile(&value.input)
        .map_err(|problems| errors.extend(field_errors(&document, "input", problems)));
    let script = compile_script(&value)
        .map_err(|found| errors.extend(found.into_iter().map(|error| document.in_script(error))));
    let result = script
        .as_ref()
        .ok()
        .and_then(|script| script.result.clone());
    let outputs = Outputs::compile(&value, result)
        .map_err(|problems| errors.extend(field_errors(&document, "output", problems)));
    let profiles = profiles(&value, &document, catalog, refused, errors);
    let (Ok(inputs), Ok(script), Ok(outputs)) = (inputs, script, outputs) else {
        return;
    };
    for profile in &profiles {
        errors.extend(lint::refusals(&script, profile, &document));
    }
    if errors.len() > before {
        return;
    }
    for profile in &profiles {
        let found = lint::warnings(&value, &script, profile, &document);
        catalog.warnings.extend(found);
    }
    catalog
        .warnings
        .extend(lint::unused_inputs(&value, &script, &document));
    let compiled = CompiledMethod {
        kind: value.kind.unwrap_or_else(|| script.default_kind(&value)),
        slug: slug.clone(),
        object_slug: object_slug.clone(),
        method: value,
        inputs,
        script,
        outputs,
        profiles,
    };
    let of_object = catalog.methods.entry(object_slug).or_default();
    of_object.insert(slug, Arc::new(compiled));
}

fn profiles(
    method: &Method,
    document: &Document,
    catalog: &Catalog,
    refused: &BTreeSet<String>,
    errors: &mut Vec<CompileError>,
) -> Vec<Arc<CompiledProfile>> {
    if method.profiles.is_empty() {
        errors.push(
            document
                .error(&[At::Key("profiles")], "the method names no profile")
                .help("write profiles = [\"…\"]; the first is the default"),
        );
    }
    let mut found: Vec<Arc<CompiledProfile>> = Vec::new();
    for (n, name) in method.profiles.iter().enumerate() {
        let at = [At::Key("profiles"), At::Index(n)];
        match catalog.profile(name) {
            Some(profile) if found.iter().any(|known| Arc::ptr_eq(known, profile)) => {
                errors.push(document.error(&at, format!("the profile `{name}` is named twice")));
            }
            Some(profile) => found.push(profile.clone()),
            None if refused.contains(&fold(name)) => {}
            None => {
                let known = catalog.profiles().map(|p| p.profile.name.as_str());
                let error = document.error(&at, format!("there is no profile `{name}`"));
                errors.push(error.suggest(closest(name, known)));
            }
        }
    }
    found
}

/// Views are checked last: they name methods.
fn views(catalog: &Catalog, errors: &mut Vec<CompileError>) {
    let mut known: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for method in catalog.methods() {
        let of_object = known.entry(&method.object_slug).or_default();
        of_object.push(&method.method.name);
    }
    for (slug, object) in &catalog.objects {
        let methods = known.get(slug.as_str()).cloned().unwrap_or_default();
        for view in &object.views {
            let exists = methods.iter().any(|name| fold(name) == fold(&view.method));
            if !exists && errors.is_empty() {
                let document = Document::stored(format!("objects/{slug}.toml"));
                let message = format!(
                    "view `{}`: the object has no method `{}`",
                    view.name, view.method
                );
                let error = document.error(&[], message);
                errors.push(error.suggest(closest(&view.method, methods.iter().copied())));
            }
        }
    }
}

fn field_errors(document: &Document, list: &str, problems: Vec<FieldProblem>) -> Vec<CompileError> {
    let error = |problem: FieldProblem| {
        let steps = [
            At::Key(list),
            At::Index(problem.index),
            At::Key(problem.attribute),
        ];
        document.error(&steps, problem.message)
    };
    problems.into_iter().map(error).collect()
}

//! What a method and a profile say about each other.

use behalf_model::method::Method;
use http::Method as Verb;

use crate::script::{CompileError, RestScript, closest};

use super::CompiledProfile;
use super::document::{At, Document};

/// Combinations that can never work.
pub(super) fn refusals(
    script: &RestScript,
    compiled: &CompiledProfile,
    document: &Document,
) -> Vec<CompileError> {
    let profile = &compiled.profile;
    let mut errors = Vec::new();
    if !compiled.target.allows(&script.verb) {
        let message = format!(
            "the profile `{}` does not allow {}",
            profile.name, script.verb
        );
        errors.push(document.error(&[At::Key("script")], message));
    }
    for name in &script.variables {
        if compiled.target.has_variable(name) {
            continue;
        }
        let message = format!(
            "`{{$@profile.{name}}}` is not a public variable of the profile `{}`",
            profile.name
        );
        let public = profile.variables.iter().filter(|(_, v)| v.public);
        let error = document
            .error(&[At::Key("script")], message)
            .suggest(closest(name, public.map(|(name, _)| name.as_str())))
            .or_help(|| format!("variables = {{ {name} = {{ value = \"…\", public = true }} }}"));
        errors.push(error);
    }
    errors
}

/// Combinations that work, but probably not as meant.
pub(super) fn warnings(
    method: &Method,
    script: &RestScript,
    compiled: &CompiledProfile,
    document: &Document,
) -> Vec<CompileError> {
    let profile = &compiled.profile;
    let mut warnings = Vec::new();
    // R45: the only way to reach "No Access Token Is Present".
    if profile.oauth_on_behalf_of && method.policy.anonymous {
        let message = format!(
            "anonymous callers are allowed, but the profile `{}` acts on behalf of a user: \
             such a call ends with `No Access Token Is Present`",
            profile.name
        );
        let warning = document.error(&[At::Key("policy")], message);
        warnings.push(warning.help("set anonymous = false, or use a profile without on-behalf-of"));
    }
    let max_ms = profile.timeouts.total_ms;
    if script.timeout_ms.is_some_and(|ms| ms > max_ms) {
        let message = format!(
            "the Timeout of the script is above that of the profile `{}`, which stays at {max_ms} ms",
            profile.name
        );
        warnings.push(document.error(&[At::Key("script")], message));
    }
    if writes_item_without_fields(script, compiled) {
        let message = "Microsoft Graph updates the columns of an item below `/fields`";
        let warning = document.error(&[At::Key("script")], message);
        warnings.push(warning.help(format!(
            "Path={}/fields, with the columns as outputs at the root of the answer",
            script.path_outline()
        )));
    }
    warnings
}

/// An input no placeholder names is most often a misspelt placeholder.
pub(super) fn unused_inputs(
    method: &Method,
    script: &RestScript,
    document: &Document,
) -> Vec<CompileError> {
    let warn = |name: &str| {
        let index = method
            .input
            .iter()
            .position(|f| f.name == name)
            .unwrap_or(0);
        let message = format!("the script never uses the input `{name}`");
        document.error(&[At::Key("input"), At::Index(index)], message)
    };
    script.unused_inputs(method).into_iter().map(warn).collect()
}

/// `PATCH …/items/{id}` at the real Graph.
fn writes_item_without_fields(script: &RestScript, compiled: &CompiledProfile) -> bool {
    script.verb == Verb::PATCH
        && compiled
            .target
            .url()
            .starts_with("https://graph.microsoft.")
        && script.path_outline().ends_with("/items/{}")
}

//! The catalogue: objects, methods and profiles, compiled together or not at all.
//!
//! Files (`objects/*.toml`, `methods/**/*.toml`, `profiles/*.toml`) and stored documents go through the same door. A
//! mistake anywhere refuses the whole set, with file, line and column; nothing is ever half loaded.

mod compile;
mod document;
mod file;
mod lint;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use behalf_model::method::{Kind, Method, Object, fold};
use behalf_model::profile::Profile;

use crate::rows::Outputs;
use crate::script::{CompileError, Inputs, RestScript, Target};

pub use file::{Declarations, SourceFile};

/// A profile ready to be executed on.
#[derive(Debug, Clone)]
pub struct CompiledProfile {
    /// With its variables in place.
    pub profile: Profile,
    pub slug: String,
    pub target: Target,
}

/// A method ready to be called.
#[derive(Debug, Clone)]
pub struct CompiledMethod {
    pub method: Method,
    pub slug: String,
    pub object_slug: String,
    /// As declared, or as the verb of the script says.
    pub kind: Kind,
    pub inputs: Inputs,
    pub script: RestScript,
    pub outputs: Outputs,
    /// In the order declared; the first is the default. Never empty.
    pub profiles: Vec<Arc<CompiledProfile>>,
}

impl CompiledMethod {
    /// The profile a caller asked for, or the default; `None` when the method does not allow that one.
    pub fn profile(&self, asked: Option<&str>) -> Option<&Arc<CompiledProfile>> {
        let Some(asked) = asked else {
            return self.profiles.first();
        };
        let asked = fold(asked);
        self.profiles
            .iter()
            .find(|p| fold(&p.profile.name) == asked || p.slug == asked)
    }
}

/// Everything of one tenant that can be called.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    objects: BTreeMap<String, Arc<Object>>,
    /// By slugs of object and method.
    methods: BTreeMap<String, BTreeMap<String, Arc<CompiledMethod>>>,
    /// By folded name.
    profiles: BTreeMap<String, Arc<CompiledProfile>>,
    /// What deserves a look although it works.
    pub warnings: Vec<CompileError>,
}

impl Catalog {
    /// Parses and compiles a set of files.
    ///
    /// # Errors
    /// Every mistake found in any of them.
    pub fn parse(files: &[SourceFile<'_>]) -> Result<Self, Vec<CompileError>> {
        compile::compile(Declarations::parse(files)?)
    }

    /// Compiles what the store keeps.
    ///
    /// # Errors
    /// Every mistake found; `file` is the name the document would have as a file, lines count within its script.
    pub fn compile(
        objects: Vec<Object>,
        methods: Vec<Method>,
        profiles: Vec<Profile>,
    ) -> Result<Self, Vec<CompileError>> {
        compile::compile(Declarations::stored(objects, methods, profiles))
    }

    /// A method by the slugs of its object and its own.
    pub fn method(&self, object_slug: &str, method_slug: &str) -> Option<&Arc<CompiledMethod>> {
        self.methods.get(object_slug)?.get(method_slug)
    }

    /// The methods of an object, by slug.
    pub fn methods_of(&self, object_slug: &str) -> impl Iterator<Item = &Arc<CompiledMethod>> {
        self.methods
            .get(object_slug)
            .into_iter()
            .flat_map(BTreeMap::values)
    }

    /// Every method, by object and slug.
    pub fn methods(&self) -> impl Iterator<Item = &Arc<CompiledMethod>> {
        self.methods.values().flat_map(BTreeMap::values)
    }

    /// A declared object by slug; methods may belong to one that is not declared.
    pub fn object(&self, slug: &str) -> Option<&Arc<Object>> {
        self.objects.get(slug)
    }

    pub fn objects(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.objects.values()
    }

    /// A profile by name, without regard to case.
    pub fn profile(&self, name: &str) -> Option<&Arc<CompiledProfile>> {
        self.profiles.get(&fold(name))
    }

    pub fn profiles(&self) -> impl Iterator<Item = &Arc<CompiledProfile>> {
        self.profiles.values()
    }
}

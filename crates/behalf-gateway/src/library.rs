//! The catalogue in use: compiled from the store and from files, replaced as a whole when its sources change.
//!
//! A set of sources with a mistake in it never replaces a good one: calls go on with the catalogue before it, and the
//! errors are kept for the administrator.

use crate::catalog::{Catalog, CompiledMethod, SourceFile};
use crate::profiles::{self, Route};
use crate::script::CompileError;
use behalf_model::facts::Facts;
use behalf_model::source::Source;
use behalf_model::{Fault, TenantId};
use behalf_wire::jose::backend::sha256;
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// One gateway file: `objects/*.toml`, `methods/<object>/*.toml`, `profiles/*.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    pub path: String,
    pub text: String,
}

impl From<&Source> for SourceText {
    fn from(source: &Source) -> Self {
        let path = format!("{}/{}.toml", source.kind.folder(), source.slug);
        Self {
            path,
            text: source.toml.clone(),
        }
    }
}

/// Compiles sources as the gateway would. Warnings stand in the catalogue.
///
/// # Errors
/// Every mistake found, with file, line and column.
pub fn compile(sources: &[SourceText]) -> Result<Catalog, Vec<CompileError>> {
    let files: Vec<SourceFile<'_>> = sources
        .iter()
        .map(|s| SourceFile {
            path: &s.path,
            text: &s.text,
        })
        .collect();
    let catalog = Catalog::parse(&files)?;
    let refused: Vec<CompileError> = catalog
        .profiles()
        .flat_map(|p| profiles::not_offered(&p.profile))
        .collect();
    if refused.is_empty() {
        Ok(catalog)
    } else {
        Err(refused)
    }
}

/// A compiled catalogue with what is derived from it.
#[derive(Default)]
pub(crate) struct Loaded {
    pub catalog: Catalog,
    /// By slug of the profile.
    routes: HashMap<String, Arc<Route>>,
    /// Written at the first request for it.
    pub openapi: OnceLock<Bytes>,
}

impl Loaded {
    pub fn new(catalog: Catalog) -> Self {
        let route = |p: &Arc<crate::catalog::CompiledProfile>| {
            (p.slug.clone(), Arc::new(Route::new(&p.profile)))
        };
        Self {
            routes: catalog.profiles().map(route).collect(),
            catalog,
            openapi: OnceLock::new(),
        }
    }

    pub fn route(&self, profile_slug: &str) -> Option<&Arc<Route>> {
        self.routes.get(profile_slug)
    }

    pub fn method(&self, object_slug: &str, method_slug: &str) -> Option<&Arc<CompiledMethod>> {
        self.catalog.method(object_slug, method_slug)
    }
}

/// What is wrong with the sources, if anything, and what deserves a look.
#[derive(Clone, Debug, Default)]
pub struct CatalogueState {
    /// While there are errors, the catalogue before them is in use.
    pub errors: Vec<CompileError>,
    pub warnings: Vec<CompileError>,
}

#[derive(Default)]
pub(crate) struct Library {
    files: RwLock<Arc<Vec<SourceText>>>,
    current: RwLock<Current>,
    /// One reload at a time; the others wait for it instead of compiling the same thing.
    reloading: tokio::sync::Mutex<()>,
}

#[derive(Clone, Default)]
struct Current {
    /// Of the store, plus how often files were set; `None` before the first load.
    version: Option<u64>,
    digest: [u8; 32],
    loaded: Arc<Loaded>,
    errors: Arc<Vec<CompileError>>,
}

impl Library {
    /// Replaces the files; they are compiled together with the store's sources at the next call.
    pub fn set_files(&self, files: Vec<SourceText>) {
        *self.files.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(files);
        self.current
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .version = None;
    }

    /// The catalogue for this moment.
    ///
    /// Errors: store faults, while the sources cannot be read.
    pub async fn current(&self, facts: &Facts, home: TenantId) -> Result<Arc<Loaded>, Fault> {
        if let Some(loaded) = self.fresh(facts) {
            return Ok(loaded);
        }
        let _one = self.reloading.lock().await;
        if let Some(loaded) = self.fresh(facts) {
            return Ok(loaded);
        }
        // Read before the sources: a change in between is seen at the next call.
        let version = facts.store().facts_version();
        let stored = facts.all::<Source>(home).await?;
        let files = self
            .files
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let mut sources: Vec<SourceText> = stored
            .iter()
            .map(|s| SourceText::from(s.as_ref()))
            .collect();
        sources.extend(files.iter().cloned());
        let loaded = self.replace(version, &sources);
        let latest = self
            .files
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if !Arc::ptr_eq(&files, &latest) {
            self.current
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .version = None;
        }
        Ok(loaded)
    }

    /// Whether nothing could be loaded yet, because of errors.
    pub fn is_broken(&self) -> bool {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        !current.errors.is_empty() && current.loaded.catalog.methods().next().is_none()
    }

    pub fn state(&self) -> CatalogueState {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        CatalogueState {
            errors: current.errors.to_vec(),
            warnings: current.loaded.catalog.warnings.clone(),
        }
    }

    fn fresh(&self, facts: &Facts) -> Option<Arc<Loaded>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        (current.version == Some(facts.store().facts_version())).then(|| current.loaded.clone())
    }

    fn replace(&self, version: u64, sources: &[SourceText]) -> Arc<Loaded> {
        let digest = digest(sources);
        let mut next = self
            .current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        // The version grows with every user and principal as well: mostly the sources are the same.
        if next.version.is_none() || next.digest != digest {
            match compile(sources) {
                Ok(catalog) => {
                    next.loaded = Arc::new(Loaded::new(catalog));
                    next.errors = Arc::default();
                }
                Err(errors) => {
                    for error in &errors {
                        tracing::error!(%error, "the catalogue is not replaced");
                    }
                    next.errors = Arc::new(errors);
                }
            }
        }
        next.version = Some(version);
        next.digest = digest;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = next.clone();
        next.loaded
    }
}

fn digest(sources: &[SourceText]) -> [u8; 32] {
    let mut all = Vec::new();
    for source in sources {
        for text in [&source.path, &source.text] {
            all.extend_from_slice(&text.len().to_be_bytes());
            all.extend_from_slice(text.as_bytes());
        }
    }
    sha256(&all)
}

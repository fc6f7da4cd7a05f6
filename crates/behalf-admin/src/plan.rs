//! From declarations to one commit: everything is checked before anything changes.

use crate::declaration::File;
use crate::draft::Draft;
use crate::problem::{Problem, Wrong};
use crate::{apps, content, grants, secrets, sources, tenants, users};
use behalf_model::facts::Facts;
use behalf_model::ports::{Change, Digester};
use behalf_model::secret::Sealer;
use behalf_model::source::Source;
use behalf_model::{Env, TenantId, UnixTime};
use std::fmt;
use toml::Spanned;

/// What planning needs from the other rooms and the machine.
pub struct Tools<'a> {
    pub env: &'a Env,
    pub sealer: &'a dyn Sealer,
    pub digester: &'a dyn Digester,
    /// Argon2id in PHC string form.
    pub hash_password: &'a (dyn Fn(&str) -> String + Sync),
    pub password_matches: &'a (dyn Fn(&str, &str) -> bool + Sync),
    /// Compiles the gateway sources of one tenant as they will be; returns warnings.
    pub compile: &'a (dyn Fn(&[Source]) -> Compiled + Sync),
    /// Owner of gateway sources that name no tenant.
    pub gateway_tenant: Option<TenantId>,
    pub now: UnixTime,
}

/// Warnings, or everything that is wrong.
pub type Compiled = Result<Vec<String>, Vec<Problem>>;

/// Everything that `commit` will do, and what to tell the administrator.
#[derive(Debug)]
pub struct Plan {
    pub changes: Vec<Change>,
    pub touched: Vec<Touched>,
    pub warnings: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    pub what: String,
    pub outcome: Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Created,
    Changed,
    Unchanged,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
        })
    }
}

/// Plans all files as one change. `extra` are gateway sources that came as files of their own.
///
/// Errors: every problem that was found, not only the first.
pub async fn plan(
    files: &[File],
    extra: Vec<Source>,
    facts: &Facts,
    tools: &Tools<'_>,
) -> Result<Plan, Vec<Problem>> {
    let mut draft = Draft::new(facts);
    let mut problems = Vec::new();
    // A macro, because each step is an async function with its own argument type. Kinds come in the order of their
    // references, over all files: what one file declares another may use.
    macro_rules! each {
        ($kind:ident, $step:path) => {
            for file in files {
                for thing in &file.content.$kind {
                    let done = $step(&mut draft, tools, thing.get_ref()).await;
                    note(&mut problems, file, thing, done);
                }
            }
        };
    }
    each!(tenant, tenants::declare);
    each!(secret, secrets::declare);
    each!(person, users::declare_person);
    each!(user, users::declare);
    each!(app, apps::declare_api);
    each!(app, apps::declare);
    each!(grant, grants::declare);
    each!(site, content::declare_site);
    each!(list, content::declare_list);
    let mut collected = sources::Collected::new(extra);
    for file in files {
        for (kind, tables) in sources::tables(&file.content) {
            for table in tables {
                let done = collected.add(&draft, tools, kind, table.get_ref()).await;
                note(&mut problems, file, table, done);
            }
        }
    }
    let warnings = match sources::declare(&mut draft, facts, tools, collected).await {
        Ok(warnings) => warnings,
        Err(more) => {
            problems.extend(more);
            Vec::new()
        }
    };
    if !problems.is_empty() {
        return Err(problems);
    }
    let (changes, touched) = draft.changes();
    Ok(Plan {
        changes,
        touched,
        warnings,
    })
}

fn note<T>(problems: &mut Vec<Problem>, file: &File, thing: &Spanned<T>, done: Result<(), Wrong>) {
    if let Err(Wrong { message, remedy }) = done {
        problems.push(Problem {
            file: file.name.clone(),
            line: file.line(thing),
            message,
            remedy,
        });
    }
}

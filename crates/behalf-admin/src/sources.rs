//! Objects, profiles and methods of the gateway: `[[object]]`, `[[profile]]`, `[[method]]`, or files of their own.

use crate::declaration::Content;
use crate::draft::Draft;
use crate::plan::Tools;
use crate::problem::{Problem, Wrong, wrong};
use behalf_model::TenantId;
use behalf_model::facts::Facts;
use behalf_model::method::slug;
use behalf_model::source::{Source, SourceKind};
use std::collections::{BTreeMap, BTreeSet};
use toml::{Spanned, Table};

/// The declared sources of all files.
pub struct Collected(Vec<Source>);

pub fn tables(content: &Content) -> [(SourceKind, &[Spanned<Table>]); 3] {
    [
        (SourceKind::Object, &content.object),
        (SourceKind::Profile, &content.profile),
        (SourceKind::Method, &content.method),
    ]
}

/// Where the text of one gateway file belongs, by its own `name` and `object`.
pub fn slug_of(kind: SourceKind, table: &Table) -> Result<String, Wrong> {
    let text = |member: &str| {
        let alias = if member == "name" { "Name" } else { member };
        table
            .get(member)
            .or_else(|| table.get(alias))
            .and_then(toml::Value::as_str)
            .map(slug)
            .filter(|s| !s.is_empty())
    };
    let missing = |member: &str| {
        wrong(
            format!("a {} needs a {member}", kind.folder().trim_end_matches('s')),
            "Names are free text.",
        )
    };
    let name = text("name").ok_or_else(|| missing("name"))?;
    match kind {
        SourceKind::Method => Ok(format!(
            "{}/{name}",
            text("object").ok_or_else(|| missing("object"))?
        )),
        _ => Ok(name),
    }
}

impl Collected {
    pub fn new(files: Vec<Source>) -> Self {
        Self(files)
    }

    pub async fn add(
        &mut self,
        draft: &Draft<'_>,
        tools: &Tools<'_>,
        kind: SourceKind,
        table: &Table,
    ) -> Result<(), Wrong> {
        let mut table = table.clone();
        let tenant = match table
            .remove("tenant")
            .as_ref()
            .and_then(toml::Value::as_str)
        {
            Some(name) => draft.tenant(name).await?.id,
            None => tools.gateway_tenant.ok_or_else(|| {
                wrong(
                    "it is not clear which tenant's gateway this is for",
                    "Add tenant = \"…\", or set [gateway] tenant in the host file.",
                )
            })?,
        };
        let slug = slug_of(kind, &table)?;
        self.0.push(Source {
            tenant,
            kind,
            slug,
            toml: table.to_string(),
        });
        Ok(())
    }
}

/// Compiles each touched tenant's gateway as it will be and plans the sources.
pub async fn declare(
    draft: &mut Draft<'_>,
    facts: &Facts,
    tools: &Tools<'_>,
    collected: Collected,
) -> Result<Vec<String>, Vec<Problem>> {
    let tenants: BTreeSet<TenantId> = collected.0.iter().map(|s| s.tenant).collect();
    let mut warnings = Vec::new();
    let mut problems = Vec::new();
    for tenant in tenants {
        let stored = facts
            .all::<Source>(tenant)
            .await
            .map_err(|f| vec![unplaced(f.into())])?;
        let mut whole: BTreeMap<(SourceKind, String), Source> = stored
            .iter()
            .map(|s| ((s.kind, s.slug.clone()), s.as_ref().clone()))
            .collect();
        for source in collected.0.iter().filter(|s| s.tenant == tenant) {
            whole.insert((source.kind, source.slug.clone()), source.clone());
        }
        let sources: Vec<Source> = whole.into_values().collect();
        match (tools.compile)(&sources) {
            Ok(more) => warnings.extend(more),
            Err(more) => problems.extend(more),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    for source in &collected.0 {
        let what = format!(
            "{} {}",
            source.kind.folder().trim_end_matches('s'),
            source.slug
        );
        draft
            .put(source, what)
            .await
            .map_err(|w| vec![unplaced(w)])?;
    }
    Ok(warnings)
}

fn unplaced(wrong: Wrong) -> Problem {
    Problem {
        file: "gateway sources".to_owned(),
        line: 0,
        message: wrong.message,
        remedy: wrong.remedy,
    }
}

//! `behalf apply`

use super::open;
use crate::cli::ConfigFile;
use crate::failure::Failure;
use crate::wiring::House;
use behalf_admin::declaration::File;
use behalf_admin::{Outcome, Plan};
use behalf_gateway::SourceText;
use behalf_model::TenantId;
use behalf_model::source::{Source, SourceKind};
use clap::Args;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Register what declaration files say, as one change
///
/// Everything is checked first; when anything is wrong, nothing is changed and every problem is told with file, line and
/// remedy. Applying the same files again changes nothing. A running server sees the change at once.
#[derive(Args)]
#[command(after_help = "Examples:
  behalf apply -f world.toml
  behalf apply -f tenants.toml apps.toml --dry-run
  behalf apply -f ./gateway              a directory with objects/, profiles/ and methods/
  generate-declarations | behalf apply -f -")]
pub struct Apply {
    #[command(flatten)]
    config: ConfigFile,
    /// Declaration files, directories, or - for standard input
    #[arg(short, long = "file", value_name = "FILE", required = true, num_args = 1..)]
    file: Vec<PathBuf>,
    /// Only tell what would change
    #[arg(long)]
    dry_run: bool,
}

impl Apply {
    pub async fn run(self) -> Result<(), Failure> {
        let house = open(&self.config)?;
        let mut given = Given::default();
        for path in &self.file {
            given.read(path)?;
        }
        let tenant = gateway_tenant(&house, &given.files).await?;
        let sources = given.sources(tenant)?;
        let plan = house.plan(&given.files, sources, tenant).await?;
        report(&plan, self.dry_run);
        if self.dry_run || plan.changes.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = self.file.iter().map(|f| f.display().to_string()).collect();
        house
            .commit(None, "admin.applied", &names.join(", "), plan.changes)
            .await
    }
}

#[derive(Default)]
struct Given {
    files: Vec<File>,
    gateway: Vec<SourceText>,
}

impl Given {
    fn read(&mut self, path: &Path) -> Result<(), Failure> {
        if path.is_dir() {
            return self.read_directory(path);
        }
        let text = if path == Path::new("-") {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map(|_| text)
        } else {
            std::fs::read_to_string(path)
        };
        let text = text.map_err(|e| unreadable(path, &e))?;
        let name = path.display().to_string();
        self.files.push(
            behalf_admin::read(&name, &text)
                .map_err(|problem| super::declared::refusal(&[problem]))?,
        );
        Ok(())
    }

    /// Gateway files in their three folders, and declaration files beside the folders.
    fn read_directory(&mut self, directory: &Path) -> Result<(), Failure> {
        let unreadable = |e: std::io::Error| unreadable(directory, &e);
        self.gateway
            .extend(behalf_gateway::files::read(directory).map_err(unreadable)?);
        let entries: Result<Vec<PathBuf>, _> = std::fs::read_dir(directory)
            .map_err(unreadable)?
            .map(|e| e.map(|e| e.path()))
            .collect();
        let mut files = entries.map_err(unreadable)?;
        files.retain(|path| path.is_file() && path.extension().is_some_and(|e| e == "toml"));
        files.sort();
        files.iter().try_for_each(|path| self.read(path))
    }

    fn sources(&mut self, tenant: Option<TenantId>) -> Result<Vec<Source>, Failure> {
        let Some(tenant) = tenant else {
            return match self.gateway.is_empty() {
                true => Ok(Vec::new()),
                false => Err(Failure::usage(
                    "it is not clear which tenant's gateway the files are for",
                    "Set [gateway] tenant in the host file.",
                )),
            };
        };
        Ok(self
            .gateway
            .drain(..)
            .filter_map(|file| source(tenant, file))
            .collect())
    }
}

/// `methods/order/create.toml` → the method `order/create`.
fn source(tenant: TenantId, file: SourceText) -> Option<Source> {
    let (folder, rest) = file.path.split_once('/')?;
    let kind = [SourceKind::Object, SourceKind::Profile, SourceKind::Method]
        .into_iter()
        .find(|k| k.folder() == folder)?;
    let slug = rest.strip_suffix(".toml")?.to_owned();
    Some(Source {
        tenant,
        kind,
        slug,
        toml: file.text,
    })
}

/// The home tenant of the gateway, also when the files at hand are what declares it.
async fn gateway_tenant(house: &House, files: &[File]) -> Result<Option<TenantId>, Failure> {
    let Some(gateway) = &house.config.gateway else {
        return Ok(None);
    };
    let name = gateway.tenant.get_ref();
    let declared = files
        .iter()
        .flat_map(|f| &f.content.tenant)
        .map(toml::Spanned::get_ref);
    let mut named = declared.filter(|t| t.domains.iter().any(|d| d.eq_ignore_ascii_case(name)));
    if let Some(tenant) = named.next() {
        return Ok(tenant.id.parse().ok());
    }
    Ok(house.tenant_id(name).await.ok())
}

fn report(plan: &Plan, dry_run: bool) {
    for touched in &plan.touched {
        println!("{:9} {}", touched.outcome, touched.what);
    }
    for warning in &plan.warnings {
        eprintln!("warning: {warning}");
    }
    let count = |outcome: Outcome| plan.touched.iter().filter(|t| t.outcome == outcome).count();
    println!(
        "{}{} created, {} changed, {} unchanged",
        if dry_run {
            "nothing was changed; it would be: "
        } else {
            ""
        },
        count(Outcome::Created),
        count(Outcome::Changed),
        count(Outcome::Unchanged)
    );
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(
        format!("{} cannot be read: {error}", path.display()),
        "Name existing files with -f.",
    )
}

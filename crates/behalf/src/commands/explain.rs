//! `behalf explain`

use crate::failure::Failure;
use behalf_model::Kind;
use behalf_model::fault::all;
use clap::Args;
use std::fmt::Write;

/// Say what a fault code means and how to mend it
#[derive(Args)]
#[command(after_help = "Examples:
  behalf explain BH3001
  behalf explain AADSTS65001
  behalf explain --all --markdown > docs/faults.md")]
pub struct Explain {
    /// BHxxxx, AADSTSxxxxx, or a name such as obo.no_access_token
    #[arg(required_unless_present = "all")]
    code: Option<String>,
    /// Every code there is
    #[arg(long, conflicts_with = "code")]
    all: bool,
    /// As a Markdown document
    #[arg(long, requires = "all")]
    markdown: bool,
}

impl Explain {
    pub fn run(self) -> Result<(), Failure> {
        if self.markdown {
            print!("{}", markdown());
            return Ok(());
        }
        let wanted = self.code.unwrap_or_default();
        let found: Vec<&Kind> = all()
            .filter(|kind| self.all || means(kind, &wanted))
            .collect();
        if found.is_empty() {
            return Err(Failure::usage(
                format!("there is no fault '{wanted}'"),
                "Codes look like BH3001; `behalf explain --all` lists them.",
            ));
        }
        for (i, kind) in found.iter().enumerate() {
            println!(
                "{}{}",
                if i > 0 { "\n" } else { "" },
                plain(kind).trim_end()
            );
        }
        Ok(())
    }
}

fn means(kind: &Kind, wanted: &str) -> bool {
    let aadsts = wanted
        .to_ascii_uppercase()
        .strip_prefix("AADSTS")
        .and_then(|n| n.parse::<u32>().ok());
    kind.code.eq_ignore_ascii_case(wanted)
        || kind.name == wanted
        || aadsts.is_some_and(|n| n == kind.aadsts && n != 0)
}

fn plain(kind: &Kind) -> String {
    format!(
        "{} {}\n  cause    {}\n  remedy   {}\n  at fault {}\n  answer   {}\n",
        kind.code,
        kind.title,
        kind.cause,
        kind.remedy,
        kind.party,
        spelled(kind)
    )
}

/// How the fault looks in an answer.
fn spelled(kind: &Kind) -> String {
    let mut text = format!("HTTP {}, {}, error {}", kind.http, kind.name, kind.oauth);
    if kind.aadsts != 0 {
        // Writing to a string cannot fail.
        let _ = write!(text, ", AADSTS{}", kind.aadsts);
    }
    if !kind.suberror.is_empty() {
        let _ = write!(text, ", suberror {}", kind.suberror);
    }
    text
}

/// `docs/faults.md`.
pub fn markdown() -> String {
    let mut text = String::from(
        "# Faults\n\nEvery refusal has a code that never changes meaning. This page is written by `behalf explain --all --markdown`.\n",
    );
    for kind in all() {
        let _ = write!(
            text,
            "\n## {} {}\n{}\n\n- **Remedy**: {}\n- **At fault**: {}\n- **Answer**: {}\n",
            kind.code,
            kind.title,
            kind.cause,
            kind.remedy,
            kind.party,
            spelled(kind)
        );
    }
    text
}

#[cfg(test)]
mod tests;

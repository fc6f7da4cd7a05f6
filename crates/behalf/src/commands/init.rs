//! `behalf init`

use crate::failure::Failure;
use crate::files;
use clap::Args;
use std::path::{Path, PathBuf};

/// Write a commented host file and example declarations
///
/// Existing files are never overwritten.
#[derive(Args)]
#[command(after_help = "Examples:
  behalf init ./site
  cd site && behalf apply -f declarations.toml && behalf serve")]
pub struct Init {
    /// Made when missing
    directory: PathBuf,
}

const FILES: [(&str, &str); 2] = [
    ("behalf.toml", include_str!("init/behalf.toml")),
    ("declarations.toml", include_str!("init/declarations.toml")),
];

impl Init {
    pub fn run(self) -> Result<(), Failure> {
        let unwritable = |path: &Path, e: std::io::Error| {
            Failure::operation(
                format!("{} cannot be written: {e}", path.display()),
                "Name a directory that can be made or written.",
            )
        };
        let paths = FILES.map(|(name, text)| (self.directory.join(name), text));
        if let Some((path, _)) = paths.iter().find(|(path, _)| path.exists()) {
            return Err(Failure::operation(
                format!("{} exists already", path.display()),
                "Name another directory, or remove the file.",
            ));
        }
        std::fs::create_dir_all(&self.directory).map_err(|e| unwritable(&self.directory, e))?;
        for (path, text) in &paths {
            files::write_public(path, text.as_bytes()).map_err(|e| unwritable(path, e))?;
            println!("{}", path.display());
        }
        println!(
            "\nNext: cd {} && behalf apply -f declarations.toml && behalf serve",
            self.directory.display()
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests;

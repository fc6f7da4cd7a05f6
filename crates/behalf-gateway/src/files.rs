//! Reading the directory of gateway files, at start and when told to: `objects/`, `methods/` and `profiles/` below it.

use crate::SourceText;
use std::path::{Path, PathBuf};
use std::{fs, io};

const FOLDERS: [&str; 3] = ["objects", "profiles", "methods"];
/// Deeper folders are refused rather than searched: a link in a circle must not hang the start.
const MAX_DEPTH: usize = 8;

/// Every `*.toml` of the three folders, ordered by path; paths are relative to the directory and use `/`.
///
/// # Errors
/// A directory or file that cannot be read, with its path in the message. A missing folder is an empty one.
pub fn read(directory: &Path) -> io::Result<Vec<SourceText>> {
    let mut found = Vec::new();
    for folder in FOLDERS {
        let path = directory.join(folder);
        if path.is_dir() {
            walk(&path, folder, MAX_DEPTH, &mut found)?;
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn walk(path: &Path, relative: &str, depth: usize, found: &mut Vec<SourceText>) -> io::Result<()> {
    if depth == 0 {
        return Err(named(
            path,
            io::Error::other("the folders are nested too deeply"),
        ));
    }
    for entry in fs::read_dir(path).map_err(|error| named(path, error))? {
        let entry = entry.map_err(|error| named(path, error))?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
            continue;
        };
        let (path, relative): (PathBuf, String) = (entry.path(), format!("{relative}/{name}"));
        if path.is_dir() {
            walk(&path, &relative, depth - 1, found)?;
        } else if name.ends_with(".toml") && !name.starts_with('.') {
            let text = fs::read_to_string(&path).map_err(|error| named(&path, error))?;
            found.push(SourceText {
                path: relative,
                text,
            });
        }
    }
    Ok(())
}

fn named(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

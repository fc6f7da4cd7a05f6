//! The file that holds the keys: for its owner alone, always whole, shared by several processes.

use super::SealError;
use super::keys::Keys;
use std::fs::{DirBuilder, File, Metadata};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

pub(super) struct KeyFile {
    path: PathBuf,
    directory: PathBuf,
    /// What the file looked like when it was read last.
    seen: Mutex<Option<Stamp>>,
}

/// Changes whenever the file is replaced or written.
#[derive(Clone, Copy, PartialEq)]
struct Stamp {
    inode: u64,
    size: u64,
    modified_s: i64,
    modified_ns: i64,
}

impl From<&Metadata> for Stamp {
    fn from(file: &Metadata) -> Self {
        Self {
            inode: file.ino(),
            size: file.size(),
            modified_s: file.mtime(),
            modified_ns: file.mtime_nsec(),
        }
    }
}

impl KeyFile {
    pub(super) fn new(path: &Path) -> Self {
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        Self {
            path: path.to_owned(),
            directory: parent.unwrap_or(Path::new(".")).to_owned(),
            seen: Mutex::new(None),
        }
    }

    pub(super) fn load_or_create(&self, new: impl FnOnce() -> Keys) -> Result<Keys, SealError> {
        if !self.path.try_exists().map_err(|error| self.failed(error))? {
            self.create(&new())?;
        }
        self.load()
    }

    pub(super) fn reload_if_changed(&self) -> Result<Option<Keys>, SealError> {
        let now = Stamp::from(&self.path.metadata().map_err(|error| self.failed(error))?);
        if *self.seen.lock().unwrap_or_else(PoisonError::into_inner) == Some(now) {
            return Ok(None);
        }
        self.load().map(Some)
    }

    /// Reads, changes and replaces the file while no other process does.
    pub(super) fn change(
        &self,
        change: impl FnOnce(&Keys) -> Result<Keys, SealError>,
    ) -> Result<Keys, SealError> {
        let directory = File::open(&self.directory).map_err(|error| self.failed(error))?;
        // Two rotations at once would lose the key that one of them has already sealed with.
        directory.lock().map_err(|error| self.failed(error))?;
        let keys = change(&self.load()?)?;
        self.written(&keys)?
            .persist(&self.path)
            .map_err(|error| self.failed(error.error))?;
        directory.sync_all().map_err(|error| self.failed(error))?;
        self.load()
    }

    /// The file appears whole or not at all. When another process was faster, its file stays.
    fn create(&self, keys: &Keys) -> Result<(), SealError> {
        if !self.directory.exists() {
            let made = DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(&self.directory);
            made.map_err(|error| self.failed(error))?;
        }
        match self.written(keys)?.persist_noclobber(&self.path) {
            Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(self.failed(error.error));
            }
            _ => {}
        }
        File::open(&self.directory)
            .and_then(|directory| directory.sync_all())
            .map_err(|error| self.failed(error))
    }

    /// The keys in a nameless neighbour of the file, mode 0600, on disk.
    fn written(&self, keys: &Keys) -> Result<NamedTempFile, SealError> {
        let write = || {
            let mut file = NamedTempFile::new_in(&self.directory)?;
            file.write_all(keys.to_text().as_bytes())?;
            file.as_file().sync_all()?;
            Ok(file)
        };
        write().map_err(|error| self.failed(error))
    }

    fn load(&self) -> Result<Keys, SealError> {
        let mut file = File::open(&self.path).map_err(|error| self.failed(error))?;
        // Of the open file, not of the name: what is checked is what is read.
        let metadata = file.metadata().map_err(|error| self.failed(error))?;
        let mode = metadata.mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(SealError::Exposed {
                path: self.path.clone(),
                mode,
            });
        }
        let mut text = Zeroizing::new(String::new());
        file.read_to_string(&mut text)
            .map_err(|error| self.failed(error))?;
        let keys = Keys::parse(&text)?;
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(Stamp::from(&metadata));
        Ok(keys)
    }

    fn failed(&self, error: io::Error) -> SealError {
        SealError::File {
            path: self.path.clone(),
            reason: error.to_string(),
        }
    }
}

//! The data directory: made private, held by one process, removed when temporary.
//!
//! Owns the lock file and the paths. It knows nothing of what the database holds.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
    process,
    sync::{Mutex, PoisonError},
};

use super::StoreError;

const LOCK_FILE: &str = "lock";
const DATABASE_FILE: &str = "opscopilot.db";
/// More than any URL we announce.
const MAX_LOCK_FILE_BYTES: u64 = 4096;

/// A data directory that this process holds until the value is dropped.
#[derive(Debug)]
pub(super) struct DataDir {
    dir: PathBuf,
    database: PathBuf,
    lock: Mutex<File>,
    lifetime: Lifetime,
}

/// What becomes of a directory when it is let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lifetime {
    Kept,
    Temporary,
}

impl DataDir {
    /// Takes `dir`, making it where it does not exist.
    pub(super) fn take(dir: &Path, lifetime: Lifetime) -> Result<Self, StoreError> {
        let failed = |error: &io::Error| StoreError::of_io(error, dir);
        create_private_dir(dir).map_err(|error| failed(&error))?;
        let lock = open_private_file(&dir.join(LOCK_FILE)).map_err(|error| failed(&error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held_by_another(dir, lock)),
            Err(TryLockError::Error(error)) => return Err(failed(&error)),
        }
        let database = dir.join(DATABASE_FILE);
        // SQLite gives its other files the mode of this one.
        open_private_file(&database).map_err(|error| StoreError::of_io(&error, &database))?;
        let held = Self { dir: dir.to_owned(), database, lock: Mutex::new(lock), lifetime };
        held.write_lock(None)?;
        Ok(held)
    }

    /// Whether nobody holds `dir`. Nothing is made or written.
    pub(super) fn check_free(dir: &Path) -> Result<(), StoreError> {
        let path = dir.join(LOCK_FILE);
        let lock = match File::open(&path) {
            Ok(lock) => lock,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(StoreError::of_io(&error, &path)),
        };
        match lock.try_lock_shared() {
            Ok(()) => Ok(()),
            Err(TryLockError::WouldBlock) => Err(held_by_another(dir, lock)),
            Err(TryLockError::Error(error)) => Err(StoreError::of_io(&error, &path)),
        }
    }

    /// A new directory of this process's own, removed on drop.
    pub(super) fn temporary() -> Result<Self, StoreError> {
        let name = format!("opscopilot-{}", uuid::Uuid::now_v7());
        Self::take(&std::env::temp_dir().join(name), Lifetime::Temporary)
    }

    /// Writes the server's address where the next process to come will read it.
    pub(super) fn announce(&self, url: &str) -> Result<(), StoreError> {
        self.write_lock(Some(url))
    }

    /// Lets another process take the directory. Nothing of ours may use it any more.
    pub(super) fn release(&self) {
        let file = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = file.unlock() {
            tracing::warn!(dir = %self.dir.display(), %error, "the data directory stays locked");
        }
    }

    /// The directory.
    pub(super) fn path(&self) -> &Path {
        &self.dir
    }

    /// The database in it.
    pub(super) fn database(&self) -> &Path {
        &self.database
    }

    /// What becomes of it.
    pub(super) fn lifetime(&self) -> Lifetime {
        self.lifetime
    }

    fn write_lock(&self, url: Option<&str>) -> Result<(), StoreError> {
        let mut text = format!("pid {}\n", process::id());
        if let Some(url) = url {
            text.push_str("url ");
            text.extend(url.chars().filter(|c| !c.is_control()));
            text.push('\n');
        }
        let mut file = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(text.as_bytes()))
            .map_err(|error| StoreError::of_io(&error, &self.dir.join(LOCK_FILE)))
    }
}

impl Drop for DataDir {
    fn drop(&mut self) {
        match self.lifetime {
            Lifetime::Kept => {}
            Lifetime::Temporary => {
                if let Err(error) = fs::remove_dir_all(&self.dir) {
                    tracing::warn!(dir = %self.dir.display(), %error, "temporary store was not removed");
                }
            }
        }
    }
}

fn held_by_another(dir: &Path, file: File) -> StoreError {
    let mut text = String::new();
    // What the holder wrote is only a courtesy: without it the answer is still `Locked`.
    let _ = file.take(MAX_LOCK_FILE_BYTES).read_to_string(&mut text);
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
    StoreError::Locked {
        dir: dir.to_owned(),
        pid: field("pid ").and_then(|pid| pid.parse().ok()),
        url: field("url ").map(str::to_owned),
    }
}

fn create_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

fn open_private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

//! What outlives the process: the world's three numbers and the journal of writes, one JSON line
//! each. Files only; what a write means is decided in `state`.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

const WORLD_FILE: &str = "world.json";
const JOURNAL_FILE: &str = "journal.jsonl";

/// Why an estate could not be opened or served.
#[derive(Debug, thiserror::Error)]
pub enum EstateError {
    /// The directory keeps a world made with another seed, scale or anchor.
    #[error(
        "the sample estate in {path} was made with {field} {stored}, not {asked}; run \
         `opscopilot estate reset` to start anew, or leave the option out"
    )]
    OtherWorld {
        /// The directory.
        path: PathBuf,
        /// `seed`, `scale` or `anchor`.
        field: &'static str,
        /// What is stored.
        stored: String,
        /// What was asked for.
        asked: String,
    },
    /// Another process serves the same directory.
    #[error("the sample estate in {path} is in use by another process")]
    InUse {
        /// The directory.
        path: PathBuf,
    },
    /// A stored file does not say what it should.
    #[error("{path} is not a file of a sample estate (line {line}); run `opscopilot estate reset`")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// A file could not be read or written.
    #[error("could not use {path}")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The socket could not be used.
    #[error("could not listen for the sample estate")]
    Listen(#[source] io::Error),
}

/// The numbers a world follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    pub(crate) seed: u64,
    pub(crate) scale: u32,
    pub(crate) anchor: Timestamp,
}

/// What a caller asks for; what is absent is taken from the stored world, or its default.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) seed: Option<u64>,
    pub(crate) scale: Option<u32>,
    pub(crate) anchor: Option<Timestamp>,
}

impl Asked {
    /// The origin of a new world.
    pub(crate) fn fresh(self) -> Origin {
        Origin {
            seed: self.seed.unwrap_or(1),
            scale: self.scale.unwrap_or(1).max(1),
            // Whole seconds, so that dates read like dates.
            anchor: self.anchor.unwrap_or_else(whole_second),
        }
    }

    /// The stored origin, if it is what was asked for.
    fn matching(self, path: &Path, stored: Origin) -> Result<Origin, EstateError> {
        let differs = |field, stored: String, asked: Option<String>| match asked {
            Some(asked) if asked != stored => {
                Err(EstateError::OtherWorld { path: path.to_owned(), field, stored, asked })
            }
            _ => Ok(()),
        };
        differs("seed", stored.seed.to_string(), self.seed.map(|v| v.to_string()))?;
        let scale = self.scale.map(|v| v.max(1).to_string());
        differs("scale", stored.scale.to_string(), scale)?;
        differs("anchor", stored.anchor.to_string(), self.anchor.map(|v| v.to_string()))?;
        Ok(stored)
    }
}

fn whole_second() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// A change somebody made to the world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Write {
    /// An alert was moved to a state.
    AlertState {
        alert: String,
        state: String,
        by: String,
        at: Timestamp,
        /// Of the request; a journal of an older make has none.
        #[serde(default)]
        correlation: String,
    },
    /// An alert of Azure Monitor was moved to a state.
    MonitorAlertState {
        alert: String,
        state: String,
        comments: String,
        by: String,
        at: Timestamp,
        correlation: String,
    },
}

/// The open journal, or none for a world in memory.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    file: Option<(PathBuf, File)>,
}

impl Journal {
    /// Opens or begins the world kept in `directory`.
    ///
    /// # Errors
    /// Every variant of [`EstateError`] but `Listen`.
    pub(crate) fn open(
        directory: &Path,
        asked: Asked,
    ) -> Result<(Self, Origin, Vec<Write>), EstateError> {
        fs::create_dir_all(directory).map_err(|e| failed(directory, e))?;
        let path = directory.join(JOURNAL_FILE);
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .read(true)
            .open(&path)
            .map_err(|e| failed(&path, e))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(EstateError::InUse { path: directory.to_owned() });
            }
            Err(TryLockError::Error(error)) => return Err(failed(&path, error)),
        }
        let origin = stored_origin(directory, asked)?;
        let writes = read_writes(&path, &file)?;
        Ok((Self { file: Some((path, file)) }, origin, writes))
    }

    /// Appends a write; it is on the disk when this returns.
    ///
    /// # Errors
    /// [`EstateError::Io`].
    pub(crate) fn append(&mut self, write: &Write) -> Result<(), EstateError> {
        let Some((path, file)) = &mut self.file else {
            return Ok(());
        };
        let mut line = serde_json::to_vec(write).map_err(|e| failed(path, io::Error::other(e)))?;
        line.push(b'\n');
        file.write_all(&line).and_then(|()| file.sync_data()).map_err(|e| failed(path, e))
    }
}

/// Removes the world kept in `directory`; nothing happens where there is none.
///
/// # Errors
/// [`EstateError::Io`] when a file cannot be removed, [`EstateError::InUse`] while it is served.
pub fn reset(directory: &Path) -> Result<(), EstateError> {
    let journal = directory.join(JOURNAL_FILE);
    if let Ok(file) = File::open(&journal)
        && matches!(file.try_lock(), Err(TryLockError::WouldBlock))
    {
        return Err(EstateError::InUse { path: directory.to_owned() });
    }
    for name in [WORLD_FILE, JOURNAL_FILE] {
        let path = directory.join(name);
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(&path, error)),
        }
    }
    Ok(())
}

fn stored_origin(directory: &Path, asked: Asked) -> Result<Origin, EstateError> {
    let path = directory.join(WORLD_FILE);
    match fs::read(&path) {
        Ok(bytes) => {
            let stored = serde_json::from_slice(&bytes)
                .map_err(|e| EstateError::Corrupt { path: path.clone(), line: e.line() })?;
            asked.matching(directory, stored)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let origin = asked.fresh();
            let json =
                serde_json::to_vec(&origin).map_err(|e| failed(&path, io::Error::other(e)))?;
            let temporary = directory.join("world.json.new");
            fs::write(&temporary, json)
                .and_then(|()| fs::rename(&temporary, &path))
                .map_err(|e| failed(&path, e))?;
            Ok(origin)
        }
        Err(error) => Err(failed(&path, error)),
    }
}

/// The whole lines of the journal. A last line without an end was never acknowledged: it is cut
/// off, so that the next write begins a line of its own.
fn read_writes(path: &Path, file: &File) -> Result<Vec<Write>, EstateError> {
    let text = fs::read_to_string(path).map_err(|e| failed(path, e))?;
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    if whole < text.len() {
        file.set_len(whole as u64).map_err(|e| failed(path, e))?;
    }
    let lines = text.get(..whole).unwrap_or_default().lines();
    lines
        .zip(1..)
        .map(|(line, number)| {
            serde_json::from_str(line)
                .map_err(|_| EstateError::Corrupt { path: path.to_owned(), line: number })
        })
        .collect()
}

fn failed(path: &Path, source: io::Error) -> EstateError {
    EstateError::Io { path: path.to_owned(), source }
}

//! The data directory: there, private, writable, with room, and held by whom.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use rustix::fs::{Access, access, statvfs};

use super::report::{Check, Report};
use crate::store::{Store, StoreError};

/// Less room than this is worth a look.
const LITTLE_MIB: u64 = 512;
/// Less room than this is too little to start with.
const TOO_LITTLE_MIB: u64 = 16;
const MIB: u64 = 1024 * 1024;

/// Checks the directory; gives the address of the server that holds it.
pub(super) fn check(dir: &Path, report: &mut Report) -> Option<String> {
    report.add(directory(dir));
    match Store::check_free(dir) {
        Ok(()) => {
            report.add(Check::ok("lock", "no process holds the data directory".to_owned()));
            None
        }
        Err(StoreError::Locked { pid, url, .. }) => {
            let pid = pid.map_or_else(|| "unknown".to_owned(), |pid| pid.to_string());
            let at = url.as_deref().map(|url| format!(", serving {url}")).unwrap_or_default();
            report.add(Check::ok("lock", format!("held by process {pid}{at}; `chat` joins it")));
            url
        }
        Err(error) => {
            let todo = "see that the lock file in it belongs to you";
            report.add(Check::fail("lock", error.to_string(), todo));
            None
        }
    }
}

fn directory(dir: &Path) -> Check {
    let shown = dir.display();
    let (place, note) = match fs::metadata(dir) {
        Ok(found) if !found.is_dir() => {
            let text = format!("{shown} is no directory");
            return Check::fail("data", text, "name another with --data");
        }
        Ok(_) => (dir.to_owned(), ""),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (nearest(dir), ", not made yet"),
        Err(error) => {
            let text = format!("{shown} cannot be looked at: {error}");
            return Check::fail("data", text, "name another with --data");
        }
    };
    if let Err(error) = access(&place, Access::WRITE_OK | Access::EXEC_OK) {
        let text = format!("{} cannot be written: {error}", place.display());
        let todo = "give yourself the right to write, or name another directory with --data";
        return Check::fail("data", text, todo);
    }
    let free = match statvfs(&place) {
        Ok(volume) => volume.f_bavail.saturating_mul(volume.f_frsize) / MIB,
        Err(error) => {
            let text = format!("{shown}{note}; its room cannot be read: {error}");
            return Check::warn("data", text, "check the file system");
        }
    };
    let text = format!("{shown}{note}, {} free", amount(free));
    if free < TOO_LITTLE_MIB {
        return Check::fail("data", text, "free some, or name another with --data");
    }
    if free < LITTLE_MIB {
        return Check::warn("data", text, "free some soon: threads are kept whole");
    }
    Check::ok("data", text)
}

/// The nearest directory above that is there.
fn nearest(dir: &Path) -> PathBuf {
    let absolute = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    let found = absolute.ancestors().find(|above| above.is_dir());
    found.unwrap_or(Path::new("/")).to_owned()
}

fn amount(mib: u64) -> String {
    match mib {
        0..1024 => format!("{mib} MiB"),
        _ => format!("{}.{} GiB", mib / 1024, mib % 1024 * 10 / 1024),
    }
}

//! Room on the disk of the data folder.

use crate::folder::DataFolder;
use std::path::Path;

/// Room, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// What this account may still write.
    pub free: u64,
    /// Of the file system as a whole.
    pub size: u64,
    /// The record's file.
    pub record: u64,
    /// Its journal.
    pub journal: u64,
}

impl Room {
    /// The room that a node has now.
    ///
    /// # Errors
    /// When the file system does not say.
    #[cfg(unix)]
    pub fn of(folder: &DataFolder) -> std::io::Result<Self> {
        let told = rustix::fs::statvfs(folder.path())?;
        let (record, journal) = sizes(&folder.record());
        Ok(Self { free: told.f_bavail * told.f_frsize, size: told.f_blocks * told.f_frsize, record, journal })
    }

    /// The room that a node has now.
    ///
    /// # Errors
    /// Always: this system is not asked.
    #[cfg(not(unix))]
    pub fn of(_: &DataFolder) -> std::io::Result<Self> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}

/// Bytes of the record and of its journal; 0 for one that is not there.
fn sizes(record: &Path) -> (u64, u64) {
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
    let mut journal = record.as_os_str().to_owned();
    journal.push("-wal");
    (size(record), size(Path::new(&journal)))
}

//! A copy of a node that can be started in its place, made while the node serves.
//!
//! The record is copied as of one moment; then signing keys, configuration, waiting files and the reference. The keys of
//! cases are not in it: they have a backup of their own ([`crate::keys::store`]). The copy is put
//! together under a name of its own and takes its final name when all of it is durable and whole, so that a broken
//! copy is never taken for a good one.

use crate::error::NodeError;
use crate::folder::DataFolder;
use crate::keys::store::is_of_cases;
use crate::ledger;
use cairn_store::{Store, backup, integrity};
use std::path::{Path, PathBuf};

/// What a copy holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    /// Where it lies.
    pub folder: PathBuf,
    /// Files beside the record.
    pub files: u64,
    /// Bytes of everything.
    pub bytes: u64,
}

/// Copies a node to a new folder; `with_reference` also what can be loaded again from official files.
///
/// # Errors
/// When the folder is there already, the disk refuses, or the copy of the record is not whole.
pub async fn back_up(from: &DataFolder, to: &Path, with_reference: bool) -> Result<BackedUp, NodeError> {
    if to.exists() {
        return Err(NodeError::InTheWay(to.to_owned()));
    }
    let name = to.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let part = DataFolder::new(to.with_file_name(format!(".{name}.part"))).whole();
    if part.path().exists() {
        std::fs::remove_dir_all(part.path()).map_err(NodeError::file(part.path()))?;
    }
    part.create()?;
    backup::copy(&from.home()?, &part.record()).await?;
    let mut copied = BackedUp { folder: to.to_owned(), files: 0, bytes: 0 };
    let (source, target) = (from.clone(), part.clone());
    let beside = tokio::task::spawn_blocking(move || copy_files(&source, &target, with_reference));
    (copied.files, copied.bytes) = beside.await??;
    copied.bytes += std::fs::metadata(part.record()).map_err(NodeError::file(part.record()))?.len();
    check(&part).await?;
    std::fs::rename(part.path(), to).map_err(NodeError::file(to))?;
    Ok(copied)
}

/// Everything beside the record: files and bytes.
fn copy_files(from: &DataFolder, to: &DataFolder, with_reference: bool) -> Result<(u64, u64), NodeError> {
    let mut done = (0, 0);
    if from.configuration().is_file() {
        copy_configuration(&from.configuration(), &to.configuration(), &mut done)?;
    }
    if from.witnesses().is_file() {
        copy_file(&from.witnesses(), &to.witnesses(), &mut done)?;
    }
    copy_folder(&from.keys(), &to.keys(), &mut done)?;
    copy_folder(&from.uploads(), &to.uploads(), &mut done)?;
    if with_reference {
        // The list of sources first: a file that arrives meanwhile is then one too many, never one too few.
        let list = "sources.json";
        if from.reference().join(list).is_file() {
            copy_file(&from.reference().join(list), &to.reference().join(list), &mut done)?;
        }
        copy_folder(&from.reference(), &to.reference(), &mut done)?;
    }
    Ok(done)
}

/// The configuration without the database: the copy holds the record itself, and must never be mistaken for the node
/// that goes on working with the database.
fn copy_configuration(from: &Path, to: &Path, done: &mut (u64, u64)) -> Result<(), NodeError> {
    copy_file(from, to, done)?;
    let text = std::fs::read_to_string(to).map_err(NodeError::file(to))?;
    let without = without_database(&text);
    if without != text {
        std::fs::write(to, without).map_err(NodeError::file(to))?;
        std::fs::File::open(to).and_then(|file| file.sync_all()).map_err(NodeError::file(to))?;
    }
    Ok(())
}

/// Keys stand before the first table; a value may hold a password, so that it is taken out, not made a comment.
fn without_database(text: &str) -> String {
    let mut in_table = false;
    let kept = text.split_inclusive('\n').filter(|line| {
        let line = line.trim_start();
        in_table |= line.starts_with('[');
        let key = line.split('=').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
        in_table || !matches!(key, "database" | "high_availability")
    });
    kept.collect()
}

/// A folder with all in it; what is there already stays.
fn copy_folder(from: &Path, to: &Path, done: &mut (u64, u64)) -> Result<(), NodeError> {
    if !from.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(to).map_err(NodeError::file(to))?;
    for entry in std::fs::read_dir(from).map_err(NodeError::file(from))? {
        let entry = entry.map_err(NodeError::file(from))?;
        if is_of_cases(&entry.file_name()) {
            continue;
        }
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_folder(&path, &target, done)?;
        } else if !target.exists() {
            copy_file(&path, &target, done)?;
        }
    }
    Ok(())
}

/// A file with its permissions, durable when this returns.
fn copy_file(from: &Path, to: &Path, done: &mut (u64, u64)) -> Result<(), NodeError> {
    let bytes = std::fs::copy(from, to).map_err(NodeError::file(from))?;
    std::fs::File::open(to).and_then(|file| file.sync_all()).map_err(NodeError::file(to))?;
    *done = (done.0 + 1, done.1 + bytes);
    Ok(())
}

/// Opens the copy, lets the database check it and publishes its ledger.
async fn check(copy: &DataFolder) -> Result<(), NodeError> {
    let store = Store::open(&copy.record()).await?;
    let faults = integrity::faults(&mut *store.read().await?).await?;
    let tiles = match faults.is_empty() {
        true => ledger::write_tiles(copy, &store).await,
        false => Ok(()),
    };
    store.close().await;
    tiles?;
    match faults.first() {
        None => Ok(()),
        Some(fault) => Err(NodeError::NotWhole(fault.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_does_not_name_the_database_it_was_made_from() {
        let text =
            "name = \"North\"\ndatabase = \"postgres://a:b@c/d\"\n high_availability=true\n[mail]\ndatabase = 1\n";
        assert_eq!(without_database(text), "name = \"North\"\n[mail]\ndatabase = 1\n");
        assert_eq!(without_database("name = \"x\""), "name = \"x\"");
    }
}

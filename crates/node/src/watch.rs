//! A watched folder: what a system drops there is imported and put away with a report.
//!
//! A file is taken when its size and time have not changed between two looks, so that one still
//! being written is left alone; names that begin with `.` or end in `.tmp`, `.part`, `.filepart`
//! are left alone too. A taken file is imported, then its report is written, then it moves to
//! `done/` or `rejected/`. A stop at any point between leaves the file where it is; the next look
//! imports it again, which stores nothing twice, and goes on.

use crate::contribute::{Outcome, Report, Request};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::submission::Channel;
use cairn_store::laboratory::RecordedLaboratory;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Pause between two looks.
pub const PAUSE: Duration = Duration::from_secs(2);

/// A folder and the laboratory that its files belong to.
#[derive(Debug)]
pub struct Watch {
    folder: PathBuf,
    laboratory: RecordedLaboratory,
    seen: HashMap<PathBuf, (u64, SystemTime)>,
}

/// A file that was put away.
#[derive(Debug)]
pub struct PutAway {
    /// Where it lies now.
    pub path: PathBuf,
    /// What became of it.
    pub outcome: Outcome,
}

impl Watch {
    /// Prepares to watch; creates the folder and its `done/` and `rejected/`.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn new(folder: &Path, laboratory: RecordedLaboratory) -> Result<Self, NodeError> {
        for path in [folder.to_owned(), folder.join("done"), folder.join("rejected")] {
            std::fs::create_dir_all(&path).map_err(NodeError::file(path))?;
        }
        Ok(Self { folder: folder.to_owned(), laboratory, seen: HashMap::new() })
    }

    /// Looks once: imports every file that has come to rest since the last look.
    ///
    /// # Errors
    /// When the folder cannot be read or the record fails. A file that cannot be read is left for
    /// the next look.
    pub async fn look(&mut self, node: &Node) -> Result<Vec<PutAway>, NodeError> {
        let mut put_away = Vec::new();
        for path in self.at_rest()? {
            match std::fs::read(&path) {
                Ok(bytes) => put_away.push(self.take(node, &path, bytes).await?),
                Err(error) => tracing::warn!(path = %path.display(), %error, "a dropped file cannot be read yet"),
            }
        }
        Ok(put_away)
    }

    /// Looks again and again until the future that holds this call is dropped.
    pub async fn run(mut self, node: Node) {
        loop {
            match self.look(&node).await {
                Ok(put_away) => put_away.iter().for_each(|one| {
                    tracing::info!(path = %one.path.display(), accession = ?one.outcome.accession, "imported");
                }),
                Err(error) => tracing::error!(folder = %self.folder.display(), %error, "watching failed"),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Files whose size and time are as at the last look, by name.
    fn at_rest(&mut self) -> Result<Vec<PathBuf>, NodeError> {
        let mut seen = HashMap::new();
        for entry in std::fs::read_dir(&self.folder).map_err(NodeError::file(&self.folder))? {
            let entry = entry.map_err(NodeError::file(&self.folder))?;
            // A file that went away meanwhile is no failure of the folder.
            let Ok(facts) = entry.metadata() else { continue };
            if facts.is_file() && is_complete_name(&entry.file_name().to_string_lossy()) {
                let changed = facts.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                seen.insert(entry.path(), (facts.len(), changed));
            }
        }
        let rested = seen.iter().filter(|(path, facts)| self.seen.get(*path) == Some(facts));
        let mut rested: Vec<PathBuf> = rested.map(|(path, _)| path.clone()).collect();
        rested.sort();
        self.seen = seen;
        Ok(rested)
    }

    async fn take(&self, node: &Node, path: &Path, bytes: Vec<u8>) -> Result<PutAway, NodeError> {
        let request = Request {
            laboratory: self.laboratory.clone(),
            user: None,
            channel: Channel::Watch,
            file: path.file_name().map(|name| name.to_string_lossy().into_owned()),
            bytes,
            mapping: None,
            assembly: None,
            client_key: None,
            dry_run: false,
            strict: false,
        };
        let outcome = node.contribute(request).await?;
        let place = if outcome.accession.is_some() { "done" } else { "rejected" };
        let target = free_name(&self.folder.join(place), path);
        write_report(&target, &outcome)?;
        std::fs::rename(path, &target).map_err(NodeError::file(path))?;
        Ok(PutAway { path: target, outcome })
    }
}

fn is_complete_name(name: &str) -> bool {
    let growing = [".tmp", ".part", ".filepart"];
    !name.starts_with('.') && !growing.iter().any(|end| name.to_ascii_lowercase().ends_with(end))
}

/// The name in the folder, with a number before it when a file of that name lies there already.
fn free_name(folder: &Path, path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let numbered = (2_u32..).map(|n| folder.join(format!("{n}-{name}")));
    let mut candidates = std::iter::once(folder.join(&name)).chain(numbered);
    candidates.find(|candidate| !candidate.exists()).unwrap_or_else(|| folder.join(name))
}

/// Writes the report beside where the file will lie, in full or not at all.
fn write_report(target: &Path, outcome: &Outcome) -> Result<(), NodeError> {
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let report = target.with_file_name(format!("{name}.report.txt"));
    let draft = target.with_file_name(format!(".{name}.report.new"));
    let text = Report { outcome, dry_run: false, shown: usize::MAX }.to_string();
    std::fs::write(&draft, text).map_err(NodeError::file(&draft))?;
    std::fs::rename(&draft, &report).map_err(NodeError::file(&report))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_being_written_are_left_alone() {
        for (name, expected) in
            [("a.csv", true), (".a.csv", false), ("a.csv.tmp", false), ("a.PART", false), ("part.csv", true)]
        {
            assert_eq!(is_complete_name(name), expected, "{name}");
        }
    }
}

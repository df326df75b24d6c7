//! The files under version control, or about to be.

use std::fs;
use std::process::Command;

use anyhow::Context;

/// One file: its path from the root, with `/`, and its text when it is text.
pub(crate) struct Tracked {
    pub(crate) path: String,
    /// Empty for a file that is not UTF-8.
    pub(crate) text: String,
    pub(crate) bytes: u64,
}

impl Tracked {
    /// Whether this is Rust source.
    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// The file's own name.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// All files that git tracks or would track, in order of their path.
pub(crate) fn list() -> anyhow::Result<Vec<Tracked>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .output()
        .context("cannot start git")?;
    anyhow::ensure!(output.status.success(), "`git ls-files` failed: tidy needs a git checkout");
    let names = String::from_utf8(output.stdout).context("a file name is not UTF-8")?;
    let mut files: Vec<Tracked> = names.split('\0').filter_map(read).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    Ok(files)
}

/// `None` for a file that was deleted and not yet committed.
fn read(path: &str) -> Option<Tracked> {
    let bytes = fs::read(path).ok()?;
    let size = bytes.len() as u64;
    Some(Tracked { path: path.to_owned(), text: String::from_utf8(bytes).unwrap_or_default(), bytes: size })
}

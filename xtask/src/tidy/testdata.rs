//! Data of other parties stays small, and each file has its source and licence.

use std::fs;

use anyhow::Context;

use super::Tracked;

/// 20 MiB.
const LIMIT: u64 = 20 << 20;

/// Files that `testdata/README.md` does not list, entries without a file, and the total size.
pub(crate) fn check(files: &[Tracked]) -> anyhow::Result<Vec<String>> {
    let readme = fs::read_to_string("testdata/README.md").context("cannot read `testdata/README.md`")?;
    let listed: Vec<&str> = readme.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let present: Vec<&Tracked> =
        files.iter().filter(|f| f.path.starts_with("testdata/") && f.path != "testdata/README.md").collect();

    let mut problems = Vec::new();
    for file in &present {
        let name = file.path.trim_start_matches("testdata/");
        if !listed.iter().any(|entry| covers(entry, name)) {
            problems.push(format!("`{}` is not in testdata/README.md: give source and licence", file.path));
        }
    }
    for entry in &listed {
        if !present.iter().any(|f| covers(entry, f.path.trim_start_matches("testdata/"))) {
            problems.push(format!("testdata/README.md lists `{entry}`, which is not there"));
        }
    }
    let total: u64 = present.iter().map(|f| f.bytes).sum();
    if total > LIMIT {
        problems.push(format!("testdata holds {total} bytes, more than 20 MiB"));
    }
    Ok(problems)
}

/// An entry names a file, or a folder by its closing `/`.
fn covers(entry: &str, name: &str) -> bool {
    entry == name || (entry.ends_with('/') && name.starts_with(entry))
}

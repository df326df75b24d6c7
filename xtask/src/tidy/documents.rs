//! What the documents point at exists: relative links, and paths of this repository in backticks.

use std::path::Path;

use super::Tracked;

/// Folders whose paths, written in backticks, must exist.
const OURS: [&str; 5] = ["crates/", "docs/", "xtask/", "testdata/", "examples/"];

/// Dead links and paths that are not there, with file and line.
pub(crate) fn check(files: &[Tracked]) -> Vec<String> {
    let mut problems = Vec::new();
    for file in files.iter().filter(|f| f.path.ends_with(".md") && !f.path.starts_with("testdata/")) {
        let folder = Path::new(&file.path).parent().unwrap_or(Path::new(""));
        for (number, line) in file.text.lines().enumerate() {
            let dead = links(line).filter(|target| !folder.join(target).exists());
            let gone = paths(line).filter(|path| !Path::new(path).exists());
            let both = dead.chain(gone);
            problems.extend(both.map(|t| format!("{}:{}: `{t}` is not there", file.path, number + 1)));
        }
    }
    problems
}

/// The relative targets of `[text](target)`, without their `#section`.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets
        .filter(|t| !t.contains("://") && !t.starts_with("mailto:"))
        .filter_map(|t| t.split('#').next())
        .filter(|t| !t.is_empty())
}

/// Paths of our folders in backticks; a pattern (`*`, `<`, `{`) is not a path.
fn paths(line: &str) -> impl Iterator<Item = &str> {
    let quoted = line.split('`').skip(1).step_by(2);
    quoted.filter(|q| OURS.iter().any(|o| q.starts_with(o)) && !q.contains(['*', '<', '{', ' ', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_links_are_found_and_others_are_not() {
        let line = "see [a](docs/a.md#part), [b](https://example.org/b) and [c](#here)";
        assert_eq!(links(line).collect::<Vec<_>>(), ["docs/a.md"]);
    }

    #[test]
    fn paths_in_backticks_are_found_and_patterns_are_not() {
        let line = "`crates/core/src/lib.rs`, `crates/*`, `cairn demo`";
        assert_eq!(paths(line).collect::<Vec<_>>(), ["crates/core/src/lib.rs"]);
    }
}

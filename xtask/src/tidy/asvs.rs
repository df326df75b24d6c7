//! Every test that `docs/reference/asvs.csv` names exists, every requirement stands there once, and every verdict has a
//! test or a reason.

use std::collections::BTreeSet;
use std::fs;

use super::Tracked;

const LIST: &str = "docs/reference/asvs.csv";
const VERDICTS: [&str; 6] = ["met", "partly", "not met", "not checked", "operator", "n/a"];

/// What is wrong with the list.
pub(crate) fn check(files: &[Tracked]) -> Vec<String> {
    let list = fs::read_to_string(LIST).unwrap_or_default();
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for line in list.lines().skip(1) {
        let cells = cells(line);
        let [requirement, level, verdict, test, reason] = cells.as_slice() else {
            problems.push(format!("{LIST}: not five cells: {line}"));
            continue;
        };
        if !seen.insert(requirement.clone()) {
            problems.push(format!("{LIST}: {requirement} stands there twice"));
        }
        if !["1", "2"].contains(&level.as_str()) || !VERDICTS.contains(&verdict.as_str()) {
            problems.push(format!("{LIST}: {requirement} has no such level or verdict"));
        }
        if test.is_empty() && reason.is_empty() {
            problems.push(format!("{LIST}: {requirement} has neither a test nor a reason"));
        }
        if !test.is_empty() && !exists(test, files) {
            problems.push(format!("{LIST}: {requirement} names `{test}`, which is not there"));
        }
    }
    // ASVS 5.0.0: 70 requirements at L1 and 183 more at L2.
    if seen.len() != 253 {
        problems.push(format!("{LIST} has {} requirements, ASVS 5.0.0 has 253 at L1 and L2", seen.len()));
    }
    problems
}

/// Whether a file has a function of that name: `path::name`.
fn exists(test: &str, files: &[Tracked]) -> bool {
    let Some((path, name)) = test.split_once("::") else { return false };
    let definition = format!("fn {name}(");
    files.iter().any(|file| file.path == path && file.text.contains(&definition))
}

/// The cells of a line; quotes enclose cells with commas.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            other => cells.last_mut().into_iter().for_each(|cell| cell.push(other)),
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_within_quotes_ends_no_cell() {
        assert_eq!(cells("1.1.1,2,met,,\"a, b\""), ["1.1.1", "2", "met", "", "a, b"]);
    }
}

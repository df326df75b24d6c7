//! The edges between our crates are those that `ARCHITECTURE.md` allows; each crate says what it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

/// Compares the workspace with the table in `ARCHITECTURE.md`.
pub(crate) fn check(metadata: &Value) -> anyhow::Result<Vec<String>> {
    let map = fs::read_to_string("ARCHITECTURE.md").context("cannot read `ARCHITECTURE.md`")?;
    let allowed = allowed_edges(&map);
    let actual = actual_edges(metadata);
    let mut problems = compare(&allowed, &actual);
    problems.extend(undocumented(metadata));
    Ok(problems)
}

type Edges = BTreeMap<String, BTreeSet<String>>;

/// The rows `` | `crate` | layer | `may` `use` | … | `` of the map.
fn allowed_edges(map: &str) -> Edges {
    let mut edges = Edges::new();
    for line in map.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, name, layer, uses, ..] = cells[..] else {
            continue;
        };
        if layer.parse::<u8>().is_ok() {
            edges.insert(name.trim_matches('`').to_owned(), quoted(uses));
        }
    }
    edges
}

fn quoted(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// What each crate of the workspace depends on among the others, tests aside.
fn actual_edges(metadata: &Value) -> Edges {
    let members = members(metadata);
    let names: BTreeSet<&str> = members.iter().filter_map(|p| p["name"].as_str()).collect();
    let mut edges = Edges::new();
    for package in &members {
        let uses = package["dependencies"].as_array().into_iter().flatten();
        let uses = uses.filter(|d| d["kind"].as_str() != Some("dev"));
        let uses = uses.filter_map(|d| d["name"].as_str()).filter(|name| names.contains(name));
        let name = package["name"].as_str().unwrap_or_default().to_owned();
        edges.insert(name, uses.map(str::to_owned).collect());
    }
    edges
}

fn members(metadata: &Value) -> Vec<&Value> {
    let ids: BTreeSet<&str> =
        metadata["workspace_members"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages.filter(|p| p["id"].as_str().is_some_and(|id| ids.contains(id))).collect()
}

fn compare(allowed: &Edges, actual: &Edges) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, uses) in actual {
        let Some(may) = allowed.get(name) else {
            problems.push(format!("`{name}` is not in the table of ARCHITECTURE.md"));
            continue;
        };
        for edge in uses.difference(may) {
            problems.push(format!("`{name}` uses `{edge}`, which ARCHITECTURE.md does not allow"));
        }
    }
    let gone = allowed.keys().filter(|name| !actual.contains_key(*name));
    problems.extend(gone.map(|name| format!("ARCHITECTURE.md lists `{name}`, which is not there")));
    problems
}

/// Crates whose first file does not begin with a module doc.
fn undocumented(metadata: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    for package in members(metadata) {
        for target in package["targets"].as_array().into_iter().flatten() {
            let Some(path) = target["src_path"].as_str().filter(|p| !p.contains("/tests/")) else {
                continue;
            };
            let text = fs::read_to_string(path).unwrap_or_default();
            if !text.starts_with("//!") {
                let shown = Path::new(path).strip_prefix(std::env::current_dir().unwrap_or_default());
                let shown = shown.map_or(path.to_owned(), |p| p.display().to_string());
                problems.push(format!("`{shown}` does not begin with a sentence on what it is (`//!`)"));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str = "| crate | layer | may use | purpose |\n|---|---|---|---|\n\
        | `cairn-variant` | 0 | - | identity |\n| `cairn-core` | 1 | `cairn-variant` | rules |\n";

    fn edges(pairs: &[(&str, &[&str])]) -> Edges {
        let set = |uses: &[&str]| uses.iter().map(ToString::to_string).collect();
        pairs.iter().map(|(name, uses)| ((*name).to_owned(), set(uses))).collect()
    }

    #[test]
    fn the_table_is_read() {
        let expected = edges(&[("cairn-variant", &[]), ("cairn-core", &["cairn-variant"])]);
        assert_eq!(allowed_edges(MAP), expected);
    }

    #[test]
    fn an_edge_that_is_not_written_is_a_problem() {
        let actual = edges(&[("cairn-variant", &["cairn-core"]), ("cairn-core", &[])]);
        let problems = compare(&allowed_edges(MAP), &actual);
        assert_eq!(problems, ["`cairn-variant` uses `cairn-core`, which ARCHITECTURE.md does not allow"]);
    }

    #[test]
    fn a_crate_that_is_not_written_and_one_that_is_gone_are_problems() {
        let actual = edges(&[("cairn-variant", &[]), ("cairn-lake", &[])]);
        assert_eq!(compare(&allowed_edges(MAP), &actual).len(), 2);
    }
}

//! What we build on: the bans and the licences that `deny.toml` states.
//!
//! `cargo deny check` reads the same file and does more; this needs nothing installed.

use std::collections::BTreeSet;
use std::fs;

use anyhow::Context;
use serde_json::Value;
use toml_edit::DocumentMut;

/// Compares all packages of the build with `deny.toml`.
pub(crate) fn check(metadata: &Value) -> anyhow::Result<Vec<String>> {
    let text = fs::read_to_string("deny.toml").context("cannot read `deny.toml`")?;
    let rules: DocumentMut = text.parse().context("`deny.toml` is not TOML")?;
    let banned = strings(&rules["bans"]["deny"], "crate");
    let licences = strings(&rules["licenses"]["allow"], "license");
    let packages = metadata["packages"].as_array().into_iter().flatten();
    Ok(packages.flat_map(|package| problems_of(package, &banned, &licences)).collect())
}

/// The strings of a TOML list, whose members are strings or tables with `key`.
fn strings(list: &toml_edit::Item, key: &str) -> BTreeSet<String> {
    let members = list.as_array().into_iter().flatten();
    let text = members
        .filter_map(|m| m.as_str().or_else(|| m.as_inline_table().and_then(|t| t.get(key)).and_then(|v| v.as_str())));
    text.map(str::to_owned).collect()
}

fn problems_of(package: &Value, banned: &BTreeSet<String>, licences: &BTreeSet<String>) -> Vec<String> {
    let name = package["name"].as_str().unwrap_or_default();
    let mut problems = Vec::new();
    if banned.contains(name) {
        problems.push(format!("`{name}` is banned by deny.toml; `cargo tree -i {name}` says who uses it"));
    }
    let licence = package["license"].as_str().unwrap_or_default();
    if !permits(licence, licences) {
        problems.push(format!("`{name}` has the licence `{licence}`, which deny.toml does not allow"));
    }
    problems
}

/// Whether an SPDX expression can be met with the allowed licences. `AND` binds tighter than `OR`;
/// the old `/` means `OR`.
fn permits(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let expression = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = expression.split_whitespace().peekable();
    let met = alternatives(&mut words, allowed);
    met && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn alternatives(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> bool {
    let mut met = conjunction(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        // Both sides are read, whatever the first one said.
        met |= conjunction(words, allowed);
    }
    met
}

fn conjunction(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> bool {
    let mut met = licence(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        met &= licence(words, allowed);
    }
    met
}

fn licence(words: &mut Words<'_>, allowed: &BTreeSet<String>) -> bool {
    match words.next() {
        Some("(") => {
            let met = alternatives(words, allowed);
            words.next_if_eq(&")").is_some() && met
        }
        Some(name) if words.next_if_eq(&"WITH").is_some() => words
            .next()
            .is_some_and(|exception| allowed.contains(&format!("{name} WITH {exception}")) || allowed.contains(name)),
        Some(name) => allowed.contains(name),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: &str, expected: bool) {
        let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"].map(str::to_owned).into();
        assert_eq!(permits(expression, &allowed), expected, "{expression}");
    }

    #[test]
    fn a_licence_expression_is_met_by_one_allowed_alternative() {
        check("MIT", true);
        check("MIT/Apache-2.0", true);
        check("GPL-3.0 OR MIT", true);
        check("(MIT OR Apache-2.0) AND Unicode-3.0", true);
        check("Apache-2.0 WITH LLVM-exception OR GPL-2.0", true);
    }

    #[test]
    fn a_licence_expression_that_needs_another_licence_is_refused() {
        check("GPL-3.0-only", false);
        check("MIT AND GPL-3.0", false);
        check("(MIT OR Apache-2.0) AND OpenSSL", false);
        check("", false);
    }
}

//! What a newcomer sees first: the root of the repository holds these names and no others.

use std::collections::BTreeSet;

use super::Tracked;

const ALLOWED: [&str; 24] = [
    ".cargo",
    ".ci",
    ".config",
    ".gitattributes",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "NOTICE",
    "README.md",
    "SECURITY.md",
    "clippy.toml",
    "crates",
    "deny.toml",
    "deploy",
    "docs",
    "examples",
    "fuzz",
    "rustfmt.toml",
    "testdata",
    "xtask",
];

/// Names at the root that are not expected there.
pub(crate) fn check(files: &[Tracked]) -> Vec<String> {
    let names: BTreeSet<&str> = files.iter().filter_map(|f| f.path.split('/').next()).collect();
    let strangers = names.into_iter().filter(|name| !ALLOWED.contains(name));
    strangers.map(|name| format!("`{name}` does not belong at the root")).collect()
}

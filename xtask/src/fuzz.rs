//! `cargo xtask fuzz`: hostile bytes for every parser door, from `fuzz/targets/`.
//!
//! Runs on the stable toolchain: without a sanitizer, because our code has no `unsafe`; what we
//! look for are panics, hangs and memory without bound.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};

use crate::cargo;

/// Runs one target, or each in turn, for so many seconds; whether none found anything.
pub(crate) fn run(only: Option<&str>, seconds: u32) -> anyhow::Result<bool> {
    ensure!(cargo::has("fuzz"), "cargo-fuzz is not installed: `cargo install cargo-fuzz`");
    std::env::set_current_dir("fuzz").context("cannot enter `fuzz`")?;
    let targets = targets()?;
    if let Some(name) = only {
        ensure!(targets.iter().any(|t| t == name), "no target `{name}`; there are {}", targets.join(", "));
    }
    let mut found = Vec::new();
    for target in targets.iter().filter(|t| only.is_none_or(|name| name == *t)) {
        println!("== {target}");
        if !fuzz(target, seconds)? {
            found.push(target.as_str());
        }
    }
    if !found.is_empty() {
        println!("fuzz: found something in {}; the input is in fuzz/artifacts/", found.join(", "));
    }
    Ok(found.is_empty())
}

fn targets() -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir("targets").context("cannot read `fuzz/targets`")? {
        let path = entry?.path();
        names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

fn fuzz(target: &str, seconds: u32) -> anyhow::Result<bool> {
    let corpus = format!("corpus/{target}");
    fs::create_dir_all(&corpus)?;
    let seeds = format!("seeds/{target}");
    let mut arguments = vec!["fuzz".to_owned(), "run".into(), "--sanitizer=none".into(), target.into(), corpus];
    if Path::new(&seeds).is_dir() {
        arguments.push(seeds);
    }
    arguments.extend(
        ["--", "-rss_limit_mb=3000", "-timeout=10", "-max_len=16384", "-print_final_stats=0"].map(str::to_owned),
    );
    arguments.push(format!("-max_total_time={seconds}"));
    cargo::run(arguments)
}

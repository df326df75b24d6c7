//! `cargo xtask soak`: the long trials of the real program under what happens to machines.
//!
//! The trials are the tests of `crates/cairn/tests/soak/`; here they run in their long form, one after the other, and
//! what they say is gathered. A trial that lacks a privilege is *not run*, which is no pass.

use std::ffi::OsStr;
use std::path::Path;

use anyhow::{Context, bail};

use crate::cargo;

/// A trial, with its test and the rounds of its long form.
struct Trial {
    name: &'static str,
    test: &'static str,
    rounds: u64,
}

const TRIALS: [Trial; 7] = [
    Trial { name: "kill", test: "kill::kill", rounds: 200 },
    // As many as there are: every call with every fault.
    Trial { name: "syscalls", test: "syscalls::syscalls", rounds: 1_000_000 },
    Trial { name: "disk-full", test: "disk_full::disk_full", rounds: 6 },
    Trial { name: "flips", test: "flips::flips", rounds: 10_000 },
    Trial { name: "equivocation", test: "equivocation::equivocation", rounds: 1 },
    Trial { name: "federation", test: "federation::federation", rounds: 5 },
    Trial { name: "overload", test: "overload::overload", rounds: 10 },
];

/// Runs one trial or all; whether each that ran passed.
pub(crate) fn run(trial: Option<&str>, seed: Option<u64>, rounds: Option<u64>) -> anyhow::Result<bool> {
    let chosen: Vec<&Trial> = TRIALS.iter().filter(|known| trial.is_none_or(|name| name == known.name)).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = TRIALS.iter().map(|trial| trial.name).collect();
        bail!("no such trial; there are: {}", names.join(", "));
    }
    let results = std::env::temp_dir().join(format!("cairn-soak-{}", std::process::id()));
    let mut lines = Vec::new();
    let mut all = true;
    for trial in chosen {
        let passed = one(trial, seed, rounds, &results)?;
        let said = std::fs::read_to_string(&results).unwrap_or_default();
        let _ = std::fs::remove_file(&results);
        all &= passed;
        lines.push(match said.trim_end() {
            "" => format!("| {} | **failed** | see above | | |", trial.name),
            said => format!("| {} |", said.replace('\t', " | ")),
        });
    }
    println!("\n| trial | verdict | what | seed | seconds |\n| --- | --- | --- | --- | --- |\n{}", lines.join("\n"));
    Ok(all)
}

fn one(trial: &Trial, seed: Option<u64>, rounds: Option<u64>, results: &Path) -> anyhow::Result<bool> {
    let rounds = rounds.unwrap_or(trial.rounds).to_string();
    let mut variables = vec![
        ("CAIRN_SOAK_RESULTS", results.to_str().context("the temporary folder has an odd name")?.to_owned()),
        ("CAIRN_SOAK_ROUNDS", rounds),
    ];
    variables.extend(seed.map(|seed| ("CAIRN_SOAK_SEED", seed.to_string())));
    let arguments =
        ["test", "--quiet", "--package", "cairn", "--test", "soak", "--", "--exact", trial.test, "--nocapture"];
    cargo::run_with(&variables, arguments.map(OsStr::new))
}

//! Runs published test vectors through the product's own code.
//!
//! A folder of vectors has one sub-folder a suite. A suite this program knows is run; any other
//! is listed as not run. Files inside a suite may be missing or added: what is there is run.
//!
//! To add a suite: write `fn run(folder: &Path, report: &mut SuiteReport)` in a file of its own
//! and give it a line in [`SUITES`]. Several parts, each with its own promise, may feed one suite.
//! Rules for all of them: the same functions that the command line calls, exact comparison, every case reported, never an
//! answer read from the expected fields, no list of exceptions.

mod acmg;
mod clinvar_aggregate;
mod clinvar_node;
mod clinvar_rcv;
mod data_use;
mod deidentify;
mod gene_validity;
mod hgvs_parse;
mod hgvs_project;
mod nhs_number;
mod normalisation;
mod one_variant;
mod passports;
mod phenopackets;
mod refget;
mod report;
mod result;
mod tlog;
mod vcf;
mod vrs;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};

pub(crate) use report::SuiteReport;
use result::SuiteResult;

/// A suite: its folder's name and its parts.
struct Suite {
    folder: &'static str,
    parts: &'static [Part],
}

/// A part of a suite with a promise of its own.
struct Part {
    /// What it looks at.
    name: &'static str,
    /// Percent of the runnable cases that must pass; held by `--floors`.
    floor: f64,
    run: fn(&Path, &mut SuiteReport),
}

/// Every suite that can be run, in the order in which they are printed.
const SUITES: &[Suite] = &[
    Suite {
        folder: "acmg",
        parts: &[
            Part { name: "combining", floor: 100.0, run: acmg::run_combining },
            Part { name: "points", floor: 100.0, run: acmg::run_points },
            Part { name: "cnv_2020", floor: 100.0, run: acmg::run_cnv },
            Part { name: "cnv_2020 defaults", floor: 100.0, run: acmg::run_cnv_defaults },
        ],
    },
    Suite {
        folder: "clinvar",
        parts: &[
            Part { name: "conflict verdict", floor: 100.0, run: clinvar_aggregate::run_conflicts },
            Part { name: "aggregate of VCV records", floor: 95.0, run: clinvar_aggregate::run_records },
            Part { name: "aggregate of RCV records", floor: 80.0, run: clinvar_rcv::run },
            Part { name: "expert panel decides", floor: 100.0, run: clinvar_aggregate::run_panels },
        ],
    },
    Suite {
        folder: "deid",
        parts: &[
            Part { name: "fields", floor: 100.0, run: deidentify::run_fields },
            Part { name: "text", floor: 100.0, run: deidentify::run_text },
        ],
    },
    Suite { folder: "duo", parts: &[Part { name: "matching", floor: 100.0, run: data_use::run }] },
    Suite { folder: "gene-validity", parts: &[Part { name: "matrix", floor: 100.0, run: gene_validity::run }] },
    Suite {
        folder: "hgvs",
        parts: &[
            Part { name: "parse", floor: 99.0, run: hgvs_parse::run },
            Part { name: "project", floor: 97.0, run: hgvs_project::run },
            Part { name: "one variant", floor: 97.0, run: one_variant::run_clinvar },
        ],
    },
    Suite { folder: "nhs", parts: &[Part { name: "numbers", floor: 100.0, run: nhs_number::run }] },
    Suite { folder: "normalisation", parts: &[Part { name: "all", floor: 100.0, run: normalisation::run }] },
    Suite { folder: "passports", parts: &[Part { name: "grants", floor: 100.0, run: passports::run }] },
    Suite {
        folder: "phenopackets",
        parts: &[
            Part { name: "round trip", floor: 100.0, run: phenopackets::run },
            Part { name: "one variant", floor: 99.0, run: one_variant::run_phenopackets },
        ],
    },
    Suite { folder: "refget", parts: &[Part { name: "digests", floor: 100.0, run: refget::run }] },
    Suite {
        folder: "tlog",
        parts: &[
            Part { name: "proofs", floor: 100.0, run: tlog::run_proofs },
            Part { name: "roots", floor: 100.0, run: tlog::run_roots },
            Part { name: "tiles", floor: 100.0, run: tlog::run_tiles },
            Part { name: "signed notes", floor: 100.0, run: tlog::run_notes },
            Part { name: "another program's log", floor: 100.0, run: tlog::run_tessera },
        ],
    },
    Suite { folder: "vcf", parts: &[Part { name: "verdicts", floor: 90.0, run: vcf::run }] },
    Suite { folder: "vrs", parts: &[Part { name: "identify", floor: 100.0, run: vrs::run }] },
];

/// Runs the suites found under `vectors`, prints the table and every failing case, and fails when
/// `floors` is set and a part falls short.
pub(crate) fn run(vectors: &Path, only: Option<&str>, json: Option<&Path>, floors: bool) -> anyhow::Result<ExitCode> {
    let folders = sub_folders(vectors)?;
    if let Some(name) = only
        && !folders.contains(name)
    {
        bail!("no folder `{name}` in `{}`", vectors.display());
    }
    let wanted = |name: &str| folders.contains(name) && only.is_none_or(|o| o == name);

    let mut results = Vec::new();
    for suite in SUITES.iter().filter(|s| wanted(s.folder)) {
        let mut parts = Vec::new();
        for part in suite.parts {
            let mut report = SuiteReport::default();
            (part.run)(&vectors.join(suite.folder), &mut report);
            parts.push((part.name, report));
        }
        results.push(SuiteResult { suite: suite.folder, parts });
    }
    let unknown = |name: &&str| wanted(name) && !SUITES.iter().any(|s| s.folder == *name);
    let not_run: Vec<&str> = folders.iter().map(String::as_str).filter(unknown).collect();

    result::print(&results, &not_run);
    if let Some(path) = json {
        result::write_json(&results, &not_run, path)?;
    }
    Ok(if floors && !above_floors(&results) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn sub_folders(vectors: &Path) -> anyhow::Result<BTreeSet<String>> {
    let entries =
        fs::read_dir(vectors).with_context(|| format!("cannot read the folder of vectors `{}`", vectors.display()))?;
    let mut names = BTreeSet::new();
    for entry in entries {
        let entry = entry?;
        if entry.path().is_dir() {
            names.insert(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

/// Whether every part that ran reaches its floor; names those that do not.
fn above_floors(results: &[SuiteResult]) -> bool {
    let mut all = true;
    for (suite, result) in SUITES.iter().filter_map(|s| Some((s, results.iter().find(|r| r.suite == s.folder)?))) {
        for (part, (name, report)) in suite.parts.iter().zip(&result.parts) {
            if report.percent() < part.floor {
                let (folder, percent, floor) = (suite.folder, report.percent(), part.floor);
                eprintln!("{folder}, {name}: {percent:.2} % passed, at least {floor} % is promised");
                all = false;
            }
        }
    }
    all
}

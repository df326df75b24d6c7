//! Runs published test vectors through the product's own code.
//!
//! A folder of vectors has one sub-folder a suite. A suite this program knows is run; any other
//! is listed as not run. Files inside a suite may be missing or added: what is there is run.
//!
//! To add a suite: write `fn run(folder: &Path, report: &mut SuiteReport)` in a file of its own
//! and give it a line in [`SUITES`]. Several functions may feed one suite. Rules for all of them:
//! the same functions that the command line calls, exact comparison, every case reported, never an
//! answer read from the expected fields, no list of exceptions.

mod hgvs_parse;
mod hgvs_project;
mod normalisation;
mod refget;
mod report;
mod vrs;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};

pub(crate) use report::SuiteReport;

/// A suite: its name, its folder, the share of cases that must pass, and the functions that run it.
struct Suite {
    /// Printed and, before the first blank, the folder's name: several suites may read one folder.
    name: &'static str,
    /// Percent of the runnable cases; held by `--floors`.
    floor: f64,
    parts: &'static [fn(&Path, &mut SuiteReport)],
}

impl Suite {
    fn folder(&self) -> &'static str {
        self.name.split(' ').next().unwrap_or_default()
    }
}

/// Every suite that can be run, in the order in which they are printed.
const SUITES: &[Suite] = &[
    Suite { name: "hgvs parse", floor: 99.0, parts: &[hgvs_parse::run] },
    Suite { name: "hgvs project", floor: 97.0, parts: &[hgvs_project::run] },
    Suite { name: "normalisation", floor: 100.0, parts: &[normalisation::run] },
    Suite { name: "refget", floor: 100.0, parts: &[refget::run] },
    Suite { name: "vrs", floor: 100.0, parts: &[vrs::run] },
];

/// Runs the suites found under `vectors`, prints the table and every failing case, and fails when
/// `floors` is set and a suite falls short.
pub(crate) fn run(vectors: &Path, only: Option<&str>, json: Option<&Path>, floors: bool) -> anyhow::Result<ExitCode> {
    let folders = sub_folders(vectors)?;
    if let Some(name) = only
        && !folders.contains(name)
    {
        bail!("no folder `{name}` in `{}`", vectors.display());
    }
    let wanted = |name: &str| folders.contains(name) && only.is_none_or(|o| o == name);

    let mut reports = Vec::new();
    for suite in SUITES.iter().filter(|s| wanted(s.folder())) {
        let mut report = SuiteReport::new(suite.name);
        for part in suite.parts {
            part(&vectors.join(suite.folder()), &mut report);
        }
        reports.push(report);
    }
    let not_run: Vec<&str> = folders
        .iter()
        .map(String::as_str)
        .filter(|name| wanted(name) && !SUITES.iter().any(|s| s.folder() == *name))
        .collect();

    report::print(&reports, &not_run);
    if let Some(path) = json {
        report::write_json(&reports, &not_run, path)?;
    }
    Ok(if floors && !above_floors(&reports) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
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

/// Whether every suite that ran reaches its floor; names those that do not.
fn above_floors(reports: &[SuiteReport]) -> bool {
    let mut all = true;
    for report in reports {
        let floor = SUITES.iter().find(|s| s.name == report.name()).map_or(100.0, |s| s.floor);
        if report.percent() < floor {
            eprintln!("{}: {:.2} % passed, at least {floor} % is promised", report.name(), report.percent());
            all = false;
        }
    }
    all
}

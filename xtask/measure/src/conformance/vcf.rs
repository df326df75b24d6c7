//! `vcf/`: files of each version that a strict reader accepts or rejects, and the specification's
//! own examples, which it accepts.

use std::fs;
use std::path::{Path, PathBuf};

use cairn_formats::vcf::validate::validate;

use super::SuiteReport;

pub(crate) fn run(folder: &Path, report: &mut SuiteReport) {
    for version in entries(folder).iter().filter(|path| path.is_dir()) {
        if name(version) == "examples" {
            verdicts(version, &name(version), "accepted", report);
            continue;
        }
        for (kind, expected) in [("passed", "accepted"), ("failed", "rejected")] {
            verdicts(&version.join(kind), &format!("{}/{kind}", name(version)), expected, report);
        }
    }
}

fn verdicts(folder: &Path, id: &str, expected: &str, report: &mut SuiteReport) {
    for path in entries(folder).iter().filter(|path| path.extension().is_some_and(|e| e == "vcf")) {
        match fs::read(path) {
            Ok(bytes) => report.check(format!("{id}/{}", name(path)), expected, || verdict(&bytes)),
            Err(error) => report.unreadable(path, &error),
        }
    }
}

/// What the strict reader says.
fn verdict(bytes: &[u8]) -> String {
    if validate(bytes).accepts() { "accepted".to_owned() } else { "rejected".to_owned() }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned())
}

//! `refget/`: digests of sequences, and those of the compliance suite's FASTA files.

use std::collections::BTreeMap;
use std::path::Path;

use cairn_variant::digest::{Digest, RefgetAccession, md5_of_sequence, sha512t24u};
use serde::Deserialize;

use super::SuiteReport;

#[derive(Deserialize)]
struct Blob {
    blob: String,
    sha512t24u: String,
    md5: String,
    trunc512: String,
}

/// The digests only: the `size` that the suite states for `NC` is not that of its own FASTA file.
#[derive(Deserialize)]
struct Checksums {
    md5: String,
    sha512: String,
    ga4gh: String,
}

pub(crate) fn run(folder: &Path, report: &mut SuiteReport) {
    for (name, text) in report.read_all(folder, "json") {
        blobs(folder, &name, &text, report);
    }
    compliance(&folder.join("compliance"), report);
}

fn blobs(folder: &Path, name: &str, text: &str, report: &mut SuiteReport) {
    let cases: Vec<Blob> = match serde_json::from_str(text) {
        Ok(cases) => cases,
        Err(error) => return report.unreadable(&folder.join(name), &error),
    };
    for (at, case) in cases.iter().enumerate() {
        let bytes = case.blob.as_bytes();
        let id = |digest: &str| format!("{name}:{at}:{digest}");
        report.check(id("sha512t24u"), case.sha512t24u.as_str(), || sha512t24u(bytes));
        report.check(id("md5"), case.md5.as_str(), || md5_of_sequence(bytes));
        report.check(id("trunc512"), case.trunc512.as_str(), || Digest::of(bytes).to_trunc512());
    }
}

fn compliance(folder: &Path, report: &mut SuiteReport) {
    let path = folder.join("checksums.json");
    let Some(text) = report.read(&path) else { return };
    let sequences: BTreeMap<String, Checksums> = match serde_json::from_str(&text) {
        Ok(sequences) => sequences,
        Err(error) => return report.unreadable(&path, &error),
    };
    for (name, expected) in &sequences {
        let Some(fasta) = report.read(&folder.join(format!("{name}.faa"))) else {
            report.not_runnable(format!("compliance:{name}"), name);
            continue;
        };
        let residues: String = fasta.lines().filter(|line| !line.starts_with('>')).collect();
        let accession = RefgetAccession::of_sequence(residues.as_bytes());
        let id = |digest: &str| format!("compliance:{name}:{digest}");
        report.check(id("ga4gh"), expected.ga4gh.as_str(), || format!("ga4gh:{accession}"));
        report.check(id("md5"), expected.md5.as_str(), || md5_of_sequence(residues.as_bytes()));
        report.check(id("trunc512"), expected.sha512.as_str(), || accession.digest().to_trunc512());
    }
}

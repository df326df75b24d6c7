//! Triples of one change on genome, transcript and protein: `biocommons/*.tsv`, `biocommons/gcp/*.tsv` and
//! `ferro/hgvs-rs-projection`.
//!
//! The files write what HGVS leaves to the writer (`delAT` for `del`, `*` for `Ter`): the expected text is read and
//! printed once before it is compared.

use std::path::Path;

use cairn_variant::hgvs::Hgvs;
use serde_json::Value;

use super::given::Given;
use super::{Outcome, answered, ask, cases, missing};
use crate::conformance::SuiteReport;

pub(super) fn run(folder: &Path, given: &Given, report: &mut SuiteReport) {
    let biocommons = folder.join("biocommons");
    for place in [biocommons.clone(), biocommons.join("gcp")] {
        for (file, text) in report.read_all(&place, "tsv") {
            table(&file, &text, given, report);
        }
    }
    for (id, case) in cases(&folder.join("ferro/hgvs-rs-projection"), report) {
        if case.get("to_test") != Some(&Value::Bool(false)) {
            projected(&id, &case, given, report);
        }
    }
}

/// A table with the columns `HGVSg`, `HGVSc`, `HGVSp`.
fn table(file: &str, text: &str, given: &Given, report: &mut SuiteReport) {
    let mut lines = text.lines().filter(|l| !l.starts_with('#') && !l.is_empty());
    let heading: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| heading.iter().position(|h| *h == name);
    let (Some(g), Some(c), Some(p)) = (column("HGVSg"), column("HGVSc"), column("HGVSp")) else { return };
    for (i, line) in lines.enumerate() {
        let fields: Vec<&str> = line.split('\t').collect();
        let field = |at: usize| fields.get(at).map_or("", |f| f.trim());
        let id = format!("biocommons/{file}:{} {}", i + 1, field(0));
        triple(&id, [field(g), field(c), field(p)], given, report);
    }
}

fn projected(id: &str, case: &Value, given: &Given, report: &mut SuiteReport) {
    let input = case.get("input").and_then(Value::as_str).unwrap_or_default();
    let text = |key: &str| case.get(key).and_then(Value::as_str).unwrap_or_default();
    triple(id, [input, text("coding"), ""], given, report);
    if input.contains(":c.") {
        triple(id, ["", input, text("protein_description")], given, report);
    }
    for coding in case.get("noncoding").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        triple(id, [input, coding, ""], given, report);
    }
    for pair in case.get("coding_protein_descriptions").and_then(Value::as_array).into_iter().flatten() {
        let part = |i: usize| pair.get(i).and_then(Value::as_str).unwrap_or_default();
        triple(id, [input, part(0), part(1)], given, report);
    }
}

fn triple(id: &str, [g, c, p]: [&str; 3], given: &Given, report: &mut SuiteReport) {
    let Some(transcript) = c.split_once(':').map(|(t, _)| t).filter(|t| !t.is_empty()) else { return };
    if given.transcripts.find(transcript).is_none() {
        return report.not_runnable(id, transcript);
    }
    if !g.is_empty() {
        answered(report, &format!("{id} [g to c]"), &rewritten(c), on_transcript(given, g, transcript));
    }
    if !p.is_empty() {
        let protein = ask(c, |h| given.projector().on_protein(h));
        answered(report, &format!("{id} [c to p]"), &rewritten(p), protein);
    }
}

fn on_transcript(given: &Given, genomic: &str, transcript: &str) -> Outcome {
    let Ok(hgvs) = genomic.parse::<Hgvs>() else { return Outcome::Refused("not read".to_owned()) };
    let found = match given.projector().on_transcripts(&hgvs) {
        Ok(found) => found,
        Err(error) => return missing(&error).map_or(Outcome::Refused(error.to_string()), Outcome::Missing),
    };
    let here = found
        .into_iter()
        .flatten()
        .find(|p| given.transcripts.transcript(p.transcript).accession().to_string() == transcript);
    match here.and_then(|p| p.coding(&given.transcripts)) {
        Some(coding) => Outcome::Answer(coding.to_string()),
        None => Outcome::Missing(format!("the alignment of {transcript}")),
    }
}

fn rewritten(text: &str) -> String {
    text.parse::<Hgvs>().map_or_else(|_| text.to_owned(), |h| h.to_string())
}

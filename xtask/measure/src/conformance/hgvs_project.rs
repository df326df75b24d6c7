//! Normalising and projecting half of suite `hgvs`: descriptions in their recommended form, on the genome, on
//! transcripts, on RNA and protein, with the bases that the folder gives.
//!
//! A case is a row: a row with an expected normal form, genomic form and protein passes when all three are ours.
//! Set apart, as the folder's README says: rows with `to_test` false, values that are marked as an accepted
//! divergence among programs, shuffles to 5′ (not HGVS), rows recorded as a defect.

mod given;
mod mutalyzer;
mod triples;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cairn_variant::hgvs::Hgvs;
use cairn_variant::normalize_hgvs::{JunctionRule, NormalizeError};
use cairn_variant::project::{PlaceError, ProjectError};
use serde_json::Value;

use given::Given;

use super::SuiteReport;

/// What came of a question: an answer, a refusal, or the name of a sequence that is not given.
enum Outcome {
    Answer(String),
    Refused(String),
    Missing(String),
}

/// Runs all files of this half.
pub(crate) fn run(folder: &Path, report: &mut SuiteReport) {
    let ferro = folder.join("ferro");
    let folders: Vec<PathBuf> = [
        "biocommons-normalize",
        "case-harvest",
        "inversion-sweep",
        "mutalyzer-normalize",
        "spec-worked-examples",
        "sequences",
        "transcripts",
    ]
    .iter()
    .map(|name| ferro.join(name))
    .collect();
    let given = |own: &str| Given::read(&ferro.join(own), &folders);
    normalised(&ferro.join("biocommons-normalize"), &given("biocommons-normalize"), report);
    normalised(&ferro.join("spec-worked-examples"), &given("spec-worked-examples"), report);
    normalised(&ferro.join("case-harvest"), &given("case-harvest"), report);
    sweep(&ferro.join("inversion-sweep"), &given("inversion-sweep"), report);
    let all = given("mutalyzer-normalize");
    mutalyzer::run(&ferro.join("mutalyzer-normalize"), &all, report);
    triples::run(folder, &given("biocommons-normalize"), report);
}

/// Cases of `cases.json`: `input` and its normal form.
fn normalised(folder: &Path, given: &Given, report: &mut SuiteReport) {
    let mut classes: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (id, case) in cases(folder, report) {
        let text = |key: &str| case.get(key).and_then(Value::as_str);
        let set_apart = case.get("to_test") == Some(&Value::Bool(false))
            || case.get("disposition").is_some()
            || case.get("defect").is_some_and(|d| !d.is_null())
            || text("shuffle_direction").is_some_and(|d| d.starts_with('5'));
        let Some(input) = text("input").filter(|_| !set_apart) else { continue };
        let rule = match case.get("cross_boundaries") {
            Some(Value::Bool(true)) => JunctionRule::Cross,
            _ => JunctionRule::Stop,
        };
        let outcome = normal_form(given, input, rule);
        if let (Some(class), Outcome::Answer(form)) = (text("confluence_class"), &outcome) {
            classes.entry(class.to_owned()).or_default().push((id.clone(), form.clone()));
        }
        let expects_error = case.get("expects_error") == Some(&Value::Bool(true));
        let expected = ["normalized", "expected", "spec_expected"].iter().find_map(|key| text(key));
        match expected {
            _ if expects_error => refused(report, &id, outcome),
            Some(expected) => answered(report, &id, expected, outcome),
            None => {}
        }
    }
    for (class, forms) in classes.iter().filter(|(_, forms)| forms.len() > 1) {
        let (_, first) = &forms[0];
        for (id, form) in &forms[1..] {
            report.check(format!("{id} (class {class})"), first, || form.clone());
        }
    }
}

/// Inversions and their normal form, a line each.
fn sweep(folder: &Path, given: &Given, report: &mut SuiteReport) {
    for (file, text) in report.read_all(folder, "tsv") {
        for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.starts_with('#')) {
            let Some((input, expected)) = line.split_once('\t') else { continue };
            let id = format!("inversion-sweep/{file}:{} {input}", i + 1);
            answered(report, &id, expected, normal_form(given, input, JunctionRule::Stop));
        }
    }
}

/// The rows of `cases.json` with an id each.
fn cases(folder: &Path, report: &mut SuiteReport) -> Vec<(String, Value)> {
    let path = folder.join("cases.json");
    let Some(text) = report.read(&path) else { return Vec::new() };
    let name = folder.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    match serde_json::from_str::<Value>(&text) {
        Ok(Value::Object(mut whole)) => match whole.remove("cases") {
            Some(Value::Array(rows)) => {
                let input = |row: &Value| row.get("input").and_then(Value::as_str).unwrap_or_default().to_owned();
                rows.into_iter().enumerate().map(|(i, row)| (format!("{name}/{i} {}", input(&row)), row)).collect()
            }
            _ => Vec::new(),
        },
        Ok(_) => Vec::new(),
        Err(error) => {
            report.unreadable(&path, &error);
            Vec::new()
        }
    }
}

/// The normal form of a description.
fn normal_form(given: &Given, input: &str, rule: JunctionRule) -> Outcome {
    ask(input, |hgvs| given.projector().normalize_with(hgvs, rule).map(|n| Some(n.hgvs)))
}

/// Reads a description and asks something of it.
fn ask(input: &str, question: impl Fn(&Hgvs) -> Result<Option<Hgvs>, NormalizeError>) -> Outcome {
    let hgvs = match input.parse::<Hgvs>() {
        Ok(hgvs) => hgvs,
        Err(error) => return Outcome::Refused(error.to_string()),
    };
    match question(&hgvs) {
        Ok(Some(answer)) => Outcome::Answer(answer.to_string()),
        Ok(None) => Outcome::Refused("no answer".to_owned()),
        Err(error) => match missing(&error) {
            Some(sequence) => Outcome::Missing(sequence),
            None => Outcome::Refused(error.to_string()),
        },
    }
}

/// The sequence or alignment that would have been needed.
fn missing(error: &NormalizeError) -> Option<String> {
    match error {
        NormalizeError::UnknownReference { accession } | NormalizeError::OtherVersion { accession, .. } => {
            Some(accession.clone())
        }
        NormalizeError::Sequence(e) | NormalizeError::Project(ProjectError::Sequence(e))
            if e.is_remedied_by_loading() =>
        {
            Some(e.to_string())
        }
        NormalizeError::Gap { accession, gap } | NormalizeError::Place(PlaceError::Gap { accession, gap, .. })
            if *gap == cairn_variant::transcript::TargetGap::Outside =>
        {
            Some(format!("the alignment of {accession}"))
        }
        NormalizeError::Project(ProjectError::UnknownTarget { target }) => Some(target.clone()),
        _ => None,
    }
}

fn answered(report: &mut SuiteReport, id: &str, expected: &str, outcome: Outcome) {
    match outcome {
        Outcome::Answer(form) => report.check(id, expected, || form),
        Outcome::Refused(why) => report.check(id, expected, || format!("refused: {why}")),
        Outcome::Missing(sequence) => report.not_runnable(id, sequence),
    }
}

fn refused(report: &mut SuiteReport, id: &str, outcome: Outcome) {
    match outcome {
        Outcome::Answer(form) => report.check(id, "refused", || form),
        Outcome::Refused(_) => report.check(id, "refused", || "refused".to_owned()),
        Outcome::Missing(sequence) => report.not_runnable(id, sequence),
    }
}

//! `ferro/mutalyzer-normalize`: a description, its normal form, and what it is on other axes.

use std::path::Path;

use cairn_variant::hgvs::Hgvs;
use cairn_variant::normalize_hgvs::JunctionRule;
use serde_json::Value;

use super::given::Given;
use super::{Outcome, ask, cases, normal_form};
use crate::conformance::SuiteReport;

pub(super) fn run(folder: &Path, given: &Given, report: &mut SuiteReport) {
    for (id, case) in cases(folder, report) {
        if case.get("to_test") == Some(&Value::Bool(false)) {
            continue;
        }
        let Some(input) = case.get("input").and_then(Value::as_str) else { continue };
        row(&id, input, &case, given, report);
    }
}

/// The values of a row that can be asked with what the folder gives.
#[derive(Default)]
struct Row {
    expected: Vec<String>,
    got: Vec<String>,
    missing: Vec<String>,
}

impl Row {
    fn add(&mut self, axis: &str, expected: &str, outcome: Outcome) {
        let got = match outcome {
            Outcome::Answer(answer) => answer,
            Outcome::Refused(_) if expected == REFUSED => REFUSED.to_owned(),
            Outcome::Refused(why) => format!("refused: {why}"),
            Outcome::Missing(sequence) => return self.missing.push(sequence),
        };
        self.expected.push(format!("{axis} {expected}"));
        self.got.push(format!("{axis} {got}"));
    }
}

const REFUSED: &str = "refused";

/// One case: every value of the row must be ours.
fn row(id: &str, input: &str, case: &Value, given: &Given, report: &mut SuiteReport) {
    let projector = given.projector();
    let one = |axis: &str| case.get(axis).and_then(Value::as_str).filter(|_| !is_set_apart(case, axis));
    let mut row = Row::default();
    if let Some(expected) = one("normalized") {
        row.add("normalized", expected, normal_form(given, input, JunctionRule::Stop));
    }
    if let Some(expected) = one("genomic") {
        row.add("genomic", expected, ask(input, |h| projector.on_genomic(h).map(Some)));
    }
    if let Some(expected) = one("protein_description") {
        row.add("protein", expected, ask(input, |h| projector.on_protein(h)));
    }
    if let Some(expected) = one("rna_description") {
        row.add("rna", expected, ask(input, |h| projector.on_rna(h)));
    }
    if case.get("errors").is_some_and(Value::is_array) && !is_set_apart(case, "errors") {
        row.add("errors", REFUSED, normal_form(given, input, JunctionRule::Stop));
    }
    if let Some(Value::Array(pairs)) = case.get("coding_protein_descriptions")
        && !is_set_apart(case, "coding_protein_descriptions")
    {
        for pair in pairs {
            let texts: Vec<&str> = pair.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            if let [coding, protein] = *texts {
                row.add("coding", &format!("{coding} {protein}"), on_transcript(given, input, coding));
            }
        }
    }
    if !row.expected.is_empty() {
        report.check(id, row.expected.join(", "), || row.got.join(", "));
    } else if let Some(sequence) = row.missing.into_iter().next() {
        report.not_runnable(id, sequence);
    }
}

/// A genomic description on one transcript and its protein, named by the expected coding description's reference.
fn on_transcript(given: &Given, input: &str, named: &str) -> Outcome {
    let Ok(hgvs) = input.parse::<Hgvs>() else { return Outcome::Refused("not read".to_owned()) };
    let transcript = named.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or(named, |(t, _)| t);
    if given.transcripts.find(transcript).is_none() {
        return Outcome::Missing(transcript.to_owned());
    }
    let projector = given.projector();
    let genomic = match projector.on_genomic(&hgvs) {
        Ok(genomic) => genomic,
        Err(error) => return super::missing(&error).map_or(Outcome::Refused(error.to_string()), Outcome::Missing),
    };
    let found = projector.on_transcripts(&genomic).unwrap_or_default();
    let here = found
        .into_iter()
        .flatten()
        .find(|p| given.transcripts.transcript(p.transcript).accession().to_string() == transcript);
    let Some(projection) = here else { return Outcome::Missing(format!("the alignment of {transcript}")) };
    let texts = [projection.coding_in_context(&given.transcripts), projection.protein(&given.transcripts)];
    let texts: Vec<String> = texts.into_iter().flatten().map(|h| h.to_string()).collect();
    Outcome::Answer(texts.join(" "))
}

/// Marked as a value on which programs are known to differ.
fn is_set_apart(case: &Value, axis: &str) -> bool {
    ["accepted_divergence", "accepted_rejection"].iter().any(|key| {
        let marks = match case.get(key) {
            Some(Value::Array(marks)) => marks.iter().collect(),
            Some(mark) => vec![mark],
            None => Vec::new(),
        };
        marks.iter().any(|mark| mark.get("axis").and_then(Value::as_str) == Some(axis))
    })
}

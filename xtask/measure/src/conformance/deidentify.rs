//! `deid/`: the field rules of Safe Harbor, and identifiers in free text. A text passes when every span
//! of an identifier is found whole and every genomic string stays.

use std::path::Path;

use cairn_core::deidentify::notes;
use cairn_core::deidentify::safe_harbor::{self, Age};
use serde::Deserialize;
use serde_json::{Value, json};

use super::SuiteReport;

#[derive(Deserialize)]
struct File {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    input: Option<Fields>,
    expect: Option<Value>,
    text: Option<String>,
    #[serde(default)]
    phi: Vec<Phi>,
    #[serde(default)]
    must_keep: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    zip: Option<String>,
    age: Option<u32>,
    birth_date: Option<jiff::civil::Date>,
}

#[derive(Deserialize)]
struct Phi {
    start: usize,
    end: usize,
}

fn cases(folder: &Path, report: &mut SuiteReport) -> Vec<Case> {
    let path = folder.join("safe_harbor.json");
    let Some(text) = report.read(&path) else { return Vec::new() };
    match serde_json::from_str::<File>(&text) {
        Ok(file) => file.cases,
        Err(error) => {
            report.unreadable(&path, &error);
            Vec::new()
        }
    }
}

pub(crate) fn run_fields(folder: &Path, report: &mut SuiteReport) {
    for case in cases(folder, report) {
        let (Some(fields), Some(expect)) = (&case.input, &case.expect) else { continue };
        report.check(case.id.clone(), expect.to_string(), || told(fields, expect).to_string());
    }
}

/// The fields as they may be told; those asked for.
fn told(fields: &Fields, asked: &Value) -> Value {
    let age = fields.age.map(|years| match safe_harbor::age(years) {
        Age::Years(years) => json!(years),
        Age::NinetyOrMore => json!("90+"),
    });
    let mut all = json!({
        "zip3": fields.zip.as_deref().and_then(safe_harbor::zip3),
        "age": age,
        "birthYear": fields.birth_date.and_then(|birth| safe_harbor::birth_year(birth, fields.age)),
    });
    if let (Some(all), Some(asked)) = (all.as_object_mut(), asked.as_object()) {
        all.retain(|name, _| asked.contains_key(name));
    }
    all
}

pub(crate) fn run_text(folder: &Path, report: &mut SuiteReport) {
    for case in cases(folder, report) {
        let Some(text) = &case.text else { continue };
        report.check(case.id.clone(), "every identifier found, every genomic string kept", || scrub(text, &case));
    }
}

fn scrub(text: &str, case: &Case) -> String {
    let letters: Vec<char> = text.chars().collect();
    let spans = notes::find(text);
    let is_found = |phi: &&Phi| !spans.iter().any(|span| span.start <= phi.start && phi.end <= span.end);
    let missed: Vec<String> =
        case.phi.iter().filter(is_found).map(|p| letters[p.start..p.end].iter().collect()).collect();
    let clean = notes::redact(text);
    let lost: Vec<&String> = case.must_keep.iter().filter(|kept| !clean.contains(kept.as_str())).collect();
    if missed.is_empty() && lost.is_empty() {
        return "every identifier found, every genomic string kept".to_owned();
    }
    format!("missed {missed:?}, lost {lost:?}: {clean}")
}

//! `acmg/`: classes by the rules of 2015, by points, and by the scoring sheets for copy numbers.

use std::collections::BTreeMap;
use std::path::Path;

use cairn_core::classification::Classification;
use cairn_core::guideline::{EvidenceLine, Guideline, classify, explain, find};
use serde::Deserialize;

use super::SuiteReport;

#[derive(Deserialize)]
struct Combining {
    cases: Vec<Counts>,
}

/// Numbers of met criteria by strength.
#[derive(Deserialize)]
struct Counts {
    id: String,
    counts: BTreeMap<String, u32>,
    acmg2015: String,
    reason: String,
    /// Absent where a stand-alone criterion decides.
    points: Option<i32>,
    points_class: String,
}

#[derive(Deserialize)]
struct CopyNumbers {
    defaults: BTreeMap<String, BTreeMap<String, f64>>,
    cases: Vec<CopyNumber>,
}

/// A scored copy number variant, or a total alone.
#[derive(Deserialize)]
struct CopyNumber {
    id: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    evidence: Vec<Row>,
    total: f64,
    class: String,
}

#[derive(Deserialize)]
struct Row {
    code: String,
    points: f64,
}

pub(crate) fn run_combining(folder: &Path, report: &mut SuiteReport) {
    for case in counts(folder, report) {
        let expected = format!("{} {}", case.acmg2015, if case.reason == "conflicting" { "conflicting" } else { "" });
        report.check(format!("combining:{}", case.id), expected.trim_end(), || by_rules(&case.counts));
    }
}

pub(crate) fn run_points(folder: &Path, report: &mut SuiteReport) {
    for case in counts(folder, report) {
        let points = case.points.map_or_else(String::new, |points| points.to_string());
        let expected = format!("{} {points}", case.points_class);
        report.check(format!("points:{}", case.id), expected.trim_end(), || by_points(&case.counts));
    }
}

pub(crate) fn run_cnv(folder: &Path, report: &mut SuiteReport) {
    for case in copy_numbers(folder, report).into_iter().flat_map(|file| file.cases) {
        let expected = format!("{} {:.2}", case.class, case.total);
        report.check(format!("cnv_2020:{}", case.id), expected, || by_sheet(&case));
    }
}

pub(crate) fn run_cnv_defaults(folder: &Path, report: &mut SuiteReport) {
    for (kind, rows) in copy_numbers(folder, report).into_iter().flat_map(|file| file.defaults) {
        for (code, points) in rows.into_iter().filter(|(code, _)| was_seen(&kind, code)) {
            let id = format!("cnv_2020:defaults:{kind}:{code}");
            report.check(id, format!("{points:.2}"), || row_default(&kind, &code));
        }
    }
}

/// Rows whose default the file saw in the paper (its note: sections 1 and 2A to 2D-3); it calls the
/// others remembered, to be checked by a curator, so that they are no cases.
fn was_seen(kind: &str, code: &str) -> bool {
    let last = if kind == "loss" { "2D-3" } else { "2D" };
    code.starts_with('1') || (code.starts_with('2') && code <= last)
}

fn copy_numbers(folder: &Path, report: &mut SuiteReport) -> Option<CopyNumbers> {
    let path = folder.join("cnv_2020.json");
    let text = report.read(&path)?;
    serde_json::from_str(&text).map_err(|error| report.unreadable(&path, &error)).ok()
}

fn counts(folder: &Path, report: &mut SuiteReport) -> Vec<Counts> {
    let path = folder.join("combining.json");
    let Some(text) = report.read(&path) else { return Vec::new() };
    match serde_json::from_str::<Combining>(&text) {
        Ok(file) => file.cases,
        Err(error) => {
            report.unreadable(&path, &error);
            Vec::new()
        }
    }
}

/// The first so many criteria of each strength, at their default strength: PM1, PM2, PM3 for three.
fn evidence(counts: &BTreeMap<String, u32>, guideline: &Guideline) -> Result<Vec<EvidenceLine>, String> {
    let mut lines = Vec::new();
    for (family, count) in counts {
        for number in 1..=*count {
            let line = EvidenceLine::read(&format!("{family}{number}"), guideline);
            lines.push(line.map_err(|error| error.to_string())?);
        }
    }
    Ok(lines)
}

fn by_rules(counts: &BTreeMap<String, u32>) -> String {
    let answer = || {
        let guideline = find("acmg-amp@2015").map_err(|e| e.to_string())?;
        let explanation = explain(guideline, &evidence(counts, guideline)?).map_err(|e| e.to_string())?;
        let conflict = if explanation.decision.conflict.is_some() { " conflicting" } else { "" };
        Ok(format!("{}{conflict}", letter(explanation.decision.class)))
    };
    answer().unwrap_or_else(|error: String| error)
}

fn by_points(counts: &BTreeMap<String, u32>) -> String {
    let answer = || {
        let guideline = find("acmg-points@2020").map_err(|e| e.to_string())?;
        let decision = classify(guideline, &evidence(counts, guideline)?).map_err(|e| e.to_string())?;
        let points = decision.points.map(|points| format!(" {points}")).unwrap_or_default();
        Ok(format!("{}{points}", letter(decision.class)))
    };
    answer().unwrap_or_else(|error: String| error)
}

/// Scores the rows as stated; a case without rows states a total, which suitable rows then hold.
fn by_sheet(case: &CopyNumber) -> String {
    let answer = || {
        let sheet = case.kind.as_deref().unwrap_or("loss");
        let guideline = find(&format!("acmg-cnv-{sheet}@2020")).map_err(|e| e.to_string())?;
        let texts = match case.evidence.as_slice() {
            [] => total_as_rows(case.total),
            rows => rows.iter().map(|row| format!("{}={:.2}", row.code, row.points)).collect(),
        };
        let lines: Result<Vec<_>, _> = texts.iter().map(|text| EvidenceLine::read(text, guideline)).collect();
        let decision = classify(guideline, &lines.map_err(|e| e.to_string())?).map_err(|e| e.to_string())?;
        let hundredths = decision.points.map_or(0, |points| points.hundredths());
        Ok(format!("{} {:.2}", letter(decision.class), f64::from(hundredths) / 100.0))
    };
    answer().unwrap_or_else(|error: String| error)
}

/// Rows of the loss sheet that together hold the total: 2A and 3C for, 2F and 4N against.
fn total_as_rows(total: f64) -> Vec<String> {
    let (first, second) = if total < 0.0 { ("2F", "4N") } else { ("2A", "3C") };
    let most = total.clamp(-1.0, 1.0);
    vec![format!("{first}={most:.2}"), format!("{second}={:.2}", total - most)]
}

fn row_default(kind: &str, code: &str) -> String {
    let Ok(guideline) = find(&format!("acmg-cnv-{kind}@2020")) else { return format!("no sheet for {kind}") };
    let row = guideline.criterion(code).and_then(|criterion| criterion.points.as_ref());
    match row.map(|row| row.default) {
        Some(Some(points)) => format!("{:.2}", f64::from(points.hundredths()) / 100.0),
        Some(None) => "unspecified".to_owned(),
        None => "no such row".to_owned(),
    }
}

fn letter(class: Option<Classification>) -> &'static str {
    class.map_or("no class", Classification::letter)
}

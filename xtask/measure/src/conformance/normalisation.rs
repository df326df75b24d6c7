//! `normalisation/*.json`: trimming, rolling and the VRS state, on short sequences given with each case.

use std::path::Path;

use cairn_variant::{
    digest::RefgetAccession,
    interbase::Interval,
    normalize::{Normalized, normalize},
    replacement::{ReferenceCheck, Replacement},
    sequence::MemorySequences,
    vrs::{Variation, allele_of},
};
use serde_json::{Map, Value, json};

use super::SuiteReport;

pub(crate) fn run(folder: &Path, report: &mut SuiteReport) {
    for (file, text) in report.read_all(folder, "json") {
        match serde_json::from_str::<Vec<Map<String, Value>>>(&text) {
            Ok(cases) => cases.iter().enumerate().for_each(|(at, case)| check(&file, at, case, report)),
            Err(error) => report.unreadable(&folder.join(file), &error),
        }
    }
}

/// One case: every form that it gives must come out.
fn check(file: &str, at: usize, case: &Map<String, Value>, report: &mut SuiteReport) {
    let id = case.get("id").and_then(Value::as_str).map_or_else(|| at.to_string(), str::to_owned);
    let asked = ["expand", "left", "right", "refgetAccession", "vrs"];
    let expected: Map<String, Value> =
        asked.iter().filter_map(|form| Some(((*form).to_owned(), case.get(*form)?.clone()))).collect();
    let forms: Vec<String> = expected.keys().cloned().collect();
    report.check(format!("{file}:{id}"), Value::Object(expected).to_string(), || match normalized(case) {
        Ok((accession, change)) => {
            let form = |name: &String| (name.clone(), form(name, &accession, &change));
            Value::Object(forms.iter().map(form).collect()).to_string()
        }
        Err(error) => error,
    });
}

fn normalized(case: &Map<String, Value>) -> Result<(RefgetAccession, Normalized), String> {
    let text = |name: &str| case.get(name).and_then(Value::as_str).ok_or(format!("no `{name}`"));
    let number = |name: &str| case.get(name).and_then(Value::as_u64).ok_or(format!("no `{name}`"));
    let mut sequences = MemorySequences::new();
    let accession = sequences.add(text("sequence")?.as_bytes());
    let interval = Interval::new(number("start")?, number("end")?).ok_or("start after end")?;
    let residues = |name: &str| text(name)?.parse().map_err(|error| format!("{error}"));
    let change = Replacement::new(accession, interval.start(), residues("ref")?, residues("alt")?);
    let change = change.ok_or("too long")?;
    match change.check_reference(&sequences) {
        ReferenceCheck::Agrees if change.interval() == interval => {}
        other => return Err(format!("{other:?}")),
    }
    let change = normalize(&sequences, &change).map_err(|error| error.to_string())?;
    Ok((accession, change))
}

fn form(name: &str, accession: &RefgetAccession, change: &Normalized) -> Value {
    match name {
        "expand" => plain(&change.fully_justified()),
        "left" => plain(&change.leftmost()),
        "right" => plain(&change.rightmost()),
        "refgetAccession" => json!(accession),
        _ => vrs(change),
    }
}

fn plain(change: &Replacement) -> Value {
    let interval = change.interval();
    json!({"start": interval.start(), "end": interval.end(), "ref": change.deleted(), "alt": change.inserted()})
}

fn vrs(change: &Normalized) -> Value {
    let allele = Variation::Allele(allele_of(change)).to_json();
    let location = &allele["location"];
    json!({"start": location["start"], "end": location["end"], "state": allele["state"], "id": allele["id"]})
}

//! `hgvs/`: is this text HGVS or is it not, and does it come back as it was.
//!
//! The door is the one of the command line, [`Expression::parse`]. A row without a verdict of its own is not a case.

mod biocommons_rules;

use std::path::Path;

use cairn_variant::expression::{Expression, Form};
use serde_json::Value;

use super::SuiteReport;

const ACCEPTED: &str = "read";
const REFUSED: &str = "refused";

pub(crate) fn run(folder: &Path, report: &mut SuiteReport) {
    for room in ["grammar", "edge_cases", "validation", "bulk"] {
        let room = Path::new("ferro").join(room);
        for (file, text) in report.read_all(&folder.join(&room), "json") {
            match serde_json::from_str::<Value>(&text) {
                Ok(value) => ferro(&file, &value, report),
                Err(error) => report.unreadable(&folder.join(&room).join(file), &error),
            }
        }
    }
    let biocommons = folder.join("biocommons");
    biocommons_rules::run(&biocommons, report);
    gauntlet(&biocommons, report);
    reject(&biocommons, report);
    random_variants(&biocommons, report);
}

/// Whether the text is read as HGVS nomenclature, its legacy included (`c.IVS2+1G>A`, `c.EX3_EX5del`).
fn verdict(text: &str) -> String {
    match Expression::parse(text) {
        Ok(Expression { form: Form::Hgvs(_) | Form::ExonEvent(_) | Form::LegacyName(_), .. }) => ACCEPTED.to_owned(),
        Ok(other) => format!("read as another notation: {}", other.form),
        Err(error) => format!("{REFUSED}: {error}"),
    }
}

/// `expected` is whether the text must be read. Why a text is refused is not compared.
fn check(id: String, text: &str, expected: bool, report: &mut SuiteReport) {
    let wanted = if expected { ACCEPTED } else { REFUSED };
    report.check(id, wanted, || {
        let got = verdict(text);
        if !expected && got.starts_with(REFUSED) { REFUSED.to_owned() } else { got }
    });
}

/// Every expression of a file, wherever it stands: objects with `input` and `valid`, the `hgvs` of the file of
/// canonical examples, the `hgvs_g`, `hgvs_c` and `hgvs_p` beside an rsID.
fn ferro(file: &str, value: &Value, report: &mut SuiteReport) {
    let canonical = file.contains("canonical");
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        match value {
            Value::Array(items) => pending.extend(items.iter().rev()),
            Value::Object(fields) => {
                let text = |name: &str| fields.get(name).and_then(Value::as_str);
                let valid = fields.get("valid").and_then(Value::as_bool);
                let input = text("input").or_else(|| text("hgvs"));
                if let (Some(input), Some(valid)) = (input, valid.or(canonical.then_some(true))) {
                    check(format!("{file}:{}", input.trim()), input, valid, report);
                }
                for name in ["hgvs_g", "hgvs_c", "hgvs_p"] {
                    if let Some(input) = text(name).filter(|input| !input.is_empty()) {
                        check(format!("{file}:{input}"), input, true, report);
                    }
                }
                pending.extend(fields.values().filter(|v| v.is_array() || v.is_object()));
            }
            Value::String(input)
                if canonical
                    && input.contains(":g.")
                        | input.contains(":c.")
                        | input.contains(":p.")
                        | input.contains(":r.") =>
            {
                check(format!("{file}:{input}"), input, true, report);
            }
            _ => {}
        }
    }
}

/// Lines must be read; lines behind `#- ` are negative examples.
fn gauntlet(folder: &Path, report: &mut SuiteReport) {
    let Some(text) = report.read(&folder.join("gauntlet")) else { return };
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(negative) = line.strip_prefix("#- ") {
            check(format!("gauntlet:{negative}"), negative, false, report);
        } else if !line.starts_with('#') {
            check(format!("gauntlet:{line}"), line, true, report);
        }
    }
}

/// The first field of every line must be refused; the file sets its lines off with `#`.
fn reject(folder: &Path, report: &mut SuiteReport) {
    let Some(text) = report.read(&folder.join("reject")) else { return };
    for line in text.lines() {
        let input = line.trim_start_matches('#').split('\t').next().unwrap_or_default().trim();
        if input.contains(':') {
            check(format!("reject:{input}"), input, false, report);
        }
    }
}

/// What is read is written back letter by letter, the bases that the text states included.
fn random_variants(folder: &Path, report: &mut SuiteReport) {
    let Some(text) = report.read(&folder.join("random-vars")) else { return };
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        report.check(format!("random-vars:{line}"), line, || match Expression::parse(line) {
            Ok(Expression { form: Form::Hgvs(hgvs), .. }) => format!("{hgvs:#}"),
            Ok(other) => format!("read as another notation: {}", other.form),
            Err(error) => error.to_string(),
        });
    }
}

//! `nhs/`: NHS numbers, valid and not.

use std::path::Path;

use cairn_core::nhs_number::NhsNumber;
use serde::Deserialize;

use super::SuiteReport;

#[derive(Deserialize)]
struct File {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    value: String,
    valid: bool,
}

pub(crate) fn run(folder: &Path, report: &mut SuiteReport) {
    let path = folder.join("nhs_numbers.json");
    let Some(text) = report.read(&path) else { return };
    match serde_json::from_str::<File>(&text) {
        Ok(file) => {
            for case in file.cases {
                let is_valid = || case.value.parse::<NhsNumber>().is_ok().to_string();
                report.check(case.id.clone(), case.valid.to_string(), is_valid);
            }
        }
        Err(error) => report.unreadable(&path, &error),
    }
}

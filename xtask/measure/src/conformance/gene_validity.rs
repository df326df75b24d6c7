//! `gene-validity/`: ClinGen's summary matrix.

use std::path::Path;

use cairn_core::guideline::Points;
use cairn_core::guideline::find;
use cairn_core::guideline::gene_validity::{Curation, ValidityClass, weigh};
use serde::Deserialize;

use super::SuiteReport;

#[derive(Deserialize)]
struct Matrix {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    id: String,
    genetic: f64,
    experimental: f64,
    replicated_over_time: bool,
    total: f64,
    classification: String,
}

pub(crate) fn run(folder: &Path, report: &mut SuiteReport) {
    let path = folder.join("summary_matrix.json");
    let Some(text) = report.read(&path) else { return };
    let matrix: Matrix = match serde_json::from_str(&text) {
        Ok(matrix) => matrix,
        Err(error) => return report.unreadable(&path, &error),
    };
    for case in &matrix.cases {
        let expected = format!("{} {:.2}", case.classification, case.total);
        report.check(format!("summary_matrix:{}", case.id), expected, || weighed(case).unwrap_or_else(|error| error));
    }
}

fn weighed(case: &Case) -> Result<String, String> {
    let points = |number| Points::from_number(number).ok_or_else(|| format!("{number} is not a number of points"));
    let curation = Curation {
        genetic: points(case.genetic)?,
        experimental: points(case.experimental)?,
        replicated: case.replicated_over_time,
        call: None,
    };
    let guideline = find("gene-validity@sop-11").map_err(|error| error.to_string())?;
    let validity = weigh(guideline, &curation).map_err(|error| error.to_string())?;
    let class = validity.class.map_or("no class", ValidityClass::label);
    Ok(format!("{class} {:.2}", f64::from(validity.total.hundredths()) / 100.0))
}

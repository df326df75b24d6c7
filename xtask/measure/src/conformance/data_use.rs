//! `duo/`: whether a purpose lies within the data-use conditions of a data set. An answer that refers
//! to a person counts as not permitted.

use std::collections::BTreeMap;
use std::path::Path;

use cairn_core::data_use::{Condition, DiseaseTree, Outcome, PurposeKind, RequestPurpose, match_use};
use serde::Deserialize;

use super::SuiteReport;

#[derive(Deserialize)]
struct File {
    disease_ancestors: BTreeMap<String, Vec<String>>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    dataset: DataSet,
    purpose: Purpose,
    permit: bool,
    obligations: Vec<String>,
}

#[derive(Deserialize)]
struct DataSet {
    permission: String,
    modifiers: Vec<String>,
    disease: Option<String>,
    country: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Purpose {
    #[serde(rename = "type")]
    kind: String,
    disease: Option<String>,
    not_for_profit_organisation: Option<bool>,
    commercial_use: Option<bool>,
    genetic_study: Option<bool>,
    approved_user: Option<bool>,
    country: Option<String>,
}

/// The ontology that the file brings.
struct Tree(BTreeMap<String, Vec<String>>);

impl DiseaseTree for Tree {
    fn is_within(&self, disease: &str, above: &str) -> Option<bool> {
        let ancestors = self.0.get(disease)?;
        self.0.get(above)?;
        Some(disease == above || ancestors.iter().any(|ancestor| ancestor == above))
    }
}

pub(crate) fn run(folder: &Path, report: &mut SuiteReport) {
    let path = folder.join("matching.json");
    let Some(text) = report.read(&path) else { return };
    let file: File = match serde_json::from_str(&text) {
        Ok(file) => file,
        Err(error) => return report.unreadable(&path, &error),
    };
    let tree = Tree(file.disease_ancestors);
    for case in &file.cases {
        let mut obligations = case.obligations.clone();
        obligations.sort();
        let expected = if case.permit { format!("permit {obligations:?}") } else { "no permit []".to_owned() };
        report.check(case.id.clone(), expected, || answer(case, &tree));
    }
}

fn answer(case: &Case, tree: &Tree) -> String {
    let conditions = match conditions(&case.dataset) {
        Ok(conditions) => conditions,
        Err(error) => return error,
    };
    let Some(purpose) = purpose(&case.purpose) else { return format!("no such purpose: {}", case.purpose.kind) };
    let found = match_use(&conditions, &purpose, tree);
    let word = if found.outcome == Outcome::Permit { "permit" } else { "no permit" };
    format!("{word} {:?}", found.obligations)
}

fn conditions(data: &DataSet) -> Result<Vec<Condition>, String> {
    let codes = std::iter::once(&data.permission).chain(&data.modifiers);
    let written = codes.map(|code| match (code.as_str(), &data.disease, &data.country) {
        ("DS", Some(disease), _) => format!("DS={disease}"),
        ("GS", _, Some(country)) => format!("GS={country}"),
        _ => code.clone(),
    });
    written.map(|text| Condition::read(&text).map_err(|error| error.to_string())).collect()
}

fn purpose(stated: &Purpose) -> Option<RequestPurpose> {
    let kind = match stated.kind.as_str() {
        "GRU" => PurposeKind::General,
        "HMB" => PurposeKind::Health,
        "DS" => PurposeKind::Disease,
        "MDS" => PurposeKind::Methods,
        "POA" => PurposeKind::Ancestry,
        "CC" => PurposeKind::ClinicalCare,
        _ => return None,
    };
    Some(RequestPurpose {
        kind,
        disease: stated.disease.clone(),
        not_for_profit: stated.not_for_profit_organisation,
        commercial: stated.commercial_use,
        genetic: stated.genetic_study,
        approved_user: stated.approved_user,
        country: stated.country.clone(),
    })
}

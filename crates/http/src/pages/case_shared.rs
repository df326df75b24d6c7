//! A case of another laboratory, without identity.

use super::frame::Frame;
use crate::app::App;
use askama::Template;
use cairn_core::curie::Curie;
use cairn_node::lookup::shared_case::SharedReport;
use cairn_reference::phenotype::ontology::TermMatch;

/// The page of such a case.
#[derive(Template)]
#[template(path = "case_shared.html")]
pub struct SharedPage {
    frame: Frame,
    laboratory: String,
    sentence: String,
    emergency: Option<String>,
    variants: Vec<(String, String, &'static str, &'static str)>,
    observed: Vec<(String, String)>,
    excluded: Vec<(String, String)>,
    facts: Vec<(&'static str, String)>,
    reasons: Vec<String>,
    obligations: String,
}

/// The page of a shared case.
pub fn page(app: &App, frame: Frame, report: &SharedReport) -> SharedPage {
    let case = &report.shared;
    let ontology = app.node.reference().phenotypes();
    let named = |term: &Curie| {
        let label = match ontology.find(term.as_str()) {
            TermMatch::Current(at) | TermMatch::Replaced(at) => ontology.term(at).label.clone(),
            TermMatch::Obsolete(_) | TermMatch::Unknown => term.to_string(),
        };
        (term.to_string(), label)
    };
    let seen = case.variants.iter().zip(&report.variant_names).map(|(seen, name)| {
        let link = crate::address::variant(&seen.variant.to_string());
        (link, name.clone(), seen.zygosity.label(), seen.origin.label())
    });
    SharedPage {
        frame,
        laboratory: report.laboratory.name.clone(),
        sentence: sentence(report),
        emergency: report.emergency_until.map(|until| until.strftime("%H:%M UTC").to_string()),
        variants: seen.collect(),
        observed: case.observed.iter().map(named).collect(),
        excluded: case.excluded.iter().map(named).collect(),
        facts: vec![
            ("Sex", case.sex.label().to_owned()),
            ("Age", case.age_band.map_or_else(|| "not said".to_owned(), |band| band.to_string())),
            ("Affected", case.affected.label().to_owned()),
            ("Recorded", case.recorded.to_string()),
            ("Shown by decision", report.decision.to_string()),
        ],
        reasons: report.reasons.clone(),
        obligations: report.obligations.join(", "),
    }
}

fn sentence(report: &SharedReport) -> String {
    let case = &report.shared;
    let conditions: Vec<String> = case.conditions.iter().map(Curie::to_string).collect();
    let diagnosis = if conditions.is_empty() { "no diagnosis given".to_owned() } else { conditions.join(", ") };
    let variants =
        if case.variants.len() == 1 { "1 variant".to_owned() } else { format!("{} variants", case.variants.len()) };
    format!("{diagnosis}: {variants}, {} features observed and {} excluded.", case.observed.len(), case.excluded.len())
}

//! A case, for the laboratory whose it is; for others as far as they may see it.

use super::frame::{Frame, Page, PageError};
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::mark::Mark;
use crate::person::SignedIn;
use crate::view::aggregate::SentenceRow;
use crate::view::citation::CitationView;
use crate::view::condition::ConditionView;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use cairn_core::case::Progress;
use cairn_core::phenotype::PhenotypeFeature;
use cairn_node::lookup::case::{CaseReport, SeenVariant};

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage {
    frame: Frame,
    id: String,
    local_id: String,
    sentence: String,
    observations: Vec<ObservationRow>,
    observed: Vec<FeatureLine>,
    excluded: Vec<FeatureLine>,
    conditions: Vec<ConditionView>,
    citations: Vec<CitationView>,
    facts: Vec<(&'static str, String)>,
    consent: Option<super::consent::ConsentView>,
}

struct ObservationRow {
    link: String,
    label: String,
    zygosity: String,
    origin: &'static str,
    role: String,
    mark: Option<Mark>,
    now: Vec<SentenceRow>,
}

struct FeatureLine {
    term: String,
    label: String,
    onset: String,
}

/// `GET /cases/{id}`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(id): Path<String>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let id = id.parse().map_err(|_| PageError::NotFound)?;
    let moment = asked.moment().map_err(|error| PageError::NotUnderstood(error.to_string()))?;
    let as_of = app.node.as_of(moment).await?;
    let frame = Frame { as_of: moment.map(|_| asked.as_of), ..Frame::of(&app, &person, "") };
    if let Some(report) = app.node.read_case(id, as_of, person.reading("page")).await? {
        let mut page = page(frame, &report);
        page.consent = super::consent::view(&app, &person, id).await?;
        return Ok(Page(page).into_response());
    }
    let shared = app.node.read_shared_case(id, as_of, person.reading("page")).await?.ok_or(PageError::NotFound)?;
    Ok(Page(super::case_shared::page(&app, frame, &shared)).into_response())
}

fn page(frame: Frame, report: &CaseReport) -> CasePage {
    let case = &report.case;
    let features = |excluded| case.features.iter().filter(move |f| f.excluded == excluded).map(feature).collect();
    CasePage {
        frame,
        id: report.id.to_string(),
        local_id: case.local_id.clone(),
        sentence: sentence(report),
        observations: report.observations.iter().map(observation).collect(),
        observed: features(false),
        excluded: features(true),
        conditions: case.conditions.iter().filter(|c| c.is_stated()).map(ConditionView::from).collect(),
        citations: report.citations.iter().map(CitationView::from).collect(),
        facts: facts(report),
        consent: None,
    }
}

fn sentence(report: &CaseReport) -> String {
    let case = &report.case;
    let named = case.conditions.iter().find(|condition| condition.is_stated()).map(ConditionView::from);
    let diagnosis = named.map_or_else(|| "no diagnosis recorded".to_owned(), |condition| condition.name);
    let count = |excluded| case.features.iter().filter(|f| f.excluded == excluded).count();
    let variants = match report.observations.len() {
        0 => "no variant recorded".to_owned(),
        1 => "1 variant".to_owned(),
        n => format!("{n} variants"),
    };
    let features = match (count(false), count(true)) {
        (0, 0) => "no phenotype recorded".to_owned(),
        (1, excluded) => format!("1 feature observed and {excluded} excluded"),
        (observed, excluded) => format!("{observed} features observed and {excluded} excluded"),
    };
    let progress = match case.progress {
        Progress::Unknown => String::new(),
        known => format!("; {}", known.label()),
    };
    format!("{diagnosis}: {variants}, {features}{progress}.")
}

fn observation(seen: &SeenVariant) -> ObservationRow {
    let share = seen.fraction.map_or_else(String::new, |share| format!(", {:.0} % of copies", share * 100.0));
    let role = serde_json::to_value(seen.role).ok();
    let role = role.as_ref().and_then(|role| role.as_str()).unwrap_or_default();
    ObservationRow {
        link: crate::address::variant(&seen.variant.to_string()),
        label: seen.label.clone(),
        zygosity: format!("{}{share}", seen.zygosity.label()),
        origin: seen.origin.label(),
        role: if role == "unknown" { "not said".to_owned() } else { role.to_owned() },
        mark: seen.classification.map(Mark::Short),
        now: seen.aggregates.iter().map(SentenceRow::from).collect(),
    }
}

fn feature(feature: &PhenotypeFeature) -> FeatureLine {
    let term = feature.term.to_string();
    FeatureLine {
        label: if feature.label.is_empty() { term.clone() } else { feature.label.clone() },
        term,
        onset: feature.onset.clone().unwrap_or_default(),
    }
}

fn facts(report: &CaseReport) -> Vec<(&'static str, String)> {
    let case = &report.case;
    vec![
        ("Sex", case.sex.label().to_owned()),
        ("Age", case.age_band.clone().unwrap_or_else(|| "not said".to_owned())),
        ("Affected", case.affected.label().to_owned()),
        ("Version", report.version.to_string()),
        ("Recorded", report.recorded.strftime("%Y-%m-%d").to_string()),
        ("Submission", format!("{}, row {}", report.submission, report.row)),
        ("Shown by decision", report.decision.to_string()),
    ]
}

//! Genes weighed against diseases, beside what ClinGen and the GenCC's members say; the sheet is `sheet.rs`.

use super::actor;
use super::list::DraftRow;
use super::new::{modes, read_condition};
use crate::app::Shared;
use crate::form::OwnForm;
use crate::pages::frame::{Frame, Page, PageError};
use crate::person::SignedIn;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::condition::{Condition, Inheritance};
use cairn_core::curation::State as DraftState;
use cairn_core::guideline::gene_validity::ValidityClass;
use cairn_node::curation::GeneSheet;
use cairn_reference::validity::ValidityAssertion;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "gene_validity.html")]
struct ValidityPage {
    frame: Frame,
    symbol: String,
    sentence: String,
    sheets: Vec<SheetRow>,
    assertions: Vec<ValidityAssertion>,
    modes: Vec<(&'static str, &'static str)>,
    may_begin: bool,
}

/// A weighing of a laboratory of this node.
struct SheetRow {
    link: Option<String>,
    laboratory: String,
    condition: String,
    class: String,
    points: String,
    state: String,
    /// How it stands to what others say of the same disease.
    difference: String,
}

/// What a new weighing is to be about.
#[derive(Debug, Deserialize)]
pub struct About {
    condition: String,
    #[serde(default)]
    inheritance: String,
}

/// `GET /genes/{symbol}/validity`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(symbol): Path<String>,
) -> Result<Response, PageError> {
    let sheets = app.node.gene_sheets(&symbol, person.viewer).await?;
    let assertions: Vec<ValidityAssertion> = app.node.reference().validity().of_gene(&symbol).cloned().collect();
    let rows: Vec<SheetRow> = sheets.iter().map(|sheet| row(&symbol, sheet, &assertions)).collect();
    Ok(Page(ValidityPage {
        frame: Frame::of(&app, &person, "drafts"),
        sentence: headline(rows.len(), assertions.len()),
        symbol,
        sheets: rows,
        assertions,
        modes: modes(),
        may_begin: person.user.role.may_contribute(),
    })
    .into_response())
}

/// `POST /genes/{symbol}/validity`
pub async fn begin(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(symbol): Path<String>,
    OwnForm(about): OwnForm<About>,
) -> Result<Response, PageError> {
    let condition = read_condition(&app, &about.condition);
    let mode = Inheritance::read(&about.inheritance);
    let id = app.node.begin_validity(&actor(&person), &symbol, condition, mode).await?;
    Ok(Redirect::to(&format!("{}/validity/{id}", crate::address::gene(&symbol))).into_response())
}

/// `GET /genes/{symbol}/validity.tsv`: what this node says of the gene, in the GenCC's columns.
pub async fn table(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(symbol): Path<String>,
) -> Result<Response, PageError> {
    let sheets = app.node.gene_sheets(&symbol, person.viewer).await?;
    let hgnc = match app.node.reference().genes().find(&symbol) {
        cairn_reference::gene::GeneMatch::Approved(gene) => gene.hgnc_id.map(|id| format!("HGNC:{id}")),
        _ => None,
    };
    let mut text = "gene_curie\tgene_symbol\tdisease_curie\tdisease_title\tclassification_title\tmoi_title\tsubmitter_title\tsubmitted_as_date\tsubmitted_as_public_report_url\tsubmitted_as_assertion_criteria_url\n".to_owned();
    for sheet in sheets.iter().filter(|sheet| sheet.head.state == DraftState::Shared || !sheet.is_own) {
        let condition = sheet.draft.condition();
        let cells = [
            hgnc.clone().unwrap_or_default(),
            symbol.clone(),
            condition.ids.first().map(ToString::to_string).unwrap_or_default(),
            condition.name.clone(),
            class(sheet).map_or_else(String::new, |class| class.to_string()),
            sheet.draft.inheritance().map_or_else(String::new, |mode| mode.label().to_owned()),
            sheet.laboratory.name.clone(),
            sheet.draft.shared.last().map_or_else(String::new, |last| last.at.strftime("%Y-%m-%d").to_string()),
            String::new(),
            sheet.draft.guideline().unwrap_or_default().to_owned(),
        ];
        let plain = cells.map(|cell| cell.replace(['\t', '\n', '\r'], " "));
        text.push_str(&plain.join("\t"));
        text.push('\n');
    }
    Ok(([(header::CONTENT_TYPE, "text/tab-separated-values; charset=utf-8")], text).into_response())
}

fn class(sheet: &GeneSheet) -> Option<ValidityClass> {
    sheet.assessment.as_ref()?.validity.as_ref().ok()?.class
}

fn headline(sheets: usize, assertions: usize) -> String {
    let here = match sheets {
        0 => "No laboratory of this node has weighed it".to_owned(),
        1 => "1 weighing here".to_owned(),
        n => format!("{n} weighings here"),
    };
    match assertions {
        0 => format!("{here}; no assertion of ClinGen or the GenCC is loaded for it."),
        1 => format!("{here}; 1 assertion of ClinGen or a member of the GenCC."),
        n => format!("{here}; {n} assertions of ClinGen and members of the GenCC."),
    }
}

fn row(symbol: &str, sheet: &GeneSheet, others: &[ValidityAssertion]) -> SheetRow {
    let condition = sheet.draft.condition();
    let name = DraftRow::of(&sheet.head, symbol, "");
    SheetRow {
        link: sheet.is_own.then_some(name.link),
        laboratory: sheet.laboratory.name.clone(),
        class: class(sheet).map_or_else(|| "no class yet".to_owned(), |class| class.to_string()),
        points: sheet.assessment.as_ref().and_then(|one| one.validity.as_ref().ok()).map_or_else(
            String::new,
            |validity| {
                format!("{} genetic + {} experimental = {}", validity.genetic, validity.experimental, validity.total)
            },
        ),
        state: name.state,
        difference: difference(class(sheet), &condition, others),
        condition: condition.name,
    }
}

/// How a class stands to what others say of the same disease, in words.
pub(super) fn difference(class: Option<ValidityClass>, condition: &Condition, others: &[ValidityAssertion]) -> String {
    let same = |one: &&ValidityAssertion| {
        condition.ids.iter().any(|id| id.as_str() == one.disease_id)
            || condition.name.eq_ignore_ascii_case(&one.disease)
    };
    let Some(class) = class else { return String::new() };
    let of_disease: Vec<&ValidityAssertion> = others.iter().filter(same).collect();
    let differing: Vec<String> = of_disease
        .iter()
        .filter(|one| one.classification.parse::<ValidityClass>() != Ok(class))
        .map(|one| format!("{}: {}", one.submitter, one.classification))
        .collect();
    match (of_disease.len(), differing.len()) {
        (0, _) => "nobody else is known to have weighed it for this disease".to_owned(),
        (n, 0) => format!("the same as all {n} others for this disease"),
        (n, m) => format!("{m} of {n} others for this disease say otherwise: {}", differing.join("; ")),
    }
}

//! A phenotype: what it means, and the reader's own cases that have it.

use super::frame::{Frame, Page, PageError};
use super::list::{Cell, ListPage, Table};
use super::{asked, cases};
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::SignedIn;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_reference::phenotype::ontology::{Ontology, TermIndex, TermMatch};
use cairn_store::serial::CaseSerial;

/// Cases on one page.
const ROWS: u32 = 200;

/// `GET /phenotypes/{term}`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(term): Path<String>,
    Query(then): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let ontology = app.node.reference().phenotypes();
    let at = match ontology.find(&term) {
        TermMatch::Current(at) | TermMatch::Obsolete(at) => at,
        TermMatch::Replaced(at) => return Ok(Redirect::to(&then.on(&address(ontology, at))).into_response()),
        TermMatch::Unknown => return Err(PageError::NotFound),
    };
    let (as_of, shown) = super::frame::moment(&app, &then).await?;
    let id = identifier(ontology, at);
    let found = app.node.own_cases(person.viewer, Some(&id), as_of, CaseSerial::new(0), ROWS).await?;
    let record = ontology.term(at);
    let mut facts = vec![("Term", id.clone()), ("Ontology", format!("HPO {}", ontology.version))];
    if !record.synonyms.is_empty() {
        facts.push(("Also called", record.synonyms.join(", ")));
    }
    let related = |title, of: &[TermIndex]| Table {
        title,
        headings: &["Phenotype", "Term"],
        rows: of.iter().map(|at| term_row(ontology, *at)).collect(),
        empty: "None.",
        more: None,
    };
    let mut tables = vec![
        Table {
            title: "Cases of your laboratory",
            headings: cases::HEADINGS,
            rows: found.iter().map(cases::row).collect(),
            empty: "None of your cases has this phenotype recorded. Phenopackets and sheets with HPO columns bring it.",
            more: None,
        },
        related("More general", ontology.parents(at)),
        related("More specific", ontology.children(at)),
    ];
    if then.as_of.is_empty() && asked::has_peers(&app) {
        tables.insert(1, asked::similar_table(&asked::similar(&app, &person, vec![id.clone()]).await));
    }
    let sentence = if record.definition.is_empty() { record.label.clone() } else { record.definition.clone() };
    let frame = Frame { as_of: shown, ..Frame::of(&app, &person, "") }.with_query(&record.label);
    let page = ListPage {
        frame,
        kicker: "Phenotype".to_owned(),
        title: record.label.clone(),
        sentence,
        tables,
        facts,
        ..ListPage::default()
    };
    Ok(Page(page).into_response())
}

fn identifier(ontology: &Ontology, at: TermIndex) -> String {
    format!("HP:{:07}", ontology.term(at).id)
}

fn address(ontology: &Ontology, at: TermIndex) -> String {
    format!("/phenotypes/{}", identifier(ontology, at))
}

fn term_row(ontology: &Ontology, at: TermIndex) -> Vec<Cell> {
    let label = ontology.term(at).label.clone();
    vec![Cell::link(label, address(ontology, at)), Cell::text(identifier(ontology, at)).mono()]
}

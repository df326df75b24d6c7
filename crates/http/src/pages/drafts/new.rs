//! A new draft: what it is to be about.

use super::list::DraftRow;
use super::{actor, when};
use crate::app::Shared;
use crate::form::OwnForm;
use crate::mark::Mark;
use crate::pages::frame::{Frame, Page, PageError};
use crate::person::SignedIn;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::condition::{Condition, Inheritance};
use cairn_core::guideline::{GuidelineTrack, Guidelines};
use cairn_node::curation::Begin;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "draft_new.html")]
struct NewPage {
    frame: Frame,
    variant: String,
    title: String,
    /// Whether the variant is settled, so that it is not asked for again.
    is_known: bool,
    drafts: Vec<DraftRow>,
    earlier: Vec<EarlierRow>,
    guidelines: Vec<(String, String, bool)>,
    modes: Vec<(&'static str, &'static str)>,
}

struct EarlierRow {
    accession: String,
    mark: Mark,
    conditions: String,
}

/// What the draft is to be about.
#[derive(Debug, Default, Deserialize)]
pub struct About {
    /// Any notation, or an id of the node.
    #[serde(default)]
    variant: String,
}

/// What the form brings.
#[derive(Debug, Deserialize)]
pub struct NewDraft {
    variant: String,
    guideline: String,
    condition: String,
    inheritance: String,
    #[serde(default)]
    continues: String,
}

/// `GET /drafts/new?variant=`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Query(about): Query<About>,
) -> Result<Response, PageError> {
    let actor = actor(&person);
    let as_of = app.node.as_of(None).await?;
    let mut page = NewPage {
        frame: Frame::of(&app, &person, "drafts"),
        title: about.variant.clone(),
        variant: about.variant.clone(),
        is_known: false,
        drafts: Vec::new(),
        earlier: Vec::new(),
        guidelines: Vec::new(),
        modes: modes(),
    };
    let found = match about.variant.as_str() {
        "" => None,
        text => Some(app.node.look_up(text, as_of, person.viewer).await?),
    };
    let (identity, report) = found.map_or((None, None), |found| (found.identity, found.report));
    if let Some(name) = identity.as_ref().and_then(|known| known.consequences.first()?.hgvs_c.clone()) {
        page.title = name;
    }
    // A variant that only drafts know has no report.
    let names = identity.iter().flat_map(|known| known.canonical_id.iter().chain(known.alleles.values()));
    let names: Vec<&str> = std::iter::once(about.variant.as_str()).chain(names.map(String::as_str)).collect();
    if let Some(report) = &report {
        page.title = report.variant.hgvs_c.clone().unwrap_or_else(|| report.variant.label.clone());
        page.variant = report.variant.id.to_string();
        page.is_known = true;
    }
    let serial = match report {
        Some(report) => Some(report.variant.serial),
        None => app.node.find_variant(&names).await?,
    };
    let known = app.node.guidelines(as_of).await?;
    let usual = app.node.usual_guideline(person.at.serial, serial, identity.as_deref(), &known).await?;
    page.guidelines = guidelines(&known, &usual);
    if let Some(serial) = serial {
        let drafts = app.node.drafts_of_variant(&actor, serial).await?;
        page.drafts = drafts.iter().map(|head| DraftRow::of(head, &when(head.changed), "")).collect();
        page.earlier = app.node.earlier_statements(&actor, serial).await?.into_iter().map(earlier).collect();
    }
    Ok(Page(page).into_response())
}

/// `POST /drafts`
pub async fn begin(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    OwnForm(sent): OwnForm<NewDraft>,
) -> Result<Response, PageError> {
    let continues = match sent.continues.trim() {
        "" => None,
        text => Some(text.parse().map_err(|_| PageError::NotUnderstood("That is no statement.".to_owned()))?),
    };
    let begin = Begin {
        variant: sent.variant,
        guideline: Some(sent.guideline).filter(|address| !address.is_empty()),
        condition: Some(read_condition(&app, &sent.condition)).filter(Condition::is_stated),
        inheritance: Inheritance::read(&sent.inheritance),
        continues,
    };
    let id = app.node.begin_draft(&actor(&person), begin).await?;
    Ok(Redirect::to(&format!("/drafts/{id}")).into_response())
}

/// A condition as typed: an identifier alone is given its name where the node knows it.
pub(in crate::pages) fn read_condition(app: &Shared, text: &str) -> Condition {
    let text = text.trim();
    let known = app.node.reference().conditions();
    if let Ok(id) = text.parse() {
        let name = known.find(text).map(|found| found.label.clone()).unwrap_or_default();
        return Condition { name, ids: vec![id] };
    }
    let ids = known.named(text).and_then(|found| found.id.parse().ok());
    Condition { name: text.to_owned(), ids: ids.into_iter().collect() }
}

/// Guidelines for variants: address, title, whether chosen.
pub(super) fn guidelines(all: &Guidelines, chosen: &str) -> Vec<(String, String, bool)> {
    let for_variants = all.iter().filter(|one| one.track != GuidelineTrack::GeneDisease);
    for_variants.map(|one| (one.address(), one.title.clone(), one.address() == chosen)).collect()
}

/// Modes of inheritance: code and words.
pub(super) fn modes() -> Vec<(&'static str, &'static str)> {
    Inheritance::ALL.iter().map(|mode| (mode.1, mode.3)).collect()
}

fn earlier(one: cairn_node::curation::Earlier) -> EarlierRow {
    let names: Vec<&str> = one.conditions.iter().map(|condition| condition.name.as_str()).collect();
    EarlierRow {
        accession: one.accession.to_string(),
        mark: Mark::Full(one.classification),
        conditions: names.join(", "),
    }
}

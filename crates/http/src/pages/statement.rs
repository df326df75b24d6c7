//! A statement with all its versions, the latest first.

use super::frame::{Frame, Page, PageError};
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::SignedIn;
use crate::view::statement::StatementRow;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use cairn_core::accession::VersionedAccession;
use cairn_node::lookup::statement::StatementView;

#[derive(Template)]
#[template(path = "statement.html")]
struct StatementPage {
    frame: Frame,
    /// Cases that were taken back since the version shown was made.
    taken_back: u64,
    accession: String,
    laboratory: String,
    variant: String,
    variant_link: String,
    sentence: String,
    versions: Vec<StatementRow>,
}

/// `GET /statements/{accession}`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(accession): Path<String>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let accession: VersionedAccession = accession.parse().map_err(|_| PageError::NotFound)?;
    let moment = asked.moment().map_err(|error| PageError::NotUnderstood(error.to_string()))?;
    let as_of = app.node.as_of(moment).await?;
    let found = app.node.statement(accession, as_of).await?.ok_or(PageError::NotFound)?;
    if !person.may_read_of(found.shown.laboratory.id) {
        return Err(PageError::NotFound);
    }
    let frame = Frame { as_of: moment.map(|_| asked.as_of), ..Frame::of(&app, &person, "") };
    let shown = &found.shown;
    let taken_back = app.node.evidence_withdrawn(shown.statement.accession, shown.statement.version).await?;
    Ok(Page(StatementPage {
        taken_back,
        frame,
        accession: shown.statement.accession.to_string(),
        laboratory: shown.laboratory.name.clone(),
        variant: shown.statement.expression.clone(),
        variant_link: crate::address::variant(&shown.statement.variant.to_string()),
        sentence: sentence(&found.versions),
        versions: found.versions.iter().rev().map(StatementRow::of).collect(),
    })
    .into_response())
}

fn sentence(versions: &[StatementView]) -> String {
    let classes: Vec<&str> = versions.iter().map(|v| v.statement.body.classification.label()).collect();
    let mut changes = classes.clone();
    changes.dedup();
    match (versions.len(), changes.as_slice()) {
        (1, _) => "in its first version.".to_owned(),
        (n, [_]) => format!("the same in all {n} versions."),
        (n, changes) => format!("after {n} versions: {}.", changes.join(", then ").to_lowercase()),
    }
}

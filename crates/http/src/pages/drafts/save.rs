//! Saving fields: the whole form, or one field as soon as it changes.

use super::form::{Posted, Wrong};
use super::sheet::{self, SheetPart};
use super::show::{DraftPart, DraftView, page, view};
use super::suggested::suggestions;
use super::{actor, id, sentence};
use crate::app::Shared;
use crate::form::OwnForm;
use crate::pages::frame::{Frame, Page, PageError};
use crate::person::{Person, SignedIn};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::curation::{Change, Edit, Revision};
use cairn_core::id::DraftId;
use cairn_node::curation::{Actor, CurationError, DraftReport};
use cairn_store::curation::Subject;

/// What saving came to.
pub(super) struct Saved {
    /// Fields that were changed.
    pub keys: Vec<String>,
    /// Fields that hold two values now.
    pub contested: Vec<String>,
    /// Fields that could not be read or are not allowed.
    pub wrong: Vec<Wrong>,
}

/// `POST /drafts/{id}`
pub async fn save(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(draft): Path<String>,
    headers: HeaderMap,
    OwnForm(pairs): OwnForm<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (actor, id) = (actor(&person), id(&draft)?);
    let posted = Posted::new(pairs);
    let seen: u32 = posted.get("seen").parse().unwrap_or(0);
    let saved = apply(&app, &actor, id, &posted, None).await?;
    let report = app.node.draft(&actor, id).await?;
    if headers.contains_key("x-part") {
        let mut keys = newer(&report, seen);
        keys.extend(saved.keys);
        keys.extend(saved.wrong.iter().map(|one| one.key.clone()));
        return part(&app, &person, &report, saved.wrong, keys, others(&report, seen, &person)).await;
    }
    if saved.wrong.is_empty() && saved.contested.is_empty() {
        return Ok(Redirect::to(&format!("/drafts/{id}")).into_response());
    }
    whole(&app, &person, &report, saved.wrong, None).await
}

/// Fields that changed after a revision.
pub(super) fn newer(report: &DraftReport, seen: u32) -> Vec<String> {
    report.draft.fields.iter().filter(|(_, slot)| slot.newest() > seen).map(|(key, _)| key.clone()).collect()
}

/// What others did after a revision, in words, the last first.
pub(super) fn others(report: &DraftReport, seen: u32, person: &Person) -> Vec<String> {
    let by_others = |one: &&Revision| one.number > seen && one.by != person.user.id;
    report.revisions.iter().rev().filter(by_others).map(|one| super::rows::told(report, one)).collect()
}

/// The parts of a page that changed.
pub(super) async fn part(
    app: &Shared,
    person: &Person,
    report: &DraftReport,
    wrong: Vec<Wrong>,
    keys: Vec<String>,
    others: Vec<String>,
) -> Result<Response, PageError> {
    let frame = Frame::of(app, person, "drafts");
    if matches!(report.head.subject, Subject::Gene(_)) {
        let mut view = sheet::view(app, report, &wrong);
        view.others = others;
        return Ok(Page(SheetPart { frame, view, keys }).into_response());
    }
    let suggested = suggestions(app, person, report).await?;
    let view = DraftView { others, ..view(report, wrong, suggested) };
    Ok(Page(DraftPart { frame, view, keys }).into_response())
}

/// The whole page of a draft or a weighing.
async fn whole(
    app: &Shared,
    person: &Person,
    report: &DraftReport,
    wrong: Vec<Wrong>,
    told: Option<String>,
) -> Result<Response, PageError> {
    if matches!(report.head.subject, Subject::Gene(_)) {
        return Ok(sheet::page(app, person, report, &wrong, told).into_response());
    }
    Ok(page(app, person, report, wrong, told).await?.into_response())
}

/// Applies what was posted, and one more change where a button asks for it. A value that is not
/// allowed is told and left out; the others are kept.
pub(super) async fn apply(
    app: &Shared,
    actor: &Actor,
    id: DraftId,
    posted: &Posted,
    more: Option<Edit>,
) -> Result<Saved, PageError> {
    let report = app.node.draft(actor, id).await?;
    let (mut edits, mut wrong) = posted.edits(app, &report.revisions);
    if let Some(more) = more {
        edits.retain(|edit| edit.change.key() != more.change.key());
        edits.push(more);
    }
    // The guideline comes first: what follows is judged by it.
    edits.sort_by_key(|edit| !matches!(edit.change, Change::Guideline { .. }));
    loop {
        let keys: Vec<String> = edits.iter().map(|edit| edit.change.key()).collect();
        match app.node.edit_draft(actor, id, edits.clone()).await {
            Ok(edited) => return Ok(Saved { keys, contested: edited.contested, wrong }),
            Err(CurationError::Field { field, message }) if keys.contains(&field) => {
                edits.retain(|edit| edit.change.key() != field);
                wrong.push(Wrong { key: field, message });
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// `POST /drafts/{id}/settle`: one of two values holds.
pub async fn settle(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(draft): Path<String>,
    OwnForm(pairs): OwnForm<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (actor, id) = (actor(&person), id(&draft)?);
    let posted = Posted::new(pairs);
    let not_understood = || PageError::NotUnderstood("The decision names no value of this draft.".to_owned());
    let (key, revision) = posted.get("settle").rsplit_once('@').ok_or_else(not_understood)?;
    let revision: u32 = revision.parse().map_err(|_| not_understood())?;
    let report = app.node.draft(&actor, id).await?;
    let slot = report.draft.fields.get(key).ok_or_else(not_understood)?;
    let other = slot.contenders.iter().find(|one| one.revision == revision).map(|one| &one.change);
    let value = if slot.revision == revision { Some(&slot.change) } else { other };
    let change = value.cloned().ok_or_else(not_understood)?;
    // What the page showed: a value that came later is not decided against unseen.
    let base = posted.get(&format!("b.{key}")).parse().unwrap_or(0);
    let saved = apply(&app, &actor, id, &posted, Some(Edit { base, change })).await?;
    answer(&app, &person, id, saved, None).await
}

/// `POST /drafts/{id}/fill`: the summary from a template.
pub async fn fill(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(draft): Path<String>,
    OwnForm(pairs): OwnForm<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (actor, id) = (actor(&person), id(&draft)?);
    let posted = Posted::new(pairs);
    let first = apply(&app, &actor, id, &posted, None).await?;
    let text = app.node.draft_summary(&actor, id, posted.get("template")).await?;
    let now = app.node.draft(&actor, id).await?;
    let is_settled =
        first.contested.is_empty() && now.draft.fields.get("summary").is_none_or(|slot| slot.contenders.is_empty());
    let mut saved = first;
    if is_settled {
        let edit = Edit { base: now.draft.revision, change: Change::Summary { text: text.as_str().into() } };
        saved.contested = app.node.edit_draft(&actor, id, vec![edit]).await?.contested;
    }
    answer(&app, &person, id, saved, Some("The summary was filled from the template: read it and edit it.")).await
}

async fn answer(
    app: &Shared,
    person: &Person,
    id: DraftId,
    saved: Saved,
    told: Option<&str>,
) -> Result<Response, PageError> {
    if saved.wrong.is_empty() && told.is_none() {
        return Ok(Redirect::to(&format!("/drafts/{id}")).into_response());
    }
    let report = app.node.draft(&actor(person), id).await?;
    whole(app, person, &report, saved.wrong, told.map(sentence)).await
}

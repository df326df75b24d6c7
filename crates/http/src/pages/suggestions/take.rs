//! A suggested value taken into a draft: a new one, or one of the laboratory's that is being made.

use super::{read_request, refused};
use crate::app::Shared;
use crate::form::OwnForm;
use crate::pages::drafts::new::read_condition;
use crate::pages::drafts::{actor, sentence};
use crate::pages::frame::PageError;
use crate::person::{Person, SignedIn};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::condition::Condition;
use cairn_core::curation::{Change, Edit, State as DraftState};
use cairn_core::id::DraftId;
use cairn_core::suggest::Suggested;
use cairn_node::curation::{Begin, taken};
use cairn_node::suggest::SuggestionRequest;
use std::collections::BTreeMap;

/// The drafts of the reader's laboratory on this variant, under this guideline and for this condition,
/// that may still be edited; `None` when the reader may not curate.
pub(super) async fn drafts(
    app: &Shared,
    person: &Person,
    expression: &str,
    request: &SuggestionRequest,
    guideline: &str,
) -> Result<Option<Vec<(String, String)>>, PageError> {
    if !person.user.role.may_contribute() {
        return Ok(None);
    }
    let as_of = app.node.as_of(None).await?;
    let found = app.node.look_up(expression, as_of, person.viewer).await?;
    let serial = match &found.report {
        Some(report) => Some(report.variant.serial),
        None => {
            let known = found.identity.iter().flat_map(|one| one.canonical_id.iter().chain(one.alleles.values()));
            let names: Vec<&str> = std::iter::once(expression).chain(known.map(String::as_str)).collect();
            app.node.find_variant(&names).await?
        }
    };
    let Some(serial) = serial else { return Ok(Some(Vec::new())) };
    let condition = stated(app, request).map(|condition| condition.name).unwrap_or_default();
    let heads = app.node.drafts_of_variant(&actor(person), serial).await?;
    let fits = heads.into_iter().filter(|head| {
        head.state == DraftState::Draft
            && head.guideline == guideline
            && (condition.is_empty() || head.condition.eq_ignore_ascii_case(&condition))
    });
    Ok(Some(
        fits.map(|head| {
            let condition = if head.condition.is_empty() { "no condition" } else { &head.condition };
            let words = format!("the draft for {condition}, changed {}", head.changed.strftime("%Y-%m-%d %H:%M"));
            (format!("{}@{}", head.id, head.revision), words)
        })
        .collect(),
    ))
}

fn stated(app: &Shared, request: &SuggestionRequest) -> Option<Condition> {
    request.condition.as_deref().map(|text| read_condition(app, text)).filter(Condition::is_stated)
}

/// `POST /variants/{expression}/suggestions`: the value of one criterion, with the answers it rests on.
pub async fn take(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(expression): Path<String>,
    OwnForm(mut said): OwnForm<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let mut field = |key: &str| said.remove(key).unwrap_or_default();
    let (code, into, _) = (field("take"), field("into"), field("csrf"));
    let request = read_request(&expression, said);
    let as_of = app.node.as_of(None).await?;
    let report = app.node.suggestions(&request, as_of, person.viewer).await.map_err(refused)?;
    let suggestion = report
        .suggestions
        .iter()
        .find(|one| one.criterion == code && one.outcome != Suggested::NoValue)
        .ok_or_else(|| {
        PageError::NotUnderstood(format!("There is no value for {code} any more: go back and load the page again."))
    })?;
    let by = actor(&person);
    let (id, base): (DraftId, u32) = match into.split_once('@') {
        Some((id, seen)) => {
            let unknown = |_| PageError::NotUnderstood(sentence("the form names no draft"));
            (id.parse().map_err(unknown)?, seen.parse().unwrap_or(0))
        }
        None => {
            let begin = Begin {
                variant: expression.clone(),
                guideline: Some(report.guideline.clone()),
                condition: stated(&app, &request),
                inheritance: request.inheritance,
                continues: None,
            };
            let id = app.node.begin_draft(&by, begin).await?;
            (id, app.node.draft(&by, id).await?.draft.revision)
        }
    };
    let answer = |(question, answer): (&String, &String)| Edit {
        base,
        change: Change::Answer { question: question.clone(), answer: Some(answer.clone()) },
    };
    let mut edits: Vec<Edit> = request.answers.iter().map(answer).collect();
    edits.extend(taken(suggestion, base, base));
    app.node.edit_draft(&by, id, edits).await?;
    Ok(Redirect::to(&format!("/drafts/{id}#f-criterion-{code}")).into_response())
}

//! Values suggested for the criteria of a draft, every number with its source; a person accepts.

use super::form::Posted;
use super::save::apply;
use super::{actor, id};
use crate::app::Shared;
use crate::form::OwnForm;
use crate::pages::frame::PageError;
use crate::person::{Person, SignedIn};
use crate::view::citation::CitationView;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::curation::Draft;
use cairn_core::suggest::{Question, QuestionKind, Suggested, Suggestion, TreeNode};
use cairn_node::curation::{DraftReport, call_of, number_words, source_words, taken};
use cairn_node::suggest::{SuggestionReport, SuggestionRequest};
use std::collections::BTreeMap;

/// What a row shows beside its criterion.
#[derive(Debug, Clone)]
pub(super) struct SuggestionView {
    /// What would be set: `met, supporting`; empty: no value.
    pub verdict: String,
    pub sentence: String,
    pub numbers: Vec<String>,
    pub threshold: Option<(String, Vec<CitationView>)>,
    pub cautions: Vec<String>,
    pub remedy: String,
    /// The way through a decision tree: question, answer, detail.
    pub path: Vec<StepView>,
    /// The records behind it: what, detail, page, whether counted.
    pub records: Vec<(String, String, Option<String>, bool)>,
    /// Whether the draft says otherwise.
    pub is_open: bool,
}

/// A step of a decision tree.
#[derive(Debug, Clone)]
pub(super) struct StepView {
    pub question: String,
    pub answer: Option<String>,
    pub detail: String,
    pub citation: String,
}

/// A question that only a person can answer.
#[derive(Debug, Clone)]
pub(super) struct QuestionView {
    pub key: String,
    pub base: u32,
    pub ask: String,
    pub citation: String,
    pub answer: String,
    /// Codes and labels; empty: a number.
    pub choices: Vec<(String, String)>,
    pub unit: String,
}

/// Everything that is suggested for a draft.
#[derive(Debug, Clone, Default)]
pub(super) struct Suggestions {
    pub by_code: BTreeMap<String, SuggestionView>,
    pub questions: Vec<QuestionView>,
    pub notes: Vec<String>,
    pub values: usize,
}

/// Asks for the values of a draft; why there are none is a note.
pub(super) async fn suggestions(app: &Shared, person: &Person, report: &DraftReport) -> Result<Suggestions, PageError> {
    let draft = &report.draft;
    Ok(match ask(app, person, report).await? {
        Ok(found) => Suggestions {
            values: found.suggestions.iter().filter(|one| one.outcome != Suggested::NoValue).count(),
            by_code: found.suggestions.iter().map(|one| (one.criterion.clone(), view(one, draft))).collect(),
            questions: asked(&found.questions, draft),
            notes: found.notes,
        },
        Err(why) => Suggestions { notes: vec![why], ..Suggestions::default() },
    })
}

async fn ask(
    app: &Shared,
    person: &Person,
    report: &DraftReport,
) -> Result<Result<SuggestionReport, String>, PageError> {
    let Some(variant) = &report.variant else {
        return Ok(Err("Values are suggested for variants.".to_owned()));
    };
    let condition = report.draft.condition();
    let named = condition.ids.first().map(ToString::to_string).or_else(|| Some(condition.name.clone()));
    let request = SuggestionRequest {
        expression: super::expression_of(variant),
        condition: named.filter(|text| !text.is_empty()),
        inheritance: report.draft.inheritance(),
        guideline: report.draft.guideline().map(str::to_owned),
        answers: report.draft.answers(),
    };
    let as_of = app.node.as_of(None).await?;
    match app.node.suggestions(&request, as_of, person.viewer).await {
        Ok(found) => Ok(Ok(found)),
        Err(cairn_node::suggest::SuggestError::Node(error)) => Err(error.into()),
        Err(why) => Ok(Err(super::sentence(&why.to_string()))),
    }
}

/// `POST /drafts/{id}/accept`: a person takes a suggested value, with its numbers as evidence.
pub async fn accept(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(draft): Path<String>,
    OwnForm(pairs): OwnForm<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (by, id) = (actor(&person), id(&draft)?);
    let posted = Posted::new(pairs);
    let code = posted.get("accept").to_owned();
    let key = format!("criterion:{code}");
    let base = posted.get(&format!("b.{key}")).parse().unwrap_or(0);
    apply(&app, &by, id, &posted.without(&key), None).await?;
    let report = app.node.draft(&by, id).await?;
    let found = ask(&app, &person, &report).await?.map_err(PageError::NotUnderstood)?;
    let suggestion = found.suggestions.iter().find(|one| one.criterion == code);
    let gone =
        || PageError::NotUnderstood(format!("There is no value for {code} any more. Go back and load the page again."));
    let suggestion = suggestion.filter(|one| one.outcome != Suggested::NoValue).ok_or_else(gone)?;
    let edits = taken(suggestion, base, report.draft.revision).into();
    app.node.edit_draft(&by, id, edits).await?;
    Ok(Redirect::to(&format!("/drafts/{id}#f-criterion-{code}")).into_response())
}

fn view(suggestion: &Suggestion, draft: &Draft) -> SuggestionView {
    let verdict = match suggestion.outcome {
        Suggested::NoValue => String::new(),
        _ => call_of(suggestion).to_string(),
    };
    let step = |node: &TreeNode| StepView {
        question: node.question.clone(),
        answer: node.answer.clone(),
        detail: match &node.source {
            Some(from) => format!("{} ({})", node.detail, source_words(from)),
            None => node.detail.clone(),
        },
        citation: node.citation.clone(),
    };
    let threshold = suggestion.threshold.as_ref().map(|one| {
        let citations = cairn_node::curation::read_citations(&one.citation);
        (one.text.clone(), citations.iter().map(CitationView::from).collect())
    });
    SuggestionView {
        is_open: !verdict.is_empty() && draft.call(&suggestion.criterion, 1) != call_of(suggestion),
        verdict,
        sentence: suggestion.sentence.clone(),
        numbers: suggestion.numbers.iter().map(number_words).collect(),
        threshold,
        cautions: suggestion.cautions.clone(),
        remedy: suggestion.remedy.clone().unwrap_or_default(),
        path: suggestion.path.iter().map(step).collect(),
        records: suggestion
            .rows
            .iter()
            .map(|row| (row.what.clone(), row.detail.clone(), row.address.clone(), row.counted))
            .collect(),
    }
}

/// The open questions, and those that were answered: they stay to be changed.
fn asked(open: &[Question], draft: &Draft) -> Vec<QuestionView> {
    let mut all: Vec<QuestionView> = open.iter().map(|one| question(one, draft)).collect();
    for (key, answer) in draft.answers() {
        if !all.iter().any(|one| one.key == key) {
            all.push(QuestionView {
                ask: format!("{}, as answered", key.replace('_', " ")),
                base: draft.revision,
                citation: String::new(),
                answer,
                choices: Vec::new(),
                unit: String::new(),
                key,
            });
        }
    }
    all
}

fn question(asked: &Question, draft: &Draft) -> QuestionView {
    let (choices, unit) = match &asked.kind {
        QuestionKind::YesNo => {
            (vec![("yes".to_owned(), "yes".to_owned()), ("no".to_owned(), "no".to_owned())], String::new())
        }
        QuestionKind::Number { unit } => (Vec::new(), unit.clone()),
        QuestionKind::Choice(all) => {
            (all.iter().map(|one| (one.code.clone(), one.label.clone())).collect(), String::new())
        }
    };
    QuestionView {
        answer: draft.answers().get(&asked.key).cloned().unwrap_or_default(),
        key: asked.key.clone(),
        base: draft.revision,
        ask: asked.ask.clone(),
        citation: asked.citation.clone(),
        choices,
        unit,
    }
}

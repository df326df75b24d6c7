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
use cairn_core::citation::{EvidenceItem, Quantity};
use cairn_core::criterion::Outcome;
use cairn_core::curation::{Change, CriterionCall, Draft, Edit};
use cairn_core::suggest::{EvidenceSource, Number, Question, QuestionKind, Suggested, Suggestion, TreeNode};
use cairn_node::curation::DraftReport;
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
            questions: found.questions.iter().map(|one| question(one, draft)).collect(),
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
    let edits = vec![
        Edit { base, change: Change::Criterion { code: code.clone(), application: 1, call: call(suggestion) } },
        // Accepting again replaces what the data said before.
        Edit {
            base: report.draft.revision,
            change: Change::Evidence { item: format!("suggested-{code}"), evidence: Some(evidence(suggestion)) },
        },
    ];
    app.node.edit_draft(&by, id, edits).await?;
    Ok(Redirect::to(&format!("/drafts/{id}#f-criterion-{code}")).into_response())
}

fn call(suggestion: &Suggestion) -> CriterionCall {
    let outcome = if suggestion.outcome == Suggested::Met { Outcome::Met } else { Outcome::NotMet };
    let met = outcome == Outcome::Met;
    CriterionCall { outcome, strength: suggestion.strength.filter(|_| met), points: suggestion.points.filter(|_| met) }
}

/// The numbers with their sources, as the statement will hold them.
fn evidence(suggestion: &Suggestion) -> EvidenceItem {
    let numbers: Vec<String> = suggestion.numbers.iter().map(number).collect();
    let mut text = suggestion.sentence.clone();
    if !numbers.is_empty() {
        text = format!("{text}\n{}", numbers.join("\n"));
    }
    if let Some(threshold) = &suggestion.threshold {
        text = format!("{text}\nHeld against: {} ({})", threshold.text, threshold.citation);
    }
    let first = suggestion.numbers.first();
    let quantity = first.and_then(|one| Quantity::read(&one.value.to_string(), &unit(one)).ok());
    EvidenceItem {
        criterion: Some(suggestion.criterion.clone()),
        text: text.as_str().into(),
        quantity,
        citations: Vec::new(),
    }
}

fn unit(number: &Number) -> String {
    if number.unit.is_empty() { number.name.clone() } else { number.unit.clone() }
}

/// `allele frequency: 0.00012 (ExAC r0.3)`.
fn number(number: &Number) -> String {
    let unit = if number.unit.is_empty() { String::new() } else { format!(" {}", number.unit) };
    format!("{}: {}{unit} ({})", number.name, number.value, source(&number.source))
}

fn source(source: &EvidenceSource) -> String {
    if source.version.is_empty() { source.name.clone() } else { format!("{} {}", source.name, source.version) }
}

fn view(suggestion: &Suggestion, draft: &Draft) -> SuggestionView {
    let verdict = match suggestion.outcome {
        Suggested::NoValue => String::new(),
        _ => call(suggestion).to_string(),
    };
    let step = |node: &TreeNode| StepView {
        question: node.question.clone(),
        answer: node.answer.clone(),
        detail: match &node.source {
            Some(from) => format!("{} ({})", node.detail, source(from)),
            None => node.detail.clone(),
        },
        citation: node.citation.clone(),
    };
    let threshold = suggestion.threshold.as_ref().map(|one| {
        let citations = cairn_node::curation::read_citations(&one.citation);
        (one.text.clone(), citations.iter().map(CitationView::from).collect())
    });
    SuggestionView {
        is_open: !verdict.is_empty() && draft.call(&suggestion.criterion, 1) != call(suggestion),
        verdict,
        sentence: suggestion.sentence.clone(),
        numbers: suggestion.numbers.iter().map(number).collect(),
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

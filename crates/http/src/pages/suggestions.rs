//! What the loaded data say of each criterion of a guideline, with every number and its source.

pub mod take;

use super::frame::{Frame, Page, PageError};
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::SignedIn;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use cairn_core::condition::Inheritance;
use cairn_core::suggest::{Number, Question, QuestionKind, Suggested, Suggestion};
use cairn_node::suggest::{SuggestError, SuggestionReport, SuggestionRequest};
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "suggestions.html")]
struct SuggestionsPage {
    frame: Frame,
    variant: String,
    variant_link: String,
    protein: Option<String>,
    effect: String,
    lead: String,
    guideline: String,
    condition: String,
    mode: String,
    modes: Vec<(&'static str, &'static str)>,
    guidelines: Vec<(String, String)>,
    notes: Vec<String>,
    rows: Vec<Row>,
    /// How many criteria come last because nothing can be said of them.
    without: usize,
    questions: Vec<Asked>,
    /// What was answered, for the form that takes a value into a draft.
    answers: Vec<(String, String)>,
    /// Drafts that a value may be taken into: `ID@REVISION` and words; `None`: the reader may not.
    drafts: Option<Vec<(String, String)>>,
    take: String,
    json: String,
}

/// A criterion on the page.
struct Row {
    code: String,
    value: String,
    /// `met`, `not-met` or `none`: the colour repeats the words.
    kind: &'static str,
    sentence: String,
    rule: Option<(String, String)>,
    numbers: Vec<(String, String, String)>,
    path: Vec<Step>,
    records: Vec<(String, Option<String>, String)>,
    cautions: Vec<String>,
    remedy: Option<String>,
    /// Whether there is a value that a draft could take.
    has_value: bool,
}

/// A node of a decision tree.
struct Step {
    question: String,
    answer: String,
    detail: String,
    source: String,
}

/// A question with its present answer.
struct Asked {
    key: String,
    ask: String,
    answer: String,
    /// Possible answers; none for a number.
    choices: Vec<(String, String)>,
    /// What a number counts; empty: a share or nothing.
    unit: String,
    citation: String,
}

/// `GET /variants/{expression}/suggestions`. Answers to questions stand under their own keys.
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(expression): Path<String>,
    Query(mut said): Query<BTreeMap<String, String>>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let moment = asked.moment().map_err(|error| PageError::NotUnderstood(error.to_string()))?;
    let as_of = app.node.as_of(moment).await?;
    said.remove("as_of");
    let request = read_request(&expression, said);
    let report = app.node.suggestions(&request, as_of, person.viewer).await.map_err(refused)?;
    let guidelines = app.node.guidelines(as_of).await?;
    let offered = guidelines.iter().filter(|one| one.track == cairn_core::guideline::GuidelineTrack::Germline);
    let guidelines = offered.map(|one| (one.address(), one.title.clone())).collect();
    let frame = Frame { as_of: moment.map(|_| asked.as_of), ..Frame::of(&app, &person, "") };
    let drafts = match moment {
        None => take::drafts(&app, &person, &expression, &request, &report.guideline).await?,
        // What was known on another day is read, not taken over.
        Some(_) => None,
    };
    let mut page = page(frame, &expression, &request, report, guidelines);
    page.drafts = drafts;
    Ok(Page(page).into_response())
}

/// The question that a form or an address asks; answers stand under their own keys.
fn read_request(expression: &str, mut said: BTreeMap<String, String>) -> SuggestionRequest {
    let mut take = |key: &str| said.remove(key).filter(|text| !text.trim().is_empty());
    let (condition, guideline, mode) = (take("condition"), take("guideline"), take("inheritance"));
    said.retain(|_, answer| !answer.trim().is_empty());
    SuggestionRequest {
        expression: expression.to_owned(),
        condition,
        inheritance: mode.as_deref().and_then(Inheritance::read),
        guideline,
        answers: said,
    }
}

fn refused(error: SuggestError) -> PageError {
    match error {
        SuggestError::NotAVariant { message, remedy, .. } => PageError::NotUnderstood(format!("{message}: {remedy}")),
        SuggestError::Guideline(unknown) => PageError::NotUnderstood(unknown.to_string()),
        SuggestError::Answer(wrong) => PageError::NotUnderstood(crate::pages::drafts::sentence(&wrong.to_string())),
        SuggestError::Node(error) => PageError::from(error),
    }
}

fn page(
    frame: Frame,
    expression: &str,
    request: &SuggestionRequest,
    report: SuggestionReport,
    guidelines: Vec<(String, String)>,
) -> SuggestionsPage {
    let mut ordered: Vec<&Suggestion> = report.suggestions.iter().collect();
    // What has a value first; the order of the guideline within.
    ordered.sort_by_key(|one| match one.outcome {
        Suggested::Met => 0,
        Suggested::NotMet => 1,
        Suggested::NoValue => 2,
    });
    let without = ordered.iter().filter(|one| one.outcome == Suggested::NoValue).count();
    let lead = lead(&ordered);
    let question = |question: &Question| asked(question, request.answers.get(&question.key));
    let mut questions: Vec<Asked> = report.questions.iter().map(question).collect();
    // An answered question is no longer open; it stays to be changed.
    for (key, answer) in &request.answers {
        if !questions.iter().any(|held| held.key == *key) && !answer.is_empty() {
            questions.push(Asked {
                key: key.clone(),
                ask: format!("{}, as answered", key.replace('_', " ")),
                answer: answer.clone(),
                choices: Vec::new(),
                unit: String::new(),
                citation: String::new(),
            });
        }
    }
    SuggestionsPage {
        frame,
        variant_link: crate::address::variant(expression),
        variant: report.variant,
        protein: report.hgvs_p,
        effect: report.terms.join(", ").replace('_', " "),
        lead,
        guideline: report.guideline,
        condition: request.condition.clone().unwrap_or_default(),
        mode: request.inheritance.map_or("", |mode| mode.hpo()).to_owned(),
        modes: Inheritance::ALL.iter().map(|(_, hpo, _, words)| (*hpo, *words)).collect(),
        guidelines,
        notes: report.notes,
        rows: ordered.iter().map(|one| row(one)).collect(),
        without,
        questions,
        answers: request.answers.clone().into_iter().collect(),
        drafts: None,
        take: format!("/variants/{}/suggestions", crate::address::encode(expression)),
        json: format!("/api/v1/variants/{}/suggestions", crate::address::encode(expression)),
    }
}

/// How many criteria the loaded data speak to, and which are met.
fn lead(all: &[&Suggestion]) -> String {
    let count = |outcome| all.iter().filter(|one| one.outcome == outcome).count();
    let met: Vec<&str> =
        all.iter().filter(|one| one.outcome == Suggested::Met).map(|one| one.criterion.as_str()).collect();
    let are = |n: usize| if n == 1 { "is" } else { "are" };
    let (not_met, without) = (count(Suggested::NotMet), count(Suggested::NoValue));
    let met = match met.as_slice() {
        [] => "no criterion is met".to_owned(),
        [one] => format!("{one} is met"),
        some => format!("{} are met", some.join(", ")),
    };
    format!(
        "By what is loaded here {met}, {not_met} {} not met and {without} {} no value. Nothing is applied: a person decides.",
        are(not_met),
        if without == 1 { "has" } else { "have" },
    )
}

fn asked(question: &Question, answer: Option<&String>) -> Asked {
    let choices = match &question.kind {
        QuestionKind::YesNo => vec![("yes".to_owned(), "yes".to_owned()), ("no".to_owned(), "no".to_owned())],
        QuestionKind::Number { .. } => Vec::new(),
        QuestionKind::Choice(choices) => choices.iter().map(|one| (one.code.clone(), one.label.clone())).collect(),
    };
    Asked {
        key: question.key.clone(),
        ask: question.ask.clone(),
        answer: answer.cloned().unwrap_or_default(),
        choices,
        unit: match &question.kind {
            QuestionKind::Number { unit } => unit.clone(),
            _ => String::new(),
        },
        citation: question.citation.clone(),
    }
}

fn row(one: &Suggestion) -> Row {
    let (value, kind) = match one.outcome {
        Suggested::Met => (met_words(one), "met"),
        Suggested::NotMet => ("not met".to_owned(), "not-met"),
        Suggested::NoValue => ("no value".to_owned(), "none"),
    };
    let step = |node: &cairn_core::suggest::TreeNode| Step {
        question: node.question.clone(),
        answer: node.answer.clone().unwrap_or_else(|| "open: a person answers".to_owned()),
        detail: node.detail.clone(),
        source: node.source.as_ref().map(|source| source.label()).unwrap_or_default(),
    };
    Row {
        code: one.criterion.clone(),
        value,
        kind,
        sentence: one.sentence.clone(),
        rule: one.threshold.as_ref().map(|rule| (rule.text.clone(), rule.citation.clone())),
        numbers: one.numbers.iter().map(number).collect(),
        path: one.path.iter().map(step).collect(),
        records: one.rows.iter().map(|row| (row.what.clone(), row.address.clone(), row.detail.clone())).collect(),
        cautions: one.cautions.clone(),
        remedy: one.remedy.clone(),
        has_value: one.outcome != Suggested::NoValue,
    }
}

fn met_words(one: &Suggestion) -> String {
    match (one.points, one.strength) {
        (Some(points), _) => format!("{points} points"),
        (None, Some(strength)) => format!("met, {}", strength.label()),
        (None, None) => "met".to_owned(),
    }
}

/// Name, value with unit, source with the beginning of its digest.
fn number(number: &Number) -> (String, String, String) {
    let value = match number.value {
        value if value.fract() == 0.0 && value.abs() < 1e15 => format!("{value:.0}"),
        value if value.abs() >= 0.001 => format!("{value:.4}"),
        value => format!("{value:.3e}"),
    };
    let digest = number.source.digest.as_deref().and_then(|digest| digest.get(..12));
    let source = match digest {
        Some(digest) => format!("{}, sha256 {digest}…", number.source.label()),
        None => number.source.label(),
    };
    (number.name.clone(), format!("{value} {}", number.unit).trim_end().to_owned(), source)
}

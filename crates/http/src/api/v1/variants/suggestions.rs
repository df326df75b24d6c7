//! `GET /api/v1/variants/{expression}/suggestions`: values for the criteria of a guideline.

use crate::api::v1::bound;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::{Path, State};
use cairn_core::condition::Inheritance;
use cairn_core::suggest::{EvidenceSource, Question, Suggestion};
use cairn_node::suggest::{SuggestError, SuggestionReport, SuggestionRequest};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What to compute for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SuggestionsQuery {
    condition: Option<String>,
    inheritance: Option<String>,
    guideline: Option<String>,
    answers: Option<String>,
}

/// A value for every criterion of a guideline. Nothing is applied by itself: a person decides.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestionsAnswer {
    /// The variant's best name.
    variant: String,
    /// The gene.
    gene: Option<String>,
    /// The transcript on which the effect was read.
    transcript: Option<String>,
    /// On that transcript.
    hgvs_c: Option<String>,
    /// On its protein.
    hgvs_p: Option<String>,
    /// Sequence Ontology terms, the severest first.
    terms: Vec<String>,
    /// The condition as understood.
    condition: Option<String>,
    /// Mode of inheritance.
    #[schema(value_type = Option<String>)]
    inheritance: Option<Inheritance>,
    /// The guideline, as `id@version`.
    guideline: String,
    /// One for each criterion: outcome `met`, `not_met` or `no_value`, strength, sentence, numbers with their sources,
    /// threshold with its citation, remedy, cautions, questions, path through the decision tree.
    #[schema(value_type = Vec<Object>)]
    suggestions: Vec<Suggestion>,
    /// What a person may answer to get more values.
    #[schema(value_type = Vec<Object>)]
    questions: Vec<Question>,
    /// Every source that gave a number.
    #[schema(value_type = Vec<Object>)]
    sources: Vec<EvidenceSource>,
    /// What to know.
    notes: Vec<String>,
}

impl From<SuggestionReport> for SuggestionsAnswer {
    fn from(report: SuggestionReport) -> Self {
        let SuggestionReport {
            variant,
            gene,
            transcript,
            hgvs_c,
            hgvs_p,
            terms,
            condition,
            inheritance,
            guideline,
            suggestions,
            questions,
            sources,
            notes,
        } = report;
        Self {
            variant,
            gene,
            transcript,
            hgvs_c,
            hgvs_p,
            terms,
            condition,
            inheritance,
            guideline,
            suggestions,
            questions,
            sources,
            notes,
        }
    }
}

/// Values for the criteria of a guideline, each with its numbers and their sources.
///
/// Nothing is suggested where nothing is loaded; the remedy says what would help. A person decides.
#[utoipa::path(
    get,
    path = "/api/v1/variants/{expression}/suggestions",
    tag = "variants",
    params(
        ("expression" = String, Path, description = "Any notation; percent-encoded"),
        ("condition" = Option<String>, Query, description = "MONDO, OMIM or Orphanet identifier, or a name"),
        ("inheritance" = Option<String>, Query, description = "`AD`, `AR`, `XL`, an HPO term or the words"),
        ("guideline" = Option<String>, Query, description = "`acmg-amp-svi@2020`; without it the one that fits"),
        ("answers" = Option<String>, Query, description = "Answers to questions: `lof_mechanism:yes;prevalence:1/500`"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses(
        (status = 200, description = "The values", body = SuggestionsAnswer),
        (status = 422, description = "The expression names no variant, or several", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Path(expression): Path<String>,
    Query(query): Query<SuggestionsQuery>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<SuggestionsAnswer>, ApiProblem> {
    let as_of = bound(&app, &asked).await?;
    let request = SuggestionRequest {
        expression,
        inheritance: mode(query.inheritance.as_deref())?,
        condition: query.condition,
        guideline: query.guideline.filter(|text| !text.trim().is_empty()),
        answers: answers(query.answers.as_deref().unwrap_or_default()),
    };
    let report = app.node.suggestions(&request, as_of, caller.viewer).await?;
    Ok(Json(report.into()))
}

fn mode(text: Option<&str>) -> Result<Option<Inheritance>, ApiProblem> {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => Inheritance::read(text).map(Some).ok_or_else(|| {
            ApiProblem::unprocessable(format!("`{text}` is no mode of inheritance"))
                .with_code("unknown_inheritance")
                .with_remedy("write `AD`, `AR`, `XL`, `MT`, or an HPO term such as `HP:0000006`")
        }),
    }
}

/// Reads `key:value;key:value`.
fn answers(text: &str) -> BTreeMap<String, String> {
    let pair = |pair: &str| pair.split_once(':').map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()));
    text.split(';').filter_map(pair).collect()
}

impl From<SuggestError> for ApiProblem {
    fn from(error: SuggestError) -> Self {
        match error {
            SuggestError::NotAVariant { code, message, remedy } => {
                Self::unprocessable(message).with_code(code).with_remedy(remedy)
            }
            SuggestError::Guideline(unknown) => Self::unprocessable(unknown.to_string()).with_code("unknown_guideline"),
            SuggestError::Answer(wrong) => Self::unprocessable(wrong.to_string()).with_code("suggestion.answer"),
            SuggestError::Node(error) => error.into(),
        }
    }
}

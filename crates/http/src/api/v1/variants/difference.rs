//! `GET /api/v1/variants/{expression}/difference`: what one day knew of a variant against another.

use crate::api::v1::bound;
use crate::api::v1::statement_answer::StatementAnswer;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::{Path, State};
use cairn_core::aggregate::Aggregate;
use cairn_node::lookup::since::{CriterionDifference, StatementChange, StatementDifference, VariantDifference};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The two moments.
#[derive(Debug, Deserialize)]
pub struct FromTo {
    /// The day or moment of the report.
    #[serde(default)]
    pub from: String,
    /// The later day or moment; empty: `as_of`, or now.
    #[serde(default)]
    pub to: String,
}

/// What changed about a variant.
#[derive(Debug, Serialize, ToSchema)]
pub struct DifferenceAnswer {
    /// Whether what laboratories say together is another answer now.
    changes_answer: bool,
    /// What they said then.
    before: Side,
    /// What they say at the later moment.
    after: Side,
    /// Statements that are new, changed or gone, reclassified ones first.
    statements: Vec<StatementDifferenceAnswer>,
    /// Statements that are the same.
    unchanged: usize,
    /// Whether the variant has more statements than are compared (500).
    is_partial: bool,
}

/// One moment.
#[derive(Debug, Serialize, ToSchema)]
pub struct Side {
    /// In sentences, one a track.
    sentences: Vec<String>,
    /// Aggregate on each track.
    #[schema(value_type = Vec<Object>)]
    tracks: Vec<Aggregate>,
    /// Cases that carried it.
    cases: u64,
}

/// A statement that differs.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementDifferenceAnswer {
    /// `reclassified`, `withdrawn`, `added`, `changed` or `moved`.
    #[schema(value_type = String)]
    change: StatementChange,
    /// In words.
    words: String,
    /// Criteria that came, went or changed.
    #[schema(value_type = Vec<Object>)]
    criteria: Vec<CriterionDifference>,
    /// As it stood then.
    before: Option<StatementAnswer>,
    /// As it stands at the later moment.
    after: Option<StatementAnswer>,
}

/// What a report on one day knew of a variant against another day, as a difference.
#[utoipa::path(
    get,
    path = "/api/v1/variants/{expression}/difference",
    tag = "variants",
    params(
        ("expression" = String, Path, description = "Any notation; percent-encoded"),
        ("from" = String, Query, description = "The day or moment of the report"),
        ("to" = Option<String>, Query, description = "The later day or moment; now when absent"),
        ("as_of" = Option<String>, Query, description = "The same as `to`"),
    ),
    responses(
        (status = 200, description = "The difference", body = DifferenceAnswer),
        (status = 400, description = "A day is not one", body = ApiProblem),
        (status = 404, description = "Nothing was recorded of the variant", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Path(expression): Path<String>,
    Query(FromTo { from, to }): Query<FromTo>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<DifferenceAnswer>, ApiProblem> {
    if from.trim().is_empty() {
        return Err(ApiProblem::bad_request("name the day of the report: from=2016-01-31"));
    }
    let from = bound(&app, &AsOfQuery { as_of: from }).await?;
    let to = bound(&app, &if to.trim().is_empty() { asked } else { AsOfQuery { as_of: to } }).await?;
    let found = app.node.look_up(&expression, to, caller.viewer).await?;
    let recorded = found.report.ok_or_else(|| ApiProblem::not_found("nothing is recorded of this variant"))?;
    let difference = app.node.variant_difference(recorded.variant.serial, from, to, caller.viewer).await?;
    difference.map(|d| Json(answer(d))).ok_or_else(|| ApiProblem::not_found("nothing is recorded of this variant"))
}

fn answer(difference: VariantDifference) -> DifferenceAnswer {
    let side = |sentences, tracks, cases| Side { sentences, tracks, cases };
    DifferenceAnswer {
        changes_answer: difference.changes_answer,
        before: side(difference.sentence_before, difference.aggregate_before, difference.cases_before),
        after: side(difference.sentence_after, difference.aggregate_after, difference.cases_after),
        statements: difference.statements.into_iter().map(statement).collect(),
        unchanged: difference.unchanged,
        is_partial: difference.is_partial,
    }
}

fn statement(difference: StatementDifference) -> StatementDifferenceAnswer {
    StatementDifferenceAnswer {
        change: difference.change,
        words: difference.words,
        criteria: difference.criteria,
        before: difference.before.as_ref().map(StatementAnswer::from),
        after: difference.after.as_ref().map(StatementAnswer::from),
    }
}

//! `/api/v1/guidelines/compare`: two guidelines on the same evidence, and over the whole node.

use super::{find, known, read};
use crate::api::v1::bound;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use cairn_core::guideline::{Comparison, compare};
use cairn_node::guideline_comparison::NodeComparison;
use serde::Deserialize;
use utoipa::ToSchema;

/// Changed statements in one answer.
const CHANGES: usize = 1_000;

/// Two guidelines and evidence.
#[derive(Debug, Deserialize, ToSchema)]
pub struct OnEvidence {
    /// The first, such as `acmg-amp@2015`.
    a: String,
    /// The second.
    b: String,
    /// Criteria, as for `classify`.
    criteria: Vec<String>,
}

/// Two guidelines.
#[derive(Debug, Deserialize)]
pub struct Two {
    /// The first.
    #[serde(default)]
    pub a: String,
    /// The second.
    #[serde(default)]
    pub b: String,
}

/// The same evidence under two guidelines, or two versions of one, and why they differ.
#[utoipa::path(
    post,
    path = "/api/v1/guidelines/compare",
    tag = "guidelines",
    params(("as_of" = Option<String>, Query, description = "The guidelines as known on a day or at a moment")),
    request_body(content = OnEvidence),
    responses(
        (status = 200, description = "Both classes and what differs", body = Object),
        (status = 404, description = "No such guideline", body = ApiProblem),
        (status = 422, description = "The evidence cannot be run", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn post(
    State(app): State<Shared>,
    _caller: Caller,
    Query(asked): Query<AsOfQuery>,
    body: Result<Json<OnEvidence>, JsonRejection>,
) -> Result<Json<Comparison>, ApiProblem> {
    let Json(OnEvidence { a, b, criteria }) = body.map_err(super::unreadable)?;
    let all = known(&app, &asked).await?;
    let (a, b) = (find(&all, &a)?, find(&all, &b)?);
    let compared = compare(a, b, &read(&criteria, a, &[b])?);
    compared.map(Json).map_err(|error| ApiProblem::unprocessable(error.to_string()))
}

/// What would reclassify: both guidelines on the criteria of every current statement of the node.
///
/// Every statement is counted; up to 1,000 that would change are named.
#[utoipa::path(
    get,
    path = "/api/v1/guidelines/compare",
    tag = "guidelines",
    params(
        ("a" = String, Query, description = "Such as `acmg-amp@2015`"),
        ("b" = String, Query, description = "Such as `acmg-amp-svi@2020`"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses(
        (status = 200, description = "Flows and the statements behind them", body = Object),
        (status = 404, description = "No such guideline", body = ApiProblem),
        (status = 422, description = "A guideline is not for variants", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    _caller: Caller,
    Query(Two { a, b }): Query<Two>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<NodeComparison>, ApiProblem> {
    let all = known(&app, &asked).await?;
    let as_of = bound(&app, &asked).await?;
    let compared = app.node.compare_guidelines(find(&all, &a)?, find(&all, &b)?, as_of, CHANGES).await?;
    compared.map(Json).map_err(|error| ApiProblem::unprocessable(error.to_string()))
}

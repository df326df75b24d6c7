//! `GET /api/v1/submissions/{accession}`: what became of a submission, for its laboratory.

use crate::api::v1::bound;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::{Path, State};
use cairn_core::accession::Accession;
use cairn_core::problem::Problem;
use cairn_node::lookup::submission::SubmissionReport;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Problems in one answer.
const PAGE: u32 = 500;

/// Where the problems begin.
#[derive(Debug, Deserialize)]
pub struct From {
    /// The cursor of the answer before.
    #[serde(default)]
    after: u64,
}

/// A submission.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubmissionStatus {
    /// The submission with its signature.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    report: SubmissionReport,
    /// Its problems, up to 500.
    #[schema(value_type = Vec<Object>)]
    problems: Vec<Problem>,
    /// Send as `after` for the next problems; absent at the end.
    next: Option<u64>,
}

/// What became of a submission of the caller's laboratory.
#[utoipa::path(
    get,
    path = "/api/v1/submissions/{accession}",
    tag = "submissions",
    params(
        ("accession" = String, Path, description = "Such as `CRS000001`"),
        ("after" = Option<u64>, Query, description = "`next` of the answer before"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses(
        (status = 200, description = "The submission", body = SubmissionStatus),
        (status = 404, description = "None of this name, or not the caller's", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Path(accession): Path<String>,
    Query(from): Query<From>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<SubmissionStatus>, ApiProblem> {
    let absent = || ApiProblem::not_found("no such submission");
    let accession: Accession = accession.parse().map_err(|_| absent())?;
    let as_of = bound(&app, &asked).await?;
    let report = app.node.submission_report(accession, as_of, caller.viewer).await?.ok_or_else(absent)?;
    let found = app.node.submission_problems(accession, as_of, caller.viewer, from.after, PAGE + 1).await?;
    let has_more = found.len() > PAGE as usize;
    let shown: Vec<(u64, Problem)> = found.into_iter().take(PAGE as usize).collect();
    let next = shown.last().filter(|_| has_more).map(|(number, _)| *number);
    let problems = shown.into_iter().map(|(_, problem)| problem).collect();
    Ok(Json(SubmissionStatus { report, problems, next }))
}

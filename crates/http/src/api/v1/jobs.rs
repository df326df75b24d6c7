//! `GET /api/v1/jobs/{id}`: how far the loading of a large file is, for its laboratory.

use crate::app::Shared;
use crate::person::Caller;
use crate::problem::ApiProblem;
use axum::Json;
use axum::extract::{Path, State};
use cairn_core::id::JobId;
use cairn_core::problem::Problem;
use cairn_core::submission::Counts;
use cairn_node::contribute::large::Load;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// What became of a large file so far.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobStatus {
    /// Its id.
    job: String,
    /// `waiting`, `running`, `done`, `refused` (nothing of the file can be loaded) or `failed` (the node could not).
    state: &'static str,
    /// File name without folders.
    file: Option<String>,
    /// Bytes of the file.
    size: u64,
    /// SHA-256 of the file.
    sha256: String,
    /// Whether it only says what would change.
    dry_run: bool,
    /// When it was sent.
    #[schema(value_type = String)]
    created: Timestamp,
    /// When it ended.
    #[schema(value_type = Option<String>)]
    finished: Option<Timestamp>,
    /// The recognised format, once one is.
    format: Option<String>,
    /// Parts of the file that have been read; each is a submission of its own.
    parts: u64,
    /// Records taken so far: new, changed or already here.
    accepted: u64,
    /// What became of the records so far.
    #[schema(value_type = Object)]
    counts: Counts,
    /// What was recorded so far; each has its problems in full at `/api/v1/submissions/{accession}`.
    submissions: Vec<String>,
    /// How many problems were found so far.
    problem_count: u64,
    /// The first 500 of them, in the order of the file, once the job has ended.
    #[schema(value_type = Vec<Object>)]
    problems: Vec<Problem>,
}

/// The word for how a job stands.
pub fn state(load: &Load) -> &'static str {
    match load.state.as_str() {
        "waiting" => "waiting",
        "running" => "running",
        "done" if load.progress.accepted == 0 => "refused",
        "done" => "done",
        _ => "failed",
    }
}

/// What became of a large file of the caller's laboratory so far.
#[utoipa::path(
    get,
    path = "/api/v1/jobs/{id}",
    tag = "submissions",
    params(("id" = String, Path, description = "The `job` of the answer 202")),
    responses(
        (status = 200, description = "How far it is", body = JobStatus),
        (status = 404, description = "None of this id, or not the caller's", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Json<JobStatus>, ApiProblem> {
    let absent = || ApiProblem::not_found("no such job");
    let id: JobId = id.parse().map_err(|_| absent())?;
    let load = app.node.load_report(id, caller.viewer).await?.ok_or_else(absent)?;
    Ok(Json(status(load)))
}

fn status(load: Load) -> JobStatus {
    let state = state(&load);
    let has_ended = load.finished.is_some() && state != "waiting" && state != "running";
    let Load { file, progress, created, finished, .. } = load;
    JobStatus {
        job: file.job.to_string(),
        state,
        file: file.file,
        size: file.size,
        sha256: file.sha256,
        dry_run: file.wish.dry_run,
        created,
        finished: finished.filter(|_| has_ended),
        format: progress.format,
        parts: progress.parts,
        accepted: progress.accepted,
        counts: progress.counts,
        submissions: progress.submissions.iter().map(ToString::to_string).collect(),
        problem_count: progress.problem_count,
        problems: if has_ended { progress.problems } else { Vec::new() },
    }
}

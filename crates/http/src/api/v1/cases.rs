//! `GET /api/v1/cases` and `/api/v1/cases/{id}`: the caller's cases, and one case.

use super::bound;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::{Path, State};
use cairn_core::case::Progress;
use cairn_core::id::CaseId;
use cairn_node::lookup::case::CaseLine;
use cairn_store::serial::CaseSerial;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// Cases of one answer, unless fewer are asked for.
const PAGE: u32 = 500;

/// Which cases.
#[derive(Debug, Default, Deserialize)]
pub struct Sought {
    /// Those in whom this HPO term was observed.
    feature: Option<String>,
    /// The cursor of the answer before.
    #[serde(default)]
    after: i64,
    limit: Option<u32>,
}

/// Cases, and where those after them begin.
#[derive(Debug, Serialize, ToSchema)]
pub struct CasesAnswer {
    cases: Vec<CaseAnswer>,
    /// What to send as `after`; absent at the end.
    next: Option<i64>,
}

/// What a list says of a case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseAnswer {
    /// Its id, for `/api/v1/cases/{id}`.
    #[schema(value_type = String)]
    id: CaseId,
    /// The laboratory's own pseudonym.
    local_id: String,
    /// When its current version was recorded.
    #[schema(value_type = String)]
    recorded: Timestamp,
    /// Solved or not.
    #[schema(value_type = String)]
    progress: Progress,
}

impl From<CaseLine> for CaseAnswer {
    fn from(line: CaseLine) -> Self {
        Self { id: line.id, local_id: line.case.local_id, recorded: line.recorded, progress: line.case.progress }
    }
}

/// The cases of the caller's laboratory in the order of recording.
#[utoipa::path(
    get,
    path = "/api/v1/cases",
    tag = "cases",
    params(
        ("feature" = Option<String>, Query, description = "Those in whom this HPO term was observed"),
        ("after" = Option<i64>, Query, description = "`next` of the answer before"),
        ("limit" = Option<u32>, Query, description = "At most so many, up to 500"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses(
        (status = 200, description = "The cases", body = CasesAnswer),
        (status = 403, description = "Not with the caller's role", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn list(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Query(sought): Query<Sought>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<CasesAnswer>, ApiProblem> {
    if !caller.viewer.cares() {
        return Err(ApiProblem::forbidden("the role does not see cases"));
    }
    let as_of = bound(&app, &asked).await?;
    let limit = sought.limit.unwrap_or(PAGE).clamp(1, PAGE);
    let after = CaseSerial::new(sought.after);
    let mut lines = app.node.own_cases(caller.viewer, sought.feature.as_deref(), as_of, after, limit + 1).await?;
    let has_more = lines.len() > limit as usize;
    lines.truncate(limit as usize);
    let next = lines.last().filter(|_| has_more).map(|last| last.serial.number());
    Ok(Json(CasesAnswer { cases: lines.into_iter().map(CaseAnswer::from).collect(), next }))
}

/// A case of the caller's laboratory with what was seen in it; or, by the id that the caller's
/// laboratory knows it by, one of another laboratory without identity.
#[utoipa::path(
    get,
    path = "/api/v1/cases/{id}",
    tag = "cases",
    params(
        ("id" = String, Path, description = "Its id, 32 hexadecimal digits"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses(
        (status = 200, description = "The case", body = Object),
        (status = 404, description = "None of this id, or none that the caller may see", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<Value>, ApiProblem> {
    let absent = || ApiProblem::not_found("no such case");
    let id = id.parse().map_err(|_| absent())?;
    let as_of = bound(&app, &asked).await?;
    if let Some(own) = app.node.read_case(id, as_of, caller.reading("api")).await? {
        return Ok(Json(json!(own)));
    }
    let shared = app.node.read_shared_case(id, as_of, caller.reading("api")).await?;
    shared.map(|shared| Json(json!(shared))).ok_or_else(absent)
}

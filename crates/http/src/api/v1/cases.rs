//! `GET /api/v1/cases/{id}`: a case, for the laboratory whose it is.

use super::bound;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use axum::Json;
use axum::extract::{Path, Query, State};
use serde_json::{Value, json};

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

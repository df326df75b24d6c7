//! `GET /api/v1/statements/{accession}[.version]`: a statement with its versions.

use super::bound;
use super::statement_answer::StatementAnswer;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::{Path, State};
use cairn_core::accession::VersionedAccession;
use serde::Serialize;
use utoipa::ToSchema;

/// A statement and all its versions.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementHistoryAnswer {
    /// The version asked for, or the current one.
    #[serde(flatten)]
    statement: StatementAnswer,
    /// Every version, the first first.
    versions: Vec<StatementAnswer>,
}

/// A statement by its accession, with or without a version.
#[utoipa::path(
    get,
    path = "/api/v1/statements/{accession}",
    tag = "statements",
    params(
        ("accession" = String, Path, description = "Such as `CRN000001` or `CRN000001.2`"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses(
        (status = 200, description = "The statement", body = StatementHistoryAnswer),
        (status = 404, description = "None of this name or version", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(person): Caller,
    Path(accession): Path<String>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<StatementHistoryAnswer>, ApiProblem> {
    let absent = || ApiProblem::not_found("no such statement");
    let accession: VersionedAccession = accession.parse().map_err(|_| absent())?;
    let as_of = bound(&app, &asked).await?;
    let found = app.node.statement(accession, as_of).await?.ok_or_else(absent)?;
    if !person.may_read_of(found.shown.laboratory.id) {
        return Err(absent());
    }
    Ok(Json(StatementHistoryAnswer {
        statement: StatementAnswer::from(&found.shown),
        versions: found.versions.iter().map(StatementAnswer::from).collect(),
    }))
}

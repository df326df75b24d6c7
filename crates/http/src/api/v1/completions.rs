//! `GET /api/v1/completions?q=`: names that begin with what was typed.

use super::bound;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::pages::search::{LONGEST, Typed, WHILE_TYPING, named};
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use crate::view::hit::HitLine;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// What a text may mean.
#[derive(Debug, Serialize, ToSchema)]
pub struct Hits {
    /// The surest first.
    pub hits: Vec<HitLine>,
}

/// Names of variants, genes, phenotypes, conditions, cases and records for a few typed letters.
#[utoipa::path(
    get,
    path = "/api/v1/completions",
    tag = "search",
    params(
        ("q" = String, Query, description = "What was typed"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses((status = 200, description = "The best first", body = Hits)),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Query(typed): Query<Typed>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<Hits>, ApiProblem> {
    let text: String = typed.q.trim().chars().take(LONGEST).collect();
    let as_of = bound(&app, &asked).await?;
    Ok(Json(Hits { hits: named(&app, &caller, &text, as_of, WHILE_TYPING).await? }))
}

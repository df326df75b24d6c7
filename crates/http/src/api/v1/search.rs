//! `GET /api/v1/search?q=`: what a text may mean.

use super::bound;
use super::completions::Hits;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::pages::search::{LONGEST, ON_PAGE, Typed, named};
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use crate::view::hit::{self, HitLine};
use axum::Json;
use axum::extract::State;
use cairn_variant::expression::Stretch;

/// What a text may mean: variants first, then genes, phenotypes, conditions, cases, records.
#[utoipa::path(
    get,
    path = "/api/v1/search",
    tag = "search",
    params(
        ("q" = String, Query, description = "Anything the search box understands"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses((status = 200, description = "The surest first", body = Hits)),
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
    let found = app.node.look_up(&text, as_of, caller.viewer).await?;
    let mut hits: Vec<HitLine> = Stretch::parse(&text).map(hit::region).into_iter().collect();
    hits.extend(hit::of_look_up(&found, &text));
    hits.extend(named(&app, &caller, &text, as_of, ON_PAGE).await?);
    Ok(Json(Hits { hits: hit::distinct(hits) }))
}

//! `GET /api/v1/discordances/analytics`: how many, how old, why resolved, between whom, by which criterion.

use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use cairn_node::discordance::Analytics;
use serde::Deserialize;

/// Whose.
#[derive(Debug, Default, Deserialize)]
pub struct Whose {
    /// Slug of a laboratory, `mine`, or empty for all.
    #[serde(default)]
    laboratory: String,
    /// The day or moment as of which the record is read; empty: now.
    #[serde(default)]
    as_of: String,
}

/// The analysis of all discordances, or of those in which a laboratory takes part.
#[utoipa::path(
    get,
    path = "/api/v1/discordances/analytics",
    tag = "discordances",
    params(
        ("laboratory" = Option<String>, Query, description = "Slug of a laboratory, or `mine`"),
        ("as_of" = Option<String>, Query, description = "The analysis as it stood on a day or at a moment"),
    ),
    responses(
        (status = 200, description = "The analysis", body = Object),
        (status = 400, description = "No such laboratory, or no day", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(person): Caller,
    Query(whose): Query<Whose>,
) -> Result<Json<Analytics>, ApiProblem> {
    let asked = super::list::Asked { laboratory: whose.laboratory, ..Default::default() };
    let filter = asked.filter(&app, &person).await?;
    let moment = AsOfQuery { as_of: whose.as_of }.moment();
    let moment = moment.map_err(|error| ApiProblem::bad_request(error.to_string()))?;
    Ok(Json(app.node.discordance_analytics(filter.laboratory, moment).await?))
}

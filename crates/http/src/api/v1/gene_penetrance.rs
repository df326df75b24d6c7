//! `GET /api/v1/genes/{symbol}/penetrance`: affected carriers of a gene's pathogenic variants over all of them.

use crate::api::v1::bound;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::{Path, State};
use cairn_node::lookup::penetrance::GenePenetrance;
use serde::Deserialize;

/// For which condition.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    /// Identifier or name; empty: any.
    #[serde(default)]
    pub condition: String,
}

impl Wanted {
    /// What was asked for.
    pub fn condition(&self) -> Option<&str> {
        Some(self.condition.trim()).filter(|text| !text.is_empty())
    }
}

/// Affected carriers over carriers of known status, by age band, over all pathogenic variants of a gene, with Wilson's
/// 95 % interval, with and without probands; where it cannot be estimated, why. With a condition, affected carriers
/// count when theirs is that one or a kind of it.
#[utoipa::path(
    get,
    path = "/api/v1/genes/{symbol}/penetrance",
    tag = "genes",
    params(
        ("symbol" = String, Path, description = "The approved symbol"),
        ("condition" = Option<String>, Query, description = "Identifier or name of the condition"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses((status = 200, description = "The counts", body = Object)),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(person): Caller,
    Path(symbol): Path<String>,
    Query(wanted): Query<Wanted>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<GenePenetrance>, ApiProblem> {
    let as_of = bound(&app, &asked).await?;
    Ok(Json(app.node.gene_penetrance(&symbol, wanted.condition(), as_of, person.viewer).await?))
}

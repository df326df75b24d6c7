//! `GET /api/v1/variants/{expression}/penetrance`: affected carriers over carriers, by age.

use crate::api::v1::bound;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::{Path, State};
use cairn_core::penetrance::Penetrance;

/// Affected carriers over carriers of known status, by age band, with Wilson's 95 % interval, with
/// and without probands; where it cannot be estimated, why.
#[utoipa::path(
    get,
    path = "/api/v1/variants/{expression}/penetrance",
    tag = "variants",
    params(
        ("expression" = String, Path, description = "Any notation, or an identifier"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses(
        (status = 200, description = "The counts", body = Object),
        (status = 404, description = "No such variant is recorded", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(person): Caller,
    Path(expression): Path<String>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<Penetrance>, ApiProblem> {
    let as_of = bound(&app, &asked).await?;
    let found = app.node.look_up(&expression, as_of, person.viewer).await?;
    let report = found.report.ok_or_else(|| ApiProblem::not_found("no such variant is recorded"))?;
    Ok(Json(app.node.penetrance(report.variant.serial, as_of, person.viewer).await?))
}

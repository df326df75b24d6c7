//! `GET /api/v1/guidelines/{address}`: a guideline with its criteria, numbers and rules.

use super::list::GuidelineBrief;
use super::{find, known};
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::{Path, State};
use cairn_core::guideline::{CombiningRow, CriterionDefinition, DefinitionDifference, definition_differences};
use serde::Serialize;
use utoipa::ToSchema;

/// A guideline.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuidelineAnswer {
    /// Its name and scope.
    #[serde(flatten)]
    guideline: GuidelineBrief,
    /// What of it was read, seen elsewhere, or remembered and to be checked.
    provenance: String,
    /// The rule set it changes.
    extends: Option<String>,
    /// What to know about this version.
    notes: Vec<String>,
    /// Its criteria with strengths, thresholds and where each was read.
    #[schema(value_type = Vec<Object>)]
    criteria: Vec<CriterionDefinition>,
    /// Its rules, bands or matrix.
    #[schema(value_type = Vec<Object>)]
    combining: Vec<CombiningRow>,
    /// The version before this one.
    previous: Option<String>,
    /// What differs from the version before.
    #[schema(value_type = Vec<Object>)]
    differences: Vec<DefinitionDifference>,
}

/// A guideline in one version; an id alone is its newest.
#[utoipa::path(
    get,
    path = "/api/v1/guidelines/{address}",
    tag = "guidelines",
    params(
        ("address" = String, Path, description = "Such as `acmg-amp@2015` or `acmg-amp`"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses(
        (status = 200, description = "The guideline", body = GuidelineAnswer),
        (status = 404, description = "None of this id or version", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    _caller: Caller,
    Path(address): Path<String>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<GuidelineAnswer>, ApiProblem> {
    let all = known(&app, &asked).await?;
    let guideline = find(&all, &address)?;
    let previous = all.before(guideline);
    Ok(Json(GuidelineAnswer {
        guideline: GuidelineBrief::from(guideline),
        provenance: guideline.provenance.clone(),
        extends: guideline.extends.clone(),
        notes: guideline.notes.clone(),
        criteria: guideline.criteria.clone(),
        combining: guideline.combining(),
        previous: previous.map(cairn_core::guideline::Guideline::address),
        differences: previous.map(|previous| definition_differences(previous, guideline)).unwrap_or_default(),
    }))
}

//! `GET /api/v1/regions/{region}`: the variants that lie in a stretch of a chromosome, page by page.

use super::bound;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::pages::asked;
use crate::pages::region::{RegionQuery, cursor_after};
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::{Path, State};
use cairn_node::federation::{Heard, RegionNumbers};
use cairn_node::lookup::region::RegionVariant;
use serde::Serialize;
use utoipa::ToSchema;

/// Variants in one answer.
const PAGE: u32 = 500;

/// The variants of a region.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegionAnswer {
    /// The region as it was understood, 1-based, both ends included: `17:43000000-43100000`.
    region: String,
    /// The assembly it was looked for on.
    assembly: &'static str,
    /// Variants of any kind that overlap or touch it, in the order of the chromosome, up to 500.
    #[schema(value_type = Vec<Object>)]
    variants: Vec<RegionVariant>,
    /// Send as `after` for the next variants; absent at the end.
    next: Option<String>,
    /// What other nodes know there, in numbers, and who did not answer; on the first page of today, where there are
    /// peers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    peers: Option<Vec<Heard<Option<RegionNumbers>>>>,
}

/// The variants that overlap a region, copy numbers and other large events among them.
#[utoipa::path(
    get,
    path = "/api/v1/regions/{region}",
    tag = "regions",
    params(
        ("region" = String, Path, description = "`17:43000000-43100000`, with or without `chr`, commas and an assembly in front"),
        ("assembly" = Option<String>, Query, description = "`GRCh38` (when nothing is said) or `GRCh37`"),
        ("after" = Option<String>, Query, description = "`next` of the answer before"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses(
        (status = 200, description = "The variants", body = RegionAnswer),
        (status = 400, description = "No region", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Path(text): Path<String>,
    Query(query): Query<RegionQuery>,
    Query(moment): Query<AsOfQuery>,
) -> Result<Json<RegionAnswer>, ApiProblem> {
    let (stretch, region) = query.region(&text).map_err(ApiProblem::bad_request)?;
    let cursor = query.cursor().ok_or_else(|| ApiProblem::bad_request("`after` is not the `next` of an answer"))?;
    let as_of = bound(&app, &moment).await?;
    let mut variants = app.node.region_variants(region, as_of, caller.viewer, cursor, PAGE + 1).await?;
    let has_more = variants.len() > PAGE as usize;
    variants.truncate(PAGE as usize);
    let next = variants.last().filter(|_| has_more).map(cursor_after);
    variants.retain(|found| found.variant.is_visible());
    let is_first = query.after.is_empty() && moment.as_of.is_empty();
    let peers = match is_first && asked::has_peers(&app) {
        true => Some(asked::region(&app, &caller, region).await),
        false => None,
    };
    Ok(Json(RegionAnswer { region: stretch.to_string(), assembly: region.assembly.name(), next, variants, peers }))
}

//! `GET /api/v1/genes/{symbol}`: a gene's variants, page by page.

use super::bound;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::{Path, State};
use cairn_node::lookup::gene::GeneVariant;
use cairn_node::lookup::protein::Protein;
use cairn_reference::gene::GeneMatch;
use cairn_store::serial::VariantSerial;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Variants in one answer.
const PAGE: u32 = 500;

/// Where the variants begin.
#[derive(Debug, Deserialize)]
pub struct From {
    /// The cursor of the answer before.
    #[serde(default)]
    after: i64,
}

/// A gene.
#[derive(Debug, Serialize, ToSchema)]
pub struct GeneAnswer {
    /// Its approved symbol.
    symbol: String,
    /// Its name.
    name: Option<String>,
    /// HGNC number.
    hgnc_id: Option<u32>,
    /// Cytogenetic location.
    location: Option<String>,
    /// Its protein on the preferred transcript, where one is loaded.
    #[schema(value_type = Option<Object>)]
    protein: Option<Protein>,
    /// Its variants in the order of recording, up to 500.
    #[schema(value_type = Vec<Object>)]
    variants: Vec<GeneVariant>,
    /// Send as `after` for the next variants; absent at the end.
    next: Option<i64>,
}

/// A gene with its recorded variants and what is said about each.
#[utoipa::path(
    get,
    path = "/api/v1/genes/{symbol}",
    tag = "genes",
    params(
        ("symbol" = String, Path, description = "A symbol in any case, a former symbol, `HGNC:1100`"),
        ("after" = Option<i64>, Query, description = "`next` of the answer before"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses(
        (status = 200, description = "The gene", body = GeneAnswer),
        (status = 404, description = "No gene of this name", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Path(symbol): Path<String>,
    Query(from): Query<From>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<GeneAnswer>, ApiProblem> {
    let known = match app.node.reference().genes().find(&symbol) {
        GeneMatch::Approved(gene) | GeneMatch::ByOtherName(gene) => Some(gene),
        GeneMatch::Ambiguous(_) | GeneMatch::Unknown => None,
    };
    let symbol = known.map_or(symbol, |gene| gene.symbol.clone());
    let as_of = bound(&app, &asked).await?;
    let mut variants =
        app.node.gene_variants(&symbol, as_of, caller.viewer, VariantSerial::new(from.after), PAGE + 1).await?;
    if known.is_none() && variants.is_empty() {
        return Err(ApiProblem::not_found("no gene of this name"));
    }
    let has_more = variants.len() > PAGE as usize;
    variants.truncate(PAGE as usize);
    Ok(Json(GeneAnswer {
        name: known.map(|gene| gene.name.clone()),
        hgnc_id: known.and_then(|gene| gene.hgnc_id),
        location: known.map(|gene| gene.location.clone()),
        protein: app.node.protein_of_gene(&symbol),
        symbol,
        next: variants.last().filter(|_| has_more).map(|variant| variant.serial.number()),
        variants,
    }))
}

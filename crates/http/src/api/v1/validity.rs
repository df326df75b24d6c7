//! `GET /api/v1/genes/{symbol}/validity`: whether a gene causes disease, weighed here and elsewhere.

use crate::app::Shared;
use crate::person::Caller;
use crate::problem::ApiProblem;
use axum::Json;
use axum::extract::{Path, State};
use cairn_core::condition::{Condition, Inheritance};
use cairn_core::curation::{State as DraftState, ValidityAssessment};
use cairn_reference::validity::ValidityAssertion;
use serde::Serialize;
use utoipa::ToSchema;

/// What is known about a gene and diseases.
#[derive(Debug, Serialize, ToSchema)]
pub struct GeneValidityAnswer {
    /// Weighings of laboratories of this node: the caller's own as they stand, others' as shared.
    sheets: Vec<SheetAnswer>,
    /// Assertions of ClinGen and members of the GenCC, as loaded.
    #[schema(value_type = Vec<Object>)]
    assertions: Vec<ValidityAssertion>,
}

/// A weighing.
#[derive(Debug, Serialize, ToSchema)]
pub struct SheetAnswer {
    id: String,
    laboratory: String,
    #[schema(value_type = String)]
    state: DraftState,
    /// Its version, from 1.
    version: u32,
    #[schema(value_type = Object)]
    condition: Condition,
    #[schema(value_type = Option<String>)]
    inheritance: Option<Inheritance>,
    /// Points after the caps, the class and the rule that gave it.
    #[schema(value_type = Option<Object>)]
    assessment: Option<ValidityAssessment>,
}

/// Whether a gene causes disease.
#[utoipa::path(
    get,
    path = "/api/v1/genes/{symbol}/validity",
    tag = "genes",
    params(("symbol" = String, Path, description = "The approved symbol")),
    responses((status = 200, description = "What is known", body = GeneValidityAnswer)),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(person): Caller,
    Path(symbol): Path<String>,
) -> Result<Json<GeneValidityAnswer>, ApiProblem> {
    let sheets = app.node.gene_sheets(&symbol, person.viewer).await?;
    let assertions = app.node.reference().validity().of_gene(&symbol).cloned().collect();
    let sheet = |one: cairn_node::curation::GeneSheet| SheetAnswer {
        id: one.head.id.to_string(),
        laboratory: one.laboratory.name,
        state: one.draft.state,
        version: one.draft.round,
        condition: one.draft.condition(),
        inheritance: one.draft.inheritance(),
        assessment: one.assessment,
    };
    Ok(Json(GeneValidityAnswer { sheets: sheets.into_iter().map(sheet).collect(), assertions }))
}

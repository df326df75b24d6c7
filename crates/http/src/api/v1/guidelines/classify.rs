//! `POST /api/v1/guidelines/{address}/classify`: the class of evidence, with everything needed to
//! believe it or to doubt it.

use super::{find, known, read};
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use cairn_core::guideline::gene_validity::{Curation, Validity, weigh};
use cairn_core::guideline::{Explanation, explain};
use serde::{Deserialize, Serialize};

/// What was found.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Found {
    /// For a variant: criteria such as `PVS1`, `PM2_Supporting`, `BS2_not_met`, `2C-1=0.9`.
    Criteria {
        /// Each as one text.
        criteria: Vec<String>,
    },
    /// For a gene and a disease: points and what experts decided.
    Curation(Curation),
}

/// The class and why.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Classified {
    /// Of a variant.
    Variant(Box<Explanation>),
    /// Of a gene and a disease.
    Gene(Box<Validity>),
}

/// Classifies by one guideline, and explains: the rule that fired, what counted and what did not,
/// the conflict if there is one, and what each further criterion would give.
///
/// For variants send `{"criteria": ["PVS1", "PM2_Supporting"]}`; for gene-disease validity
/// `{"genetic": 9.5, "experimental": 4, "replicated": true}`, with `call` where experts decided.
/// Nothing is stored.
#[utoipa::path(
    post,
    path = "/api/v1/guidelines/{address}/classify",
    tag = "guidelines",
    params(
        ("address" = String, Path, description = "Such as `acmg-amp@2015` or `acmg-amp`"),
        ("as_of" = Option<String>, Query, description = "The guidelines as known on a day or at a moment"),
    ),
    request_body(content = Object, description = "`criteria`, or `genetic`, `experimental` and `replicated`"),
    responses(
        (status = 200, description = "The class and why", body = Object),
        (status = 404, description = "No such guideline", body = ApiProblem),
        (status = 422, description = "The evidence cannot be run", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn post(
    State(app): State<Shared>,
    _caller: Caller,
    Path(address): Path<String>,
    Query(asked): Query<AsOfQuery>,
    body: Result<Json<Found>, JsonRejection>,
) -> Result<Json<Classified>, ApiProblem> {
    let Json(found) = body.map_err(super::unreadable)?;
    let all = known(&app, &asked).await?;
    let guideline = find(&all, &address)?;
    let classified = match found {
        Found::Criteria { criteria } => {
            let explained = explain(guideline, &read(&criteria, guideline, &[])?);
            Classified::Variant(Box::new(explained.map_err(|error| ApiProblem::unprocessable(error.to_string()))?))
        }
        Found::Curation(curation) => {
            let weighed = weigh(guideline, &curation);
            Classified::Gene(Box::new(weighed.map_err(|error| ApiProblem::unprocessable(error.to_string()))?))
        }
    };
    Ok(Json(classified))
}

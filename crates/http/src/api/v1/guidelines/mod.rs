//! `/api/v1/guidelines`: rule sets, a class from evidence, and what another rule set would change.

pub mod classify;
pub mod compare;
pub mod get;
pub mod list;

use crate::api::v1::bound;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::problem::ApiProblem;
use cairn_core::guideline::{EvidenceLine, Guideline, Guidelines};

/// Every guideline of the node as of the moment asked for.
async fn known(app: &Shared, asked: &AsOfQuery) -> Result<Guidelines, ApiProblem> {
    let as_of = bound(app, asked).await?;
    Ok(app.node.guidelines(as_of).await?)
}

/// The guideline of an address.
fn find<'a>(all: &'a Guidelines, address: &str) -> Result<&'a Guideline, ApiProblem> {
    let found = all.find(address);
    found.map_err(|error| {
        ApiProblem::not_found(error.to_string()).with_remedy("`GET /api/v1/guidelines` lists every id and version")
    })
}

/// Evidence as it is written for this guideline.
fn read(criteria: &[String], guideline: &Guideline, others: &[&Guideline]) -> Result<Vec<EvidenceLine>, ApiProblem> {
    let lines: Result<Vec<_>, _> = criteria.iter().map(|text| EvidenceLine::typed(text, guideline, others)).collect();
    lines.map_err(|error| ApiProblem::unprocessable(error.to_string()).with_code("criterion.unreadable"))
}

/// What a body that is not the JSON asked for gets.
fn unreadable(rejection: axum::extract::rejection::JsonRejection) -> ApiProblem {
    ApiProblem::bad_request(rejection.body_text())
        .with_remedy("send `content-type: application/json`; `/api/v1/openapi.json` describes the body")
}

//! `/api/v1`. One file an endpoint, with its answer, its errors and its documentation.

mod access_requests;
mod alerts;
mod cases;
mod completions;
mod consents;
pub(crate) mod discordances;
mod drafts;
pub(crate) mod gene_penetrance;
mod genes;
pub(crate) mod guidelines;
pub(crate) mod jobs;
mod laboratories;
pub(crate) mod ledger;
mod mandate;
mod matches;
mod network;
mod openapi;
mod peers;
mod regions;
mod search;
mod sessions;
mod statement_answer;
mod statements;
pub(crate) mod statistics;
mod submissions;
mod tokens;
mod validity;
mod variants;
mod withdrawals;

use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::problem::ApiProblem;
use crate::query;
use crate::sign_in::fresh;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, delete, get, post};
use cairn_node::NodeError;
use cairn_store::entry::AsOf;

pub(crate) use openapi::description;

/// The routes of version 1.
pub fn routes(app: &Shared) -> Router<Shared> {
    Router::new()
        .route("/api/v1/openapi.json", get(openapi::get))
        .route("/api/v1/variants/{expression}", get(variants::get::get))
        .route("/api/v1/variants/{expression}/suggestions", get(variants::suggestions::get))
        .route("/api/v1/variants/resolve", post(variants::resolve::post))
        .route("/api/v1/variants/{expression}/penetrance", get(variants::penetrance::get))
        .route("/api/v1/genes/{symbol}/validity", get(validity::get))
        .route("/api/v1/genes/{symbol}/penetrance", get(gene_penetrance::get))
        .route("/api/v1/drafts", get(drafts::list).post(drafts::begin))
        .route("/api/v1/drafts/{id}", get(drafts::get).patch(drafts::edit))
        .route("/api/v1/drafts/{id}/statement", get(drafts::statement))
        .route("/api/v1/drafts/{id}/{act}", post(drafts::act))
        .route("/api/v1/submissions", post(submissions::post::post).layer(DefaultBodyLimit::disable()))
        .route("/api/v1/submissions/{accession}", get(submissions::get::get))
        .route("/api/v1/jobs/{id}", get(jobs::get))
        .route("/api/v1/statements/{accession}", get(statements::get))
        .route("/api/v1/genes/{symbol}", get(genes::get))
        .route("/api/v1/regions/{region}", get(regions::get))
        .route("/api/v1/guidelines", get(guidelines::list::list))
        .route("/api/v1/guidelines/compare", get(guidelines::compare::get).post(guidelines::compare::post))
        .route("/api/v1/guidelines/{address}", get(guidelines::get::get))
        .route("/api/v1/guidelines/{address}/classify", post(guidelines::classify::post))
        .route("/api/v1/statistics", get(statistics::get))
        .route("/api/v1/variants/{expression}/aggregates", get(variants::aggregates::get))
        .route("/api/v1/variants/{expression}/difference", get(variants::difference::get))
        .merge(discordances::routes(app))
        .route("/api/v1/cases", get(cases::list))
        .route("/api/v1/cases/{id}", get(cases::get))
        .route("/api/v1/ledger/checkpoint", get(ledger::checkpoint))
        .route("/api/v1/ledger/entries", get(ledger::entries))
        .route("/api/v1/ledger/proof", get(ledger::proof))
        .route("/api/v1/cases/{id}/consent", get(consents::get).post(consents::post))
        .route("/api/v1/consents", get(consents::list))
        .route("/api/v1/decisions/{id}", get(consents::decision))
        .route("/api/v1/peers", get(peers::get))
        .route("/api/v1/laboratories/{id}/sharing", get(laboratories::sharing))
        .route("/api/v1/mandate", get(mandate::get))
        .route("/api/v1/network", get(network::get))
        .route("/api/v1/access-requests", get(access_requests::list).post(access_requests::ask))
        .route("/api/v1/access-requests/{id}", get(access_requests::get))
        .route("/api/v1/matches", post(matches::post))
        .route("/api/v1/search", get(search::get))
        .route("/api/v1/completions", get(completions::get))
        .route("/api/v1/alerts", get(alerts::list))
        .route("/api/v1/notices", get(alerts::notices))
        .route("/api/v1/notices/{id}/acknowledge", post(alerts::acknowledge))
        .route("/api/v1/worklists/vus", get(alerts::uncertain))
        .route("/api/v1/worklists/stale", get(alerts::stale))
        .merge(guarded(app))
        .route_layer(from_fn(query::known_only))
        .route("/api/{*rest}", any(nothing_here))
        .method_not_allowed_fallback(wrong_method)
}

/// What a browser may ask for only after a proof of the last minutes.
fn guarded(app: &Shared) -> Router<Shared> {
    Router::new()
        .route("/api/v1/cases/{id}/withdraw", post(withdrawals::withdraw))
        .route("/api/v1/cases/{id}/erase", post(withdrawals::erase))
        .route("/api/v1/access-requests/{id}/{act}", post(access_requests::act))
        .route("/api/v1/report", get(network::report))
        .route("/api/v1/laboratories/{id}/membership", post(laboratories::decide))
        .route("/api/v1/laboratories/{id}/attestation", get(laboratories::attestation))
        .route("/api/v1/sessions/{id}", delete(sessions::end))
        .route("/api/v1/tokens", get(tokens::list).post(tokens::make))
        .route("/api/v1/tokens/{id}", delete(tokens::end))
        .route_layer(from_fn_with_state(app.clone(), fresh::guard))
        .route("/api/v1/sessions", get(sessions::list).delete(sessions::end_all))
}

async fn nothing_here() -> ApiProblem {
    ApiProblem::not_found("there is nothing under this address")
        .with_remedy("`/api/v1/openapi.json` names every address")
}

async fn wrong_method() -> ApiProblem {
    ApiProblem::method_not_allowed().with_remedy("`/api/v1/openapi.json` names the methods of every address")
}

/// The bound of a request's `as_of`.
async fn bound(app: &Shared, asked: &AsOfQuery) -> Result<AsOf, ApiProblem> {
    let moment = asked.moment().map_err(|error| ApiProblem::bad_request(error.to_string()))?;
    Ok(app.node.as_of(moment).await?)
}

impl From<cairn_store::StoreError> for ApiProblem {
    fn from(error: cairn_store::StoreError) -> Self {
        Self::internal(&error)
    }
}

/// What of the node's failures a client may know.
impl From<NodeError> for ApiProblem {
    fn from(error: NodeError) -> Self {
        match &error {
            NodeError::KeyReused(_) => Self::conflict(error.to_string()).with_code("submission.key_reused"),
            NodeError::NotAMember(_) => Self::forbidden(error.to_string()),
            _ => Self::internal(&error),
        }
    }
}

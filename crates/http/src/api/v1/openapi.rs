//! `GET /api/v1/openapi.json`: the description of this API, OpenAPI 3.1.

use super::{
    access_requests, alerts, cases, completions, consents, discordances, drafts, gene_penetrance, genes, guidelines,
    jobs, laboratories, ledger, mandate, matches, network, peers, regions, search, sessions, statements, statistics,
    submissions, tokens, validity, variants, withdrawals,
};
use crate::problem::ApiProblem;
use axum::Json;
use utoipa::openapi::OpenApi as Description;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cairn",
        description = "What laboratories know about variants. Problems are RFC 9457 problem details."
    ),
    paths(
        variants::get::get,
        variants::resolve::post,
        variants::suggestions::get,
        variants::penetrance::get,
        validity::get,
        gene_penetrance::get,
        drafts::list,
        drafts::begin,
        drafts::get,
        drafts::edit,
        drafts::act,
        drafts::statement,
        submissions::post::post,
        submissions::get::get,
        jobs::get,
        statements::get,
        genes::get,
        regions::get,
        guidelines::list::list,
        guidelines::get::get,
        guidelines::classify::post,
        guidelines::compare::post,
        guidelines::compare::get,
        statistics::get,
        variants::aggregates::get,
        variants::difference::get,
        cases::get,
        cases::list,
        consents::list,
        consents::get,
        consents::post,
        consents::decision,
        withdrawals::withdraw,
        withdrawals::erase,
        discordances::list::get,
        discordances::get::get,
        discordances::act::post,
        discordances::difference::get,
        discordances::analytics::get,
        discordances::export::get,
        discordances::names::get,
        discordances::names::put,
        ledger::checkpoint,
        ledger::entries,
        ledger::proof,
        peers::get,
        laboratories::sharing,
        laboratories::attestation,
        laboratories::decide,
        mandate::get,
        network::get,
        network::report,
        access_requests::list,
        access_requests::ask,
        access_requests::get,
        access_requests::act,
        matches::post,
        search::get,
        completions::get,
        alerts::list,
        alerts::notices,
        alerts::acknowledge,
        alerts::uncertain,
        alerts::stale,
        sessions::list,
        sessions::end,
        sessions::end_all,
        tokens::list,
        tokens::make,
        tokens::end,
    ),
    components(schemas(ApiProblem)),
    modifiers(&Token)
)]
struct Api;

/// The way a program shows who asks.
struct Token;

impl Modify for Token {
    fn modify(&self, description: &mut Description) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = description.components.get_or_insert_with(Default::default);
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
    }
}

/// The description.
pub fn description() -> Description {
    Api::openapi()
}

/// The description; needs no sign-in.
pub async fn get() -> Json<Description> {
    Json(description())
}

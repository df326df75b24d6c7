//! `GET /api/v1/mandate`: what is demanded of every member.

use super::bound;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use cairn_core::decision::{Action, Resource};
use cairn_node::membership::Mandate;
use serde::Serialize;
use utoipa::ToSchema;

/// The sharing mandate.
#[derive(Debug, Serialize, ToSchema)]
pub struct MandateAnswer {
    /// The version in force: `version` (0: none is published), `since`, `text`, and `demands` as numbers.
    #[schema(value_type = Object)]
    mandate: Mandate,
    /// Those before it, the newest first.
    #[schema(value_type = Vec<Object>)]
    earlier: Vec<Mandate>,
}

/// The published sharing mandate, in words and as the numbers that sharing is measured against.
#[utoipa::path(
    get,
    path = "/api/v1/mandate",
    tag = "network",
    params(("as_of" = Option<String>, Query, description = "As of this day or moment")),
    responses((status = 200, description = "The mandate", body = MandateAnswer)),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(person): Caller,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<MandateAnswer>, ApiProblem> {
    if !person.viewer.may(Action::Read, Resource::Membership, person.at.serial) {
        return Err(ApiProblem::forbidden("members of this node read the mandate"));
    }
    let (mandate, earlier) = app.node.mandates(bound(&app, &asked).await?).await?;
    Ok(Json(MandateAnswer { mandate, earlier }))
}

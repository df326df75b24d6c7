//! `GET /api/v1/discordances/{accession}`: a discordance with everything that belongs to it.

use super::{absent, accession};
use crate::api::v1::bound;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::{Path, State};
use cairn_node::discordance::DiscordanceView;
use serde::Serialize;
use utoipa::ToSchema;

/// A discordance as the caller sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DiscordanceAnswer {
    /// State, statements side by side, thread, proposals, history.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    discordance: DiscordanceView,
    /// Whether the caller's laboratory takes part and the caller may act.
    may_act: bool,
}

impl DiscordanceAnswer {
    /// The answer for a caller.
    pub fn new(discordance: DiscordanceView, person: &crate::person::Person) -> Self {
        let may_act = discordance.is_party(person.at.serial) && person.user.role.may_contribute();
        Self { discordance, may_act }
    }
}

/// A discordance: its state, the statements that differ with their criteria side by side, what people said,
/// proposed and flagged, and everything that happened. Send its `version` as `seen` with an act.
#[utoipa::path(
    get,
    path = "/api/v1/discordances/{accession}",
    tag = "discordances",
    params(
        ("accession" = String, Path, description = "Such as `CRD000001`"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses(
        (status = 200, description = "The discordance", body = DiscordanceAnswer),
        (status = 404, description = "None of this name, or not yet", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(person): Caller,
    Path(name): Path<String>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<DiscordanceAnswer>, ApiProblem> {
    let as_of = bound(&app, &asked).await?;
    let found = app.node.discordance(accession(&name)?, as_of).await?.ok_or_else(absent)?;
    Ok(Json(DiscordanceAnswer::new(found, &person)))
}

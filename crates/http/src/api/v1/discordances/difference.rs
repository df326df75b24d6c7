//! `GET /api/v1/discordances/{accession}/difference`: two of its statements side by side.

use super::{absent, accession};
use crate::api::v1::bound;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::{Path, State};
use cairn_core::accession::VersionedAccession;
use cairn_core::discordance::Difference;
use serde::Deserialize;

/// Which two.
#[derive(Debug, Deserialize)]
pub struct Pair {
    a: String,
    b: String,
}

/// Two statements side by side: criteria, publications, and which criterion explains that the classes differ.
///
/// The classes are computed by the guideline that each statement names; `is_assumed` says where none known here is
/// named.
#[utoipa::path(
    get,
    path = "/api/v1/discordances/{accession}/difference",
    tag = "discordances",
    params(
        ("accession" = String, Path, description = "Such as `CRD000001`"),
        ("a" = String, Query, description = "A statement, with or without version: `CRN000001.2`"),
        ("b" = String, Query, description = "Another"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses(
        (status = 200, description = "The difference", body = Object),
        (status = 404, description = "No such discordance, or a statement does not take part", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    _caller: Caller,
    Path(name): Path<String>,
    Query(pair): Query<Pair>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<Difference>, ApiProblem> {
    let as_of = bound(&app, &asked).await?;
    let found = app.node.discordance(accession(&name)?, as_of).await?.ok_or_else(absent)?;
    let member = |text: &str| -> Result<VersionedAccession, ApiProblem> {
        let statement: Option<VersionedAccession> = text.parse().ok();
        let takes_part = |one: &VersionedAccession| {
            found.members.iter().any(|member| member.statement.statement.accession == one.accession)
        };
        statement.filter(takes_part).ok_or_else(|| ApiProblem::not_found(format!("`{text}` does not take part")))
    };
    let difference = app.node.discordance_difference(member(&pair.a)?, member(&pair.b)?, as_of).await?;
    difference.map(Json).ok_or_else(|| ApiProblem::not_found("a statement has no such version"))
}

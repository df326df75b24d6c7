//! `GET /api/v1/variants/{expression}/aggregates`: what the statements about a variant say together.

use crate::api::v1::bound;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::{Path, State};
use cairn_core::aggregate::Aggregate;
use cairn_core::aggregate::rules::{self, RuleSet};
use cairn_node::aggregate::RecordedAggregate;
use serde::Serialize;
use utoipa::ToSchema;

/// What the statements about a variant say together.
#[derive(Debug, Serialize, ToSchema)]
pub struct AggregatesAnswer {
    /// As a whole, on each track that has a statement.
    #[schema(value_type = Vec<Object>)]
    whole: Vec<Aggregate>,
    /// For each condition with its mode of inheritance.
    #[schema(value_type = Vec<Object>)]
    by_condition: Vec<Aggregate>,
    /// Every version up to that moment, the first first; each names the statements that made it.
    #[schema(value_type = Vec<Object>)]
    history: Vec<RecordedAggregate>,
    /// The rule sets that this node knows, the one in use first.
    rules: Vec<Rules>,
}

/// A rule set.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rules {
    /// Id with version.
    id: &'static str,
    /// What it is.
    title: &'static str,
    /// From when it holds.
    since: &'static str,
    /// Where it is published.
    source: &'static str,
}

/// What the statements about a variant say together: class, review status, stars, and which
/// statements made it.
#[utoipa::path(
    get,
    path = "/api/v1/variants/{expression}/aggregates",
    tag = "variants",
    params(
        ("expression" = String, Path, description = "Any notation; percent-encoded"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses(
        (status = 200, description = "The aggregates", body = AggregatesAnswer),
        (status = 404, description = "Nothing is recorded of the variant", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Path(expression): Path<String>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<AggregatesAnswer>, ApiProblem> {
    let as_of = bound(&app, &asked).await?;
    let found = app.node.look_up(&expression, as_of, caller.viewer).await?;
    let report = found.report.ok_or_else(|| ApiProblem::not_found("nothing is recorded of this variant"))?;
    let history = app.node.aggregate_history(report.variant.serial, as_of).await?;
    let rules = rules::ALL.iter().map(|rules| view(rules)).collect();
    Ok(Json(AggregatesAnswer { whole: report.aggregates, by_condition: report.by_condition, history, rules }))
}

fn view(rules: &RuleSet) -> Rules {
    Rules { id: rules.id, title: rules.title, since: rules.since, source: rules.source }
}

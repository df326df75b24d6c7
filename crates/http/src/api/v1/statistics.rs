//! `GET /api/v1/statistics`: how classes changed over a span of time.

use super::bound;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use cairn_node::statistics::{Only, ReclassificationReport};
use serde::Deserialize;

/// Changes named in one answer.
const LATEST: usize = 200;

/// Which changes.
#[derive(Debug, Default, Deserialize)]
pub struct SpanQuery {
    /// The first day that does not count; empty: from the beginning.
    #[serde(default)]
    pub from: String,
    /// A laboratory's slug; empty: all.
    #[serde(default)]
    pub laboratory: String,
    /// A gene symbol; empty: all.
    #[serde(default)]
    pub gene: String,
}

impl SpanQuery {
    /// The beginning, as a day or moment.
    pub fn start(&self) -> AsOfQuery {
        AsOfQuery { as_of: if self.from.trim().is_empty() { "1970-01-01".to_owned() } else { self.from.clone() } }
    }

    /// Whose and where.
    pub fn only(&self) -> Only {
        let stated = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Only { laboratory: stated(&self.laboratory), gene: stated(&self.gene) }
    }
}

/// How laboratories changed their classes: flows between classes, the median time between two
/// evaluations, by laboratory and by gene.
///
/// A laboratory's changed mind is told apart from changed summaries of archives, first positions,
/// withdrawals and words; only changed minds flow. The span ends with `as_of`.
#[utoipa::path(
    get,
    path = "/api/v1/statistics",
    tag = "statistics",
    params(
        ("from" = Option<String>, Query, description = "Count what was recorded after this day or moment"),
        ("laboratory" = Option<String>, Query, description = "Only this laboratory's, by slug"),
        ("gene" = Option<String>, Query, description = "Only in this gene"),
        ("as_of" = Option<String>, Query, description = "… and up to this day or moment"),
    ),
    responses(
        (status = 200, description = "The statistics", body = Object),
        (status = 400, description = "A day is not one", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    _caller: Caller,
    Query(span): Query<SpanQuery>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<ReclassificationReport>, ApiProblem> {
    let (from, to) = (bound(&app, &span.start()).await?, bound(&app, &asked).await?);
    Ok(Json(app.node.reclassifications(from, to, &span.only(), LATEST).await?))
}

//! `GET /api/v1/discordances/export`: the queue as a table.

use super::list::Asked;
use crate::app::Shared;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use cairn_node::discordance::export::table;
use serde::Deserialize;

/// In which form.
#[derive(Debug, Default, Deserialize)]
pub struct Form {
    /// `csv`, `tsv` or `json`.
    #[serde(default)]
    format: String,
}

/// Every discordance that the filter of the list lets through, as CSV, TSV or JSON.
#[utoipa::path(
    get,
    path = "/api/v1/discordances/export",
    tag = "discordances",
    params(
        ("format" = Option<String>, Query, description = "`csv` (without one), `tsv` or `json`"),
        ("laboratory" = Option<String>, Query, description = "Slug of a laboratory that takes part, or `mine`"),
        ("gene" = Option<String>, Query, description = "Symbol"),
        ("condition" = Option<String>, Query, description = "Words, or an identifier such as `MONDO:0003582`"),
        ("grade" = Option<String>, Query, description = "As in the list"),
        ("strength" = Option<bool>, Query, description = "Also those that differ in strength only"),
        ("state" = Option<String>, Query, description = "As in the list"),
        ("assigned" = Option<String>, Query, description = "`me`, `nobody`, or the id of a person"),
        ("due" = Option<String>, Query, description = "Due on this day or earlier"),
        ("q" = Option<String>, Query, description = "Words: variant, gene, condition, laboratory"),
        ("as_of" = Option<String>, Query, description = "The queue as it stood on a day or at a moment"),
    ),
    responses(
        (status = 200, description = "The table", content((String = "text/csv"), (String = "text/tab-separated-values"), (Object = "application/json"))),
        (status = 400, description = "A part of the question is not understood", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(person): Caller,
    Query(form): Query<Form>,
    Query(asked): Query<Asked>,
) -> Result<Response, ApiProblem> {
    let rows = app.node.export_discordances(&asked.filter(&app, &person).await?).await?;
    let file = |kind: &'static str, name: &'static str, separator| {
        let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
        (headers, table(&rows, separator)).into_response()
    };
    match form.format.as_str() {
        "" | "csv" => Ok(file("text/csv; charset=utf-8", "attachment; filename=\"discordances.csv\"", ',')),
        "tsv" => {
            Ok(file("text/tab-separated-values; charset=utf-8", "attachment; filename=\"discordances.tsv\"", '\t'))
        }
        "json" => Ok(Json(rows).into_response()),
        other => Err(ApiProblem::bad_request(format!("`{other}` is no format: csv, tsv or json"))),
    }
}

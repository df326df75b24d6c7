//! `GET` and `PUT /api/v1/condition-names`: what the caller's laboratory means by its words for conditions.

use super::actor;
use crate::app::Shared;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use cairn_core::curie::Curie;
use cairn_node::discordance::{ConditionNaming, Suggestion, UnnamedCondition};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Texts in one answer.
const PAGE: u32 = 200;

/// Words to look for.
#[derive(Debug, Default, Deserialize)]
pub struct Words {
    /// Suggestions for these words; empty for the laboratory's own list.
    #[serde(default)]
    text: String,
}

/// What the laboratory's words mean, and may mean.
#[derive(Debug, Serialize, ToSchema)]
pub struct NamesAnswer {
    /// Words without identifier in the laboratory's statements, the most frequent first.
    #[schema(value_type = Vec<Object>)]
    texts: Vec<UnnamedCondition>,
    /// Suggestions for the words asked for.
    #[schema(value_type = Vec<Object>)]
    suggestions: Vec<Suggestion>,
}

/// A meaning to be confirmed or taken back.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NameBody {
    /// The words.
    text: String,
    /// The condition, such as `MONDO:0003582`; absent: the meaning is taken back.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Option<Curie>,
    /// The version of the meaning that the person saw; 0 for none.
    #[serde(default)]
    seen: u32,
}

/// The words for conditions without an identifier in the caller's laboratory's statements, with what was confirmed
/// and what is suggested; or suggestions for one text.
#[utoipa::path(
    get,
    path = "/api/v1/condition-names",
    tag = "discordances",
    params(("text" = Option<String>, Query, description = "Only suggestions for these words")),
    responses((status = 200, description = "Words and what they mean", body = NamesAnswer)),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(person): Caller,
    Query(words): Query<Words>,
) -> Result<Json<NamesAnswer>, ApiProblem> {
    let text = words.text.trim();
    if text.is_empty() {
        let texts = app.node.unnamed_conditions(person.at.serial, PAGE).await?;
        return Ok(Json(NamesAnswer { texts, suggestions: Vec::new() }));
    }
    Ok(Json(NamesAnswer { texts: Vec::new(), suggestions: app.node.suggest_conditions(text, 10) }))
}

/// Confirms what the laboratory's words mean, or takes it back. Statements with these words are compared anew.
#[utoipa::path(
    put,
    path = "/api/v1/condition-names",
    tag = "discordances",
    request_body = NameBody,
    responses(
        (status = 200, description = "The meaning with its version", body = Object),
        (status = 409, description = "Somebody changed it meanwhile", body = ApiProblem),
        (status = 422, description = "No loaded vocabulary knows the identifier", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn put(
    State(app): State<Shared>,
    Caller(person): Caller,
    body: axum::body::Bytes,
) -> Result<Json<ConditionNaming>, ApiProblem> {
    let body: NameBody = serde_json::from_slice(&body)
        .map_err(|error| ApiProblem::bad_request(format!("the body is no meaning: {error}")))?;
    Ok(Json(app.node.name_condition(&actor(&person), &body.text, body.id, body.seen).await?))
}

//! `/api/v1/tokens`: what the caller's programs sign in with.

use crate::app::Shared;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::token_request::{self, Wish, WishError};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use cairn_store::api_token::{self, ApiToken};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenLine {
    /// Names it in addresses.
    id: String,
    /// What it is for, in its owner's words.
    name: String,
    /// The purpose of its requests.
    purpose: &'static str,
    /// What it may be used for.
    scopes: Vec<&'static str>,
    #[schema(value_type = String)]
    created: Timestamp,
    /// When it ends by itself; absent: never.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<Timestamp>,
    /// Last used, to the minute; absent: never.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<Timestamp>,
}

impl From<ApiToken> for TokenLine {
    fn from(token: ApiToken) -> Self {
        Self {
            id: token.id,
            name: token.name,
            purpose: token.purpose.code(),
            scopes: token.scopes.iter().map(|scope| scope.code()).collect(),
            created: token.created,
            expires: token.expires,
            seen: token.seen,
        }
    }
}

/// A token that is asked for.
#[derive(Debug, Deserialize, ToSchema)]
pub struct TokenRequest {
    /// What it is for, in your words.
    name: String,
    /// `clinical_care` where nothing is said, `research` or `operation`.
    #[serde(default)]
    purpose: String,
    /// Of `read`, `contribute`, `curate`, `administer`; the first three where nothing is said.
    #[serde(default)]
    scopes: Vec<String>,
    /// Days after which it ends by itself; never where nothing is said.
    #[serde(default)]
    days: Option<u32>,
}

/// A token just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenAnswer {
    /// To be sent as `Authorization: Bearer`. It is not shown again.
    token: String,
    /// What it may be used for.
    scopes: Vec<&'static str>,
    /// When it ends by itself; absent: never.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<Timestamp>,
}

/// The caller's good tokens, the oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/tokens",
    tag = "account",
    responses((status = 200, description = "The tokens", body = Vec<TokenLine>)),
    security(("token" = []))
)]
pub async fn list(State(app): State<Shared>, Caller(caller): Caller) -> Result<Json<Vec<TokenLine>>, ApiProblem> {
    let mut reader = app.node.store().read().await?;
    let tokens = api_token::list(&mut reader, caller.user.id, app.node.now()).await?;
    Ok(Json(tokens.into_iter().map(TokenLine::from).collect()))
}

/// Makes a token. One made with a token is good for no more than that one.
#[utoipa::path(
    post,
    path = "/api/v1/tokens",
    tag = "account",
    request_body = TokenRequest,
    responses(
        (status = 201, description = "Made; it is shown this once", body = TokenAnswer),
        (status = 422, description = "It cannot be made as asked", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn make(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Json(asked): Json<TokenRequest>,
) -> Result<(StatusCode, Json<TokenAnswer>), ApiProblem> {
    let scopes = asked.scopes.join(" ");
    let wish = Wish { name: &asked.name, purpose: &asked.purpose, scopes: &scopes, days: asked.days };
    let made = token_request::make(&app, &caller, &wish).await.map_err(|error| match error {
        WishError::Refused(why) => ApiProblem::unprocessable(why),
        WishError::Store(error) => error.into(),
    })?;
    let answer = TokenAnswer {
        token: made.token.reveal().to_owned(),
        scopes: made.scopes.iter().map(|scope| scope.code()).collect(),
        expires: made.expires,
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Ends one of the caller's tokens, from its next request on.
#[utoipa::path(
    delete,
    path = "/api/v1/tokens/{id}",
    tag = "account",
    params(("id" = String, Path, description = "The token's id")),
    responses((status = 204, description = "Ended"), (status = 404, description = "No such token", body = ApiProblem)),
    security(("token" = []))
)]
pub async fn end(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiProblem> {
    let mut writer = app.node.store().write().await?;
    let ended = api_token::revoke(&mut writer, caller.user.id, &id, app.node.now()).await?;
    writer.commit().await?;
    if ended { Ok(StatusCode::NO_CONTENT) } else { Err(ApiProblem::not_found("you have no such token")) }
}

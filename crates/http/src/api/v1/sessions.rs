//! `/api/v1/sessions`: where the caller is signed in.

use crate::app::Shared;
use crate::person::Caller;
use crate::problem::ApiProblem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use cairn_store::session::{self, Session};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionLine {
    /// Names it in addresses.
    id: String,
    /// How it began: `password`, `password_code`, `passkey` or `provider`.
    method: &'static str,
    /// Whether a second factor was shown.
    second_factor: bool,
    /// Family and system of the browser.
    browser: String,
    #[schema(value_type = String)]
    started: Timestamp,
    /// Last used, to the minute.
    #[schema(value_type = String)]
    seen: Timestamp,
    /// Over by then, whatever happens.
    #[schema(value_type = String)]
    ends: Timestamp,
    /// Whether it is the one that asks.
    is_this: bool,
}

impl SessionLine {
    fn of(session: Session, this: Option<&str>) -> Self {
        Self {
            is_this: this == Some(session.id.as_str()),
            id: session.id,
            method: session.method.code(),
            second_factor: session.second_factor,
            browser: session.browser,
            started: session.times.started,
            seen: session.times.seen,
            ends: session.times.ends,
        }
    }
}

/// How many sessions were ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ended {
    ended: u64,
}

/// The caller's sessions that are going on, the one used last first.
#[utoipa::path(
    get,
    path = "/api/v1/sessions",
    tag = "account",
    responses((status = 200, description = "The sessions", body = Vec<SessionLine>)),
    security(("token" = []))
)]
pub async fn list(State(app): State<Shared>, Caller(caller): Caller) -> Result<Json<Vec<SessionLine>>, ApiProblem> {
    let now = app.node.now();
    let mut reader = app.node.store().read().await?;
    let sessions = session::list(&mut reader, caller.user.id, now - app.settings.idle, now).await?;
    let this = caller.session().map(|open| open.id.as_str());
    Ok(Json(sessions.into_iter().map(|session| SessionLine::of(session, this)).collect()))
}

/// Ends one of the caller's sessions, from its next request on.
#[utoipa::path(
    delete,
    path = "/api/v1/sessions/{id}",
    tag = "account",
    params(("id" = String, Path, description = "The session's id")),
    responses((status = 204, description = "Ended"), (status = 404, description = "No such session", body = ApiProblem)),
    security(("token" = []))
)]
pub async fn end(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiProblem> {
    let mut writer = app.node.store().write().await?;
    let ended = session::end_named(&mut writer, caller.user.id, &id).await?;
    writer.commit().await?;
    if ended { Ok(StatusCode::NO_CONTENT) } else { Err(ApiProblem::not_found("you have no such session")) }
}

/// Ends all of the caller's sessions.
#[utoipa::path(
    delete,
    path = "/api/v1/sessions",
    tag = "account",
    responses((status = 200, description = "Ended", body = Ended)),
    security(("token" = []))
)]
pub async fn end_all(State(app): State<Shared>, Caller(caller): Caller) -> Result<Json<Ended>, ApiProblem> {
    let mut writer = app.node.store().write().await?;
    let ended = session::end_all(&mut writer, caller.user.id).await?;
    writer.commit().await?;
    Ok(Json(Ended { ended }))
}

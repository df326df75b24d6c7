//! `/api/v1/alerts`, `/api/v1/notices`, `/api/v1/worklists`: what changed, and what could be done.

use super::bound;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::{Path, State};
use cairn_core::alert::Trigger;
use cairn_core::id::NoticeId;
use cairn_node::alert::inbox::{AlertLine, NoticeFilter};
use cairn_node::worklist::{StaleLine, UncertainList};
use cairn_store::alert::RecordedNotice;
use cairn_store::serial::{AlertSerial, NoticeSerial};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// Most alerts of one answer.
const MOST: u32 = 1_000;

/// Where a list begins and how long it is.
#[derive(Debug, Default, Deserialize)]
pub struct Cursor {
    #[serde(default)]
    after: i64,
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    cause: String,
}

/// Alerts, and where those after them begin.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertsAnswer {
    /// In the order of the record.
    #[schema(value_type = Vec<Object>)]
    alerts: Vec<Value>,
    /// What to send as `after` for those that come later; the same as sent when there are none yet.
    next: i64,
}

/// The alerts that the caller's laboratory was told of, from after one: keep `next` and ask again.
#[utoipa::path(
    get,
    path = "/api/v1/alerts",
    tag = "alerts",
    params(
        ("after" = Option<i64>, Query, description = "The `next` of the answer before; 0 begins at the first"),
        ("limit" = Option<u32>, Query, description = "At most so many, up to 1000"),
        ("cause" = Option<String>, Query, description = "Only this cause, such as `statement` or `summary`"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses((status = 200, description = "The alerts", body = AlertsAnswer)),
    security(("token" = []))
)]
pub async fn list(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Query(cursor): Query<Cursor>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<AlertsAnswer>, ApiProblem> {
    let as_of = bound(&app, &asked).await?;
    let cause = match cursor.cause.as_str() {
        "" => None,
        code => Some(Trigger::from_code(code).ok_or_else(|| ApiProblem::bad_request("no such cause"))?),
    };
    let limit = cursor.limit.unwrap_or(MOST).clamp(1, MOST);
    let alerts = app.node.alerts(caller.viewer, cause, as_of, AlertSerial::new(cursor.after), limit).await?;
    let next = alerts.last().map_or(cursor.after, |last| last.serial.number());
    Ok(Json(AlertsAnswer { alerts: alerts.iter().map(|alert| json!(AlertLine::from(alert))).collect(), next }))
}

/// Which notices are wanted.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    state: String,
    #[serde(default)]
    before: Option<i64>,
}

/// The notices of the caller's laboratory, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/notices",
    tag = "alerts",
    params(
        ("state" = Option<String>, Query, description = "`all`, or only those to be acknowledged"),
        ("before" = Option<i64>, Query, description = "The `number` of the last notice of the answer before"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses((status = 200, description = "The notices", body = Vec<Object>)),
    security(("token" = []))
)]
pub async fn notices(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Query(wanted): Query<Wanted>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<Vec<Value>>, ApiProblem> {
    let as_of = bound(&app, &asked).await?;
    let filter = NoticeFilter { only_open: wanted.state != "all", ..NoticeFilter::default() };
    let before = wanted.before.map(NoticeSerial::new);
    let notices = app.node.notices(caller.at.serial, filter, as_of, before, MOST).await?;
    Ok(Json(notices.iter().map(notice_line).collect()))
}

fn notice_line(notice: &RecordedNotice) -> Value {
    json!({
        "number": notice.serial.number(),
        "id": notice.id.to_string(),
        "recorded": notice.recorded,
        "cause": notice.cause,
        "urgency": notice.urgency,
        "alerts": notice.alerts,
        "due": notice.due,
        "acknowledged": notice.acknowledged,
        "escalated": notice.escalated,
    })
}

/// What a person did about a notice.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AcknowledgeRequest {
    /// In the person's words.
    #[serde(default)]
    note: String,
}

/// Notes that the person of the token has seen to a notice.
#[utoipa::path(
    post,
    path = "/api/v1/notices/{id}/acknowledge",
    tag = "alerts",
    params(("id" = String, Path, description = "Its id, 32 hexadecimal digits")),
    request_body = AcknowledgeRequest,
    responses(
        (status = 200, description = "Whether it was open until now", body = Object),
        (status = 404, description = "None of this id, or not the caller's", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn acknowledge(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    Json(sent): Json<AcknowledgeRequest>,
) -> Result<Json<Value>, ApiProblem> {
    let absent = || ApiProblem::not_found("no such notice");
    let id: NoticeId = id.parse().map_err(|_| absent())?;
    let by = (caller.user.id, caller.user.name.as_str());
    let note: String = sent.note.chars().take(2_000).collect();
    let done = app.node.acknowledge(id, caller.viewer, by, &note).await?.ok_or_else(absent)?;
    Ok(Json(json!({ "id": id.to_string(), "was_open": done })))
}

/// The uncertain variants of the caller's laboratory, ranked by what is missing to another class.
#[utoipa::path(
    get,
    path = "/api/v1/worklists/vus",
    tag = "worklists",
    params(("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment")),
    responses((status = 200, description = "Ranked, disputed, and without criteria", body = Object)),
    security(("token" = []))
)]
pub async fn uncertain(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<UncertainList>, ApiProblem> {
    let as_of = bound(&app, &asked).await?;
    Ok(Json(app.node.uncertain_worklist(std::slice::from_ref(&caller.at), as_of).await?))
}

/// The statements of the caller's laboratory that deserve to be looked at again, and why.
#[utoipa::path(
    get,
    path = "/api/v1/worklists/stale",
    tag = "worklists",
    params(("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment")),
    responses((status = 200, description = "The statements", body = Vec<Object>)),
    security(("token" = []))
)]
pub async fn stale(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<Vec<StaleLine>>, ApiProblem> {
    let as_of = bound(&app, &asked).await?;
    Ok(Json(app.node.stale_worklist(&caller.at, as_of).await?))
}

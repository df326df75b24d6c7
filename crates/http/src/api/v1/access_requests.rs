//! `/api/v1/access-requests`: a researcher asks for the use of cases, the laboratory decides.

use crate::app::Shared;
use crate::pages::requests::state_of;
use crate::person::Caller;
use crate::problem::ApiProblem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use cairn_core::access_request::AccessRequest;
use cairn_core::decision::{Action, Resource};
use cairn_node::NodeError;
use cairn_node::access::request::{Request, Verdict};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

fn refused(error: NodeError) -> ApiProblem {
    match error {
        NodeError::Refused(why) => ApiProblem::unprocessable(why),
        NodeError::UnknownLaboratory(_) => ApiProblem::unprocessable(error.to_string()),
        other => other.into(),
    }
}

fn absent() -> ApiProblem {
    ApiProblem::not_found("no such request, or it is not for you")
}

fn shown(one: &Request) -> Value {
    let steps: Vec<Value> = one
        .steps
        .iter()
        .map(|step| {
            json!({
                "state": step.state, "until": step.until, "obligations": step.obligations, "reason": step.reason,
                "recorded": step.recorded,
            })
        })
        .collect();
    json!({
        "id": one.id, "name": one.name, "organisation": one.organisation, "asked": one.asked, "state": one.state(),
        "request": one.request, "matched": one.matched, "steps": steps,
    })
}

/// The requests that the caller made, or that wait for their laboratory: each with what the consents answered when it
/// was asked (`matched`: `permit`, `refer`, `deny`, with reasons) and what became of it (`steps`).
#[utoipa::path(
    get,
    path = "/api/v1/access-requests",
    tag = "access",
    responses((status = 200, description = "The requests, the newest first", body = Object)),
    security(("token" = []))
)]
pub async fn list(State(app): State<Shared>, Caller(person): Caller) -> Result<Json<Value>, ApiProblem> {
    if !person.viewer.may(Action::List, Resource::AccessRequest, person.at.serial) {
        let who = "researchers ask; the data-access approver and the laboratory head decide";
        return Err(ApiProblem::forbidden(who));
    }
    let all = app.node.access_requests(person.viewer).await?;
    Ok(Json(json!({ "requests": all.iter().map(shown).collect::<Vec<_>>() })))
}

/// What is sent to ask.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AskBody {
    /// Whose cases: the laboratory's id or short name.
    laboratory: String,
    /// `title`, `summary`, `purpose` (`kind`, `disease`, `not_for_profit`, `commercial`, `genetic`, `country`), `genes`,
    /// `conditions`, `tier` (`1` or `2`), `until`.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    request: AccessRequest,
}

/// Asks a laboratory for the use of its cases; for researchers.
#[utoipa::path(
    post,
    path = "/api/v1/access-requests",
    tag = "access",
    request_body = AskBody,
    responses(
        (status = 201, description = "The request, matched against the consents", body = Object),
        (status = 422, description = "It cannot be decided on as it is", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn ask(
    State(app): State<Shared>,
    Caller(person): Caller,
    Json(body): Json<AskBody>,
) -> Result<(StatusCode, Json<Value>), ApiProblem> {
    let of = app.node.laboratory(&body.laboratory).await.map_err(refused)?;
    let made = app.node.request_access(person.viewer, &of, body.request).await.map_err(refused)?;
    Ok((StatusCode::CREATED, Json(shown(&made))))
}

/// One request.
#[utoipa::path(
    get,
    path = "/api/v1/access-requests/{id}",
    tag = "access",
    params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The request", body = Object),
        (status = 404, description = "None of this id that is for you", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(person): Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiProblem> {
    let id = id.parse().map_err(|_| absent())?;
    let found = app.node.access_request(person.viewer, id).await?;
    found.map(|found| Json(shown(&found))).ok_or_else(absent)
}

/// What is sent to decide.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct DecideBody {
    /// The last day of a grant; without one that asked for.
    #[schema(value_type = Option<String>)]
    until: Option<Date>,
    /// What the researcher takes on.
    obligations: Vec<String>,
    /// Why, for the researcher to read.
    reason: String,
}

/// Decides about a request: `grant` or `refuse` it, `revoke` a grant; of the researcher, `withdraw` it.
#[utoipa::path(
    post,
    path = "/api/v1/access-requests/{id}/{act}",
    tag = "access",
    params(
        ("id" = String, Path, description = "Its id"),
        ("act" = String, Path, description = "`grant`, `refuse`, `revoke` or `withdraw`"),
    ),
    request_body = DecideBody,
    responses(
        (status = 200, description = "The request as it stands", body = Object),
        (status = 404, description = "None of this id that you may decide about", body = ApiProblem),
        (status = 422, description = "The step does not follow from how it stands", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn act(
    State(app): State<Shared>,
    Caller(person): Caller,
    Path((id, act)): Path<(String, String)>,
    Json(body): Json<DecideBody>,
) -> Result<Json<Value>, ApiProblem> {
    let id = id.parse().map_err(|_| absent())?;
    let state = state_of(&act).ok_or_else(absent)?;
    let verdict = Verdict { state, until: body.until, obligations: body.obligations, reason: body.reason };
    let decided = app.node.decide_request(person.viewer, id, &verdict).await.map_err(refused)?;
    decided.map(|decided| Json(shown(&decided))).ok_or_else(absent)
}

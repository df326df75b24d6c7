//! `POST /api/v1/cases/{id}/withdraw` and `/erase`: taking a case back.

use crate::app::Shared;
use crate::person::Caller;
use crate::problem::ApiProblem;
use axum::Json;
use axum::extract::{Path, State};
use cairn_core::decision::{Action, Resource};
use cairn_core::id::CaseId;
use cairn_node::NodeError;
use cairn_node::withdrawal::Withdrawn;
use cairn_store::recall::Recall;
use serde_json::{Value, json};

fn answer(id: CaseId, done: &Withdrawn) -> Json<Value> {
    let told = |recall: &Recall| {
        json!({
            "laboratory": recall.recipient,
            "kind": if recall.is_erased { "erase" } else { "withdraw" },
            "told": recall.told,
            "acknowledged": recall.acknowledged,
        })
    };
    let told: Vec<Value> = done.recalls.iter().map(told).collect();
    Json(json!({ "case": id.to_string(), "erased": done.is_erased, "recipients": told }))
}

fn allowed(caller: &crate::person::Person, id: &str) -> Result<CaseId, ApiProblem> {
    if !caller.viewer.may(Action::Withdraw, Resource::Consent, caller.at.serial) {
        return Err(ApiProblem::forbidden("the role does not take cases back"));
    }
    id.parse().map_err(|_| ApiProblem::not_found("no such case"))
}

fn refused(error: NodeError) -> ApiProblem {
    match error {
        NodeError::Refused(why) => ApiProblem::unprocessable(why),
        other => other.into(),
    }
}

/// Withdraws the consent of a case of the caller's laboratory: nothing of it leaves the laboratory from now on. Who saw it
/// is told.
#[utoipa::path(
    post,
    path = "/api/v1/cases/{id}/withdraw",
    tag = "consents",
    params(("id" = String, Path, description = "The case's id, 32 hexadecimal digits")),
    responses(
        (status = 200, description = "Who was told, and whether they answered", body = Object),
        (status = 403, description = "Not with the caller's role", body = ApiProblem),
        (status = 404, description = "None of this id, or not the caller's", body = ApiProblem),
        (status = 422, description = "It was withdrawn already", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn withdraw(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiProblem> {
    let id = allowed(&caller, &id)?;
    let done = app.node.withdraw_case(&caller.at, id, Some(caller.user.id)).await.map_err(refused)?;
    done.map(|done| answer(id, &done)).ok_or_else(|| ApiProblem::not_found("no such case"))
}

/// Erases a case of the caller's laboratory: its key is destroyed, so that no copy of the data brings it back. Cannot be
/// undone.
#[utoipa::path(
    post,
    path = "/api/v1/cases/{id}/erase",
    tag = "consents",
    params(("id" = String, Path, description = "The case's id, 32 hexadecimal digits")),
    responses(
        (status = 200, description = "Who was told, and whether they answered", body = Object),
        (status = 403, description = "Not with the caller's role", body = ApiProblem),
        (status = 404, description = "None of this id, or not the caller's", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn erase(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiProblem> {
    let id = allowed(&caller, &id)?;
    let done = app.node.erase_case(&caller.at, id, Some(caller.user.id)).await.map_err(refused)?;
    done.map(|done| answer(id, &done)).ok_or_else(|| ApiProblem::not_found("no such case"))
}

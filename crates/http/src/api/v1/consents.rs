//! `/api/v1/consents`, `/api/v1/cases/{id}/consent`, `/api/v1/decisions/{id}`: what people agreed to,
//! and what was decided by it.

use crate::app::Shared;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::{Path, State};
use cairn_core::consent::{Consent, State as ConsentState};
use cairn_core::decision::{Action, Resource};
use cairn_node::NodeError;
use cairn_node::consent::{AskedConsent, AskedScope};
use cairn_store::consent::RecordedConsent;
use cairn_store::serial::CaseSerial;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// Cases of one answer.
const PAGE: u32 = 500;

/// Where a list begins.
#[derive(Debug, Default, Deserialize)]
pub struct Cursor {
    #[serde(default)]
    after: i64,
}

/// Consents, and where those after them begin.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentsAnswer {
    /// Each case with the state of its consent today.
    #[schema(value_type = Vec<Object>)]
    consents: Vec<Value>,
    /// What to send as `after`; absent at the end.
    next: Option<i64>,
}

/// What a node refuses to do as asked is the caller's to mend.
fn refused(error: NodeError) -> ApiProblem {
    match error {
        NodeError::Refused(why) => ApiProblem::unprocessable(why),
        NodeError::UnknownLaboratory(_) => ApiProblem::unprocessable(error.to_string()),
        other => other.into(),
    }
}

fn version(recorded: &RecordedConsent, today: Date) -> Value {
    json!({
        "version": recorded.version,
        "recorded": recorded.recorded,
        "state": recorded.consent.state(today).code(),
        "consent": recorded.consent,
        "signature": recorded.signature,
    })
}

/// The cases of the caller's laboratory with the state of their consents, from after one.
#[utoipa::path(
    get,
    path = "/api/v1/consents",
    tag = "consents",
    params(("after" = Option<i64>, Query, description = "`next` of the answer before")),
    responses(
        (status = 200, description = "The consents", body = ConsentsAnswer),
        (status = 403, description = "Not with the caller's role", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn list(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Query(cursor): Query<Cursor>,
) -> Result<Json<ConsentsAnswer>, ApiProblem> {
    if !caller.viewer.may(Action::List, Resource::Consent, caller.at.serial) {
        return Err(ApiProblem::forbidden("the role does not see consents"));
    }
    let mut lines = app.node.consents(caller.at.serial, CaseSerial::new(cursor.after), PAGE + 1).await?;
    let has_more = lines.len() > PAGE as usize;
    lines.truncate(PAGE as usize);
    let today = app.node.today();
    let line = |line: &cairn_store::consent::ConsentLine| {
        let state = line.consent.as_ref().map_or(ConsentState::None, |found| found.consent.state(today));
        json!({
            "case": line.case_id.to_string(),
            "local_id": line.local_id,
            "state": state.code(),
            "version": line.consent.as_ref().map(|found| found.version),
        })
    };
    let next = lines.last().filter(|_| has_more).map(|last| last.case.number());
    Ok(Json(ConsentsAnswer { consents: lines.iter().map(line).collect(), next }))
}

/// The consent of a case of the caller's laboratory: its state today, in a sentence, and every version.
#[utoipa::path(
    get,
    path = "/api/v1/cases/{id}/consent",
    tag = "consents",
    params(("id" = String, Path, description = "The case's id, 32 hexadecimal digits")),
    responses(
        (status = 200, description = "The consent", body = Object),
        (status = 404, description = "None of this id, or not the caller's", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiProblem> {
    let absent = || ApiProblem::not_found("no such case");
    let id = id.parse().map_err(|_| absent())?;
    let history = app.node.consent_history(id, caller.viewer).await?.ok_or_else(absent)?;
    let today = app.node.today();
    let current = history.last().map_or_else(Consent::none, |last| last.consent.clone());
    Ok(Json(json!({
        "case": id.to_string(),
        "state": current.state(today).code(),
        "sentence": current.sentence(today),
        "versions": history.iter().map(|one| version(one, today)).collect::<Vec<_>>(),
    })))
}

/// A step of a consent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum StepRequest {
    /// Gives it: scopes, a ground, wishes.
    Give {
        /// Everything it says.
        #[serde(flatten)]
        #[schema(value_type = Object)]
        consent: AskedConsent,
    },
    /// Narrows it to these scopes.
    Narrow {
        /// `{tier, conditions, recipients, from, until}` each.
        #[schema(value_type = Vec<Object>)]
        scopes: Vec<AskedScope>,
    },
    /// Takes it back.
    Withdraw,
}

/// Records the next version of the consent of a case: given, narrowed or withdrawn.
#[utoipa::path(
    post,
    path = "/api/v1/cases/{id}/consent",
    tag = "consents",
    params(("id" = String, Path, description = "The case's id, 32 hexadecimal digits")),
    request_body = StepRequest,
    responses(
        (status = 200, description = "The version recorded and the state it leads to", body = Object),
        (status = 403, description = "Not with the caller's role", body = ApiProblem),
        (status = 404, description = "None of this id, or not the caller's", body = ApiProblem),
        (status = 422, description = "The step is not possible; says why", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn post(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    Json(step): Json<StepRequest>,
) -> Result<Json<Value>, ApiProblem> {
    let absent = || ApiProblem::not_found("no such case");
    let action = match &step {
        StepRequest::Give { .. } => Action::Create,
        StepRequest::Narrow { .. } => Action::Change,
        StepRequest::Withdraw => Action::Withdraw,
    };
    if !caller.viewer.may(action, Resource::Consent, caller.at.serial) {
        return Err(ApiProblem::forbidden("the role does not record consents"));
    }
    let id = id.parse().map_err(|_| absent())?;
    let user = Some(caller.user.id);
    let done = match step {
        StepRequest::Give { consent } => {
            let consent = app.node.read_consent(&consent, user).await.map_err(refused)?;
            app.node.give_consent(&caller.at, id, consent).await
        }
        StepRequest::Narrow { scopes } => {
            let scopes = app.node.read_scopes(&scopes).await.map_err(refused)?;
            app.node.narrow_consent(&caller.at, id, scopes, user).await
        }
        StepRequest::Withdraw => app.node.withdraw_consent(&caller.at, id, user).await,
    };
    let version = done.map_err(refused)?.ok_or_else(absent)?;
    let history = app.node.consent_history(id, caller.viewer).await?.ok_or_else(absent)?;
    let state = history.last().map_or(ConsentState::None, |last| last.consent.state(app.node.today()));
    Ok(Json(json!({ "case": id.to_string(), "version": version, "state": state.code() })))
}

/// A decision about a case of the caller's laboratory, with all that it depended on, made again.
#[utoipa::path(
    get,
    path = "/api/v1/decisions/{id}",
    tag = "consents",
    params(("id" = String, Path, description = "Its id, 32 hexadecimal digits")),
    responses(
        (status = 200, description = "The decision", body = Object),
        (status = 404, description = "None of this id, or none that the caller may see", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn decision(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiProblem> {
    let absent = || ApiProblem::not_found("no such decision");
    let id = id.parse().map_err(|_| absent())?;
    let (kept, is_same) = app.node.kept_decision(id, caller.viewer).await?.ok_or_else(absent)?;
    let document = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    Ok(Json(json!({
        "id": kept.id.to_string(),
        "made": kept.made,
        "inputs": document(&kept.inputs),
        "inputs_sha256": kept.inputs_sha256,
        "result": document(&kept.result),
        "same_again": is_same,
    })))
}

//! `/api/v1/drafts`: classifications in the making, for programs.

use crate::app::Shared;
use crate::pages::drafts::actor;
use crate::person::Caller;
use crate::problem::ApiProblem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use cairn_core::classification::Classification;
use cairn_core::condition::{Condition, Inheritance};
use cairn_core::curation::{Assessment, Audience, Draft, Edit, Others, Refusal, Revision, State as DraftState};
use cairn_core::id::DraftId;
use cairn_core::submission::Channel;
use cairn_node::curation::{Begin, CurationError, DraftReport};
use cairn_store::curation::DraftHead;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Drafts in one answer.
const PAGE: u32 = 500;

/// A draft in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftLine {
    id: String,
    /// The variant, or the gene that is weighed.
    subject: String,
    #[schema(value_type = String)]
    state: DraftState,
    /// The class as it stands.
    #[schema(value_type = Option<String>)]
    class: Option<Classification>,
    condition: String,
    guideline: String,
    /// The last revision.
    revision: u32,
    /// Signatures that hold.
    signatures: u32,
    /// Fields that hold two values.
    conflicts: u32,
    #[schema(value_type = String)]
    changed: jiff::Timestamp,
}

/// A draft with everything that was done to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftAnswer {
    id: String,
    /// The variant's id.
    variant: Option<String>,
    /// What stands: revision, state, fields with contending values, signatures, sharings.
    #[schema(value_type = Object)]
    draft: Draft,
    /// The class with its rule and what more would change; absent while there is none.
    #[schema(value_type = Option<Object>)]
    assessment: Option<Assessment>,
    /// Why there is no class.
    problem: Option<String>,
    /// What others say of the variant: expert panels, all together, laboratories by class, other
    /// statements of the own laboratory.
    #[schema(value_type = Object)]
    others: Others,
    /// From whom the class differs, in one sentence; to sign it then, `confirmed` is needed.
    difference: Option<String>,
    /// Every act, the first first.
    #[schema(value_type = Vec<Object>)]
    revisions: Vec<Revision>,
}

/// What a new draft is to be about.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewDraftBody {
    /// Any notation, or an id of the node.
    variant: String,
    /// `acmg-amp-svi@2020`; absent: for a copy number change the one for its direction, else the
    /// laboratory's usual one.
    #[serde(default)]
    guideline: Option<String>,
    /// The disease: name and identifiers.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    condition: Option<Condition>,
    /// An HPO term or the words.
    #[serde(default)]
    inheritance: Option<String>,
    /// A statement of the laboratory that the draft continues.
    #[serde(default)]
    continues: Option<String>,
}

/// Changes of fields.
#[derive(Debug, Deserialize, ToSchema)]
pub struct EditBody {
    /// Each with `base`, the revision that its author had seen, and the field:
    /// `{"base": 3, "field": "criterion", "code": "PM2", "outcome": "met", "strength": "supporting"}`.
    #[schema(value_type = Vec<Object>)]
    changes: Vec<Edit>,
}

/// What became of changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct EditAnswer {
    /// The revision after them.
    revision: u32,
    /// Fields among them that hold two values now: somebody else had changed them meanwhile.
    contested: Vec<String>,
}

/// What an act needs.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct ActBody {
    /// The revision that the person saw; for `sign`.
    seen: u32,
    /// Why; for `send-back`, `withdraw` and `reopen`.
    reason: String,
    /// `laboratory` or `network`; for `share`.
    #[schema(value_type = Option<String>)]
    audience: Option<Audience>,
    /// Whether the person knows that the class differs from what others say; for `sign`, which is
    /// refused with `draft.differs` without it.
    confirmed: bool,
}

/// The drafts of the caller's laboratory, the last changed first, up to 500.
#[utoipa::path(get, path = "/api/v1/drafts", tag = "drafts",
    responses((status = 200, description = "The drafts", body = Vec<DraftLine>)), security(("token" = [])))]
pub async fn list(State(app): State<Shared>, Caller(person): Caller) -> Result<Json<Vec<DraftLine>>, ApiProblem> {
    let found = app.node.drafts(&actor(&person), None, PAGE).await?;
    Ok(Json(found.into_iter().map(line).collect()))
}

fn line((head, subject): (DraftHead, String)) -> DraftLine {
    DraftLine {
        id: head.id.to_string(),
        subject,
        state: head.state,
        class: head.class,
        condition: head.condition,
        guideline: head.guideline,
        revision: head.revision,
        signatures: head.signatures,
        conflicts: head.conflicts,
        changed: head.changed,
    }
}

/// Begins a draft.
#[utoipa::path(post, path = "/api/v1/drafts", tag = "drafts", request_body = NewDraftBody,
    responses(
        (status = 201, description = "The draft", body = DraftAnswer),
        (status = 422, description = "The variant, guideline or statement is not known", body = ApiProblem),
    ), security(("token" = [])))]
pub async fn begin(
    State(app): State<Shared>,
    Caller(person): Caller,
    Json(body): Json<NewDraftBody>,
) -> Result<(StatusCode, Json<DraftAnswer>), ApiProblem> {
    let by = actor(&person);
    let unknown = |what: &str| ApiProblem::unprocessable(format!("the {what} cannot be read"));
    let inheritance = match body.inheritance.as_deref() {
        Some(text) => Some(Inheritance::read(text).ok_or_else(|| unknown("mode of inheritance"))?),
        None => None,
    };
    let continues = body.continues.map(|text| text.parse()).transpose().map_err(|_| unknown("accession"))?;
    let NewDraftBody { variant, guideline, condition, .. } = body;
    let id = app.node.begin_draft(&by, Begin { variant, guideline, condition, inheritance, continues }).await?;
    Ok((StatusCode::CREATED, Json(answer(app.node.draft(&by, id).await?))))
}

/// A draft with everything that was done to it.
#[utoipa::path(get, path = "/api/v1/drafts/{id}", tag = "drafts", params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The draft", body = DraftAnswer),
        (status = 404, description = "None of this id in your laboratory", body = ApiProblem),
    ), security(("token" = [])))]
pub async fn get(
    State(app): State<Shared>,
    Caller(person): Caller,
    Path(id): Path<String>,
) -> Result<Json<DraftAnswer>, ApiProblem> {
    Ok(Json(answer(app.node.draft(&actor(&person), read(&id)?).await?)))
}

/// Changes fields. What somebody else changed meanwhile is not overwritten: the answer names it.
#[utoipa::path(patch, path = "/api/v1/drafts/{id}", tag = "drafts", request_body = EditBody,
    params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "What became of them", body = EditAnswer),
        (status = 409, description = "The state does not allow it", body = ApiProblem),
        (status = 422, description = "A value is not allowed; nothing was kept", body = ApiProblem),
    ), security(("token" = [])))]
pub async fn edit(
    State(app): State<Shared>,
    Caller(person): Caller,
    Path(id): Path<String>,
    Json(body): Json<EditBody>,
) -> Result<Json<EditAnswer>, ApiProblem> {
    let edited = app.node.edit_draft(&actor(&person), read(&id)?, body.changes).await?;
    Ok(Json(EditAnswer { revision: edited.draft.revision, contested: edited.contested }))
}

/// `sign`, `send-back`, `share`, `withdraw` or `reopen`.
#[utoipa::path(post, path = "/api/v1/drafts/{id}/{act}", tag = "drafts", request_body = ActBody,
    params(("id" = String, Path, description = "Its id"), ("act" = String, Path, description = "What to do")),
    responses(
        (status = 200, description = "The draft after it", body = DraftAnswer),
        (status = 403, description = "Not with your role", body = ApiProblem),
        (status = 409, description = "Not now; the answer says why", body = ApiProblem),
    ), security(("token" = [])))]
pub async fn act(
    State(app): State<Shared>,
    Caller(person): Caller,
    Path((id, act)): Path<(String, String)>,
    Json(body): Json<ActBody>,
) -> Result<Json<DraftAnswer>, ApiProblem> {
    let (by, id, node) = (actor(&person), read(&id)?, &app.node);
    let audience = body.audience.unwrap_or(Audience::Laboratory);
    match act.as_str() {
        "sign" if body.confirmed => node.sign_draft_that_differs(&by, id, body.seen).await?,
        "sign" => node.sign_draft(&by, id, body.seen).await?,
        "send-back" => node.send_draft_back(&by, id, &body.reason).await?,
        "share" => node.share_draft(&by, id, audience, Channel::Api).await?,
        "withdraw" => node.withdraw_draft(&by, id, &body.reason, Channel::Api).await?,
        "reopen" => node.reopen_draft(&by, id, &body.reason).await?,
        _ => return Err(ApiProblem::not_found("there is no such act")),
    };
    Ok(Json(answer(node.draft(&by, id).await?)))
}

/// The draft as a file of `cairn.statement`, as it would be contributed now.
#[utoipa::path(get, path = "/api/v1/drafts/{id}/statement", tag = "drafts",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The file", body = Object)), security(("token" = [])))]
pub async fn statement(
    State(app): State<Shared>,
    Caller(person): Caller,
    Path(id): Path<String>,
) -> Result<Response, ApiProblem> {
    let bytes = app.node.draft_file(&actor(&person), read(&id)?).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], bytes).into_response())
}

fn read(id: &str) -> Result<DraftId, ApiProblem> {
    id.parse().map_err(|_| ApiProblem::not_found("no such draft"))
}

fn answer(report: DraftReport) -> DraftAnswer {
    let difference = report.difference();
    let problem = report.assessment.as_ref().err().map(ToString::to_string);
    DraftAnswer {
        id: report.head.id.to_string(),
        variant: report.variant.map(|variant| variant.id.to_string()),
        draft: report.draft,
        assessment: report.assessment.ok(),
        problem,
        others: report.others,
        difference,
        revisions: report.revisions,
    }
}

/// What of the workspace's refusals a client may know.
impl From<CurationError> for ApiProblem {
    fn from(error: CurationError) -> Self {
        match &error {
            CurationError::NotFound => Self::not_found("no such draft"),
            CurationError::Node(_) => match error {
                CurationError::Node(inner) => inner.into(),
                _ => unreachable!("just matched"),
            },
            CurationError::Refused(Refusal::Role { .. } | Refusal::SamePerson) => Self::forbidden(error.to_string()),
            CurationError::Refused(Refusal::Differs(_)) => Self::conflict(error.to_string()).with_code("draft.differs"),
            CurationError::Refused(_) => Self::conflict(error.to_string()).with_code("draft.refused"),
            CurationError::Field { .. } => Self::unprocessable(error.to_string()).with_code("draft.field"),
            CurationError::Assessment(_) | CurationError::Template(_) => Self::unprocessable(error.to_string()),
        }
    }
}

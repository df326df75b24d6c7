//! `GET /api/v1/laboratories/{id}/sharing` and `…/attestation`: how complete the sharing of a laboratory is.

use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::{Caller, Person};
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use cairn_core::decision::{Action, Resource};
use cairn_core::laboratory::Laboratory;
use cairn_core::membership::Membership;
use cairn_node::NodeError;
use cairn_node::sharing::{Sharing, WorkList};
use cairn_store::laboratory::RecordedLaboratory;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// How complete the sharing of a laboratory is.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharingAnswer {
    /// Which laboratory.
    #[schema(value_type = Object)]
    laboratory: Laboratory,
    /// `day`, `rule`, `mandate` (version; 0: none is published), `standing`, `sentence`, `counted` with every numerator
    /// and denominator, `requirements` with `outcome` `met`, `missed` or `not_computable`.
    #[schema(value_type = Object)]
    sharing: Sharing,
    /// What is missing, for the laboratory's own people: `lines` and how many there are in `all`.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<WorkList>,
}

async fn member(app: &Shared, person: &Person, id: &str, action: Action) -> Result<RecordedLaboratory, ApiProblem> {
    let absent = || ApiProblem::not_found(format!("no laboratory `{}` whose figures you may see", shown(id)));
    let found = match app.node.laboratory(id).await {
        Err(NodeError::UnknownLaboratory(_)) => return Err(absent()),
        found => found?,
    };
    let may = found.laboratory.is_member && person.viewer.may(action, Resource::Sharing, found.serial);
    if may { Ok(found) } else { Err(absent()) }
}

fn shown(id: &str) -> String {
    id.chars().filter(|c| !c.is_control()).take(80).collect()
}

fn moment(asked: &AsOfQuery) -> Result<Option<Timestamp>, ApiProblem> {
    asked.moment().map_err(|error| ApiProblem::bad_request(error.to_string()))
}

/// How complete the sharing of a member is: what it reported and shares, what it is measured against, what came of it.
/// For its own people, and for the approver and operator of any member.
#[utoipa::path(
    get,
    path = "/api/v1/laboratories/{id}/sharing",
    tag = "network",
    params(
        ("id" = String, Path, description = "The laboratory's id or short name"),
        ("as_of" = Option<String>, Query, description = "As of this day or moment"),
    ),
    responses(
        (status = 200, description = "The measurement", body = SharingAnswer),
        (status = 404, description = "No such member, or its figures are not for you", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn sharing(
    State(app): State<Shared>,
    Caller(person): Caller,
    Path(id): Path<String>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<SharingAnswer>, ApiProblem> {
    let of = member(&app, &person, &id, Action::Read).await?;
    let (sharing, work) = app.node.sharing(&of, moment(&asked)?).await?;
    let missing = (person.at.serial == of.serial).then_some(work);
    Ok(Json(SharingAnswer { laboratory: of.laboratory, sharing, missing }))
}

/// Decides how a laboratory stands from now on; for the operator of the node. Members read the decision with what it
/// rests on, and it is an entry of the ledger.
#[utoipa::path(
    post,
    path = "/api/v1/laboratories/{id}/membership",
    tag = "network",
    params(("id" = String, Path, description = "The laboratory's id or short name")),
    request_body(content = Object, description = "`standing` (`applied`, `approved`, `suspended`, `withdrawn`), \
        `accreditation` (`body`, `number`, `until`), `agreement`, `reason`"),
    responses(
        (status = 200, description = "The decision as recorded", body = Object),
        (status = 403, description = "Only the operator decides", body = ApiProblem),
        (status = 422, description = "The step does not follow from how it stands", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn decide(
    State(app): State<Shared>,
    Caller(person): Caller,
    Path(id): Path<String>,
    Json(decided): Json<Membership>,
) -> Result<Json<Membership>, ApiProblem> {
    let absent = || ApiProblem::not_found(format!("no laboratory `{}`", shown(&id)));
    let of = match app.node.laboratory(&id).await {
        Err(NodeError::UnknownLaboratory(_)) => return Err(absent()),
        of => of?,
    };
    if !person.viewer.may(Action::Approve, Resource::Membership, of.serial) {
        return Err(ApiProblem::forbidden("the operator of this node writes down who is approved"));
    }
    match app.node.set_membership(&of, &decided, Some(person.user.id)).await {
        Ok(()) => {
            let recorded = app.node.membership_history(&of).await?.pop();
            Ok(Json(recorded.map_or(decided, |recorded| recorded.membership)))
        }
        Err(NodeError::Refused(why)) => Err(ApiProblem::unprocessable(why)),
        Err(error) => Err(error.into()),
    }
}

/// The same as a document signed with the laboratory's key, which `cairn verify FILE` checks without a network. That it
/// was made is an entry of the ledger.
#[utoipa::path(
    get,
    path = "/api/v1/laboratories/{id}/attestation",
    tag = "network",
    params(
        ("id" = String, Path, description = "The laboratory's id or short name"),
        ("as_of" = Option<String>, Query, description = "As of this day or moment"),
    ),
    responses(
        (status = 200, description = "The signed document", body = Object),
        (status = 404, description = "No such member, or its figures are not for you", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn attestation(
    State(app): State<Shared>,
    Caller(person): Caller,
    Path(id): Path<String>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, ApiProblem> {
    let of = member(&app, &person, &id, Action::Export).await?;
    let text = app.node.attest_sharing(&of, moment(&asked)?).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

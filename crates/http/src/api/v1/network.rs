//! `GET /api/v1/network` and `GET /api/v1/report`: how the network stands, and what was done with a laboratory's data.

use crate::app::Shared;
use crate::pages::network::oversees;
use crate::pages::report::Asked;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use cairn_node::NodeError;
use cairn_node::report::Report;
use cairn_node::report::oversight::Oversight;

/// How the network stands, for the approver and the operator of any member: members with approval, accreditation,
/// sharing as measured last, open and overdue discordances; the other nodes with lag and what they did not acknowledge.
/// Numbers only.
#[utoipa::path(
    get,
    path = "/api/v1/network",
    tag = "network",
    responses(
        (status = 200, description = "`day`, `mandate`, `laboratories`, `peers`", body = Object),
        (status = 403, description = "Only for who oversees", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(State(app): State<Shared>, Caller(person): Caller) -> Result<Json<Oversight>, ApiProblem> {
    if !oversees(&person) {
        return Err(ApiProblem::forbidden("the data-access approver and the operator oversee the network"));
    }
    Ok(Json(app.node.oversight().await?))
}

/// What was done with the data of the caller's laboratory from a day to another: decisions by organisation, role,
/// purpose, tier and outcome; emergencies with their reviews; withdrawals, erasures and who answered; requests; the
/// mandate and how complete sharing was. For the data-access approver and the laboratory head.
#[utoipa::path(
    get,
    path = "/api/v1/report",
    tag = "network",
    params(
        ("from" = Option<String>, Query, description = "The first day; without one a year before the last"),
        ("to" = Option<String>, Query, description = "The last day; without one today"),
    ),
    responses(
        (status = 200, description = "The report", body = Object),
        (status = 400, description = "A day is not one", body = ApiProblem),
        (status = 403, description = "Only for who answers for the data", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn report(
    State(app): State<Shared>,
    Caller(person): Caller,
    Query(asked): Query<Asked>,
) -> Result<Json<Report>, ApiProblem> {
    let period = asked.period(app.node.today()).map_err(ApiProblem::bad_request)?;
    let made = match app.node.report(person.viewer, &person.at, period).await {
        Err(NodeError::Refused(why)) => return Err(ApiProblem::bad_request(why)),
        made => made?,
    };
    let who = "the data-access approver and the laboratory head see what was done with the laboratory's data";
    made.map(Json).ok_or_else(|| ApiProblem::forbidden(who))
}

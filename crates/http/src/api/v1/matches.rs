//! `POST /api/v1/matches`: how many cases of other nodes show these phenotypes or nearly.

use crate::app::Shared;
use crate::pages::asked;
use crate::person::Caller;
use crate::problem::ApiProblem;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use cairn_node::federation::{Heard, SimilarNumbers};
use cairn_reference::phenotype::ontology::TermMatch;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Terms in one question.
const MOST: usize = 50;

/// What is looked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatchQuestion {
    /// HPO terms that were observed, such as `HP:0001250`; one to fifty. They go in the body, so that no address and no
    /// log holds them.
    features: Vec<String>,
}

/// What other nodes have.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchAnswer {
    /// Each peer: `open`, the similar cases whose persons let this node read them without identity; `counted`, all that
    /// may be counted, null for fewer than five; `failure` where it did not answer.
    #[schema(value_type = Vec<Object>)]
    peers: Vec<Heard<Option<SimilarNumbers>>>,
}

/// Asks the other nodes how many of their cases are similar: the case shows at least three quarters of what is asked
/// for, on the mean of the terms. Numbers in buckets, as of the beginning of the day, by the consent of each person; never a case.
#[utoipa::path(
    post,
    path = "/api/v1/matches",
    tag = "network",
    request_body(content = MatchQuestion),
    responses(
        (status = 200, description = "What each peer answered, or why it did not", body = MatchAnswer),
        (status = 422, description = "A term that is none, or too many", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn post(
    State(app): State<Shared>,
    Caller(caller): Caller,
    body: Result<Json<MatchQuestion>, JsonRejection>,
) -> Result<Json<MatchAnswer>, ApiProblem> {
    let Json(MatchQuestion { features }) =
        body.map_err(|_| ApiProblem::unprocessable("send `{\"features\": [\"HP:0001250\"]}`"))?;
    if features.is_empty() || features.len() > MOST {
        return Err(ApiProblem::unprocessable("`features` are one to fifty HPO terms"));
    }
    let ontology = app.node.reference().phenotypes();
    let unknown = |(term, at): (&String, usize)| match ontology.find(term) {
        TermMatch::Current(_) | TermMatch::Replaced(_) => None,
        TermMatch::Obsolete(_) | TermMatch::Unknown => Some(at),
    };
    if let Some(at) = features.iter().zip(1_usize..).find_map(unknown) {
        let message = format!("feature {at} of `features` is no term of HPO in use; `/api/v1/completions` finds terms");
        return Err(ApiProblem::unprocessable(message));
    }
    Ok(Json(MatchAnswer { peers: asked::similar(&app, &caller, features).await }))
}

//! Discordances: the queue, one of them, acts, two statements side by side, analysis, export, and what
//! laboratories mean by their words for conditions.

pub mod act;
pub mod analytics;
pub mod difference;
pub mod export;
pub mod get;
pub mod list;
pub mod names;

use crate::app::Shared;
use crate::problem::ApiProblem;
use crate::sign_in::fresh;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use cairn_core::accession::Accession;
use cairn_node::discordance::{ActError, Actor};

use crate::person::Person;

/// The routes of discordances.
pub fn routes(app: &Shared) -> Router<Shared> {
    let export = Router::new()
        .route("/api/v1/discordances/export", get(export::get))
        .route_layer(from_fn_with_state(app.clone(), fresh::guard));
    Router::new()
        .route("/api/v1/discordances", get(list::get))
        .route("/api/v1/discordances/analytics", get(analytics::get))
        .merge(export)
        .route("/api/v1/discordances/{accession}", get(get::get))
        .route("/api/v1/discordances/{accession}/acts", post(act::post))
        .route("/api/v1/discordances/{accession}/difference", get(difference::get))
        .route("/api/v1/condition-names", get(names::get).put(names::put))
}

/// The discordance of an address.
fn accession(text: &str) -> Result<Accession, ApiProblem> {
    text.parse().map_err(|_| absent())
}

fn absent() -> ApiProblem {
    ApiProblem::not_found("no such discordance")
}

/// The person as the node knows those who act.
pub fn actor(person: &Person) -> Actor {
    Actor { user: person.user.id, laboratory: person.at.serial, role: person.user.role }
}

/// What of an act that was not done a client may know.
impl From<ActError> for ApiProblem {
    fn from(error: ActError) -> Self {
        match error {
            ActError::NotFound => absent(),
            ActError::NotAParty => Self::forbidden(error.to_string()).with_code("discordance.not_a_party"),
            ActError::ChangedMeanwhile { .. } => Self::conflict(error.to_string())
                .with_code("discordance.changed_meanwhile")
                .with_remedy("read it again, and send the version you have seen"),
            ActError::Refused(why) => Self::unprocessable(why).with_code("discordance.refused"),
            ActError::Node(error) => error.into(),
        }
    }
}

//! People of a laboratory that is not approved: the decision function says that nothing of the network is for them, so
//! they reach what is their own and nothing else. What is not on the list here is closed to them.

use crate::app::Shared;
use crate::pages::frame::PageError;
use crate::person::Person;
use crate::problem::ApiProblem;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cairn_node::access::sees_network;

/// Beginnings of addresses under which there is only what belongs to the reader's laboratory, or to everybody.
const OWN: &[&str] = &[
    "/account",
    "/assets/",
    "/cases",
    "/confirm",
    "/contribute",
    "/jobs/",
    "/ledger",
    "/log/",
    "/mandate",
    "/patient",
    "/recalls",
    "/report",
    "/requests",
    "/reviews",
    "/sign-",
    "/statements/",
    "/submissions/",
];

const REMEDY: &str = "what your laboratory recorded is open to you; the operator of the node approves laboratories";

/// Lets a request through when the network is for its person, or it leads to what is their own.
pub(crate) async fn guard(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let held = request.extensions().get::<Person>().filter(|person| !person.is_approved() && !is_own(person, path));
    let Some(person) = held else { return next.run(request).await };
    let decision = sees_network(person.viewer, person.at.standing, app.node.now());
    if decision.is_permitted() {
        return next.run(request).await;
    }
    let why = decision.reasons().first().cloned().unwrap_or_default();
    if path.starts_with("/api/") {
        return ApiProblem::forbidden(why).with_code("laboratory.not_approved").with_remedy(REMEDY).into_response();
    }
    PageError::NotAllowed(format!("{why}; {REMEDY}.")).into_response()
}

fn is_own(person: &Person, path: &str) -> bool {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let home = format!("/laboratories/{}", person.laboratory().slug);
    let by_id = format!("/laboratories/{}", person.laboratory().id);
    let own = |start: &str| path == start || path.starts_with(&format!("{start}/"));
    let listed =
        OWN.iter().chain(&["/access-requests", "/openapi.json", "/sessions", "/tokens", "/consents", "/decisions/"]);
    path == "/" || own(&home) || own(&by_id) || listed.into_iter().any(|start| path.starts_with(start))
}

//! Before what matters most – exports, keys, policy, tokens, people's accounts – a person shows once more
//! who they are, unless they did so a short while ago (`step_up_minutes`).

use crate::address;
use crate::app::Shared;
use crate::person::{Credential, Person};
use crate::problem::ApiProblem;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

/// Lets a request through when its person showed who they are lately, or is a script with a token, whose
/// scope decides; otherwise asks first.
pub async fn guard(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let stale = request.extensions().get::<Person>().is_some_and(|person| is_stale(&app, person));
    if !stale {
        return next.run(request).await;
    }
    if request.uri().path().starts_with("/api/") {
        return ApiProblem::forbidden("this needs a proof of who you are from the last minutes")
            .with_code("sign_in.confirm")
            .with_remedy("confirm at /confirm in the browser, or use a token with the scope `administer`")
            .into_response();
    }
    let back = if request.method() == Method::GET { here(request.uri()) } else { page_before(request.headers()) };
    Redirect::to(&format!("/confirm?next={}", address::encode(&back))).into_response()
}

fn is_stale(app: &Shared, person: &Person) -> bool {
    match (&person.credential, app.settings.step_up) {
        (Credential::Session(open), Some(within)) => {
            app.node.now().duration_since(open.confirmed).unsigned_abs() >= within
        }
        _ => false,
    }
}

fn here(uri: &Uri) -> String {
    uri.path_and_query().map_or("/", |path| path.as_str()).to_owned()
}

/// The page of this node that the form was on.
fn page_before(headers: &HeaderMap) -> String {
    let referer = headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    referer.and_then(|text| text.parse::<Uri>().ok()).map_or_else(|| "/account".to_owned(), |uri| here(&uri))
}

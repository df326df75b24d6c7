//! Home: what needs me.

use super::frame::{Frame, Page, PageError};
use crate::app::Shared;
use crate::person::SignedIn;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
}

/// `GET /`
pub async fn show(State(app): State<Shared>, SignedIn(person): SignedIn) -> Result<Response, PageError> {
    Ok(Page(HomePage { frame: Frame::of(&app, &person, "home") }).into_response())
}

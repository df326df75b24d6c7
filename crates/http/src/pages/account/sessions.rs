//! Ending sessions: one, or all.

use crate::app::Shared;
use crate::cookie::Cookie;
use crate::form::OwnForm;
use crate::pages::frame::PageError;
use crate::pages::sign_in::Nothing;
use crate::person::SignedIn;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use cairn_store::session;

/// `POST /account/sessions/{session}/end`
pub async fn end(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(id): Path<String>,
    OwnForm(_): OwnForm<Nothing>,
) -> Result<Response, PageError> {
    let mut writer = app.node.store().write().await?;
    let ended = session::end_named(&mut writer, person.user.id, &id).await?;
    writer.commit().await?;
    if ended { Ok(Redirect::to("/account").into_response()) } else { Err(PageError::NotFound) }
}

/// `POST /account/sign-out-everywhere`
pub async fn end_all(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    OwnForm(_): OwnForm<Nothing>,
) -> Result<Response, PageError> {
    let mut writer = app.node.store().write().await?;
    session::end_all(&mut writer, person.user.id).await?;
    writer.commit().await?;
    let headers = AppendHeaders([(header::SET_COOKIE, Cookie::Session.take(app.settings.over_tls))]);
    Ok((headers, Redirect::to("/sign-in")).into_response())
}

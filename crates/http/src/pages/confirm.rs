//! Showing once more who one is, before what matters most.

use super::frame::{Frame, Page, PageError};
use crate::address;
use crate::app::{App, Shared};
use crate::form::OwnForm;
use crate::pages::passkeys::Ask;
use crate::pages::provider;
use crate::person::{Credential, Person, SignedIn};
use crate::sign_in::challenge::Use;
use crate::sign_in::opening;
use crate::sign_in::proof::{self, Typed};
use askama::Template;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use cairn_store::{code_generator, passkey};
use serde::Deserialize;
use std::net::SocketAddr;

/// Where to go afterwards.
#[derive(Debug, Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// What the form brings.
#[derive(Deserialize)]
pub struct Confirmation {
    password: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "confirm.html")]
struct ConfirmPage<'a> {
    frame: Frame,
    next: &'a str,
    has_generator: bool,
    /// What a passkey is to sign; `None` where there is none.
    ask: Option<Ask>,
    /// What people call the institution's provider, where it knows this person.
    provider: Option<String>,
    problem: Option<String>,
}

/// `GET /confirm`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    headers: HeaderMap,
    Query(to): Query<Next>,
) -> Result<Response, PageError> {
    page(&app, &person, &headers, &to.next, StatusCode::OK, None).await
}

/// `POST /confirm`
pub async fn confirm(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    from: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    OwnForm(sent): OwnForm<Confirmation>,
) -> Result<Response, PageError> {
    let Credential::Session(open) = &person.credential else { return Err(PageError::NotFound) };
    let typed = Typed { username: &person.user.username, password: &sent.password, code: &sent.code };
    match proof::prove(&app, typed, from.map(|from| from.0.0.ip())).await? {
        Err(refusal) => page(&app, &person, &headers, &sent.next, refusal.status(), Some(refusal.words())).await,
        Ok(proven) => match opening::confirm(&app, &open.cookie, proven.second_factor).await? {
            Some((cookie, _)) => {
                Ok((AppendHeaders([cookie]), Redirect::to(address::local(&sent.next))).into_response())
            }
            None => Ok(Redirect::to("/sign-in").into_response()),
        },
    }
}

/// The page, with what went wrong before.
pub(super) async fn page(
    app: &App,
    person: &Person,
    headers: &HeaderMap,
    next: &str,
    status: StatusCode,
    problem: Option<String>,
) -> Result<Response, PageError> {
    let mut reader = app.node.store().read().await?;
    let has_generator = code_generator::find(&mut reader, person.user.id).await?.is_some();
    let has_passkey = !passkey::list(&mut reader, person.user.id).await?.is_empty();
    let open = person.session().filter(|_| has_passkey);
    let ask = open.and_then(|open| Ask::of(app, headers, &open.cookie, Use::Confirm));
    let frame = Frame::of(app, person, "account");
    let provider = provider::name_for(app, &mut reader, person.user.id).await?;
    let page = ConfirmPage { frame, next: address::local(next), has_generator, ask, provider, problem };
    Ok((status, Page(page)).into_response())
}

impl std::fmt::Debug for Confirmation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Confirmation")
    }
}

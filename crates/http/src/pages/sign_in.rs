//! Signing in and out.

use super::frame::{Frame, Page, PageError};
use crate::address;
use crate::app::{App, Shared};
use crate::cookie::Cookie;
use crate::form::OwnForm;
use crate::pages::passkeys::Ask;
use crate::pages::provider;
use crate::person::SignedIn;
use crate::secret::Secret;
use crate::sign_in::challenge::Use;
use crate::sign_in::opening;
use crate::sign_in::proof::{self, Typed};
use askama::Template;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use cairn_store::session::{self, Method};
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
pub struct SignIn {
    username: String,
    password: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    frame: Frame,
    username: &'a str,
    next: &'a str,
    /// What a passkey is to sign; `None` where there can be none.
    ask: Option<Ask>,
    /// What people call the institution's provider.
    provider: Option<String>,
    problem: Option<String>,
}

/// `GET /sign-in`
pub async fn show(State(app): State<Shared>, headers: HeaderMap, Query(to): Query<Next>) -> Response {
    form(&app, &headers, StatusCode::OK, "", &to.next, None)
}

/// `POST /sign-in`
pub async fn sign_in(
    State(app): State<Shared>,
    from: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    OwnForm(sent): OwnForm<SignIn>,
) -> Result<Response, PageError> {
    let typed = Typed { username: &sent.username, password: &sent.password, code: &sent.code };
    match proof::prove(&app, typed, from.map(|from| from.0.0.ip())).await? {
        Ok(proven) => {
            let cookie = opening::begin(&app, &headers, &proven).await?;
            Ok((AppendHeaders([cookie]), Redirect::to(address::local(&sent.next))).into_response())
        }
        Err(refusal) => Ok(form(&app, &headers, refusal.status(), &sent.username, &sent.next, Some(refusal.words()))),
    }
}

/// `POST /sign-out`
pub async fn sign_out(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    headers: HeaderMap,
    OwnForm(_): OwnForm<Nothing>,
) -> Result<Response, PageError> {
    if let Some(open) = person.session() {
        let mut writer = app.node.store().write().await?;
        session::end(&mut writer, &open.cookie.digest()).await?;
        writer.commit().await?;
    }
    let headers_out = AppendHeaders([(header::SET_COOKIE, Cookie::Session.take(app.settings.over_tls))]);
    let began = person.session().map(|open| open.method);
    if began == Some(Method::Provider)
        && let Some(page) = provider::signed_out(&app, &headers).await
    {
        return Ok((headers_out, page).into_response());
    }
    Ok((headers_out, Redirect::to("/sign-in")).into_response())
}

/// A form with nothing but its token.
#[derive(Debug, Deserialize)]
pub struct Nothing {}

/// The form, with what went wrong before.
pub(super) fn form(
    app: &App,
    headers: &HeaderMap,
    status: StatusCode,
    username: &str,
    next: &str,
    problem: Option<String>,
) -> Response {
    let over_tls = app.settings.over_tls;
    let known = Cookie::Visit.read(headers, over_tls);
    let visit = known.clone().unwrap_or_else(|| Secret::cookie(rand::random()));
    let frame = Frame { csrf: visit.form_token(), ..Frame::for_visitor(app) };
    let ask = Ask::of(app, headers, &visit, Use::SignIn);
    let page =
        Page(SignInPage { frame, username, next: address::local(next), ask, provider: provider::name(app), problem });
    match known {
        Some(_) => (status, page).into_response(),
        None => {
            let give = AppendHeaders([(header::SET_COOKIE, Cookie::Visit.give(&visit, over_tls))]);
            (status, give, page).into_response()
        }
    }
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignIn")
    }
}

//! Signing in and out.

use super::frame::{Frame, Page, PageError};
use crate::address;
use crate::app::{App, Shared};
use crate::cookie::Cookie;
use crate::form::OwnForm;
use crate::password;
use crate::person::{Credential, SignedIn};
use crate::secret::Secret;
use askama::Template;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use cairn_core::user::User;
use cairn_store::session::{self, SessionTimes};
use cairn_store::{StoreError, account};
use serde::Deserialize;
use std::net::SocketAddr;
use std::time::Instant;

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
    next: String,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    frame: Frame,
    username: &'a str,
    next: &'a str,
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
    let name = format!("name {}", sent.username.trim().to_lowercase());
    let place = format!("from {}", from.map_or_else(String::new, |from| from.0.0.ip().to_string()));
    let keys = [name.as_str(), place.as_str()];
    let refuse = |status, problem: String| Ok(form(&app, &headers, status, &sent.username, &sent.next, Some(problem)));
    if let Some(wait) = app.attempts.wait(&keys, Instant::now()) {
        let seconds = wait.as_secs() + 1;
        return refuse(StatusCode::TOO_MANY_REQUESTS, format!("Too many attempts. Wait {seconds} s and try again."));
    }
    let mut reader = app.node.store().read().await?;
    let found = account::to_sign_in(&mut reader, &sent.username).await?;
    drop(reader);
    let (user, hash) = found.map_or((None, None), |(user, hash)| (Some(user), Some(hash)));
    let right = password::verify(sent.password.clone(), hash).await;
    match user.filter(|_| right) {
        None => {
            app.attempts.failed(&keys, Instant::now());
            refuse(StatusCode::UNAUTHORIZED, "Name and password do not belong together.".to_owned())
        }
        Some(user) => {
            app.attempts.succeeded(&name);
            let cookie = begin(&app, &user).await?;
            let headers = AppendHeaders([(header::SET_COOKIE, Cookie::Session.give(&cookie, app.settings.over_tls))]);
            Ok((headers, Redirect::to(address::local(&sent.next))).into_response())
        }
    }
}

/// `POST /sign-out`
pub async fn sign_out(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    OwnForm(_): OwnForm<Nothing>,
) -> Result<Response, PageError> {
    if let Credential::Session(cookie) = &person.credential {
        let mut writer = app.node.store().write().await?;
        session::end(&mut writer, &cookie.digest()).await?;
        writer.commit().await?;
    }
    let headers = AppendHeaders([(header::SET_COOKIE, Cookie::Session.take(app.settings.over_tls))]);
    Ok((headers, Redirect::to("/sign-in")).into_response())
}

/// `POST /account/sign-out-everywhere`
pub async fn sign_out_everywhere(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    OwnForm(_): OwnForm<Nothing>,
) -> Result<Response, PageError> {
    let mut writer = app.node.store().write().await?;
    session::end_all(&mut writer, person.user.id).await?;
    writer.commit().await?;
    Ok(Redirect::to("/sign-in").into_response())
}

/// A form with nothing but its token.
#[derive(Debug, Deserialize)]
pub struct Nothing {}

async fn begin(app: &App, user: &User) -> Result<Secret, StoreError> {
    let cookie = Secret::cookie(rand::random());
    let now = app.node.now();
    let times = SessionTimes { started: now, seen: now, ends: now + app.settings.longest_session };
    let idle_since = now - app.settings.idle;
    let mut writer = app.node.store().write().await?;
    session::sweep(&mut writer, idle_since, now).await?;
    session::begin(&mut writer, &cookie.digest(), user.id, times).await?;
    writer.commit().await?;
    Ok(cookie)
}

fn form(
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
    let page = Page(SignInPage { frame, username, next: address::local(next), problem });
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

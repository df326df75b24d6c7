//! Sessions begin, and get another cookie.

use super::browser;
use super::proof::Proven;
use crate::app::App;
use crate::cookie::Cookie;
use crate::secret::Secret;
use axum::http::{HeaderMap, HeaderValue, header};
use cairn_store::session::{self, NewSession, SessionTimes};
use cairn_store::{StoreError, api_token};

/// A header of an answer.
pub type Header = (header::HeaderName, HeaderValue);

/// Begins a session for somebody who showed who they are; the one this browser had before is over. The
/// `Set-Cookie` header comes back. The cookie is new, whatever the browser sent: nobody can be given one
/// that somebody else knows.
///
/// # Errors
/// When the record fails.
pub async fn begin(app: &App, headers: &HeaderMap, proven: &Proven) -> Result<Header, StoreError> {
    let cookie = Secret::cookie(rand::random());
    let now = app.node.now();
    let digest = cookie.digest();
    let mut writer = app.node.store().write().await?;
    session::sweep(&mut writer, now - app.settings.idle, now).await?;
    api_token::sweep(&mut writer, now).await?;
    if let Some(before) = Cookie::Session.read(headers, app.settings.over_tls) {
        session::end(&mut writer, &before.digest()).await?;
    }
    let new = NewSession {
        id: rand::random(),
        digest: &digest,
        user: proven.user.id,
        method: proven.method,
        second_factor: proven.second_factor,
        browser: &browser::of(headers),
        times: SessionTimes::beginning(now, now + app.settings.longest_session),
    };
    session::begin(&mut writer, &new).await?;
    writer.commit().await?;
    Ok((header::SET_COOKIE, Cookie::Session.give(&cookie, app.settings.over_tls)))
}

/// Notes that the person of a session showed once more who they are, and gives the session another
/// cookie: the header that gives it and the cookie itself; `None` when the session is over.
///
/// # Errors
/// When the record fails.
pub async fn confirm(app: &App, cookie: &Secret, second_factor: bool) -> Result<Option<(Header, Secret)>, StoreError> {
    let renewed = Secret::cookie(rand::random());
    let mut writer = app.node.store().write().await?;
    let done =
        session::confirm(&mut writer, &cookie.digest(), &renewed.digest(), second_factor, app.node.now()).await?;
    writer.commit().await?;
    let header = (header::SET_COOKIE, Cookie::Session.give(&renewed, app.settings.over_tls));
    Ok(done.then_some((header, renewed)))
}

//! The account page: who I am, where I am signed in, my tokens, my laboratory's people.

pub mod people;
pub mod sessions;
pub mod tokens;

use super::frame::{Frame, Page, PageError};
use crate::app::{App, Shared};
use crate::pages::provider;
use crate::person::{Person, SignedIn};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use cairn_store::account::{self, Account};
use cairn_store::api_token::{self, ApiToken};
use cairn_store::session::{self, Session};
use cairn_store::{code_generator, passkey, recovery_code};
use jiff::Timestamp;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    username: String,
    sessions: Vec<Session>,
    /// The session of this page.
    this: String,
    has_generator: bool,
    passkeys: usize,
    /// The institution's provider, and whether this account is tied to it.
    provider: Option<(String, bool)>,
    recovery_left: i64,
    tokens: Vec<ApiToken>,
    colleagues: Vec<Account>,
    may_administer: bool,
    /// A token just made, shown this once.
    made: Option<String>,
    problem: Option<String>,
}

/// `GET /account`
pub async fn show(State(app): State<Shared>, SignedIn(person): SignedIn) -> Result<Response, PageError> {
    page(&app, &person, None, None).await
}

async fn page(
    app: &App,
    person: &Person,
    made: Option<String>,
    problem: Option<String>,
) -> Result<Response, PageError> {
    let (now, user) = (app.node.now(), &person.user);
    let mut reader = app.node.store().read().await?;
    let page = AccountPage {
        frame: Frame::of(app, person, "account"),
        username: user.username.clone(),
        sessions: session::list(&mut reader, user.id, now - app.settings.idle, now).await?,
        this: person.session().map(|open| open.id.clone()).unwrap_or_default(),
        has_generator: code_generator::find(&mut reader, user.id).await?.is_some(),
        passkeys: passkey::list(&mut reader, user.id).await?.len(),
        provider: match provider::name(app) {
            Some(name) => Some((name, provider::name_for(app, &mut reader, user.id).await?.is_some())),
            None => None,
        },
        recovery_left: recovery_code::left(&mut reader, user.id).await?,
        tokens: api_token::list(&mut reader, user.id, now).await?,
        colleagues: account::list(&mut reader, Some(user.laboratory)).await?,
        may_administer: user.role.may_administer(),
        made,
        problem,
    };
    Ok(Page(page).into_response())
}

/// A moment as pages write it, to the minute.
pub(crate) fn minute(moment: &Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

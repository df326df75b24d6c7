//! The account page: who I am, my API tokens, my laboratory's people.

use super::frame::{Frame, Page, PageError};
use crate::app::{App, Shared};
use crate::form::OwnForm;
use crate::pages::sign_in::Nothing;
use crate::person::{Person, SignedIn};
use crate::secret::Secret;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::user::Purpose;
use cairn_store::account::{self, Account};
use cairn_store::api_token::{self, ApiToken, NewApiToken};
use jiff::Timestamp;
use serde::Deserialize;

/// Most good tokens of one person.
const MOST_TOKENS: usize = 20;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    username: String,
    tokens: Vec<ApiToken>,
    colleagues: Vec<Account>,
    /// A token just made, shown this once.
    made: Option<String>,
    problem: Option<&'static str>,
}

/// What the form for a new token brings.
#[derive(Debug, Deserialize)]
pub struct NewToken {
    name: String,
    purpose: String,
}

/// `GET /account`
pub async fn show(State(app): State<Shared>, SignedIn(person): SignedIn) -> Result<Response, PageError> {
    page(&app, &person, None, None).await
}

/// `POST /account/tokens`
pub async fn make_token(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    OwnForm(sent): OwnForm<NewToken>,
) -> Result<Response, PageError> {
    let name: String = sent.name.trim().chars().take(100).collect();
    let Some(purpose) = Purpose::from_code(&sent.purpose) else {
        return page(&app, &person, None, Some("Choose what the token is for.")).await;
    };
    if name.is_empty() {
        return page(&app, &person, None, Some("Give the token a name, such as the program that will use it.")).await;
    }
    let mut reader = app.node.store().read().await?;
    let has = api_token::list(&mut reader, person.user.id).await?.len();
    drop(reader);
    if has >= MOST_TOKENS {
        return page(&app, &person, None, Some("You have 20 tokens. End one that is no longer used.")).await;
    }
    let token = Secret::token(rand::random());
    let new = NewApiToken {
        id: rand::random(),
        digest: &token.digest(),
        user: person.user.id,
        name: &name,
        purpose,
        created: app.node.now(),
    };
    let mut writer = app.node.store().write().await?;
    api_token::add(&mut writer, &new).await?;
    writer.commit().await?;
    page(&app, &person, Some(token.reveal().to_owned()), None).await
}

/// `POST /account/tokens/{token}/end`
pub async fn end_token(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(token): Path<String>,
    OwnForm(_): OwnForm<Nothing>,
) -> Result<Response, PageError> {
    let mut writer = app.node.store().write().await?;
    let ended = api_token::revoke(&mut writer, person.user.id, &token, app.node.now()).await?;
    writer.commit().await?;
    if ended { Ok(Redirect::to("/account").into_response()) } else { Err(PageError::NotFound) }
}

async fn page(
    app: &App,
    person: &Person,
    made: Option<String>,
    problem: Option<&'static str>,
) -> Result<Response, PageError> {
    let mut reader = app.node.store().read().await?;
    let tokens = api_token::list(&mut reader, person.user.id).await?;
    let colleagues = account::list(&mut reader, Some(person.user.laboratory)).await?;
    let frame = Frame::of(app, person, "account");
    let username = person.user.username.clone();
    Ok(Page(AccountPage { frame, username, tokens, colleagues, made, problem }).into_response())
}

/// A moment as pages write it, to the minute.
pub(crate) fn minute(moment: &Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

//! Making and ending tokens.

use super::page;
use crate::app::Shared;
use crate::form::OwnForm;
use crate::pages::frame::PageError;
use crate::pages::sign_in::Nothing;
use crate::person::SignedIn;
use crate::token_request::{self, Wish, WishError};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::token_scope::TokenScopes;
use cairn_store::api_token;
use serde::Deserialize;

/// What the form for a new token brings; a scope that is wanted brings a word.
#[derive(Debug, Deserialize)]
pub struct NewToken {
    name: String,
    purpose: String,
    #[serde(default)]
    read: String,
    #[serde(default)]
    contribute: String,
    #[serde(default)]
    curate: String,
    #[serde(default)]
    administer: String,
    #[serde(default)]
    days: String,
}

impl NewToken {
    fn scopes(&self) -> String {
        let boxes = [
            ("read", &self.read),
            ("contribute", &self.contribute),
            ("curate", &self.curate),
            ("administer", &self.administer),
        ];
        let wanted: Vec<_> = boxes.iter().filter(|(_, sent)| !sent.is_empty()).map(|(code, _)| *code).collect();
        wanted.join(" ")
    }
}

/// `POST /account/tokens`
pub async fn make(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    OwnForm(sent): OwnForm<NewToken>,
) -> Result<Response, PageError> {
    let days = match sent.days.trim() {
        "" => None,
        text => Some(text.parse().unwrap_or(0)),
    };
    let wish = Wish { name: &sent.name, purpose: &sent.purpose, scopes: &sent.scopes(), days };
    match token_request::make(&app, &person, &wish).await {
        Ok(made) => page(&app, &person, Some(made.token.reveal().to_owned()), None).await,
        Err(WishError::Refused(why)) => page(&app, &person, None, Some(why)).await,
        Err(WishError::Store(error)) => Err(error.into()),
    }
}

/// `POST /account/tokens/{token}/end`
pub async fn end(
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

/// Whether the form proposes this scope.
pub fn is_usual(scope: &cairn_core::token_scope::TokenScope) -> bool {
    TokenScopes::usual().allow(*scope)
}

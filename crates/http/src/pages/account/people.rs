//! What heads of laboratories and operators do about the accounts of their people.

use crate::app::Shared;
use crate::form::OwnForm;
use crate::pages::frame::PageError;
use crate::pages::sign_in::Nothing;
use crate::person::SignedIn;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_store::account::Account;
use cairn_store::{account, code_generator, passkey, recovery_code, session};

/// `POST /account/people/{username}/{act}`: `end-sessions`, `close`, `open`, `reset-second-factor`.
pub async fn act(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path((username, act)): Path<(String, String)>,
    OwnForm(_): OwnForm<Nothing>,
) -> Result<Response, PageError> {
    if !person.user.role.may_administer() {
        return Err(PageError::NotAllowed(
            "Accounts are looked after by the laboratory head and the operator.".to_owned(),
        ));
    }
    let now = app.node.now();
    let mut writer = app.node.store().write().await?;
    let found = account::named(&mut writer, &username).await?;
    let Some(found) = found.filter(|found| found.user.laboratory == person.user.laboratory) else {
        return Err(PageError::NotFound);
    };
    let user = found.user.id;
    match act.as_str() {
        "end-sessions" => {}
        "close" if user != person.user.id => {
            account::set_closed(&mut writer, user, Some(now)).await?;
        }
        "close" => return Err(PageError::NotAllowed("You cannot close your own account; a colleague can.".to_owned())),
        "open" => {
            account::set_closed(&mut writer, user, None).await?;
        }
        "reset-second-factor" => {
            code_generator::remove(&mut writer, user).await?;
            recovery_code::remove(&mut writer, user).await?;
            passkey::end_all(&mut writer, user, now).await?;
        }
        _ => return Err(PageError::NotFound),
    }
    session::end_all(&mut writer, user).await?;
    writer.commit().await?;
    Ok(Redirect::to("/account").into_response())
}

/// What can be done about an account, with its words.
pub fn acts(account: &Account) -> &'static [(&'static str, &'static str)] {
    match account.closed {
        None => &[("end-sessions", "End sessions"), ("reset-second-factor", "Reset second factor"), ("close", "Close")],
        Some(_) => &[("open", "Open again")],
    }
}

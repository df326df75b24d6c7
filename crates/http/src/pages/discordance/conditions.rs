//! What a laboratory means by its own words for a condition: the node suggests, a person confirms,
//! the node remembers.

use super::actor;
use crate::app::{App, Shared};
use crate::form::OwnForm;
use crate::pages::frame::{Frame, Page, PageError};
use crate::person::{Person, SignedIn};
use askama::Template;
use axum::extract::State as Taken;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::curie::Curie;
use cairn_node::discordance::{ActError, UnnamedCondition};
use serde::Deserialize;

/// Texts on the page.
const ROWS: u32 = 500;

#[derive(Template)]
#[template(path = "condition_names.html")]
struct NamesPage {
    frame: Frame,
    sentence: String,
    laboratory: String,
    open: Vec<NameRow>,
    confirmed: Vec<NameRow>,
    known: usize,
    may_act: bool,
    told: Option<String>,
    /// What was typed and not kept: the text and the identifier.
    typed: (String, String),
}

/// Words of the laboratory and what they mean or may mean.
struct NameRow {
    text: String,
    statements: u64,
    version: u32,
    meant: Option<(String, String, String)>,
    suggestions: Vec<(String, String, u8)>,
}

impl From<UnnamedCondition> for NameRow {
    fn from(found: UnnamedCondition) -> Self {
        let naming = found.naming.as_ref();
        Self {
            version: naming.map_or(0, |naming| naming.version),
            meant: naming.and_then(|naming| {
                let who = naming.who.as_ref().map(|who| who.name.clone()).unwrap_or_default();
                Some((naming.id.as_ref()?.to_string(), naming.label.clone(), who))
            }),
            text: found.text,
            statements: found.statements,
            suggestions: found.suggestions.into_iter().map(|one| (one.id, one.label, one.score)).collect(),
        }
    }
}

/// `GET /discordances/conditions`
pub async fn show(Taken(app): Taken<Shared>, SignedIn(person): SignedIn) -> Result<Response, PageError> {
    page(&app, &person, None, (String::new(), String::new())).await
}

async fn page(
    app: &App,
    person: &Person,
    told: Option<String>,
    typed: (String, String),
) -> Result<Response, PageError> {
    let all = app.node.unnamed_conditions(person.at.serial, ROWS).await?;
    let (known, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.known_as.is_some());
    let (confirmed, open): (Vec<NameRow>, Vec<NameRow>) =
        others.into_iter().map(NameRow::from).partition(|row| row.meant.is_some());
    let sentence = match open.len() {
        0 => "Every condition that your statements name in words is known; they are compared with others' by what they mean.".to_owned(),
        1 => "Your statements name 1 condition in words that no vocabulary here knows; until you say what is meant it is compared with the same words only.".to_owned(),
        n => format!("Your statements name {n} conditions in words that no vocabulary here knows; until you say what is meant they are compared with the same words only."),
    };
    let status = if told.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    Ok((
        status,
        Page(NamesPage {
            frame: Frame::of(app, person, "discordances"),
            sentence,
            laboratory: person.laboratory().name.clone(),
            open,
            confirmed,
            known: known.len(),
            may_act: person.user.role.may_contribute(),
            told,
            typed,
        }),
    )
        .into_response())
}

/// What the form sends.
#[derive(Debug, Deserialize)]
pub struct Sent {
    text: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    other: String,
    #[serde(default)]
    seen: u32,
}

/// `POST /discordances/conditions`
pub async fn name(
    Taken(app): Taken<Shared>,
    SignedIn(person): SignedIn,
    OwnForm(sent): OwnForm<Sent>,
) -> Result<Response, PageError> {
    let written = if sent.other.trim().is_empty() { sent.id.trim() } else { sent.other.trim() };
    let meant: Option<Curie> = match written {
        "" => None,
        text => match text.parse() {
            Ok(curie) => Some(curie),
            Err(_) => {
                let why = format!("`{text}` is no identifier; write one such as `MONDO:0007947` or `OMIM:154700`");
                return page(&app, &person, Some(why), (sent.text, sent.other)).await;
            }
        },
    };
    match app.node.name_condition(&actor(&person), &sent.text, meant, sent.seen).await {
        Ok(_) => Ok(Redirect::to("/discordances/conditions").into_response()),
        Err(ActError::Node(error)) => Err(error.into()),
        Err(why @ ActError::NotAParty) => Err(PageError::NotAllowed(format!("Nothing was changed: {why}."))),
        Err(why) => page(&app, &person, Some(why.to_string()), (sent.text, sent.other)).await,
    }
}

//! One box for everything: an exact meaning leads straight to its page, anything else to a list.

use super::frame::{Frame, Page, PageError};
use crate::app::{App, Shared};
use crate::as_of::AsOfQuery;
use crate::person::{Person, SignedIn};
use crate::view::hit::{self, HitLine};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_node::NodeError;
use cairn_node::lookup::expression::LookUp;
use cairn_node::lookup::search::publication;
use cairn_store::entry::AsOf;
use cairn_variant::expression::Stretch;
use serde::Deserialize;

/// Offers of each kind on the page.
pub(crate) const ON_PAGE: u32 = 20;
/// Offers of each kind while typing.
pub(crate) const WHILE_TYPING: u32 = 4;
/// Offers in all while typing.
const MOST_WHILE_TYPING: usize = 12;
/// Characters of the text that the heading repeats.
const HEADING: usize = 120;
/// A longer text is no name of anything.
pub(crate) const LONGEST: usize = 500;

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Typed {
    /// The text.
    #[serde(default)]
    pub q: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    heading: String,
    sentence: String,
    remedy: Option<String>,
    hits: Vec<HitLine>,
}

#[derive(Template)]
#[template(path = "completions.html")]
struct Completions {
    hits: Vec<HitLine>,
}

/// `GET /search?q=`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Query(typed): Query<Typed>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let text: String = typed.q.trim().chars().take(LONGEST).collect();
    if let Some(region) = Stretch::parse(&text) {
        return Ok(Redirect::to(&asked.on(&hit::region(region).link)).into_response());
    }
    if let Some(meant) = hit::by_identifier(app.node.reference(), &text) {
        return Ok(Redirect::to(&asked.on(&meant.link)).into_response());
    }
    let (as_of, shown) = super::frame::moment(&app, &asked).await?;
    let named = named(&app, &person, &text, as_of, ON_PAGE).await?;
    if let Some(exact) = exact(&named, &text) {
        return Ok(Redirect::to(&asked.on(&exact.link)).into_response());
    }
    let found = app.node.look_up(&text, as_of, person.viewer).await?;
    let mut hits = hit::of_look_up(&found, &text);
    if let [only] = hits.as_slice() {
        return Ok(Redirect::to(&asked.on(&only.link)).into_response());
    }
    hits.extend(named);
    let hits = hit::distinct(hits);
    let (sentence, remedy) = words(&found, &text, hits.len());
    let heading = heading(&text);
    let frame = Frame { as_of: shown, ..Frame::of(&app, &person, "") }.with_query(&text);
    Ok(Page(SearchPage { frame, heading, sentence, remedy, hits }).into_response())
}

/// `GET /search/complete?q=`: list items for the box.
pub async fn complete(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Query(typed): Query<Typed>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let text: String = typed.q.trim().chars().take(LONGEST).collect();
    let (as_of, _) = super::frame::moment(&app, &asked).await?;
    let mut hits: Vec<HitLine> = Stretch::parse(&text).map(hit::region).into_iter().collect();
    hits.extend(named(&app, &person, &text, as_of, WHILE_TYPING).await?);
    hits.truncate(MOST_WHILE_TYPING);
    Ok(Page(Completions { hits }).into_response())
}

/// What record and reference offer for a text.
pub(crate) async fn named(
    app: &App,
    person: &Person,
    text: &str,
    as_of: AsOf,
    limit: u32,
) -> Result<Vec<HitLine>, NodeError> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let recorded = app.node.search(text, as_of, person.viewer, limit).await?;
    let mut hits: Vec<HitLine> = recorded.into_iter().map(HitLine::from).collect();
    hits.extend(hit::of_reference(app.node.reference(), text, limit as usize));
    hits.extend(hit::of_laboratories(&app.node.laboratories().await?, text, limit as usize));
    // Names of conditions as laboratories wrote them come after the vocabularies.
    hits.sort_by_key(|hit| hit.kind == "condition" && hit.detail.is_empty());
    Ok(hit::distinct(hits))
}

/// The one thing whose whole name was typed.
fn exact<'a>(hits: &'a [HitLine], text: &str) -> Option<&'a HitLine> {
    let mut same = hits.iter().filter(|hit| hit.label.eq_ignore_ascii_case(text) || hit.detail == text);
    let first = same.next();
    if same.next().is_some() { None } else { first }
}

/// The text as typed; a pasted page is shortened.
fn heading(text: &str) -> String {
    match text.char_indices().nth(HEADING) {
        _ if text.is_empty() => "Search".to_owned(),
        Some((end, _)) => format!("“{}…”", &text[..end]),
        None => format!("“{text}”"),
    }
}

fn words(found: &LookUp, text: &str, hits: usize) -> (String, Option<String>) {
    let refusal = found.identity.as_ref().and_then(|identity| identity.error.as_ref());
    if let Some(publication) = publication(text) {
        return match hits {
            0 => (format!("No statement of this network cites `{publication}`."), None),
            1 => (format!("1 statement of this network cites `{publication}`."), None),
            n if n >= ON_PAGE as usize => {
                (format!("The last {n} statements of this network that cite `{publication}`."), None)
            }
            n => (format!("{n} statements of this network cite `{publication}`."), None),
        };
    }
    match (hits, refusal) {
        _ if text.is_empty() => ("One box for everything; type, or paste a variant in any notation.".to_owned(), None),
        (0, Some(refusal)) => {
            (format!("Nothing of this name here. As a variant: {}.", refusal.message), Some(refusal.remedy.clone()))
        }
        (0, None) => ("Nothing of this name in this network.".to_owned(), None),
        (1, _) => ("This may be meant.".to_owned(), None),
        (n, _) => (format!("It may mean one of {n} things."), None),
    }
}

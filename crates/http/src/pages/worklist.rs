//! Worklists: uncertain variants by their distance to another class, and stale statements.

use super::frame::{Frame, Page, PageError};
use super::list::{Cell, ListPage, Table};
use crate::address;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::mark::Mark;
use crate::person::SignedIn;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use cairn_core::guideline::Direction;
use cairn_core::worklist::Way;
use cairn_node::worklist::{Ranked, StaleLine, UncertainList, WorkLine};
use serde::Deserialize;

/// Lines of one table; the API gives the rest.
const SHOWN: usize = 200;

/// Whose worklist is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// `all`: every laboratory's; else one's own, or every one's while one has none.
    #[serde(default)]
    of: String,
}

/// `GET /worklists/vus`
pub async fn uncertain(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Query(asked): Query<Asked>,
    Query(on): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let (as_of, shown) = super::frame::moment(&app, &on).await?;
    let mut members = app.node.laboratories().await?;
    members.retain(|laboratory| laboratory.laboratory.is_member);
    let own = std::slice::from_ref(&person.at);
    let mut list = match asked.of.as_str() {
        "all" => app.node.uncertain_worklist(&members, as_of).await?,
        _ => app.node.uncertain_worklist(own, as_of).await?,
    };
    let is_all = asked.of == "all" || list == UncertainList::default();
    if is_all && asked.of != "all" {
        list = app.node.uncertain_worklist(&members, as_of).await?;
    }
    let (ranked, apart) = (list.ranked.len(), list.without_criteria.len());
    let sentence = match (ranked, apart) {
        (0, 0) => "No laboratory of this node has an uncertain variant here.".to_owned(),
        (0, 1) => "None can be ranked: 1 uncertain variant has no criteria recorded.".to_owned(),
        (0, n) => format!("None can be ranked: {n} uncertain variants have no criteria recorded."),
        (n, 0) => format!("{}, {LEAST}.", counted(n)),
        (n, m) => format!("{}, {LEAST}; {m} cannot be ranked, because no criteria are recorded.", counted(n)),
    };
    let tables = vec![
        Table {
            title: "Ranked",
            headings: &["Missing", "Variant", "Criteria met", "Cheapest way", "Laboratory"],
            rows: list.ranked.iter().take(SHOWN).map(ranked_row).collect(),
            empty: "None. Statements that are sent with their criteria are ranked here.",
            more: None,
        },
        Table {
            title: "Criteria that give another class",
            headings: &["Class", "Variant", "Criteria met", "Laboratory"],
            rows: list.disputed.iter().take(SHOWN).map(plain_row).collect(),
            empty: "None.",
            more: None,
        },
        Table {
            title: "Not rankable: no criteria recorded",
            headings: &["Class", "Variant", "Criteria met", "Laboratory"],
            rows: list.without_criteria.iter().take(SHOWN).map(plain_row).collect(),
            empty: "None.",
            more: None,
        },
    ];
    let frame = Frame { as_of: shown, ..Frame::of(&app, &person, "worklists") };
    let kicker = if is_all { "Worklist of every laboratory" } else { "Worklist of your laboratory" }.to_owned();
    let links = vec![
        ("Of your laboratory".to_owned(), on.on("/worklists/vus")),
        ("Of every laboratory".to_owned(), on.on("/worklists/vus?of=all")),
        ("Statements to look at again".to_owned(), on.on("/worklists/stale")),
    ];
    let title = "Uncertain variants".to_owned();
    let facts = vec![
        ("Ranked", ranked.to_string()),
        ("Criteria give another class", list.disputed.len().to_string()),
        ("No criteria recorded", apart.to_string()),
    ];
    Ok(Page(ListPage { frame, kicker, title, sentence, tables, facts, links, ..ListPage::default() }).into_response())
}

/// The order of the list.
const LEAST: &str = "those with the least missing to another class first";

fn counted(variants: usize) -> String {
    if variants == 1 { "1 uncertain variant".to_owned() } else { format!("{variants} uncertain variants") }
}

fn ranked_row(ranked: &Ranked) -> Vec<Cell> {
    let nearest = ranked.distance.ways.first();
    let missing = nearest.map_or_else(
        || "no way found".to_owned(),
        |way| match way.cost {
            1 => "1 point".to_owned(),
            n => format!("{n} points"),
        },
    );
    vec![
        Cell::text(missing),
        variant(&ranked.line),
        Cell::text(ranked.line.criteria.join(", ")),
        Cell::text(nearest.map(way).unwrap_or_default()),
        Cell::text(ranked.line.laboratory.clone()),
    ]
}

fn way(way: &Way) -> String {
    let side = if way.direction == Direction::Pathogenic { "for" } else { "against" };
    let one = match way.criteria.as_slice() {
        [] => String::new(),
        codes => format!(": one of {}", codes.join(", ")),
    };
    format!("{} by evidence {side}{one}", way.class)
}

/// The variant's name, with its gene where the name does not lead to it.
fn variant(line: &WorkLine) -> Cell {
    let is_genomic = line.label.contains(":g.") || !line.label.contains(':');
    let text = match line.genes.is_empty() || !is_genomic {
        true => line.label.clone(),
        false => format!("{} {}", line.genes.join(", "), line.label),
    };
    Cell::link(text, address::variant(&line.variant.to_string())).mono()
}

fn plain_row(line: &WorkLine) -> Vec<Cell> {
    vec![
        Cell::mark(Some(Mark::Short(line.classification))),
        variant(line),
        Cell::text(line.criteria.join(", ")),
        Cell::text(line.laboratory.clone()),
    ]
}

/// `GET /worklists/stale`
pub async fn stale(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Query(on): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let (as_of, shown) = super::frame::moment(&app, &on).await?;
    let list = app.node.stale_worklist(&person.at, as_of).await?;
    let sentence = match list.len() {
        0 => "No statement of your laboratory is contradicted, an outlier, unsupported or old.".to_owned(),
        1 => "1 statement deserves to be looked at again.".to_owned(),
        n => format!("{n} statements deserve to be looked at again, the weightiest reason first."),
    };
    let table = Table {
        title: "To be looked at again",
        headings: &["Class", "Variant", "Why", "Last evaluated", "Statement"],
        rows: list.iter().take(SHOWN).map(stale_row).collect(),
        empty: "None.",
        more: None,
    };
    let frame = Frame { as_of: shown, ..Frame::of(&app, &person, "worklists") };
    let (kicker, title) = ("Worklist of your laboratory".to_owned(), "Statements to look at again".to_owned());
    let facts = vec![("Statements", list.len().to_string())];
    Ok(Page(ListPage { frame, kicker, title, sentence, tables: vec![table], facts, ..ListPage::default() })
        .into_response())
}

fn stale_row(stale: &StaleLine) -> Vec<Cell> {
    let line = &stale.line;
    vec![
        Cell::mark(Some(Mark::Short(line.classification))),
        variant(line),
        Cell::text(stale.sentences.join("; ")),
        Cell::text(line.last_evaluated.map(|date| date.to_string()).unwrap_or_default()),
        Cell::link(line.statement.clone(), format!("/statements/{}", line.statement)),
    ]
}

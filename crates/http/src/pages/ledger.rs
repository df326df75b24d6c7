//! The ledger for people: what was done, how much of it, and the proof of each entry.

use super::frame::{Frame, Page, PageError};
use super::list::{Cell, ListPage, Table};
use crate::api::v1::ledger::minute;
use crate::app::Shared;
use crate::person::SignedIn;
use crate::view::amount::counted;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use cairn_ledger::hash::Hash;
use cairn_ledger::leaf::Kind;
use cairn_ledger::note::Note;
use cairn_node::ledger::EntryView;
use cairn_store::ledger::shard::Shard;
use serde::Deserialize;
use std::collections::BTreeMap;

mod entry;

pub use entry::entry;

/// Entries that one page reads.
const PAGE: u64 = 500;
/// Rows on a page; a row is one entry, or a run of entries that differ in nothing shown.
const ROWS: usize = 50;
/// Days that are counted.
const DAYS: i32 = 30;
/// The page that checks a proof without a network.
const VERIFIER: &str = include_str!("../../assets/verifier.html");

/// Which entries are shown.
#[derive(Debug, Deserialize)]
pub struct Asked {
    year: Option<i16>,
    /// The index after the last one shown.
    before: Option<u64>,
    /// Whether each entry has a row of its own: how a run is opened.
    #[serde(default)]
    each: bool,
}

/// `GET /ledger`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let frame = Frame::of(&app, &person, "ledger");
    let mut page =
        ListPage { frame, kicker: "Ledger".into(), title: "What was done with data".into(), ..ListPage::default() };
    page.links = vec![("Check a proof without a network (a page to keep)".into(), "/ledger/verifier.html".into())];
    let Some(shard) = app.node.shard(asked.year).await? else {
        page.sentence =
            "Nothing has been recorded yet: the first submission, classification or reading begins the ledger.".into();
        return Ok(Page(page).into_response());
    };
    let end = asked.before.unwrap_or(shard.size).min(shard.size);
    let start = end.saturating_sub(PAGE);
    let entries = app.node.ledger_entries(&shard, start, (end - start) as u32, Some(person.viewer)).await?;
    page.sentence = sentence(&shard);
    page.tables = vec![counts(&app).await?, newest(&shard, &entries, start, asked.each)];
    page.facts = facts(&app, &shard)?;
    let other = app.node.shards().await?.into_iter().filter(|other| other.year != shard.year);
    page.links.extend(other.map(|other| (format!("Ledger of {}", other.year), format!("/ledger?year={}", other.year))));
    Ok(Page(page).into_response())
}

fn sentence(shard: &Shard) -> String {
    let entries = counted(shard.size, "entry", "entries");
    let signed = match witnesses(shard) {
        0 => "no witness has signed it yet".to_owned(),
        n => {
            let size = counted(shard.cosigned_size, "entry", "entries");
            format!("{} signed it at {size}", counted(n as u64, "witness", "witnesses"))
        }
    };
    format!("{entries} stand under the checkpoint of {}; {signed}.", shard.year)
}

/// Signatures under the cosigned checkpoint beside the log's own.
fn witnesses(shard: &Shard) -> usize {
    let note = shard.cosigned.as_ref().and_then(|text| Note::read(text.as_bytes()).ok());
    note.map_or(0, |note| note.signatures().len().saturating_sub(1))
}

/// Entries by day, the newest first, a column a kind that occurred.
async fn counts(app: &Shared) -> Result<Table, PageError> {
    let today = i32::try_from(app.node.now().as_second().div_euclid(86_400)).unwrap_or(i32::MAX);
    let days = app.node.ledger_days(today - DAYS).await?;
    let mut by_day: BTreeMap<i32, Vec<(String, u64)>> = BTreeMap::new();
    days.into_iter().for_each(|(day, kind, count)| by_day.entry(day).or_default().push((kind, count)));
    let row = |(day, kinds): (&i32, &Vec<(String, u64)>)| {
        let date = jiff::Timestamp::from_second(i64::from(*day) * 86_400).map(|at| at.strftime("%Y-%m-%d").to_string());
        let words = kinds.iter().map(|(kind, count)| format!("{}: {count}", plain(kind))).collect::<Vec<_>>();
        let total: u64 = kinds.iter().map(|(_, count)| count).sum();
        vec![text(date.unwrap_or_default()), text(total.to_string()), text(words.join(", "))]
    };
    Ok(Table {
        title: "The last days",
        headings: &["Day (UTC)", "Entries", "Of which"],
        rows: by_day.iter().rev().map(row).collect(),
        empty: "Nothing was recorded in the last 30 days.",
        more: None,
    })
}

fn plain(kind: &str) -> String {
    kind.parse().map_or_else(|_| kind.to_owned(), |kind: Kind| kind.plain().to_owned())
}

fn newest(shard: &Shard, entries: &[EntryView], start: u64, each: bool) -> Table {
    let runs = entries.chunk_by(|a, b| !each && same(a, b)).rev();
    let shown: Vec<&[EntryView]> = runs.take(ROWS).collect();
    let first = shown.last().and_then(|run| run.first()).map_or(start, |entry| entry.index);
    Table {
        title: "What happened, the newest first",
        headings: &["Entry", "Minute (UTC)", "What happened", "About", "Opened for"],
        rows: shown.into_iter().map(run_row).collect(),
        empty: "There is nothing here.",
        more: (first > 0).then(|| format!("/ledger?year={}&before={first}&each={each}", shard.year)),
    }
}

/// Whether nothing that the list shows tells two entries apart.
fn same(a: &EntryView, b: &EntryView) -> bool {
    let shown = |entry: &EntryView| {
        (entry.leaf.kind.plain(), minute(entry.leaf.time), entry.leaf.tag.is_some(), entry.opening.is_some())
    };
    shown(a) == shown(b)
}

/// One entry leads to its proof; a run says how many there are and leads to each.
fn run_row(run: &[EntryView]) -> Vec<Cell> {
    let [first, .., last] = run else { return run.iter().flat_map(entry_row).collect() };
    let all = format!("/ledger?year={}&before={}&each=true", last.year, last.index + 1);
    let mut row = entry_row(last);
    row[0] = Cell::link(format!("{} to {}", first.index, last.index), all);
    row[2] = text(format!("{}, {} times", last.leaf.kind.plain(), run.len()));
    row
}

fn entry_row(entry: &EntryView) -> Vec<Cell> {
    let about = if entry.leaf.tag.is_some() { "a case" } else { "no case" };
    let mine = if entry.opening.is_some() { "your laboratory" } else { "" };
    vec![
        Cell::link(entry.index.to_string(), format!("/ledger/{}/{}", entry.year, entry.index)),
        text(minute(entry.leaf.time)),
        text(entry.leaf.kind.plain().to_owned()),
        text(about.to_owned()),
        text(mine.to_owned()),
    ]
}

fn facts(app: &Shared, shard: &Shard) -> Result<Vec<(&'static str, String)>, PageError> {
    Ok(vec![
        ("Log", shard.origin.clone()),
        ("Entries", shard.size.to_string()),
        ("Root", Hash::new(shard.root).to_string()),
        ("Key of the log", app.node.log_verifier(shard)?.to_string()),
        ("Witnesses", witnesses(shard).to_string()),
        ("State", if shard.is_frozen { "closed; a later year has begun".to_owned() } else { "open".to_owned() }),
    ])
}

/// `GET /ledger/verifier.html`: a page to keep, which checks proofs on its own.
pub async fn verifier() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"cairn-verifier.html\""),
    ];
    (headers, VERIFIER).into_response()
}

fn text(text: String) -> Cell {
    Cell { text, ..Cell::default() }
}

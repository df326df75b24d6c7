//! The ledger for people: what was done, how much of it, and the proof of each entry.

use super::frame::{Frame, Page, PageError};
use super::list::{Cell, ListPage, Table};
use crate::api::v1::ledger::{json, minute};
use crate::app::Shared;
use crate::person::SignedIn;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use cairn_ledger::cbor::Value;
use cairn_ledger::checkpoint::Checkpoint;
use cairn_ledger::hash::Hash;
use cairn_ledger::leaf::Kind;
use cairn_ledger::note::Note;
use cairn_ledger::receipt::Receipt;
use cairn_node::ledger::EntryView;
use cairn_store::ledger::shard::Shard;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Entries on a page.
const PAGE: u64 = 50;
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
    page.tables = vec![counts(&app).await?, newest(&shard, &entries, start)];
    page.facts = facts(&app, &shard)?;
    let other = app.node.shards().await?.into_iter().filter(|other| other.year != shard.year);
    page.links.extend(other.map(|other| (format!("Ledger of {}", other.year), format!("/ledger?year={}", other.year))));
    Ok(Page(page).into_response())
}

fn sentence(shard: &Shard) -> String {
    let entries = if shard.size == 1 { "1 entry".to_owned() } else { format!("{} entries", shard.size) };
    let signed = match witnesses(shard) {
        0 => "no witness has signed it yet".to_owned(),
        1 => format!("1 witness signed it at {} entries", shard.cosigned_size),
        n => format!("{n} witnesses signed it at {} entries", shard.cosigned_size),
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

fn newest(shard: &Shard, entries: &[EntryView], start: u64) -> Table {
    let row = |entry: &EntryView| {
        let link = format!("/ledger/{}/{}", entry.year, entry.index);
        let about = if entry.leaf.tag.is_some() { "a case" } else { "no case" };
        let mine = if entry.opening.is_some() { "your laboratory" } else { "" };
        vec![
            Cell { link: Some(link), ..text(entry.index.to_string()) },
            text(minute(entry.leaf.time)),
            text(entry.leaf.kind.plain().to_owned()),
            text(about.to_owned()),
            text(mine.to_owned()),
        ]
    };
    Table {
        title: "Entries, the newest first",
        headings: &["Entry", "Minute (UTC)", "What happened", "About", "Opened for"],
        rows: entries.iter().rev().map(row).collect(),
        empty: "There are none here.",
        more: (start > 0).then(|| format!("/ledger?year={}&before={start}", shard.year)),
    }
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

/// `GET /ledger/{year}/{entry}`: the entry; with `.tlog-proof` at the end, the file.
pub async fn entry(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path((year, entry)): Path<(i16, String)>,
) -> Result<Response, PageError> {
    let (number, is_file) = match entry.strip_suffix(".tlog-proof") {
        Some(number) => (number, true),
        None => (entry.as_str(), false),
    };
    let index = number.parse().map_err(|_| PageError::NotFound)?;
    let shard = app.node.shard(Some(year)).await?.ok_or(PageError::NotFound)?;
    let receipt = app.node.ledger_receipt(&shard, index, Some(person.viewer)).await?.ok_or(PageError::NotFound)?;
    if is_file {
        let name = format!("attachment; filename=\"{}-{index}.tlog-proof\"", shard.origin.replace('/', "-"));
        return Ok((
            [(header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)],
            receipt.to_string(),
        )
            .into_response());
    }
    let found =
        app.node.ledger_entries(&shard, index, 1, Some(person.viewer)).await?.pop().ok_or(PageError::NotFound)?;
    Ok(Page(entry_page(Frame::of(&app, &person, "ledger"), &shard, &found, &receipt)).into_response())
}

fn entry_page(frame: Frame, shard: &Shard, found: &EntryView, receipt: &Receipt) -> ListPage {
    let stated = Checkpoint::read(receipt.checkpoint.text()).ok();
    let size = stated.map_or(0, |checkpoint| checkpoint.size);
    let opened = if found.opening.is_some() { "" } else { " What it is about is another laboratory's, or was erased." };
    let kind = found.leaf.kind.plain();
    ListPage {
        frame,
        kicker: "Ledger".into(),
        title: format!("Entry {} of {}", found.index, shard.year),
        sentence: format!(
            "{kind}, in the minute of {}. The log holds this entry: {} hashes lead from it to the signed root over {size} entries.{opened}",
            minute(found.leaf.time),
            receipt.proof.len(),
        ),
        tables: vec![body_table(found), proof_table(receipt)],
        facts: vec![
            ("Log", shard.origin.clone()),
            ("Node", found.leaf.node.clone()),
            ("Tag of the case", found.leaf.tag.map_or_else(|| "no case".to_owned(), hex::encode)),
            ("Commitment", hex::encode(found.leaf.commitment)),
        ],
        links: vec![
            ("The proof as a file".into(), format!("/ledger/{}/{}.tlog-proof", shard.year, found.index)),
            ("The page that checks it without a network".into(), "/ledger/verifier.html".into()),
            ("All entries".into(), format!("/ledger?year={}", shard.year)),
        ],
        ..ListPage::default()
    }
}

fn body_table(found: &EntryView) -> Table {
    let body = found.opening.as_ref().and_then(|opening| Value::read(&opening.body).ok());
    let rows = match &body {
        Some(Value::Map(map)) => map.iter().map(|(key, value)| vec![text(key.clone()), text(words(value))]).collect(),
        _ => Vec::new(),
    };
    Table {
        title: "What it is about",
        headings: &["Field", "Value"],
        rows,
        empty: "Only the laboratory whose event it is may open it; an erased case opens to nobody.",
        more: None,
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        other => json(other).to_string(),
    }
}

fn proof_table(receipt: &Receipt) -> Table {
    let row =
        |(at, hash): (usize, &Hash)| vec![text((at + 1).to_string()), Cell { mono: true, ..text(hash.to_string()) }];
    Table {
        title: "The proof, from the entry to the root",
        headings: &["Step", "Hash beside the path"],
        rows: receipt.proof.iter().enumerate().map(row).collect(),
        empty: "The tree has this entry alone: it is the root.",
        more: None,
    }
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

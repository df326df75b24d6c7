//! One entry of the ledger: what it is about, as far as the reader may open it, and the proof that the log holds it.

use super::text;
use crate::api::v1::ledger::{json, minute};
use crate::app::Shared;
use crate::pages::frame::{Frame, Page, PageError};
use crate::pages::list::{Cell, ListPage, Table};
use crate::person::SignedIn;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use cairn_ledger::cbor::Value;
use cairn_ledger::checkpoint::Checkpoint;
use cairn_ledger::hash::Hash;
use cairn_ledger::receipt::Receipt;
use cairn_node::ledger::EntryView;
use cairn_store::ledger::shard::Shard;

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

//! A condition: what is said to cause it.

use super::frame::{Frame, Page, PageError};
use super::list::{Cell, ListPage, Table};
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::mark::Mark;
use crate::person::SignedIn;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use cairn_node::lookup::statement::StatementView;
use cairn_store::serial::StatementSerial;
use serde::Deserialize;

/// Statements on one page.
const ROWS: u32 = 200;

/// Where the page begins.
#[derive(Debug, Deserialize)]
pub struct From {
    /// The cursor of the page before.
    #[serde(default)]
    after: i64,
}

/// `GET /conditions/{name or identifier}`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(condition): Path<String>,
    Query(from): Query<From>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let (as_of, shown) = super::frame::moment(&app, &asked).await?;
    let after = StatementSerial::new(from.after);
    let mut found = app.node.condition_statements(&condition, as_of, after, ROWS + 1).await?;
    let known = app.node.reference().conditions();
    let known = known.find(&condition).or_else(|| known.named(&condition));
    if found.is_empty() && known.is_none() {
        return Err(PageError::NotFound);
    }
    let has_more = found.len() > ROWS as usize;
    found.truncate(ROWS as usize);
    let more = found
        .last()
        .filter(|_| has_more)
        .map(|last| asked.on(&format!("?after={}", last.statement.accession.serial())));
    let title = known.map_or(condition.as_str(), |known| known.label.as_str()).to_owned();
    let facts = known.map_or_else(Vec::new, |known| {
        let mut facts = vec![("Identifier", known.id.clone())];
        if !known.equivalents.is_empty() {
            facts.push(("The same elsewhere", known.equivalents.join(", ")));
        }
        facts
    });
    let sentence = match found.len() {
        0 => "No statement of this network names this condition.".to_owned(),
        1 => "One statement of this network names this condition.".to_owned(),
        n if has_more => format!("More than {n} statements of this network name this condition."),
        n => format!("{n} statements of this network name this condition."),
    };
    let table = Table {
        title: "Statements",
        headings: &["Class", "Variant", "Laboratory", "Last evaluated", "Version"],
        rows: found.iter().map(row).collect(),
        empty: "None yet. A statement that names the condition or one of its identifiers will stand here.",
        more,
    };
    let frame = Frame { as_of: shown, ..Frame::of(&app, &person, "") }.with_query(&title);
    Ok(Page(ListPage {
        frame,
        kicker: "Condition".to_owned(),
        title,
        sentence,
        tables: vec![table],
        facts,
        ..ListPage::default()
    })
    .into_response())
}

fn row(view: &StatementView) -> Vec<Cell> {
    let statement = &view.statement;
    let accession = statement.accession.to_string();
    vec![
        Cell::mark(Some(Mark::Short(statement.body.classification))),
        Cell::link(statement.expression.clone(), crate::address::variant(&statement.variant.to_string())).mono(),
        Cell::link(view.laboratory.name.clone(), format!("/laboratories/{}", view.laboratory.slug)),
        Cell::text(statement.body.last_evaluated.map(|date| date.to_string()).unwrap_or_default()),
        Cell::link(format!("{accession}.{}", statement.version), format!("/statements/{accession}")),
    ]
}

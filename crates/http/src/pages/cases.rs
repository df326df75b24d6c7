//! The cases of the reader's own laboratory.

use super::frame::{Frame, Page, PageError};
use super::list::{Cell, ListPage, Table};
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::SignedIn;
use crate::view::condition::ConditionView;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use cairn_node::lookup::case::CaseLine;
use cairn_store::serial::CaseSerial;
use serde::Deserialize;

/// Rows on a page.
const ROWS: u32 = 100;
/// The columns of [`row`].
pub(super) const HEADINGS: &[&str] = &["Case", "Diagnosis", "Recorded"];

/// Where the page begins.
#[derive(Debug, Deserialize)]
pub struct Cursor {
    /// The case before the first one shown.
    #[serde(default)]
    after: i64,
}

/// `GET /cases`
pub async fn list(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Query(cursor): Query<Cursor>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let (as_of, shown) = super::frame::moment(&app, &asked).await?;
    let mut cases = app.node.own_cases(person.viewer, None, as_of, CaseSerial::new(cursor.after), ROWS + 1).await?;
    let has_more = cases.len() > ROWS as usize;
    cases.truncate(ROWS as usize);
    let last = cases.last().filter(|_| has_more).map(|last| last.serial.number());
    let table = Table {
        title: "Cases",
        headings: HEADINGS,
        rows: cases.iter().map(row).collect(),
        empty: "None. Phenopackets and sheets with a column of cases bring them.",
        more: last.map(|last| asked.on(&format!("/cases?after={last}"))),
    };
    let page = ListPage {
        frame: Frame { as_of: shown, ..Frame::of(&app, &person, "") },
        kicker: "Your laboratory".to_owned(),
        title: "Cases".to_owned(),
        sentence: "In the order in which they were recorded, under your own pseudonyms; no other laboratory sees this \
                   list."
            .to_owned(),
        tables: vec![table],
        ..ListPage::default()
    };
    Ok(Page(page).into_response())
}

/// A case as a row of a list.
pub(super) fn row(line: &CaseLine) -> Vec<Cell> {
    let diagnosis = line.case.conditions.iter().find(|condition| condition.is_stated()).map(ConditionView::from);
    vec![
        Cell::link(line.case.local_id.clone(), format!("/cases/{}", line.id)),
        diagnosis.map_or_else(|| Cell::text("not recorded"), |condition| Cell::link(condition.name, condition.link)),
        Cell::text(line.recorded.strftime("%Y-%m-%d").to_string()),
    ]
}

//! The drafts of the reader's laboratory.

use super::{actor, when};
use crate::app::Shared;
use crate::mark::Mark;
use crate::pages::frame::{Frame, Page, PageError};
use crate::person::SignedIn;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use cairn_core::curation::State as DraftState;
use cairn_node::curation::DraftReport;
use cairn_store::account;
use cairn_store::curation::{DraftHead, Subject};
use cairn_store::serial::DraftSerial;
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::HashMap;

/// Drafts on one page.
const ROWS: u32 = 200;

#[derive(Template)]
#[template(path = "drafts.html")]
struct DraftsPage {
    frame: Frame,
    sentence: String,
    rows: Vec<DraftRow>,
    next: Option<String>,
}

/// A draft in a list.
pub(crate) struct DraftRow {
    pub link: String,
    pub name: String,
    pub kind: &'static str,
    pub condition: String,
    pub mark: Option<Mark>,
    pub state: String,
    pub conflicts: u32,
    pub guideline: String,
    pub changed: String,
    pub by: String,
}

/// Where the page begins.
#[derive(Debug, Default, Deserialize)]
pub struct Before {
    /// The moment and serial of the last draft of the page before, as `micros-serial`.
    #[serde(default)]
    before: String,
}

/// `GET /drafts`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Query(from): Query<Before>,
) -> Result<Response, PageError> {
    let actor = actor(&person);
    let mut heads = app.node.drafts(&actor, from.read(), ROWS + 1).await?;
    let has_more = heads.len() > ROWS as usize;
    heads.truncate(ROWS as usize);
    let mut reader = app.node.store().read().await?;
    let colleagues = account::list(&mut reader, Some(person.user.laboratory)).await?;
    let people: HashMap<_, _> = colleagues.into_iter().map(|one| (one.user.id, one.user.name)).collect();
    let next = heads
        .last()
        .filter(|_| has_more)
        .map(|(head, _)| format!("?before={}-{}", head.changed.as_microsecond(), head.serial.number()));
    let rows = heads.iter().map(|(head, name)| {
        let by = people.get(&head.changed_by).map_or("a former colleague", String::as_str);
        DraftRow::of(head, name, by)
    });
    Ok(Page(DraftsPage {
        frame: Frame::of(&app, &person, "drafts"),
        sentence: sentence(&heads),
        rows: rows.collect(),
        next,
    })
    .into_response())
}

impl Before {
    fn read(&self) -> Option<(Timestamp, DraftSerial)> {
        let (moment, serial) = self.before.split_once('-')?;
        let moment = Timestamp::from_microsecond(moment.parse().ok()?).ok()?;
        Some((moment, DraftSerial::new(serial.parse().ok()?)))
    }
}

impl DraftRow {
    pub(crate) fn of(head: &DraftHead, name: &str, by: &str) -> Self {
        let (link, kind) = match &head.subject {
            Subject::Variant(_) => (format!("/drafts/{}", head.id), "variant"),
            Subject::Gene(gene) => (format!("{}/validity/{}", crate::address::gene(gene), head.id), "gene and disease"),
        };
        Self {
            link,
            name: name.to_owned(),
            kind,
            condition: head.condition.clone(),
            mark: head.class.map(Mark::Short),
            state: state_words(head),
            conflicts: head.conflicts,
            guideline: head.guideline.clone(),
            changed: when(head.changed),
            by: by.to_owned(),
        }
    }
}

fn state_words(head: &DraftHead) -> String {
    let version = if head.round > 1 { format!(", version {}", head.round) } else { String::new() };
    let state = match (head.state, head.signatures) {
        (DraftState::Draft, 0) => "draft",
        (DraftState::Draft, _) => "signed once, waits for the second signature",
        (DraftState::Reviewed, _) => "reviewed, not shared",
        (DraftState::Shared, _) if head.network => "shared with the network",
        (DraftState::Shared, _) => "settled in the laboratory",
        (DraftState::Withdrawn, _) => "withdrawn",
    };
    format!("{state}{version}")
}

fn sentence(heads: &[(DraftHead, String)]) -> String {
    let count = |wanted: &dyn Fn(&DraftHead) -> bool| heads.iter().filter(|(head, _)| wanted(head)).count();
    let parts: Vec<String> = [
        (count(&|head| head.conflicts > 0), "hold two values that somebody must decide between"),
        (count(&|head| head.state == DraftState::Draft && head.signatures > 0), "wait for the second signature"),
        (count(&|head| head.state == DraftState::Reviewed), "are reviewed and not shared"),
        (count(&|head| head.state == DraftState::Draft && head.signatures == 0), "are being worked on"),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, words)| format!("{n} {words}"))
    .collect();
    match (heads.is_empty(), parts.is_empty()) {
        (true, _) => "Your laboratory has no draft.".to_owned(),
        (false, true) => "Nothing waits: every draft is shared or withdrawn.".to_owned(),
        (false, false) => format!("{}.", parts.join("; ")),
    }
}

/// How far a draft has come, for its own page.
pub(super) fn state_of(report: &DraftReport) -> String {
    state_words(&report.head)
}

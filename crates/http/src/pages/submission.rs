//! A submission: what became of its records, every problem, and what it brought.

use super::frame::{Frame, Page, PageError};
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::mark::Mark;
use crate::person::SignedIn;
use crate::view::{counts, problem};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use cairn_core::accession::Accession;
use cairn_core::problem::Problem;
use cairn_core::submission::{Channel, Submission};
use cairn_node::lookup::statement::StatementView;
use cairn_store::serial::StatementSerial;
use serde::Deserialize;

/// Problems and statements on one page; the API gives the rest.
const ROWS: u32 = 500;

#[derive(Template)]
#[template(path = "submission.html")]
struct SubmissionPage {
    frame: Frame,
    accession: String,
    /// When it was received, for a reader who has just sent it again.
    received_before: Option<String>,
    format: String,
    sentence: String,
    in_part: Option<String>,
    counts: Vec<(&'static str, u64)>,
    problems: Vec<Problem>,
    has_more_problems: bool,
    statements: Vec<BroughtRow>,
    has_more_statements: bool,
    facts: Vec<(&'static str, String)>,
}

struct BroughtRow {
    row: u64,
    mark: Mark,
    link: String,
    expression: String,
    accession: String,
    version: u32,
}

/// Whether the reader comes from sending the same file again.
#[derive(Debug, Deserialize)]
pub struct Again {
    #[serde(default)]
    repeated: bool,
}

/// `GET /submissions/{accession}`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(accession): Path<String>,
    Query(again): Query<Again>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let accession: Accession = accession.parse().map_err(|_| PageError::NotFound)?;
    let (node, viewer) = (&app.node, person.viewer);
    let (as_of, shown) = super::frame::moment(&app, &asked).await?;
    let report = node.submission_report(accession, as_of, viewer).await?.ok_or(PageError::NotFound)?;
    let problems = node.submission_problems(accession, as_of, viewer, 0, ROWS + 1).await?;
    let first = StatementSerial::new(0);
    let statements = node.submission_statements(accession, as_of, viewer, first, ROWS + 1).await?;
    let submission = &report.submission;
    let rows = ROWS as usize;
    let has_more_problems = problems.len() > rows;
    let mut problems: Vec<Problem> = problems.into_iter().take(rows).map(|(_, problem)| problem).collect();
    problem::worst_first(&mut problems);
    Ok(Page(SubmissionPage {
        frame: Frame { as_of: shown, ..Frame::of(&app, &person, "contribute") },
        accession: accession.to_string(),
        received_before: again.repeated.then(|| super::account::minute(&submission.received)),
        format: submission.format.clone(),
        sentence: counts::sentence(&submission.counts),
        counts: counts::rows(&submission.counts),
        // Of the first problems alone the number of rows would be too small.
        in_part: if has_more_problems { None } else { problem::in_part(&problems) },
        has_more_problems,
        problems,
        has_more_statements: statements.len() > rows,
        statements: statements.iter().take(rows).map(brought).collect(),
        facts: facts(submission, &report.public_key),
    })
    .into_response())
}

fn brought(view: &StatementView) -> BroughtRow {
    let statement = &view.statement;
    BroughtRow {
        row: view.row,
        mark: Mark::Short(statement.body.classification),
        link: crate::address::variant(&statement.variant.to_string()),
        expression: statement.expression.clone(),
        accession: statement.accession.to_string(),
        version: statement.version,
    }
}

fn facts(submission: &Submission, public_key: &str) -> Vec<(&'static str, String)> {
    let source = &submission.source;
    let mut facts = vec![
        ("Received", super::account::minute(&submission.received)),
        ("By", channel(submission.channel).to_owned()),
        ("Source", source.name.clone()),
    ];
    facts.extend(source.version.clone().map(|version| ("Its version", version)));
    facts.extend(source.file.clone().map(|file| ("File", file)));
    facts.push(("SHA-256", source.sha256.clone()));
    facts.push(("Signed with", public_key.to_owned()));
    facts
}

fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Command => "cairn import",
        Channel::Api => "the API",
        Channel::Page => "the contribute page",
        Channel::Watch => "a watched folder",
    }
}

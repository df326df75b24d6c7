//! Home: what needs me, and where to begin.

use super::contribute::{SubmissionRow, uploads};
use super::discordance::queue::Row as DiscordanceRow;
use super::frame::{Frame, Page, PageError};
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::SignedIn;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use cairn_core::decision::{Action, Resource};
use cairn_node::discordance::QueueFilter;

/// Submissions shown.
const LATEST: u32 = 8;
/// Differences shown.
const DIFFERENCES: u32 = 5;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    sentence: String,
    /// Files looked at and not imported: id, name.
    waiting: Vec<(String, String)>,
    /// Submissions of the laboratory that left records out.
    unfinished: usize,
    submissions: Vec<SubmissionRow>,
    /// The gravest differences in which the laboratory takes part.
    discordances: Vec<DiscordanceRow>,
    /// Where all of them are.
    queue: String,
    /// That the laboratory is not approved.
    standing: Option<String>,
    /// How complete the laboratory's sharing was when it was measured last.
    sharing: Option<String>,
    /// Where that is told in full.
    completeness: String,
}

/// `GET /`
pub async fn show(State(app): State<Shared>, SignedIn(person): SignedIn) -> Result<Response, PageError> {
    let as_of = app.node.as_of(None).await?;
    let submissions = app.node.own_submissions(person.viewer, as_of, None, LATEST).await?;
    let waiting = uploads(&app, &person).list().await?;
    let notices = app.node.open_notices(person.at.serial).await?;
    let unfinished = submissions.iter().filter(|submission| submission.counts.rejected > 0).count();
    let today = app.node.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let own = QueueFilter { laboratory: Some(person.at.serial), ..QueueFilter::default() };
    // What others say is not for a laboratory that is not approved.
    let most = if person.is_approved() { DIFFERENCES } else { 0 };
    let differing = app.node.discordances(&own, None, most).await?;
    let measured = match person.viewer.may(Action::Read, Resource::Sharing, person.at.serial) {
        true => app.node.measured(&person.at, today, 1).await?,
        false => Vec::new(),
    };
    Ok(Page(HomePage {
        discordances: differing
            .lines
            .iter()
            .map(|line| DiscordanceRow::of(line, today, &AsOfQuery::default()))
            .collect(),
        standing: person.at.standing.filter(|standing| !standing.may_share()).map(|standing| {
            format!("Your laboratory is {}, not approved: what others share is closed to it.", standing.label())
        }),
        sharing: measured.first().map(|one| format!("{}: {}", one.day, one.report.sentence)),
        completeness: format!("/laboratories/{}/sharing", person.laboratory().slug),
        queue: format!("/discordances?lab={}", person.laboratory().slug),
        frame: Frame::of(&app, &person, "home"),
        sentence: sentence(notices, waiting.len(), unfinished),
        waiting: waiting.into_iter().map(|upload| (upload.id, upload.file)).collect(),
        unfinished,
        submissions: submissions.iter().map(SubmissionRow::from).collect(),
    })
    .into_response())
}

fn sentence([high, medium, low]: [u64; 3], waiting: usize, unfinished: usize) -> String {
    let notices = match high + medium + low {
        0 => None,
        1 => Some("1 notice of alerts waits to be acknowledged".to_owned()),
        n => Some(format!("{n} notices of alerts wait to be acknowledged")),
    };
    let files = match waiting {
        0 => None,
        1 => Some("1 file waits for your decision".to_owned()),
        n => Some(format!("{n} files wait for your decision")),
    };
    let rows = match unfinished {
        0 => None,
        1 => Some("1 recent submission left records out".to_owned()),
        n => Some(format!("{n} recent submissions left records out")),
    };
    let needs: Vec<String> = notices.into_iter().chain(files).chain(rows).collect();
    if needs.is_empty() { "Nothing needs you.".to_owned() } else { format!("{}.", needs.join("; ")) }
}

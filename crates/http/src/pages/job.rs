//! How far the loading of a large file is.

use super::frame::{Frame, Page, PageError};
use crate::api::v1::jobs::state;
use crate::app::Shared;
use crate::person::SignedIn;
use crate::receive::mebibytes;
use crate::view::{counts, problem};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use cairn_core::id::JobId;
use cairn_core::problem::Problem;
use cairn_node::contribute::large::Load;

#[derive(Template)]
#[template(path = "job.html")]
struct JobPage {
    frame: Frame,
    id: String,
    file: String,
    format: Option<String>,
    sentence: String,
    is_under_way: bool,
    is_dry_run: bool,
    has_accepted: bool,
    counts: Vec<(&'static str, u64)>,
    submissions: Vec<String>,
    facts: Vec<(&'static str, String)>,
    problems: Vec<Problem>,
    problem_count: u64,
    has_more_problems: bool,
}

/// `GET /jobs/{id}`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id: JobId = id.parse().map_err(|_| PageError::NotFound)?;
    let load = app.node.load_report(id, person.viewer).await?.ok_or(PageError::NotFound)?;
    let state = state(&load);
    let is_under_way = matches!(state, "waiting" | "running");
    let sentence = sentence(&load, state);
    let facts = facts(&load, is_under_way);
    let Load { file, mut progress, .. } = load;
    problem::worst_first(&mut progress.problems);
    Ok(Page(JobPage {
        frame: Frame::of(&app, &person, "contribute"),
        id: id.to_string(),
        file: file.file.unwrap_or_else(|| "A file without a name".to_owned()),
        format: progress.format,
        sentence,
        is_under_way,
        is_dry_run: file.wish.dry_run,
        has_accepted: progress.accepted > 0,
        counts: counts::rows(&progress.counts),
        submissions: progress.submissions.iter().map(ToString::to_string).collect(),
        facts,
        has_more_problems: progress.problem_count > progress.problems.len() as u64,
        problem_count: progress.problem_count,
        problems: if is_under_way { Vec::new() } else { progress.problems },
    })
    .into_response())
}

fn sentence(load: &Load, state: &str) -> String {
    let progress = &load.progress;
    let records = match progress.counts.read {
        1 => "1 record".to_owned(),
        n => format!("{n} records"),
    };
    match state {
        "waiting" if progress.parts == 0 => "The file is kept and waits for its turn.".to_owned(),
        "waiting" => format!("Interrupted after {records}; it goes on by itself."),
        "running" if progress.parts == 0 => "The file is being read.".to_owned(),
        "running" => format!("Under way: {records} read so far."),
        "refused" => "Nothing in this file can be taken as it stands; the problems say why.".to_owned(),
        "failed" => "The node could not load the file; its log says why. What was taken before is kept.".to_owned(),
        _ if load.file.wish.dry_run => counts::forecast(&progress.counts),
        _ => counts::sentence(&progress.counts),
    }
}

fn facts(load: &Load, is_under_way: bool) -> Vec<(&'static str, String)> {
    let minute = super::account::minute;
    let mut facts = vec![("Sent", minute(&load.created)), ("Size", mebibytes(load.file.size))];
    facts.extend(load.finished.filter(|_| !is_under_way).map(|ended| ("Ended", minute(&ended))));
    facts.push(("Parts read", load.progress.parts.to_string()));
    facts.push(("SHA-256", load.file.sha256.clone()));
    facts
}

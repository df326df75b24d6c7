//! Contributing by hand: give a file, see what would happen, correct the columns, import.

use super::account::minute;
use super::frame::{Frame, Page, PageError};
use super::sign_in::Nothing;
use crate::app::{App, Shared};
use crate::cookie::Cookie;
use crate::form::OwnForm;
use crate::person::{Person, SignedIn};
use crate::receive::{ReceiveError, mebibytes};
use crate::uploads::{Upload, UploadError, Uploads};
use crate::view::{counts, problem};
use askama::Template;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::problem::Problem;
use cairn_core::submission::{Channel, Submission};
use cairn_node::contribute::{DateOrder, Field, MappedColumn, Mapping, Outcome, Request, SheetView};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::PathBuf;

/// Submissions listed.
const LISTED: u32 = 50;
/// Problems shown on one page.
const PROBLEMS: usize = 500;

#[derive(Template)]
#[template(path = "contribute.html")]
struct ContributePage {
    frame: Frame,
    may_contribute: bool,
    problem: Option<String>,
    waiting: Vec<(String, String, String)>,
    submissions: Vec<SubmissionRow>,
    laboratory_slug: String,
    largest: String,
    loads: Vec<(String, String)>,
}

/// A submission in a list.
pub(super) struct SubmissionRow {
    pub(super) accession: String,
    pub(super) file: String,
    pub(super) format: String,
    pub(super) received: String,
    pub(super) read: u64,
    pub(super) changed: u64,
    pub(super) rejected: u64,
}

impl From<&Submission> for SubmissionRow {
    fn from(submission: &Submission) -> Self {
        Self {
            accession: submission.accession.to_string(),
            file: submission.source.file.clone().unwrap_or_else(|| submission.source.name.clone()),
            format: submission.format.clone(),
            received: minute(&submission.received),
            read: submission.counts.read,
            changed: counts::changed(&submission.counts),
            rejected: submission.counts.rejected,
        }
    }
}

/// How a day and a month that could be either are read: code and words.
const DATE_ORDERS: &[(&str, &str)] = &[
    ("", "not stated: the date is left out, the row says so"),
    ("day-first", "day first: 8 October 2015"),
    ("month-first", "month first: 10 August 2015"),
];

/// On which build a bare position lies: code and words.
const BUILDS: &[(&str, &str)] =
    &[("", "not stated: the row says what is missing"), ("GRCh38", "GRCh38"), ("GRCh37", "GRCh37")];

fn order_code(order: DateOrder) -> &'static str {
    match order {
        DateOrder::DayFirst => "day-first",
        DateOrder::MonthFirst => "month-first",
    }
}

#[derive(Template)]
#[template(path = "upload.html")]
struct UploadPage {
    frame: Frame,
    id: String,
    file: String,
    format: String,
    sentence: String,
    in_part: Option<String>,
    is_saved: bool,
    is_settled: bool,
    columns: Vec<ColumnRow>,
    fields: &'static [Field],
    date_order: &'static str,
    assembly: String,
    counts: Vec<(&'static str, u64)>,
    problems: Vec<Problem>,
    has_more_problems: bool,
    can_import: bool,
}

#[derive(Template)]
#[template(path = "upload_large.html")]
struct LargeUploadPage {
    frame: Frame,
    id: String,
    file: String,
    size: String,
}

struct ColumnRow {
    index: usize,
    heading: String,
    samples: Vec<String>,
    field: Option<Field>,
    is_unsure: bool,
    reason: String,
}

/// `GET /contribute`
pub async fn show(State(app): State<Shared>, SignedIn(person): SignedIn) -> Result<Response, PageError> {
    page(&app, &person, None).await
}

async fn page(app: &App, person: &Person, problem: Option<String>) -> Result<Response, PageError> {
    let as_of = app.node.as_of(None).await?;
    let submissions = app.node.own_submissions(person.viewer, as_of, None, LISTED).await?;
    let waiting = uploads(app, person).list().await?;
    let loads = app.node.own_loads(person.viewer).await?;
    Ok(Page(ContributePage {
        frame: Frame::of(app, person, "contribute"),
        may_contribute: person.user.role.may_contribute(),
        problem,
        waiting: waiting.into_iter().map(|w| (w.id, w.file, minute(&w.received))).collect(),
        submissions: submissions.iter().map(SubmissionRow::from).collect(),
        laboratory_slug: person.laboratory().slug.clone(),
        largest: mebibytes(app.settings.largest_upload),
        loads: loads.into_iter().map(|(job, file)| (job.to_string(), file.unwrap_or_default())).collect(),
    })
    .into_response())
}

/// `POST /contribute`: takes a file to look at.
pub async fn upload(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    headers: HeaderMap,
    mut parts: Multipart,
) -> Result<Response, PageError> {
    may_contribute(&person)?;
    let cookie = Cookie::Session.read(&headers, app.settings.over_tls).ok_or(PageError::StaleForm)?;
    let mut is_ours = false;
    loop {
        let part = parts.next_field().await.map_err(|why| PageError::NotUnderstood(why.body_text()))?;
        let Some(part) = part else {
            return page(&app, &person, Some("Choose a file first.".to_owned())).await;
        };
        match part.name() {
            Some("csrf") => {
                let sent = part.text().await.map_err(|why| PageError::NotUnderstood(why.body_text()))?;
                is_ours = cookie.accepts_form(&sent);
            }
            _ if !is_ours => return Err(PageError::StaleForm),
            Some("file") if part.file_name().is_some_and(|name| !name.is_empty()) => {
                let id = (app.node.world().random)();
                return match uploads(&app, &person).keep(id, part, app.settings.largest_upload, app.node.now()).await {
                    Ok(upload) => Ok(Redirect::to(&format!("/contribute/{}", upload.id)).into_response()),
                    Err(UploadError::Disk(error) | UploadError::Receive(ReceiveError::Disk(error))) => {
                        Err(PageError::failed(&error))
                    }
                    Err(UploadError::Receive(why @ ReceiveError::TooLarge(_))) => {
                        let told = page(&app, &person, Some(sentence(&why.to_string()))).await?;
                        Ok((StatusCode::PAYLOAD_TOO_LARGE, told).into_response())
                    }
                    Err(why) => page(&app, &person, Some(sentence(&why.to_string()))).await,
                };
            }
            _ => {}
        }
    }
}

/// Whether the columns were just saved.
#[derive(Debug, Deserialize)]
pub struct Saved {
    #[serde(default)]
    saved: bool,
}

/// `GET /contribute/{id}`: what would happen.
pub async fn look(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(id): Path<String>,
    Query(saved): Query<Saved>,
) -> Result<Response, PageError> {
    let (upload, _) = uploads(&app, &person).find(&id).await.ok_or(PageError::NotFound)?;
    if upload.size > app.settings.at_once {
        let frame = Frame::of(&app, &person, "contribute");
        let size = mebibytes(upload.size);
        return Ok(Page(LargeUploadPage { frame, id, file: upload.file, size }).into_response());
    }
    let (upload, bytes) = uploads(&app, &person).open(&id).await?.ok_or(PageError::NotFound)?;
    let outcome = app.forecasts.of(&app.node, &id, request(&person, upload.file.clone(), bytes, true)).await?;
    if let (true, Some(accession)) = (outcome.is_repeated, outcome.accession) {
        // The same file was imported before; what became of it is the answer.
        uploads(&app, &person).remove(&id).await?;
        return Ok(Redirect::to(&format!("/submissions/{accession}?repeated=true")).into_response());
    }
    let frame = Frame::of(&app, &person, "contribute");
    Ok(Page(upload_page(frame, id, upload.file, outcome, saved.saved)).into_response())
}

fn upload_page(frame: Frame, id: String, file: String, mut outcome: Outcome, is_saved: bool) -> UploadPage {
    problem::worst_first(&mut outcome.problems);
    let sheet = outcome.sheet.as_ref();
    UploadPage {
        frame,
        id,
        file,
        sentence: match outcome.accepted() {
            0 => "Nothing in this file can be taken as it stands; the problems below say why.".to_owned(),
            _ => counts::forecast(&outcome.counts),
        },
        in_part: problem::in_part(&outcome.problems),
        format: outcome.format.clone(),
        is_saved,
        is_settled: sheet.is_some_and(|sheet| sheet.is_settled),
        columns: sheet.map(columns).unwrap_or_default(),
        fields: Field::ALL,
        date_order: sheet.and_then(|sheet| sheet.mapping.settings.date_order).map_or("", order_code),
        assembly: sheet.and_then(|sheet| sheet.mapping.settings.assembly.clone()).unwrap_or_default(),
        counts: counts::rows(&outcome.counts),
        can_import: outcome.accepted() > 0,
        has_more_problems: outcome.problems.len() > PROBLEMS,
        problems: outcome.problems.into_iter().take(PROBLEMS).collect(),
    }
}

fn columns(sheet: &SheetView) -> Vec<ColumnRow> {
    let row = |(index, column): (usize, &MappedColumn)| {
        let cells = sheet.preview.iter().filter_map(|(_, cells)| cells.get(index));
        let filled = cells.filter(|cell| !cell.trim().is_empty());
        ColumnRow {
            index,
            heading: column.heading.clone(),
            samples: filled.take(3).map(|cell| cell.chars().take(60).collect()).collect(),
            field: column.field,
            is_unsure: !sheet.is_settled && column.confidence < 70,
            reason: column.reasons.join("; "),
        }
    };
    sheet.mapping.columns.iter().enumerate().map(row).collect()
}

/// `POST /contribute/{id}/columns`: keeps what the columns mean, for the laboratory.
pub async fn save_columns(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(id): Path<String>,
    OwnForm(sent): OwnForm<HashMap<String, String>>,
) -> Result<Response, PageError> {
    may_contribute(&person)?;
    let (upload, bytes) = uploads(&app, &person).open(&id).await?.ok_or(PageError::NotFound)?;
    let outcome = app.forecasts.of(&app.node, &id, request(&person, upload.file.clone(), bytes, true)).await?;
    let sheet = outcome.sheet.ok_or(PageError::NotFound)?;
    let mapping = corrected(sheet.mapping, &sent);
    let headings: Vec<String> = mapping.columns.iter().map(|column| column.heading.clone()).collect();
    app.node.save_mapping(person.at.serial, &upload.file, &headings, &mapping).await?;
    Ok(Redirect::to(&format!("/contribute/{id}?saved=true")).into_response())
}

/// The mapping with what the person chose for each column.
fn corrected(mut mapping: Mapping, sent: &HashMap<String, String>) -> Mapping {
    for at in 0..mapping.columns.len() {
        if let Some(code) = sent.get(&format!("column-{at}")) {
            mapping.set(at, Field::ALL.iter().copied().find(|field| field.code() == code));
        }
    }
    if let Some(code) = sent.get("date-order") {
        let orders = [DateOrder::DayFirst, DateOrder::MonthFirst];
        mapping.settings.date_order = orders.into_iter().find(|order| order_code(*order) == code);
    }
    if let Some(build) = sent.get("assembly") {
        mapping.settings.assembly =
            BUILDS.iter().map(|(code, _)| (*code).to_owned()).find(|code| !code.is_empty() && code == build);
    }
    mapping
}

/// How a large file is to be taken.
#[derive(Debug, Deserialize)]
pub struct ImportWish {
    #[serde(default)]
    dry_run: bool,
}

/// `POST /contribute/{id}/import`
pub async fn import(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(id): Path<String>,
    OwnForm(wish): OwnForm<ImportWish>,
) -> Result<Response, PageError> {
    may_contribute(&person)?;
    let uploads = uploads(&app, &person);
    let (upload, path) = uploads.find(&id).await.ok_or(PageError::NotFound)?;
    if upload.size > app.settings.at_once {
        return import_later(&app, &person, upload, path, wish.dry_run).await;
    }
    let (upload, bytes) = uploads.open(&id).await?.ok_or(PageError::NotFound)?;
    let outcome = app.node.contribute(request(&person, upload.file, bytes, false)).await?;
    let Some(accession) = outcome.accession else {
        return Ok(Redirect::to(&format!("/contribute/{id}")).into_response());
    };
    uploads.remove(&id).await?;
    Ok(Redirect::to(&format!("/submissions/{accession}")).into_response())
}

/// Lets a job load a large file; one that is only looked at goes on waiting for the decision.
async fn import_later(
    app: &App,
    person: &Person,
    upload: Upload,
    path: PathBuf,
    dry_run: bool,
) -> Result<Response, PageError> {
    let job = app.node.load_later(path, request(person, upload.file, Vec::new(), dry_run)).await?;
    if !dry_run {
        uploads(app, person).remove(&upload.id).await?;
    }
    Ok(Redirect::to(&format!("/jobs/{job}")).into_response())
}

/// `POST /contribute/{id}/discard`
pub async fn discard(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(id): Path<String>,
    OwnForm(_): OwnForm<Nothing>,
) -> Result<Response, PageError> {
    uploads(&app, &person).remove(&id).await?;
    Ok(Redirect::to("/contribute").into_response())
}

pub(super) fn uploads(app: &App, person: &Person) -> Uploads {
    Uploads::of(app.node.folder().path(), person.user.id)
}

/// A message as a sentence.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn may_contribute(person: &Person) -> Result<(), PageError> {
    if person.user.role.may_contribute() {
        return Ok(());
    }
    let who = "Clinical scientists, laboratory heads and curators contribute for their laboratory.";
    Err(PageError::NotAllowed(who.to_owned()))
}

fn request(person: &Person, file: String, bytes: Vec<u8>, dry_run: bool) -> Request {
    Request {
        laboratory: person.at.clone(),
        user: Some(person.user.id),
        channel: Channel::Page,
        file: Some(file),
        bytes,
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run,
        strict: false,
    }
}

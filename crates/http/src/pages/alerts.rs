//! Alerts: the inbox of a laboratory, one notice, and what it wants to be told.

use super::account::minute;
use super::frame::{Frame, Page, PageError};
use crate::address;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::form::OwnForm;
use crate::person::{Person, SignedIn};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::alert::{Trigger, Urgency};
use cairn_core::id::NoticeId;
use cairn_node::alert::inbox::{NoticeAlert, NoticeFilter, NoticeReport};
use cairn_store::alert::RecordedNotice;
use cairn_store::serial::NoticeSerial;
use jiff::Timestamp;
use serde::Deserialize;

/// Notices on one page.
const NOTICES: u32 = 50;
/// Alerts of a notice on one page.
const ALERTS: u32 = 100;

/// What the address of the inbox asks for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    cause: String,
    #[serde(default)]
    urgency: String,
    #[serde(default)]
    before: Option<i64>,
}

#[derive(Template)]
#[template(path = "alerts.html")]
struct InboxPage {
    frame: Frame,
    sentence: String,
    state: String,
    cause: String,
    urgency: String,
    rows: Vec<NoticeRow>,
    more: Option<String>,
}

/// A notice as the inbox shows it.
struct NoticeRow {
    id: String,
    urgency: Urgency,
    cause: &'static str,
    subject: String,
    sentence: String,
    alerts: u64,
    since: String,
    due: String,
    state: &'static str,
}

/// `GET /alerts`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Query(asked): Query<Asked>,
    Query(on): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let (as_of, shown) = super::frame::moment(&app, &on).await?;
    let then = on.moment().ok().flatten();
    let filter = NoticeFilter {
        only_open: asked.state != "all" && then.is_none(),
        cause: Trigger::from_code(&asked.cause),
        urgency: Urgency::from_code(&asked.urgency),
    };
    let (node, laboratory) = (&app.node, person.at.serial);
    let before = asked.before.map(NoticeSerial::new);
    let mut notices = node.notices(laboratory, filter, as_of, before, NOTICES + 1).await?;
    let has_more = notices.len() > NOTICES as usize;
    notices.truncate(NOTICES as usize);
    let more = notices.last().filter(|_| has_more).map(|last| {
        let Asked { state, cause, urgency, .. } = &asked;
        on.on(&format!("/alerts?state={state}&cause={cause}&urgency={urgency}&before={}", last.serial.number()))
    });
    let mut rows = Vec::new();
    for notice in &mut notices {
        as_it_stood(notice, then);
        let first = node.notice(notice.id, person.viewer, 0, 1).await?;
        rows.push(row(notice, first.as_ref()));
    }
    let sentence = match &shown {
        Some(day) => format!("What your laboratory had been told of up to {day}, and what had become of it then."),
        None => sentence(node.open_notices(laboratory).await?),
    };
    let frame = Frame { as_of: shown, ..Frame::of(&app, &person, "alerts") };
    let Asked { state, cause, urgency, .. } = asked;
    Ok(Page(InboxPage { frame, sentence, state, cause, urgency, rows, more }).into_response())
}

fn sentence([high, medium, low]: [u64; 3]) -> String {
    let of = |count: u64, word: &str| (count > 0).then(|| format!("{count} {word}"));
    let parts: Vec<String> = [of(high, "high"), of(medium, "medium"), of(low, "low")].into_iter().flatten().collect();
    match high + medium + low {
        0 => "Nothing waits to be acknowledged.".to_owned(),
        1 => format!("1 notice waits to be acknowledged: {}.", parts.join(", ")),
        n => format!("{n} notices wait to be acknowledged: {}.", parts.join(", ")),
    }
}

fn row(notice: &RecordedNotice, first: Option<&NoticeReport>) -> NoticeRow {
    let first = first.and_then(|report| report.alerts.first());
    NoticeRow {
        id: notice.id.to_string(),
        urgency: notice.urgency,
        cause: notice.cause.label(),
        subject: first.map(subject).unwrap_or_default(),
        sentence: first.map(|inside| inside.alert.story.sentence.clone()).unwrap_or_default(),
        alerts: notice.alerts,
        since: notice.recorded.strftime("%Y-%m-%d").to_string(),
        due: notice.due.strftime("%Y-%m-%d").to_string(),
        state: state(notice),
    }
}

/// Takes away what happened to a notice later than the moment looked back to.
fn as_it_stood(notice: &mut RecordedNotice, then: Option<Timestamp>) {
    let Some(then) = then else { return };
    notice.acknowledged = notice.acknowledged.filter(|moment| *moment <= then);
    notice.escalated = notice.escalated.filter(|moment| *moment <= then);
}

fn state(notice: &RecordedNotice) -> &'static str {
    match (notice.acknowledged, notice.escalated) {
        (Some(_), _) => "acknowledged",
        (None, Some(_)) => "overdue",
        (None, None) => "open",
    }
}

fn subject(inside: &NoticeAlert) -> String {
    let variant = inside.alert.variant.as_ref().map(|(_, label)| label.clone());
    let other = || inside.alert.gene.clone().or_else(|| inside.alert.story.subject.clone());
    variant.or_else(other).unwrap_or_else(|| "This node".to_owned())
}

#[derive(Template)]
#[template(path = "notice.html")]
struct NoticePage {
    frame: Frame,
    id: String,
    title: String,
    sentence: String,
    is_open: bool,
    rows: Vec<AlertRow>,
    more: Option<String>,
    /// The notice to look at after this one.
    next: Option<String>,
    facts: Vec<(&'static str, String)>,
    /// Who or what, when, which words.
    history: Vec<(String, String, String)>,
}

/// An alert as its notice shows it.
struct AlertRow {
    urgency: Urgency,
    subject: String,
    link: Option<String>,
    sentence: String,
    why: Vec<String>,
    concerned: String,
    reasons: String,
    /// Cases of the laboratory's: link and what may be done.
    cases: Vec<(String, &'static str)>,
    statements: Vec<String>,
}

/// Where a page of a notice begins.
#[derive(Debug, Default, Deserialize)]
pub struct From {
    #[serde(default)]
    from: u32,
}

/// `GET /alerts/{id}`
pub async fn notice(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(id): Path<String>,
    Query(From { from }): Query<From>,
) -> Result<Response, PageError> {
    let id: NoticeId = id.parse().map_err(|_| PageError::NotFound)?;
    let report = app.node.notice(id, person.viewer, from, ALERTS).await?.ok_or(PageError::NotFound)?;
    let notice = &report.notice;
    let next = next(&app, &person, id).await?;
    let shown = u64::from(from) + report.alerts.len() as u64;
    let many = if notice.alerts == 1 { "1 alert".to_owned() } else { format!("{} alerts", notice.alerts) };
    let day = notice.recorded.strftime("%Y-%m-%d");
    let told = match state(notice) {
        "acknowledged" => "Somebody has seen to it.",
        "overdue" => "Nobody acknowledged it in time.",
        _ => "It waits to be acknowledged.",
    };
    Ok(Page(NoticePage {
        frame: Frame::of(&app, &person, "alerts"),
        id: id.to_string(),
        title: format!("{}: {many} of {day}", capital(notice.cause.label())),
        sentence: told.to_owned(),
        is_open: notice.acknowledged.is_none(),
        rows: report.alerts.iter().map(alert_row).collect(),
        more: (shown < notice.alerts).then(|| format!("/alerts/{id}?from={shown}")),
        next,
        facts: facts(notice),
        history: report.events.iter().map(event).collect(),
    })
    .into_response())
}

/// The newest other notice that waits.
async fn next(app: &Shared, person: &Person, shown: NoticeId) -> Result<Option<String>, PageError> {
    let filter = NoticeFilter { only_open: true, ..NoticeFilter::default() };
    let as_of = app.node.as_of(None).await?;
    let waiting = app.node.notices(person.at.serial, filter, as_of, None, 2).await?;
    Ok(waiting.iter().find(|notice| notice.id != shown).map(|notice| format!("/alerts/{}", notice.id)))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn facts(notice: &RecordedNotice) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("Urgency", notice.urgency.label().to_owned()),
        ("Recorded", minute(&notice.recorded)),
        ("To be acknowledged by", notice.due.strftime("%Y-%m-%d").to_string()),
    ];
    facts.extend(notice.acknowledged.map(|moment| ("Acknowledged", minute(&moment))));
    facts.extend(notice.escalated.map(|moment| ("Escalated", minute(&moment))));
    facts
}

fn event(event: &cairn_store::alert::NoticeEvent) -> (String, String, String) {
    let who = event.by.clone().unwrap_or_else(|| "the node".to_owned());
    let what = event.what.replace('_', " ");
    (format!("{what} by {who}"), minute(&event.moment), event.note.clone())
}

fn alert_row(inside: &NoticeAlert) -> AlertRow {
    let story = &inside.alert.story;
    let statements = story.statements.iter().map(|news| format!("{}.{}", news.accession, news.version));
    let mut why: Vec<String> = story.reason.iter().map(|reason| capital(reason) + ".").collect();
    why.extend(story.effects.iter().map(|effect| capital(effect) + "."));
    AlertRow {
        urgency: inside.alert.urgency,
        subject: subject(inside),
        link: match (&inside.alert.variant, &inside.alert.gene) {
            (Some((id, _)), _) => Some(address::variant(&id.to_string())),
            (None, Some(gene)) => Some(address::gene(gene)),
            // `Seizure (HP:0001250)` has a page of its own.
            _ => story.subject.as_ref().and_then(|subject| hpo(subject)).map(|term| format!("/phenotypes/{term}")),
        },
        sentence: story.sentence.clone(),
        why,
        concerned: story.concerned.join("; "),
        reasons: inside.reasons.join(", "),
        cases: inside.cases.iter().map(|(case, may)| (format!("/cases/{case}"), may.label())).collect(),
        statements: statements.collect(),
    }
}

/// The identifier in `Seizure (HP:0001250)`.
fn hpo(subject: &str) -> Option<&str> {
    let at = subject.find("HP:")?;
    subject[at..].split(')').next()
}

/// What the form of a notice brings.
#[derive(Debug, Deserialize)]
pub struct Acknowledged {
    #[serde(default)]
    note: String,
}

/// `POST /alerts/{id}/acknowledge`
pub async fn acknowledge(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(id): Path<String>,
    OwnForm(sent): OwnForm<Acknowledged>,
) -> Result<Response, PageError> {
    let notice: NoticeId = id.parse().map_err(|_| PageError::NotFound)?;
    let Person { user, viewer, .. } = &person;
    let note: String = sent.note.chars().take(2_000).collect();
    let done = app.node.acknowledge(notice, *viewer, (user.id, &user.name), &note).await?;
    done.ok_or(PageError::NotFound)?;
    Ok(Redirect::to(&format!("/alerts/{notice}")).into_response())
}

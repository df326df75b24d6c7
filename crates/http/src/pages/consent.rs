//! What a person agreed to, on the page of their case; and the emergency door.

use super::frame::{Frame, Page, PageError};
use crate::app::Shared;
use crate::form::OwnForm;
use crate::person::{Person, SignedIn};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::consent::{Consent, Scope, State as ConsentState};
use cairn_core::decision::{Action, Resource};
use cairn_core::id::{BreakGlassId, CaseId};
use cairn_node::NodeError;
use cairn_node::access::{BreakGlassRequest, DecisionLine};
use cairn_node::consent::{AskedConsent, AskedScope};
use cairn_store::break_glass::BreakGlass;
use serde::Deserialize;

/// The consent of a case as its page shows it.
#[derive(Debug, Clone, Default)]
pub struct ConsentView {
    /// The state, first and in a sentence.
    pub sentence: String,
    /// Whether something can be narrowed or withdrawn.
    pub is_in_force: bool,
    /// Whether it was withdrawn.
    pub is_withdrawn: bool,
    /// What the person wants for their own care.
    pub wishes: String,
    /// Version, day, what was recorded, with which scopes; the newest first.
    pub history: Vec<(u32, String, &'static str, String)>,
    /// Whether the reader may record a step.
    pub may_record: bool,
    /// When, outcome, who asked in words, why, and the id of the decision; for who reviews.
    pub decisions: Vec<(String, String, String, String, String)>,
}

/// The consent of a case; `None` when the reader may not see it.
pub async fn view(app: &Shared, person: &Person, id: CaseId) -> Result<Option<ConsentView>, PageError> {
    let Some(history) = app.node.consent_history(id, person.viewer).await? else { return Ok(None) };
    let today = app.node.today();
    let current = history.last().map_or_else(Consent::none, |last| last.consent.clone());
    let state = current.state(today);
    let scopes = |consent: &Consent| consent.scopes.iter().map(Scope::label).collect::<Vec<_>>().join("; ");
    let decisions = app.node.decisions_of_case(id, person.viewer).await?;
    Ok(Some(ConsentView {
        sentence: format!("{}.", current.sentence(today)),
        is_in_force: matches!(state, ConsentState::Given | ConsentState::Narrowed),
        is_withdrawn: state == ConsentState::Withdrawn,
        wishes: format!(
            "Being looked at again: {}; being told: {}; findings that were not looked for: {}.",
            current.reanalysis.label(),
            current.recontact.label(),
            current.secondary_findings.label()
        ),
        history: history
            .iter()
            .rev()
            .map(|one| {
                let day = one.recorded.strftime("%Y-%m-%d").to_string();
                (one.version, day, one.consent.standing.label(), scopes(&one.consent))
            })
            .collect(),
        may_record: person.viewer.may(Action::Create, Resource::Consent, person.at.serial),
        decisions: decisions.iter().map(decision_line).collect(),
    }))
}

fn decision_line(kept: &cairn_store::decision::KeptDecision) -> (String, String, String, String, String) {
    let line = DecisionLine::from(kept);
    let who = format!("{}, {}", line.role, line.purpose);
    (line.made.strftime("%Y-%m-%d %H:%M").to_string(), line.outcome, who, line.reason, line.id.to_string())
}

/// What the form of a consent brings.
#[derive(Debug, Deserialize)]
pub struct ConsentForm {
    #[serde(default)]
    scopes: String,
    #[serde(default)]
    document: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    reanalysis: String,
    #[serde(default)]
    recontact: String,
}

fn read_scopes(text: &str) -> Result<Vec<AskedScope>, PageError> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| AskedScope::read(line).map_err(refused)).collect()
}

/// What a node refuses to do as asked, said to the person.
fn refused(error: NodeError) -> PageError {
    match error {
        NodeError::Refused(why) => PageError::NotUnderstood(why),
        NodeError::UnknownLaboratory(_) => PageError::NotUnderstood(error.to_string()),
        other => PageError::failed(&other),
    }
}

/// `POST /cases/{id}/consent/{step}`: give, narrow or withdraw.
pub async fn step(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path((id, step)): Path<(String, String)>,
    OwnForm(sent): OwnForm<ConsentForm>,
) -> Result<Response, PageError> {
    let id: CaseId = id.parse().map_err(|_| PageError::NotFound)?;
    let action = match step.as_str() {
        "give" => Action::Create,
        "narrow" => Action::Change,
        "withdraw" => Action::Withdraw,
        _ => return Err(PageError::NotFound),
    };
    if !person.viewer.may(action, Resource::Consent, person.at.serial) {
        let who = "Clinicians, clinical scientists, curators and the laboratory head record consents.";
        return Err(PageError::NotAllowed(who.to_owned()));
    }
    let user = Some(person.user.id);
    let done = match action {
        Action::Create => {
            let asked = AskedConsent {
                scopes: read_scopes(&sent.scopes)?,
                document_sha256: Some(sent.document),
                language: Some(sent.language),
                reanalysis: Some(sent.reanalysis),
                recontact: Some(sent.recontact),
                ..AskedConsent::default()
            };
            let consent = app.node.read_consent(&asked, user).await.map_err(refused)?;
            app.node.give_consent(&person.at, id, consent).await
        }
        Action::Change => {
            let scopes = app.node.read_scopes(&read_scopes(&sent.scopes)?).await.map_err(refused)?;
            app.node.narrow_consent(&person.at, id, scopes, user).await
        }
        _ => app.node.withdraw_consent(&person.at, id, user).await,
    };
    done.map_err(refused)?.ok_or(PageError::NotFound)?;
    Ok(Redirect::to(&format!("/cases/{id}#consent")).into_response())
}

#[derive(Template)]
#[template(path = "break_glass.html")]
struct BreakGlassPage {
    frame: Frame,
    case: String,
    reason: String,
    problem: Option<String>,
}

/// What the address of the emergency page brings.
#[derive(Debug, Default, Deserialize)]
pub struct ForCase {
    #[serde(default)]
    case: String,
}

/// `GET /break-glass`
pub async fn break_glass(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Query(asked): Query<ForCase>,
) -> Result<Response, PageError> {
    let frame = Frame::of(&app, &person, "");
    Ok(Page(BreakGlassPage { frame, case: asked.case, reason: String::new(), problem: None }).into_response())
}

/// What the form of an emergency brings.
#[derive(Debug, Deserialize)]
pub struct Emergency {
    case: String,
    reason: String,
    minutes: u32,
}

/// `POST /break-glass`
pub async fn broken(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    OwnForm(sent): OwnForm<Emergency>,
) -> Result<Response, PageError> {
    const ABSENT: &str = "there is no such case, or your role may not open it";
    let problem = match sent.case.trim().parse() {
        Err(_) => "the id of a case has 32 hexadecimal digits; its laboratory tells it".to_owned(),
        Ok(case) => {
            let asked = BreakGlassRequest { case, reason: sent.reason.clone(), minutes: sent.minutes };
            match app.node.break_glass(&asked, person.viewer).await {
                Ok(Some((id, _))) => return Ok(Redirect::to(&format!("/cases/{id}")).into_response()),
                Ok(None) => ABSENT.to_owned(),
                Err(NodeError::Refused(why)) => why,
                Err(other) => return Err(PageError::failed(&other)),
            }
        }
    };
    let frame = Frame::of(&app, &person, "");
    let page = BreakGlassPage { frame, case: sent.case, reason: sent.reason, problem: Some(problem) };
    Ok(Page(page).into_response())
}

#[derive(Template)]
#[template(path = "reviews.html")]
struct ReviewsPage {
    frame: Frame,
    sentence: String,
    accesses: Vec<AccessRow>,
}

struct AccessRow {
    id: String,
    case: (String, String),
    who: String,
    reason: String,
    when: String,
    is_open: bool,
    is_late: bool,
    outcome: Option<String>,
}

/// `GET /reviews`: emergency accesses to the laboratory's cases, for who reviews them.
pub async fn reviews(State(app): State<Shared>, SignedIn(person): SignedIn) -> Result<Response, PageError> {
    if !person.viewer.may(Action::List, Resource::BreakGlass, person.at.serial) {
        let who = "The data-access approver and the laboratory head review emergency accesses.";
        return Err(PageError::NotAllowed(who.to_owned()));
    }
    let found = app.node.emergency_accesses(person.viewer).await?;
    let now = app.node.now();
    let row = |one: &BreakGlass| AccessRow {
        id: one.id.to_string(),
        case: (format!("/cases/{}", one.case_id), one.local_id.clone()),
        who: one.name.clone().unwrap_or_else(|| "an account that is gone".to_owned()),
        reason: one.reason.clone(),
        when: format!("{} to {}", one.begins.strftime("%Y-%m-%d %H:%M"), one.ends.strftime("%H:%M UTC")),
        is_open: one.ends > now,
        is_late: one.reviewed.is_none() && now.duration_since(one.begins).as_hours() >= 7 * 24,
        outcome: one.verdict.as_ref().map(|verdict| {
            let note = one.note.as_deref().unwrap_or_default();
            format!("{}{}{note}", verdict.replace('_', " "), if note.is_empty() { "" } else { ": " })
        }),
    };
    let rows: Vec<AccessRow> = found.iter().map(row).collect();
    let waiting = rows.iter().filter(|row| row.outcome.is_none()).count();
    let late = rows.iter().filter(|row| row.is_late).count();
    let sentence = match (waiting, late) {
        (0, _) => "No emergency access waits to be reviewed.".to_owned(),
        (n, 0) => format!("{n} emergency access{} to be reviewed.", if n == 1 { " waits" } else { "es wait" }),
        (n, late) => format!(
            "{n} emergency access{} to be reviewed, {late} for more than 7 days.",
            if n == 1 { " waits" } else { "es wait" }
        ),
    };
    Ok(Page(ReviewsPage { frame: Frame::of(&app, &person, ""), sentence, accesses: rows }).into_response())
}

/// What the form of a review brings.
#[derive(Debug, Deserialize)]
pub struct Review {
    verdict: String,
    #[serde(default)]
    note: String,
}

/// `POST /reviews/{id}`
pub async fn review(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(id): Path<String>,
    OwnForm(sent): OwnForm<Review>,
) -> Result<Response, PageError> {
    let id: BreakGlassId = id.parse().map_err(|_| PageError::NotFound)?;
    let is_justified = sent.verdict == "justified";
    let done = app.node.review_emergency_access(id, person.viewer, is_justified, &sent.note).await?;
    if done { Ok(Redirect::to("/reviews").into_response()) } else { Err(PageError::NotFound) }
}

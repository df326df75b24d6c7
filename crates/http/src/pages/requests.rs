//! Data-access requests: a researcher asks, the laboratory whose cases they are decides.

mod asked;

use super::frame::{Frame, Page, PageError};
use crate::app::Shared;
use crate::form::OwnForm;
use crate::person::{Person, SignedIn};
use askama::Template;
use asked::{Asked, PURPOSES, stated};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::access_request::RequestState;
use cairn_core::data_use::PurposeKind;
use cairn_core::decision::{Action, Resource};
use cairn_core::id::AccessRequestId;
use cairn_core::user::UserRole;
use cairn_node::NodeError;
use cairn_node::access::request::{Request, Verdict};
use serde::Deserialize;

/// A request as a row.
struct Row {
    link: String,
    title: String,
    who: String,
    laboratory: String,
    purpose: &'static str,
    tier: &'static str,
    until: String,
    state: String,
    matched: String,
}

#[derive(Template)]
#[template(path = "requests.html")]
struct RequestsPage {
    frame: Frame,
    sentence: String,
    rows: Vec<Row>,
    /// Whether the reader may ask: slugs and names of whom.
    may_ask: Option<Vec<(String, String)>>,
    /// Whether the reader decides, and so has a report.
    decides: bool,
    purposes: &'static [PurposeKind],
    /// What is answered with yes, no or nothing: field, question, answer.
    choices: [(&'static str, &'static str, String); 3],
    typed: Asked,
    problem: Option<String>,
}

async fn page(app: &Shared, person: &Person, typed: Asked, problem: Option<String>) -> Result<Response, PageError> {
    let may = |action| person.viewer.may(action, Resource::AccessRequest, person.at.serial);
    if !may(Action::List) {
        let who = "Researchers ask for the use of cases; the data-access approver and the laboratory head decide.";
        return Err(PageError::NotAllowed(who.to_owned()));
    }
    let all = app.node.access_requests(person.viewer).await?;
    let known = app.node.laboratories().await?;
    let name = |request: &Request| {
        let found = known.iter().find(|one| one.serial == request.laboratory);
        found.map(|one| one.laboratory.name.clone()).unwrap_or_default()
    };
    let asks = may(Action::Create);
    let whom = known.iter().filter(|one| one.laboratory.is_member);
    let whom = whom.map(|one| (one.laboratory.slug.clone(), one.laboratory.name.clone())).collect();
    let open = all.iter().filter(|one| one.state() == RequestState::Asked).count();
    let sentence = match (asks, all.len(), open) {
        (true, 0, _) => "You have not asked for the use of cases yet.".to_owned(),
        (true, n, open) => format!("You asked {n} times; {open} wait for a decision."),
        (false, _, 0) => "No data-access request waits for a decision of your laboratory.".to_owned(),
        (false, _, open) => format!("Data-access requests that wait for a decision of your laboratory: {open}."),
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = RequestsPage {
        frame: Frame::of(app, person, "requests"),
        sentence,
        rows: all.iter().map(|one| row(one, name(one))).collect(),
        may_ask: asks.then_some(whom),
        decides: may(Action::Approve),
        purposes: &PURPOSES,
        choices: [
            ("not_for_profit", "Does your organisation work without profit?", typed.not_for_profit.clone()),
            ("commercial", "Is the use commercial?", typed.commercial.clone()),
            ("genetic", "Are only genetic questions studied?", typed.genetic.clone()),
        ],
        typed,
        problem,
    };
    Ok((status, Page(page)).into_response())
}

fn row(request: &Request, laboratory: String) -> Row {
    let matched = &request.matched;
    let asked = &request.request;
    Row {
        link: format!("/requests/{}", request.id),
        title: asked.title.clone(),
        who: who(request),
        laboratory,
        purpose: asked.purpose.kind.label(),
        tier: asked.tier.label(),
        until: asked.until.to_string(),
        state: request.state().label().to_owned(),
        matched: format!(
            "{} cases: {} allowed, {} referred, {} denied",
            matched.cases, matched.permit, matched.refer, matched.deny
        ),
    }
}

fn who(request: &Request) -> String {
    let name = request.name.clone().unwrap_or_else(|| "an account that is gone".to_owned());
    format!("{name}, {}", request.organisation)
}

/// `GET /requests`
pub async fn list(State(app): State<Shared>, SignedIn(person): SignedIn) -> Result<Response, PageError> {
    page(&app, &person, Asked::default(), None).await
}

/// `POST /requests`: a researcher asks.
pub async fn ask(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    OwnForm(sent): OwnForm<Asked>,
) -> Result<Response, PageError> {
    let request = match sent.read() {
        Ok(request) => request,
        Err(problem) => return page(&app, &person, sent, Some(problem)).await,
    };
    let of = match app.node.laboratory(&sent.laboratory).await {
        Ok(of) => of,
        Err(NodeError::UnknownLaboratory(_)) => {
            return page(&app, &person, sent, Some("choose whose cases".to_owned())).await;
        }
        Err(error) => return Err(error.into()),
    };
    match app.node.request_access(person.viewer, &of, request).await {
        Ok(made) => Ok(Redirect::to(&format!("/requests/{}", made.id)).into_response()),
        Err(NodeError::Refused(why)) => page(&app, &person, sent, Some(why)).await,
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "request.html")]
struct RequestPage {
    frame: Frame,
    id: String,
    title: String,
    sentence: String,
    summary: String,
    facts: Vec<(&'static str, String)>,
    /// Answer, why, cases.
    reasons: Vec<(&'static str, String, u64)>,
    matched: String,
    /// State, day, last day, what the researcher takes on, why.
    steps: Vec<(&'static str, String, String, String, String)>,
    may_decide: bool,
    may_revoke: bool,
    may_withdraw: bool,
    until: String,
    problem: Option<String>,
}

/// `GET /requests/{id}`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    one(&app, &person, &id, None).await
}

async fn one(app: &Shared, person: &Person, id: &str, problem: Option<String>) -> Result<Response, PageError> {
    let id: AccessRequestId = id.parse().map_err(|_| PageError::NotFound)?;
    let found = app.node.access_request(person.viewer, id).await?.ok_or(PageError::NotFound)?;
    let known = app.node.laboratories().await?;
    let of = known.into_iter().find(|one| one.serial == found.laboratory).ok_or(PageError::NotFound)?;
    let asked = &found.request;
    let matched = &found.matched;
    let may = |action| person.viewer.may(action, Resource::AccessRequest, found.laboratory);
    let is_theirs = person.at.serial == found.laboratory && person.user.role != UserRole::Researcher;
    let is_own = found.account == person.user.id;
    let state = found.state();
    let step = |step: &cairn_store::access_request::RequestStep| {
        let until = step.until.map(|day| day.to_string()).unwrap_or_default();
        let day = step.recorded.strftime("%Y-%m-%d").to_string();
        (step.state.label(), day, until, step.obligations.join("; "), step.reason.clone())
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = RequestPage {
        frame: Frame::of(app, person, "requests"),
        id: id.to_string(),
        title: asked.title.clone(),
        sentence: sentence(&found, &of.laboratory.name, app.node.today()),
        summary: asked.summary.clone(),
        facts: facts(&found, &of.laboratory.name),
        reasons: matched.reasons.iter().map(|(outcome, why, n)| (outcome.label(), why.clone(), *n)).collect(),
        matched: format!(
            "Of {} cases that it is about, the consents of {} allow it, those of {} leave it to a person, and those of {} do not allow it. A grant opens the first two and never the last.",
            matched.cases, matched.permit, matched.refer, matched.deny
        ),
        steps: found.steps.iter().rev().map(step).collect(),
        may_decide: state == RequestState::Asked && is_theirs && may(Action::Approve),
        may_revoke: state == RequestState::Granted && is_theirs && may(Action::Withdraw),
        may_withdraw: state.may_become(RequestState::Withdrawn) && is_own,
        until: asked.until.to_string(),
        problem,
    };
    Ok((status, Page(page)).into_response())
}

fn sentence(found: &Request, laboratory: &str, today: jiff::civil::Date) -> String {
    match (found.state(), found.grant()) {
        (RequestState::Granted, Some(grant)) if grant.until < today => {
            format!("Granted by {laboratory}; it ended on {}.", grant.until)
        }
        (RequestState::Granted, Some(grant)) => format!("Granted by {laboratory} until {}.", grant.until),
        (RequestState::Asked, _) => format!("Waits for a decision of {laboratory}."),
        (state, _) => {
            let last = found.steps.last();
            let day = last.map(|step| step.recorded.strftime("%Y-%m-%d").to_string()).unwrap_or_default();
            format!("{} on {day}.", capital(state.label()))
        }
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn facts(found: &Request, laboratory: &str) -> Vec<(&'static str, String)> {
    let asked = &found.request;
    let purpose = &asked.purpose;
    let said = |said: Option<bool>| said.map(|yes| if yes { "yes" } else { "no" }.to_owned());
    let any = |list: Vec<String>| if list.is_empty() { "any".to_owned() } else { list.join(", ") };
    let mut facts = vec![
        ("Who asks", who(found)),
        ("Asked on", found.asked.strftime("%Y-%m-%d").to_string()),
        ("Whose cases", laboratory.to_owned()),
        ("Purpose", purpose.kind.label().to_owned()),
    ];
    facts.extend(purpose.disease.clone().map(|disease| ("Disease studied", disease)));
    facts.extend(said(purpose.not_for_profit).map(|yes| ("Without profit", yes)));
    facts.extend(said(purpose.commercial).map(|yes| ("Commercial use", yes)));
    facts.extend(said(purpose.genetic).map(|yes| ("Genetic studies only", yes)));
    facts.extend(purpose.country.clone().map(|country| ("Country of use", country)));
    facts.push(("Genes", any(asked.genes.clone())));
    facts.push(("Diagnoses", any(asked.conditions.iter().map(ToString::to_string).collect())));
    facts.push(("How much of a case", asked.tier.label().to_owned()));
    facts.push(("Last day asked for", asked.until.to_string()));
    facts
}

/// What the form of a decision brings.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Decided {
    until: String,
    obligations: String,
    reason: String,
}

/// `POST /requests/{id}/{act}`: grant, refuse, revoke or withdraw.
pub async fn act(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path((id, act)): Path<(String, String)>,
    OwnForm(sent): OwnForm<Decided>,
) -> Result<Response, PageError> {
    let parsed: AccessRequestId = id.parse().map_err(|_| PageError::NotFound)?;
    let state = state_of(&act).ok_or(PageError::NotFound)?;
    let until = match stated(&sent.until).map(|day| day.parse()) {
        None => None,
        Some(Ok(day)) => Some(day),
        Some(Err(_)) => return one(&app, &person, &id, Some("write the last day as 2027-06-30".to_owned())).await,
    };
    let obligations = sent.obligations.lines().filter_map(stated).collect();
    let verdict = Verdict { state, until, obligations, reason: sent.reason };
    match app.node.decide_request(person.viewer, parsed, &verdict).await {
        Ok(Some(_)) => Ok(Redirect::to(&format!("/requests/{id}")).into_response()),
        Ok(None) => Err(PageError::NotFound),
        Err(NodeError::Refused(why)) => one(&app, &person, &id, Some(why)).await,
        Err(error) => Err(error.into()),
    }
}

/// The state that an act leads to.
pub(crate) fn state_of(act: &str) -> Option<RequestState> {
    match act {
        "grant" => Some(RequestState::Granted),
        "refuse" => Some(RequestState::Refused),
        "revoke" => Some(RequestState::Revoked),
        "withdraw" => Some(RequestState::Withdrawn),
        _ => None,
    }
}

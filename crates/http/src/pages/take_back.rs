//! Taking a case back: withdrawn or erased by its laboratory, with a confirmation; the code for the tested person; and what
//! a laboratory was told to have no more.

use super::frame::{Frame, Page, PageError};
use crate::app::Shared;
use crate::form::OwnForm;
use crate::person::{Person, SignedIn};
use crate::view::amount::counted;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::decision::{Action, Resource};
use cairn_core::id::CaseId;
use cairn_node::NodeError;
use cairn_node::patient::NewCode;
use cairn_store::recall::Recall;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "take_back.html")]
struct TakeBackPage {
    frame: Frame,
    id: String,
    may_withdraw: bool,
    is_there: bool,
    code: Option<(String, String)>,
    codes: Vec<(String, String, &'static str)>,
    recalls: Vec<RecallRow>,
}

#[derive(Template)]
#[template(path = "recalls.html")]
struct RecallsPage {
    frame: Frame,
    sentence: String,
    recalls: Vec<RecallRow>,
    steps: Vec<(String, u32, String)>,
}

struct RecallRow {
    uid: String,
    owner: String,
    recipient: String,
    case: String,
    kind: &'static str,
    told: String,
    acknowledged: Option<String>,
}

/// What the confirmation brings.
#[derive(Debug, Deserialize)]
pub struct Sure {
    #[serde(default)]
    sure: String,
}

const WHO: &str = "Clinicians, clinical scientists, curators and the laboratory head take cases back.";

fn may(person: &Person) -> Result<(), PageError> {
    match person.viewer.may(Action::Withdraw, Resource::Consent, person.at.serial) {
        true => Ok(()),
        false => Err(PageError::NotAllowed(WHO.to_owned())),
    }
}

fn refused(error: NodeError) -> PageError {
    match error {
        NodeError::Refused(why) => PageError::NotUnderstood(why),
        other => PageError::failed(&other),
    }
}

/// `GET /cases/{id}/take-back`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(id): Path<CaseId>,
) -> Result<Response, PageError> {
    may(&person)?;
    page(&app, &person, id, None).await
}

async fn page(app: &Shared, person: &Person, id: CaseId, code: Option<NewCode>) -> Result<Response, PageError> {
    let history = app.node.consent_history(id, person.viewer).await?.ok_or(PageError::NotFound)?;
    let is_withdrawn =
        history.last().is_some_and(|last| last.consent.standing == cairn_core::consent::Standing::Withdrawn);
    let now = app.node.now();
    let codes = app.node.patient_codes(person.at.serial, id).await?;
    let state = |revoked: bool, ends| match (revoked, ends > now) {
        (true, _) => "ended",
        (_, false) => "over",
        (_, true) => "in force",
    };
    let page = TakeBackPage {
        frame: Frame::of(app, person, ""),
        id: id.to_string(),
        may_withdraw: !is_withdrawn,
        is_there: true,
        code: code.map(|made| (made.code, made.ends.strftime("%Y-%m-%d").to_string())),
        codes: codes
            .iter()
            .map(|one| {
                let day = |at: jiff::Timestamp| at.strftime("%Y-%m-%d").to_string();
                (day(one.made), day(one.ends), state(one.revoked.is_some(), one.ends))
            })
            .collect(),
        recalls: app.node.recalls_of(person.at.serial, id).await?.iter().map(row).collect(),
    };
    Ok(Page(page).into_response())
}

/// `POST /cases/{id}/take-back/{act}`: `withdraw`, `erase`, `code`, `end-codes`.
pub async fn act(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path((id, act)): Path<(CaseId, String)>,
    OwnForm(sent): OwnForm<Sure>,
) -> Result<Response, PageError> {
    may(&person)?;
    let user = Some(person.user.id);
    match act.as_str() {
        "code" => {
            let made = app.node.make_patient_code(person.at.serial, id, user).await?.ok_or(PageError::NotFound)?;
            return page(&app, &person, id, Some(made)).await;
        }
        "end-codes" => {
            app.node.revoke_patient_codes(person.at.serial, id).await?;
            return Ok(Redirect::to(&format!("/cases/{id}/take-back")).into_response());
        }
        "withdraw" | "erase" => {}
        _ => return Err(PageError::NotFound),
    }
    if sent.sure != "yes" {
        return Err(PageError::NotUnderstood("Say that you are sure, then press the button again.".to_owned()));
    }
    if act == "withdraw" {
        app.node.withdraw_case(&person.at, id, user).await.map_err(refused)?.ok_or(PageError::NotFound)?;
        return Ok(Redirect::to(&format!("/cases/{id}/take-back")).into_response());
    }
    let done = app.node.erase_case(&person.at, id, user).await.map_err(refused)?.ok_or(PageError::NotFound)?;
    let page = TakeBackPage {
        frame: Frame::of(&app, &person, ""),
        id: id.to_string(),
        may_withdraw: false,
        is_there: false,
        code: None,
        codes: Vec::new(),
        recalls: done.recalls.iter().map(row).collect(),
    };
    Ok(Page(page).into_response())
}

fn row(recall: &Recall) -> RecallRow {
    let minute = |at: jiff::Timestamp| at.strftime("%Y-%m-%d %H:%M").to_string();
    RecallRow {
        uid: recall.uid.clone(),
        owner: recall.owner.clone(),
        recipient: recall.recipient.clone(),
        case: recall.recipient_case.to_string(),
        kind: if recall.is_erased { "erased" } else { "withdrawn" },
        told: minute(recall.told),
        acknowledged: recall.acknowledged.map(minute),
    }
}

/// `GET /recalls`: what our laboratory was told to have no more, and what tested persons decided themselves.
pub async fn recalls(State(app): State<Shared>, SignedIn(person): SignedIn) -> Result<Response, PageError> {
    let recalls = app.node.recalls_to(person.viewer).await?;
    let open = recalls.iter().filter(|recall| recall.acknowledged.is_none()).count();
    let steps = app.node.patient_steps(person.viewer).await?;
    let sentence = match (open, steps.len()) {
        (0, 0) => "Nothing waits for an answer of your laboratory.".to_owned(),
        (open, steps) => {
            let cases = counted(open as u64, "case", "cases");
            let steps = counted(steps as u64, "decision", "decisions");
            format!("To answer: {cases} that other laboratories took back; {steps} of tested persons.")
        }
    };
    let step = |one: &cairn_store::patient::PatientStep| {
        (one.case.to_string(), one.version, one.taken.strftime("%Y-%m-%d %H:%M").to_string())
    };
    let page = RecallsPage {
        frame: Frame::of(&app, &person, ""),
        sentence,
        recalls: recalls.iter().map(row).collect(),
        steps: steps.iter().map(step).collect(),
    };
    Ok(Page(page).into_response())
}

/// `POST /recalls/{uid}`: we have that case no more.
pub async fn acknowledge(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(uid): Path<String>,
    OwnForm(_): OwnForm<Sure>,
) -> Result<Response, PageError> {
    if !app.node.acknowledge_recall(person.viewer, &uid).await? {
        return Err(PageError::NotFound);
    }
    Ok(Redirect::to("/recalls").into_response())
}

/// `POST /recalls/steps/{case}`: we saw what the tested person decided.
pub async fn see(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(case): Path<CaseId>,
    OwnForm(_): OwnForm<Sure>,
) -> Result<Response, PageError> {
    if !person.viewer.cares() {
        return Err(PageError::NotAllowed("Who cares for the laboratory's cases answers these.".to_owned()));
    }
    app.node.see_patient_steps(person.viewer, case).await?;
    Ok(Redirect::to("/recalls").into_response())
}

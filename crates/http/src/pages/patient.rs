//! The page of a tested person: in plain words who used their data, and what they may decide.
//!
//! No account: a code that the laboratory handed out opens it. The code comes in a form, never in an address; what the
//! browser keeps is a cookie that is good for half an hour. Whatever is wrong with a code, the answer is the same.

use super::frame::{Frame, Page, PageError};
use crate::app::{App, Shared};
use crate::cookie::Cookie;
use crate::form::OwnForm;
use crate::secret::Secret;
use askama::Template;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use cairn_core::consent::{Basis, Consent, State as ConsentState};
use cairn_core::tier::Tier;
use cairn_ledger::leaf::Kind;
use cairn_node::NodeError;
use cairn_node::patient::{PatientChoice, PatientView, Use, fewer};
use cairn_store::consent::RecordedConsent;
use cairn_store::recall::{PeerRecall, Recall};
use cairn_store::serial::LedgerSerial;
use serde::Deserialize;
use std::net::SocketAddr;
use std::time::Instant;

/// Wrong codes from everywhere together count too: nobody guesses from many places.
const EVERYWHERE: &str = "patients";

#[derive(Template)]
#[template(path = "patient_code.html")]
struct CodePage {
    frame: Frame,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "patient.html")]
struct PatientPage {
    frame: Frame,
    laboratory: String,
    sentence: &'static str,
    is_erased: bool,
    may_withdraw: bool,
    may_narrow: bool,
    allowed: Vec<&'static str>,
    uses: Vec<UseRow>,
    recalls: Vec<RecallRow>,
    versions: Vec<(u32, String, &'static str)>,
    is_published: bool,
}

struct UseRow {
    day: String,
    what: String,
    purpose: String,
    consent: String,
    proof: i64,
}

struct RecallRow {
    who: String,
    told: String,
    answer: String,
}

/// What the form of the code brings.
#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    code: String,
}

/// What the form of a decision brings.
#[derive(Debug, Deserialize)]
pub struct Decided {
    #[serde(default)]
    sure: String,
}

/// `GET /patient`
pub async fn show(State(app): State<Shared>, headers: HeaderMap) -> Result<Response, PageError> {
    if let Some(cookie) = Cookie::Patient.read(&headers, app.settings.over_tls)
        && let Some(view) = app.node.patient_view(&cookie.digest()).await?
    {
        return Ok(with_visit(&app, &headers, StatusCode::OK, |frame| Page(page(frame, &view)).into_response()));
    }
    Ok(ask(&app, &headers, StatusCode::OK, None))
}

/// `POST /patient`: a code.
pub async fn open(
    State(app): State<Shared>,
    from: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    OwnForm(sent): OwnForm<Typed>,
) -> Result<Response, PageError> {
    let address = format!("patient:{}", from.map_or_else(String::new, |from| from.0.0.ip().to_string()));
    let keys = [address.as_str(), EVERYWHERE];
    if let Some(wait) = app.attempts.wait(&keys[..1], Instant::now()) {
        let words = format!("Too many tries. Please wait {} seconds and try again.", wait.as_secs() + 1);
        return Ok(ask(&app, &headers, StatusCode::TOO_MANY_REQUESTS, Some(words)));
    }
    let cookie = Secret::cookie(rand::random());
    if !app.node.open_patient_page(&sent.code, &cookie.digest()).await? {
        app.attempts.failed(&keys, Instant::now());
        let words = "This code does not open a page. Check each letter. If it still does not work, ask your laboratory for a new code.";
        return Ok(ask(&app, &headers, StatusCode::UNAUTHORIZED, Some(words.to_owned())));
    }
    app.attempts.succeeded(&address);
    let give = AppendHeaders([(header::SET_COOKIE, Cookie::Patient.give(&cookie, app.settings.over_tls))]);
    Ok((give, Redirect::to("/patient")).into_response())
}

/// `POST /patient/{act}`: `close`, or a decision: `narrow`, `withdraw`.
pub async fn act(
    State(app): State<Shared>,
    headers: HeaderMap,
    Path(act): Path<String>,
    OwnForm(sent): OwnForm<Decided>,
) -> Result<Response, PageError> {
    let over_tls = app.settings.over_tls;
    let Some(cookie) = Cookie::Patient.read(&headers, over_tls) else {
        return Ok(Redirect::to("/patient").into_response());
    };
    let choice = match act.as_str() {
        "close" => {
            app.node.close_patient_page(&cookie.digest()).await?;
            let take = AppendHeaders([(header::SET_COOKIE, Cookie::Patient.take(over_tls))]);
            return Ok((take, Redirect::to("/patient")).into_response());
        }
        "narrow" => PatientChoice::NoSharing,
        "withdraw" => PatientChoice::Withdraw,
        _ => return Err(PageError::NotFound),
    };
    if sent.sure != "yes" {
        return Err(PageError::NotUnderstood("Tick the box if you are sure, then press the button again.".to_owned()));
    }
    match app.node.patient_step(&cookie.digest(), choice).await {
        Ok(_) => Ok(Redirect::to("/patient").into_response()),
        Err(NodeError::Refused(why)) => Err(PageError::NotUnderstood(why)),
        Err(other) => Err(PageError::failed(&other)),
    }
}

/// `GET /patient/proof/{entry}`: the proof of one line, as a file.
pub async fn proof(
    State(app): State<Shared>,
    headers: HeaderMap,
    Path(entry): Path<i64>,
) -> Result<Response, PageError> {
    let cookie = Cookie::Patient.read(&headers, app.settings.over_tls).ok_or(PageError::NotFound)?;
    let found = app.node.patient_proof(&cookie.digest(), LedgerSerial::new(entry)).await?;
    let receipt = found.ok_or(PageError::NotFound)?;
    let name = "attachment; filename=\"my-data.tlog-proof\"";
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, receipt.to_string()).into_response())
}

fn ask(app: &App, headers: &HeaderMap, status: StatusCode, problem: Option<String>) -> Response {
    with_visit(app, headers, status, |frame| Page(CodePage { frame, problem }).into_response())
}

/// A page for somebody without an account, whose forms bring back the token of a visit.
fn with_visit(app: &App, headers: &HeaderMap, status: StatusCode, page: impl FnOnce(Frame) -> Response) -> Response {
    let over_tls = app.settings.over_tls;
    let known = Cookie::Visit.read(headers, over_tls);
    let visit = known.clone().unwrap_or_else(|| Secret::cookie(rand::random()));
    let answer = page(Frame { csrf: visit.form_token(), ..Frame::for_visitor(app) });
    match known {
        Some(_) => (status, answer).into_response(),
        None => {
            let give = AppendHeaders([(header::SET_COOKIE, Cookie::Visit.give(&visit, over_tls))]);
            (status, give, answer).into_response()
        }
    }
}

fn page(frame: Frame, view: &PatientView) -> PatientPage {
    let current = view.current();
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let state = current.state(today);
    let is_in_force = matches!(state, ConsentState::Given | ConsentState::Narrowed);
    let shares_case = current.in_force(today).any(|scope| scope.tier == Tier::One);
    PatientPage {
        frame,
        laboratory: view.laboratory.clone(),
        sentence: match (view.is_erased, state) {
            (true, _) => "Your record here was erased. Nobody can read it any more.",
            (_, ConsentState::None) => "You have not been asked yet. Only your own laboratory sees your record.",
            (_, ConsentState::Given) if was_published(&current) => {
                "Your record had been published before it came here. Some of it may be shared."
            }
            (_, ConsentState::Given) => "You said yes: some of your data may be shared.",
            (_, ConsentState::Narrowed) => "You said yes to less than before.",
            (_, ConsentState::Expired) => "Your yes has run out. Only your own laboratory sees your record now.",
            (_, ConsentState::Withdrawn) => "You took your yes back. Only your own laboratory sees your record now.",
        },
        is_erased: view.is_erased,
        may_withdraw: !view.is_erased && state != ConsentState::Withdrawn,
        may_narrow: is_in_force && shares_case && !fewer(&current).is_empty(),
        allowed: allowed(&current, today),
        uses: view.uses.iter().map(|one| use_row(one, &view.consents)).collect(),
        recalls: view.recalls.iter().map(recall_row).chain(view.peers.iter().filter_map(peer_row)).collect(),
        versions: view
            .consents
            .iter()
            .rev()
            .map(|one| (one.version, day(one.recorded), plain_step(&one.consent)))
            .collect(),
        is_published: view.consents.iter().any(|one| one.consent.scopes.iter().any(|s| s.tier == Tier::Three)),
    }
}

/// What is allowed today, in sentences.
fn allowed(consent: &Consent, today: jiff::civil::Date) -> Vec<&'static str> {
    let has = |tier| consent.in_force(today).any(|scope| scope.tier == tier);
    let mut said = Vec::new();
    if has(Tier::One) {
        said.push("Some other laboratories may see your record. They do not see your name or your birthday.");
    }
    if has(Tier::Two) {
        said.push("Other laboratories may see that a change in a gene was found, but not that it was you.");
    }
    if has(Tier::Three) {
        said.push("What a change in a gene means may be shown to everybody. Nothing in it says it was you.");
    }
    said
}

fn day(moment: jiff::Timestamp) -> String {
    moment.strftime("%Y-%m-%d").to_string()
}

/// Whether a case came with a licence, and not with the yes of a person.
fn was_published(consent: &Consent) -> bool {
    matches!(consent.basis, Some(Basis::Published { .. }))
}

fn use_row(one: &Use, consents: &[RecordedConsent]) -> UseRow {
    let chosen = consents.iter().find(|consent| Some(consent.version) == one.consent);
    let is_noted = one.kind == Kind::Consent && chosen.is_some_and(|chosen| was_published(&chosen.consent));
    UseRow {
        day: day(one.moment),
        what: match is_noted {
            true => "It was written down that your record had been published before.".to_owned(),
            false => what(one),
        },
        purpose: one.purpose.as_deref().map_or("", plain_purpose).to_owned(),
        consent: one.consent.map_or_else(|| "none yet".to_owned(), |version| format!("choice {version}")),
        proof: one.entry.number(),
    }
}

fn what(one: &Use) -> String {
    let who = one.who.as_deref();
    let by = |known: &str, unknown: &str| who.map_or_else(|| unknown.to_owned(), |who| known.replace('@', who));
    match one.kind {
        Kind::Submit => by("@ put your test results into this system.", "Your test results were put into this system."),
        Kind::ReadCase => by("Somebody at @ looked at your record.", "Somebody looked at your record."),
        Kind::Share if one.is_other_node => by(
            "@ was told what a change in a gene means. It was not told that the change was found in you.",
            "Others were told what a change in a gene means, and not that it was found in you.",
        ),
        Kind::Share => {
            by("@ saw your record without your name.", "Another laboratory saw your record without your name.")
        }
        Kind::Match => by("@ compared your record with others.", "Your record was compared with others."),
        Kind::Export => by("@ copied your record into a file.", "Your record was copied into a file."),
        Kind::Consent => match one.step.as_deref() {
            Some("narrowed") => "You said yes to less than before. It was written down.".to_owned(),
            Some("given") => "You said yes. It was written down.".to_owned(),
            _ => "What you wish for your own care was written down.".to_owned(),
        },
        Kind::Withdraw => "You took your yes back. It was written down.".to_owned(),
        Kind::Erase => "Your record was erased.".to_owned(),
        Kind::BreakGlass => "In an emergency, somebody opened your record for a short time.".to_owned(),
        other => other.plain().to_owned(),
    }
}

fn plain_purpose(word: &str) -> &'static str {
    match word {
        "clinical_care" => "to care for a patient",
        "research" => "for research",
        "operation" => "to run this system",
        _ => "not said",
    }
}

fn plain_step(consent: &Consent) -> &'static str {
    match consent.standing.code() {
        "given" if was_published(consent) => "Your record had been published before",
        "given" => "You said yes",
        "narrowed" => "You said yes to less",
        "withdrawn" => "You took your yes back",
        _ => "Wishes for your own care",
    }
}

/// A node that had to take something out; `None` while it need not.
fn peer_row(peer: &PeerRecall) -> Option<RecallRow> {
    let answer = match peer.acknowledged {
        Some(at) => format!("answered on {}: it does not use your data any more", day(at)),
        None => "has not answered yet".to_owned(),
    };
    let who = match &peer.through {
        Some(hub) => format!("{}, through {hub}", peer.peer),
        None => peer.peer.clone(),
    };
    Some(RecallRow { who, told: day(peer.told?), answer })
}

fn recall_row(recall: &Recall) -> RecallRow {
    RecallRow {
        who: recall.recipient.clone(),
        told: day(recall.told),
        answer: match recall.acknowledged {
            Some(at) => format!("answered on {}: it does not use your data any more", day(at)),
            None => "has not answered yet".to_owned(),
        },
    }
}

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Typed")
    }
}

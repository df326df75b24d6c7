//! Passkeys: making, using and ending them.

use super::frame::{Frame, Page, PageError};
use super::{confirm as confirming, sign_in as signing};
use crate::address;
use crate::app::{App, Shared};
use crate::cookie::Cookie;
use crate::form::OwnForm;
use crate::pages::sign_in::Nothing;
use crate::passkey::assertion::Assertion;
use crate::passkey::key::PublicKey;
use crate::passkey::registration::Registration;
use crate::passkey::{Expected, PasskeyError};
use crate::person::{Person, SignedIn};
use crate::secret::Secret;
use crate::sign_in::challenge::Use;
use crate::sign_in::opening;
use crate::sign_in::proof::Proven;
use crate::sign_in::site::Site;
use askama::Template;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cairn_core::user::User;
use cairn_store::passkey::{self, Credential, Passkey};
use cairn_store::session::Method;
use cairn_store::{StoreError, code_generator};
use serde::Deserialize;
use std::net::SocketAddr;
use std::time::Instant;

/// Most passkeys of one person.
const MOST: usize = 20;
/// The one answer to a passkey that is not known, ended, of somebody else or wrong.
const WRONG: &str = "This passkey is not known here or did not fit. Try again, or use your password.";

/// What a passkey is asked to sign.
#[derive(Debug)]
pub struct Ask {
    /// base64url.
    pub challenge: String,
    /// The relying party.
    pub host: String,
}

impl Ask {
    /// For the browser with this cookie; `None` where the address of the page takes no passkeys.
    pub fn of(app: &App, headers: &HeaderMap, cookie: &Secret, to: Use) -> Option<Self> {
        let site = Site::of(&app.settings, headers).filter(Site::takes_passkeys)?;
        let challenge = app.challenges.give(cookie, to, app.node.now().as_second());
        Some(Self { challenge, host: site.host })
    }
}

#[derive(Template)]
#[template(path = "passkeys.html")]
struct PasskeysPage {
    frame: Frame,
    passkeys: Vec<Passkey>,
    ask: Option<Ask>,
    /// The person's handle for authenticators, base64url; says nothing about them.
    handle: String,
    username: String,
    /// Ids of the passkeys there are, so that an authenticator does not make a second one.
    known: String,
    problem: Option<&'static str>,
}

/// What the script brings after a passkey was made.
#[derive(Deserialize)]
pub struct NewPasskey {
    name: String,
    challenge: String,
    client_data: String,
    attestation: String,
}

/// What the script brings as a proof.
#[derive(Deserialize)]
pub struct Proof {
    #[serde(default)]
    next: String,
    challenge: String,
    credential: String,
    client_data: String,
    authenticator_data: String,
    signature: String,
    #[serde(default)]
    handle: String,
}

/// `GET /account/passkeys`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    page(&app, &person, &headers, None).await
}

/// `POST /account/passkeys`
pub async fn add(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    headers: HeaderMap,
    OwnForm(sent): OwnForm<NewPasskey>,
) -> Result<Response, PageError> {
    let open = person.session().ok_or(PageError::NotFound)?;
    let now = app.node.now();
    let Ok(credential) = registered(&app, &headers, &open.cookie, &sent) else {
        return page(&app, &person, &headers, Some("The passkey was not made as this node asked. Try again.")).await;
    };
    let name: String = sent.name.trim().chars().take(100).collect();
    let name = if name.is_empty() { "Passkey".to_owned() } else { name };
    let mut writer = app.node.store().write().await?;
    let has = passkey::list(&mut writer, person.user.id).await?.len();
    if has >= MOST || !passkey::add(&mut writer, rand::random(), person.user.id, &credential, &name, now).await? {
        drop(writer);
        return page(&app, &person, &headers, Some("This passkey is there already, or you have 20.")).await;
    }
    writer.commit().await?;
    // Making one asked for a finger or a PIN: the session has its second factor.
    match opening::confirm(&app, &open.cookie, true).await? {
        Some((cookie, _)) => Ok((AppendHeaders([cookie]), Redirect::to("/account/passkeys")).into_response()),
        None => Ok(Redirect::to("/sign-in").into_response()),
    }
}

/// `POST /account/passkeys/{passkey}/end`
pub async fn end(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(id): Path<String>,
    OwnForm(_): OwnForm<Nothing>,
) -> Result<Response, PageError> {
    let mut writer = app.node.store().write().await?;
    let is_last = passkey::list(&mut writer, person.user.id).await?.len() == 1;
    let has_generator = code_generator::find(&mut writer, person.user.id).await?.is_some();
    if is_last && !has_generator && app.settings.second_factor.needs(person.user.role) {
        return Err(PageError::NotAllowed(
            "Your role needs a second factor: set up codes or another passkey before you end this one.".to_owned(),
        ));
    }
    let ended = passkey::end(&mut writer, person.user.id, &id, app.node.now()).await?;
    writer.commit().await?;
    if ended { Ok(Redirect::to("/account/passkeys").into_response()) } else { Err(PageError::NotFound) }
}

/// `POST /sign-in/passkey`
pub async fn sign_in(
    State(app): State<Shared>,
    from: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    OwnForm(sent): OwnForm<Proof>,
) -> Result<Response, PageError> {
    let place = place(from.as_deref());
    let refuse = |status, words: String| Ok(signing::form(&app, &headers, status, "", &sent.next, Some(words)));
    if let Some(words) = wait(&app, &place) {
        return refuse(StatusCode::TOO_MANY_REQUESTS, words);
    }
    let visit = Cookie::Visit.read(&headers, app.settings.over_tls);
    let user = match &visit {
        Some(visit) => proven(&app, &headers, visit, Use::SignIn, &sent).await?,
        None => None,
    };
    let Some(user) = user else {
        app.attempts.failed(&[&place], Instant::now());
        return refuse(StatusCode::UNAUTHORIZED, WRONG.to_owned());
    };
    let proven = Proven { user, method: Method::Passkey, second_factor: true };
    let cookie = opening::begin(&app, &headers, &proven).await?;
    Ok((AppendHeaders([cookie]), Redirect::to(address::local(&sent.next))).into_response())
}

/// `POST /confirm/passkey`
pub async fn confirm(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    from: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    OwnForm(sent): OwnForm<Proof>,
) -> Result<Response, PageError> {
    let open = person.session().ok_or(PageError::NotFound)?;
    let place = place(from.as_deref());
    if let Some(words) = wait(&app, &place) {
        return confirming::page(&app, &person, &headers, &sent.next, StatusCode::TOO_MANY_REQUESTS, Some(words)).await;
    }
    let user = proven(&app, &headers, &open.cookie, Use::Confirm, &sent).await?;
    if user.is_none_or(|user| user.id != person.user.id) {
        app.attempts.failed(&[&place], Instant::now());
        let words = Some(WRONG.to_owned());
        return confirming::page(&app, &person, &headers, &sent.next, StatusCode::UNAUTHORIZED, words).await;
    }
    match opening::confirm(&app, &open.cookie, true).await? {
        Some((cookie, _)) => Ok((AppendHeaders([cookie]), Redirect::to(address::local(&sent.next))).into_response()),
        None => Ok(Redirect::to("/sign-in").into_response()),
    }
}

fn place(from: Option<&ConnectInfo<SocketAddr>>) -> String {
    format!("from {}", from.map_or_else(String::new, |from| from.0.ip().to_string()))
}

fn wait(app: &App, place: &str) -> Option<String> {
    let wait = app.attempts.wait(&[place], Instant::now())?;
    Some(format!("Too many attempts. Wait {} s and try again.", wait.as_secs() + 1))
}

/// The passkey that a browser made, checked.
fn registered(app: &App, headers: &HeaderMap, cookie: &Secret, sent: &NewPasskey) -> Result<Credential, PasskeyError> {
    let refused = |what| PasskeyError { clause: "7.1", what };
    let now = app.node.now().as_second();
    if !app.challenges.is_good(&sent.challenge, cookie, Use::Create, now) {
        return Err(refused("no challenge of ours"));
    }
    let site = Site::of(&app.settings, headers).filter(Site::takes_passkeys).ok_or(refused("no site for passkeys"))?;
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| refused("not base64url"));
    let (client_data, attestation) = (decode(&sent.client_data)?, decode(&sent.attestation)?);
    let expected = Expected { challenge: &sent.challenge, origin: &site.origin, host: &site.host };
    let made = Registration { client_data: &client_data, attestation: &attestation }.check(&expected)?;
    if !app.challenges.answer(&sent.challenge, now) {
        return Err(refused("answered before"));
    }
    Ok(Credential {
        id: URL_SAFE_NO_PAD.encode(made.id),
        host: site.host,
        algorithm: made.key.algorithm,
        public_key: made.key.bytes,
        counter: made.counter,
    })
}

/// Whose passkey this proof is with; `None` when it is nobody's or does not hold.
async fn proven(
    app: &App,
    headers: &HeaderMap,
    cookie: &Secret,
    to: Use,
    sent: &Proof,
) -> Result<Option<User>, StoreError> {
    let now = app.node.now();
    let mut reader = app.node.store().read().await?;
    let found = passkey::find(&mut reader, &sent.credential).await?;
    drop(reader);
    let site = Site::of(&app.settings, headers);
    let is_good = app.challenges.is_good(&sent.challenge, cookie, to, now.as_second());
    let (Some((user, known)), Some(site), true) = (found, site, is_good) else { return Ok(None) };
    let is_owner = sent.handle.is_empty() || sent.handle == handle(&user);
    let (true, Some(counter)) = (is_owner, checked(&known.credential, &site, sent)) else { return Ok(None) };
    if !app.challenges.answer(&sent.challenge, now.as_second()) {
        return Ok(None);
    }
    let mut writer = app.node.store().write().await?;
    let grew = passkey::used(&mut writer, &known.id, counter, now).await?;
    writer.commit().await?;
    Ok(grew.then_some(user))
}

fn checked(known: &Credential, site: &Site, sent: &Proof) -> Option<u32> {
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let (client_data, data) = (decode(&sent.client_data)?, decode(&sent.authenticator_data)?);
    let signature = decode(&sent.signature)?;
    let assertion = Assertion { client_data: &client_data, authenticator_data: &data, signature: &signature };
    let key = PublicKey { algorithm: known.algorithm, bytes: known.public_key.clone() };
    let expected = Expected { challenge: &sent.challenge, origin: &site.origin, host: &known.host };
    assertion.check(&key, &expected).ok()
}

/// The person's handle for authenticators: the account's id, base64url.
fn handle(user: &User) -> String {
    URL_SAFE_NO_PAD.encode(user.id.to_string())
}

async fn page(
    app: &App,
    person: &Person,
    headers: &HeaderMap,
    problem: Option<&'static str>,
) -> Result<Response, PageError> {
    let mut reader = app.node.store().read().await?;
    let passkeys = passkey::list(&mut reader, person.user.id).await?;
    let ids: Vec<_> = passkeys.iter().map(|one| one.credential.id.as_str()).collect();
    let page = PasskeysPage {
        frame: Frame::of(app, person, "account"),
        ask: person.session().and_then(|open| Ask::of(app, headers, &open.cookie, Use::Create)),
        handle: handle(&person.user),
        username: person.user.username.clone(),
        known: ids.join(" "),
        passkeys,
        problem,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Page(page)).into_response())
}

impl std::fmt::Debug for NewPasskey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPasskey")
    }
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Proof")
    }
}

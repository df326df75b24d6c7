//! Setting up a code generator: the secret as a square for the phone and as text, the first code, and the
//! recovery codes, shown once.

use super::frame::{Frame, Page, PageError};
use crate::app::{App, Shared};
use crate::form::OwnForm;
use crate::pages::sign_in::Nothing;
use crate::person::{OpenSession, Person, SignedIn};
use crate::sign_in::seal::Seal;
use crate::sign_in::totp::Totp;
use crate::sign_in::{opening, recovery};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use cairn_core::id::UserId;
use cairn_store::code_generator::{self, CodeGenerator};
use cairn_store::{Writer, passkey, recovery_code};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Deserialize;
use std::fmt::Write;

/// What the form brings: the secret that the page proposed, sealed, and the first code.
#[derive(Deserialize)]
pub struct SetUp {
    secret: String,
    code: String,
}

#[derive(Template)]
#[template(path = "second_factor.html")]
struct SecondFactorPage {
    frame: Frame,
    /// Whether the role needs one and there is none yet.
    must_set_up: bool,
    has_generator: bool,
    passkeys: usize,
    recovery_left: i64,
    /// A secret to be set up; `None` where a generator is set up.
    offer: Option<Offer>,
    problem: Option<&'static str>,
}

/// A secret that a page proposes.
struct Offer {
    /// Sealed, for the form to bring back.
    sealed: String,
    spelled: String,
    square: Square,
}

/// A QR code as the path of an SVG.
struct Square {
    /// Modules on a side, with the quiet zone of four on each.
    size: i32,
    path: String,
}

#[derive(Template)]
#[template(path = "recovery_codes.html")]
struct RecoveryPage {
    frame: Frame,
    codes: Vec<String>,
}

/// `GET /account/second-factor`
pub async fn show(State(app): State<Shared>, SignedIn(person): SignedIn) -> Result<Response, PageError> {
    page(&app, &person, None).await
}

/// `POST /account/second-factor`
pub async fn set_up(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    OwnForm(sent): OwnForm<SetUp>,
) -> Result<Response, PageError> {
    let open = browser(&person)?;
    let user = person.user.id;
    let seal = Seal::open(&app.node.folder().keys())?;
    let Ok(secret) = seal.reveal(user, &sent.secret) else { return Err(PageError::StaleForm) };
    let totp = Totp::from_bytes(secret);
    let Some(step) = totp.accept(&sent.code, app.node.now().as_second(), 0) else {
        return page(&app, &person, Some("That is not the code of now. Check the time on the phone and try the next one; scan the new square below.")).await;
    };
    let generator = CodeGenerator { secret: seal.close(user, totp.bytes())?, last_step: step };
    let mut writer = app.node.store().write().await?;
    code_generator::set(&mut writer, user, &generator, app.node.now()).await?;
    let codes = new_paper(&app, &mut writer, user).await?;
    writer.commit().await?;
    answer(&app, &person, open, codes).await
}

/// `POST /account/second-factor/codes`
pub async fn new_codes(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    OwnForm(_): OwnForm<Nothing>,
) -> Result<Response, PageError> {
    let open = browser(&person)?;
    let mut writer = app.node.store().write().await?;
    let codes = new_paper(&app, &mut writer, person.user.id).await?;
    writer.commit().await?;
    if !open.second_factor {
        return Ok(Page(RecoveryPage { frame: Frame::of(&app, &person, "account"), codes }).into_response());
    }
    answer(&app, &person, open, codes).await
}

/// `POST /account/second-factor/remove`
pub async fn remove(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    OwnForm(_): OwnForm<Nothing>,
) -> Result<Response, PageError> {
    let mut writer = app.node.store().write().await?;
    let has_passkey = !passkey::list(&mut writer, person.user.id).await?.is_empty();
    if app.settings.second_factor.needs(person.user.role) && !has_passkey {
        return Err(PageError::NotAllowed(
            "Your role needs a second factor: set up a passkey before you take the codes away.".to_owned(),
        ));
    }
    code_generator::remove(&mut writer, person.user.id).await?;
    if !has_passkey {
        recovery_code::remove(&mut writer, person.user.id).await?;
    }
    writer.commit().await?;
    Ok(Redirect::to("/account/second-factor").into_response())
}

fn browser(person: &Person) -> Result<&OpenSession, PageError> {
    person.session().ok_or(PageError::NotFound)
}

/// New recovery codes in place of the old ones; what is kept are their digests.
async fn new_paper(app: &App, writer: &mut Writer, user: UserId) -> Result<Vec<String>, PageError> {
    let codes: Vec<_> = (0..recovery::MANY).map(|_| recovery::code(rand::random())).collect();
    let digests: Vec<_> = codes.iter().map(|code| recovery::digest(code)).collect();
    recovery_code::replace(writer, user, &digests, app.node.now()).await?;
    Ok(codes)
}

/// The codes, and the session with another cookie, for its person has shown a second factor.
async fn answer(app: &App, person: &Person, open: &OpenSession, codes: Vec<String>) -> Result<Response, PageError> {
    let Some((cookie, renewed)) = opening::confirm(app, &open.cookie, true).await? else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    let frame = Frame { csrf: renewed.form_token(), ..Frame::of(app, person, "account") };
    Ok((AppendHeaders([cookie]), Page(RecoveryPage { frame, codes })).into_response())
}

async fn page(app: &App, person: &Person, problem: Option<&'static str>) -> Result<Response, PageError> {
    let mut reader = app.node.store().read().await?;
    let user = person.user.id;
    let has_generator = code_generator::find(&mut reader, user).await?.is_some();
    let passkeys = passkey::list(&mut reader, user).await?.len();
    let recovery_left = recovery_code::left(&mut reader, user).await?;
    let needs = app.settings.second_factor.needs(person.user.role);
    let page = SecondFactorPage {
        frame: Frame::of(app, person, "account"),
        must_set_up: needs && !has_generator && passkeys == 0,
        has_generator,
        passkeys,
        recovery_left,
        offer: if has_generator { None } else { Some(offer(app, person)?) },
        problem,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Page(page)).into_response())
}

fn offer(app: &App, person: &Person) -> Result<Offer, PageError> {
    let totp = Totp::new(rand::random());
    let sealed = Seal::open(&app.node.folder().keys())?.close(person.user.id, totp.bytes())?;
    let address = totp.address(&app.settings.name, &person.user.username);
    Ok(Offer { sealed, spelled: totp.spelled(), square: square(&address) })
}

/// The QR code of a text (ISO/IEC 18004), black modules as one path.
fn square(text: &str) -> Square {
    const QUIET: i32 = 4;
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else {
        // A name of a node too long for any square: the text beside it serves.
        return Square { size: 1, path: String::new() };
    };
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            let _ = write!(path, "M{},{}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Square { size: code.size() + 2 * QUIET, path }
}

impl std::fmt::Debug for SetUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SetUp")
    }
}

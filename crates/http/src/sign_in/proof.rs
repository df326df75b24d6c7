//! The one door for a name, a password and a code.
//!
//! Who sends a wrong name, a wrong password or a wrong code learns nothing about which: the same reads
//! are made, the same password work is done, a code is computed, and nothing is written. A code is taken
//! in the transaction that checks once more that it was not used.

use super::seal::{Seal, SealError};
use super::{recovery, totp::Totp};
use crate::app::App;
use crate::password;
use axum::http::StatusCode;
use cairn_core::id::UserId;
use cairn_core::user::User;
use cairn_store::session::Method;
use cairn_store::{StoreError, account, code_generator, passkey, recovery_code};
use jiff::Timestamp;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// What a person typed.
pub struct Typed<'a> {
    /// The name to sign in with.
    pub username: &'a str,
    /// The password.
    pub password: &'a str,
    /// The code of a generator or a recovery code; empty where none was given.
    pub code: &'a str,
}

/// Somebody who showed who they are.
#[derive(Debug, Clone)]
pub struct Proven {
    /// Who.
    pub user: User,
    /// How.
    pub method: Method,
    /// Whether more than a password was shown.
    pub second_factor: bool,
}

/// Why somebody did not show who they are.
#[derive(Debug)]
pub enum Refusal {
    /// Too many wrong ones before: wait.
    Wait(Duration),
    /// Something does not fit; what, is not said.
    Wrong,
}

impl Refusal {
    /// The words for the person.
    pub fn words(&self) -> String {
        match self {
            Self::Wait(wait) => format!("Too many attempts. Wait {} s and try again.", wait.as_secs() + 1),
            Self::Wrong => {
                "Name, password and code do not belong together. Whoever set up codes gives one, and each is good once."
                    .to_owned()
            }
        }
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Wait(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Wrong => StatusCode::UNAUTHORIZED,
        }
    }
}

/// A failure of the node while somebody showed who they are.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// The record failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A sealed secret did not open.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Who this is; every wrong one counts under the name and under the address it came from.
///
/// # Errors
/// When the record or the sealing key fails.
pub async fn prove(app: &App, typed: Typed<'_>, from: Option<IpAddr>) -> Result<Result<Proven, Refusal>, ProofError> {
    let name = format!("name {}", typed.username.trim().to_lowercase());
    let place = format!("from {}", from.map(|from| from.to_string()).unwrap_or_default());
    let keys = [name.as_str(), place.as_str()];
    if let Some(wait) = app.attempts.wait(&keys, Instant::now()) {
        return Ok(Err(Refusal::Wait(wait)));
    }
    match check(app, typed).await? {
        Some(proven) => {
            app.attempts.succeeded(&name);
            Ok(Ok(proven))
        }
        None => {
            app.attempts.failed(&keys, Instant::now());
            Ok(Err(Refusal::Wrong))
        }
    }
}

async fn check(app: &App, typed: Typed<'_>) -> Result<Option<Proven>, ProofError> {
    let now = app.node.now();
    let mut reader = app.node.store().read().await?;
    let found = account::to_sign_in(&mut reader, typed.username).await?;
    let (user, hash) = found.map_or((None, None), |(user, hash)| (Some(user), Some(hash)));
    // Nobody has this id; the reads for it are the same.
    let id = user.as_ref().map_or_else(|| UserId::from_random(rand::random()), |user| user.id);
    let generator = code_generator::find(&mut reader, id).await?;
    let has_passkey = !passkey::list(&mut reader, id).await?.is_empty();
    let recovery = recovery::digest(typed.code);
    let is_recovery = recovery_code::is_good(&mut reader, id, &recovery).await? && recovery::is_like_one(typed.code);
    drop(reader);

    let right = password::verify(typed.password.to_owned(), hash).await;
    let step = step_of(app, id, generator.as_ref(), typed.code, now)?;
    let Some(user) = user.filter(|_| right) else { return Ok(None) };
    let is_needed = generator.is_some() || (has_passkey && app.settings.second_factor.needs(user.role));
    if !is_needed {
        return Ok(Some(Proven { user, method: Method::Password, second_factor: false }));
    }
    if step.is_none() && !is_recovery {
        return Ok(None);
    }
    let mut writer = app.node.store().write().await?;
    let taken = match step {
        Some(step) => code_generator::take(&mut writer, user.id, step).await?,
        None => recovery_code::take(&mut writer, user.id, &recovery, now).await?,
    };
    writer.commit().await?;
    Ok(taken.then_some(Proven { user, method: Method::PasswordAndCode, second_factor: true }))
}

/// The step that a code is good for; computed for nobody as for somebody.
fn step_of(
    app: &App,
    user: UserId,
    generator: Option<&code_generator::CodeGenerator>,
    code: &str,
    now: Timestamp,
) -> Result<Option<i64>, SealError> {
    let seal = Seal::open(&app.node.folder().keys())?;
    let totp = match generator {
        Some(generator) => Totp::from_bytes(seal.reveal(user, &generator.secret)?),
        None => {
            let secret = seal.close(user, &[0; 20])?;
            Totp::from_bytes(seal.reveal(user, &secret)?)
        }
    };
    let step = totp.accept(code, now.as_second(), generator.map_or(0, |generator| generator.last_step));
    Ok(step.filter(|_| generator.is_some()))
}

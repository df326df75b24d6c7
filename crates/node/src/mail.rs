//! Letters to laboratories: written with what caused them, sent later, each at most once.
//!
//! [`post`] keeps a letter in the transaction of its cause; nothing that a laboratory was written
//! about before is written about again. [`Node::run_mail`] hands letters to the relay as jobs: a
//! refusal for now is tried again with growing pauses, a refusal for good ends the letter. A letter
//! is marked before it is handed over; if the node stops at that moment nobody knows whether the
//! relay took it, and it is not sent a second time.
//!
//! A letter says how much waits and where to look. It never holds anything of a case.

mod contact;
mod invite;
mod sender;

use crate::error::NodeError;
use crate::node::Node;
use cairn_core::id::JobId;
use cairn_store::mail::{self, MailState, NewMail};
use cairn_store::serial::{LaboratorySerial, MailSerial};
use cairn_store::{Writer, job};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub use contact::ContactError;
pub use sender::{Encryption, MailSettings, Mailer, SendError};

/// The name of this work in the record.
pub const KIND: &str = "mail";
/// How long a claim holds; handing over a letter ends long before.
const LEASE: SignedDuration = SignedDuration::from_mins(10);
/// Attempts after which a letter is given up: a day and a half, with pauses that double.
const ATTEMPTS: u32 = 12;
/// Pause between looks for letters to hand over.
const PAUSE: Duration = Duration::from_secs(5);

/// What a laboratory is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// To whom.
    pub laboratory: LaboratorySerial,
    /// What it is about, such as `discordance opened CRD000001 1`; never anything about a person.
    pub causes: Vec<String>,
    /// Its subject.
    pub subject: String,
    /// What it says, as plain text.
    pub text: String,
}

/// With what the work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Handover {
    mail: MailSerial,
}

/// Which of these causes a laboratory was not written about yet.
///
/// # Errors
/// When the record fails.
pub async fn untold(
    connection: &mut cairn_store::Connection,
    laboratory: LaboratorySerial,
    causes: Vec<String>,
) -> Result<Vec<String>, NodeError> {
    let told = mail::told(connection, laboratory, &causes).await?;
    Ok(causes.into_iter().filter(|cause| !told.contains(cause)).collect())
}

/// Keeps a letter and asks for it to be sent. Nothing is kept, and `None` comes back, when the
/// laboratory wants no letters or was written about all of its causes before.
///
/// # Errors
/// When the record fails.
pub async fn post(node: &Node, writer: &mut Writer, letter: &Letter) -> Result<Option<MailSerial>, NodeError> {
    let Some(address) = mail::contact(writer, letter.laboratory).await?.and_then(|contact| contact.address) else {
        return Ok(None);
    };
    let causes = untold(writer, letter.laboratory, letter.causes.clone()).await?;
    if causes.is_empty() {
        return Ok(None);
    }
    let now = node.now();
    let new = NewMail {
        uid: format!("{:032x}", (node.world().random)()),
        laboratory: letter.laboratory,
        address: &address,
        subject: &letter.subject,
        text: &letter.text,
        created: now,
    };
    let serial = mail::add(writer, &new, &causes).await?;
    let id = JobId::from_random((node.world().random)());
    job::enqueue(writer, id, KIND, &Handover { mail: serial }, now).await?;
    Ok(Some(serial))
}

impl Node {
    /// Hands over every letter that is due; how many the relay took comes back.
    ///
    /// # Errors
    /// When the record fails. What the relay says is no failure of the node: it is noted and acted on.
    pub async fn send_due_mail(&self, mailer: &Mailer) -> Result<u64, NodeError> {
        let mut sent = 0;
        loop {
            let mut writer = self.store().write().await?;
            let Some(claimed) = job::claim::<Handover>(&mut writer, KIND, self.now(), LEASE).await? else {
                return Ok(sent);
            };
            let letter = mail::find(&mut writer, claimed.subject.mail).await?;
            let Some(letter) = letter.filter(|letter| letter.state == "waiting") else {
                mail::set_state(&mut writer, claimed.subject.mail, MailState::Unknown, self.now()).await?;
                job::finish(&mut writer, claimed.serial, self.now()).await?;
                writer.commit().await?;
                continue;
            };
            mail::set_state(&mut writer, letter.serial, MailState::Sending, self.now()).await?;
            writer.commit().await?;
            let result = mailer.send(&letter).await;
            let mut writer = self.store().write().await?;
            let state = match result {
                Ok(()) => {
                    job::finish(&mut writer, claimed.serial, self.now()).await?;
                    sent += 1;
                    MailState::Sent
                }
                Err(why) => {
                    let pause = SignedDuration::from_secs(30 << claimed.attempts.min(10));
                    let again = !why.is_final() && claimed.attempts < ATTEMPTS;
                    let retry = again.then(|| self.now().saturating_add(pause).ok()).flatten();
                    tracing::warn!(%why, again = retry.is_some(), "the relay did not take a letter");
                    job::fail(&mut writer, claimed.serial, &why.to_string(), retry, self.now()).await?;
                    if retry.is_some() { MailState::Waiting } else { MailState::Refused }
                }
            };
            mail::set_state(&mut writer, letter.serial, state, self.now()).await?;
            writer.commit().await?;
        }
    }

    /// Writes and sends letters until the future that holds this call is dropped.
    pub async fn run_mail(&self, mailer: &Mailer) {
        let mut next = self.now();
        loop {
            if self.now() >= next {
                let pause = SignedDuration::try_from(mailer.settings().every).unwrap_or(SignedDuration::from_mins(15));
                next = self.now().saturating_add(pause).unwrap_or(next);
                if let Err(error) = self.write_letters(mailer.settings()).await {
                    tracing::error!(%error, "letters could not be written");
                }
            }
            if let Err(error) = self.send_due_mail(mailer).await {
                tracing::error!(%error, "letters could not be sent");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Writes the letters that are due: one to a laboratory, whatever it is to be told.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn write_letters(&self, settings: &MailSettings) -> Result<(), NodeError> {
        self.write_of_discordances(settings).await
    }
}

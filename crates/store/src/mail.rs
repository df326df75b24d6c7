//! Letters to laboratories: where they go, what they are about, and whether they went out.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::insert::{rows, select_in};
use crate::serial::{EntrySerial, LaboratorySerial, MailSerial};
use jiff::Timestamp;

/// Where a laboratory wants its letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Whose.
    pub laboratory: LaboratorySerial,
    /// Grows with each change, from 1.
    pub version: u32,
    /// The address; `None`: no letters.
    pub address: Option<String>,
    /// Since when. What happened before is not written about.
    pub since: Timestamp,
}

/// A letter to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail<'a> {
    /// 32 hexadecimal digits.
    pub uid: String,
    /// To whom.
    pub laboratory: LaboratorySerial,
    /// Where.
    pub address: &'a str,
    /// Its subject.
    pub subject: &'a str,
    /// What it says.
    pub text: &'a str,
    /// When it was written.
    pub created: Timestamp,
}

/// A letter as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its key.
    pub serial: MailSerial,
    /// 32 hexadecimal digits.
    pub uid: String,
    /// Where it goes.
    pub address: String,
    /// Its subject.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// `waiting`, `sending`, `sent`, `refused` or `unknown`.
    pub state: String,
}

/// How a letter ends, or waits for another attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// It is to be handed over.
    Waiting,
    /// It is being handed over.
    Sending,
    /// The relay took it.
    Sent,
    /// It was given up.
    Refused,
    /// The node stopped while it was handed over; it is not sent again.
    Unknown,
}

impl MailState {
    fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

type ContactRow = (LaboratorySerial, i64, Option<String>, i64);

fn contact_of((laboratory, version, address, since): ContactRow) -> Result<Contact, StoreError> {
    let version = u32::try_from(version).map_err(|_| StoreError::damaged("laboratory_contact", "version"))?;
    let since = Timestamp::from_microsecond(since).map_err(|why| StoreError::damaged("laboratory_contact", why))?;
    Ok(Contact { laboratory, version, address, since })
}

/// Where a laboratory wants its letters; `None` when it never said.
pub async fn contact(connection: &mut Connection, laboratory: LaboratorySerial) -> Result<Option<Contact>, StoreError> {
    let row: Option<ContactRow> = sqlx::query_as(
        "/* mail::contact */
        SELECT laboratory_id, version, address, since FROM laboratory_contact
        WHERE laboratory_id = $1 ORDER BY version DESC LIMIT 1",
    )
    .bind(laboratory)
    .fetch_optional(connection)
    .await?;
    row.map(contact_of).transpose()
}

/// Every laboratory that wants letters.
pub async fn contacts(connection: &mut Connection) -> Result<Vec<Contact>, StoreError> {
    let found: Vec<ContactRow> = sqlx::query_as(
        "/* mail::contacts */
        SELECT c.laboratory_id, c.version, c.address, c.since FROM laboratory_contact c
        WHERE c.address IS NOT NULL AND c.version = (SELECT MAX(n.version) FROM laboratory_contact n
            WHERE n.laboratory_id = c.laboratory_id)
        ORDER BY c.laboratory_id",
    )
    .fetch_all(connection)
    .await?;
    found.into_iter().map(contact_of).collect()
}

/// Says where a laboratory wants its letters.
pub async fn set_contact(
    connection: &mut Connection,
    entry: EntrySerial,
    contact: &Contact,
    account: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* mail::set_contact */
        INSERT INTO laboratory_contact (laboratory_id, version, address, account_id, since, entry_id)
        VALUES ($1, $2, $3, (SELECT account_id FROM account WHERE uid = $4), $5, $6)",
    )
    .bind(contact.laboratory)
    .bind(i64::from(contact.version))
    .bind(&contact.address)
    .bind(account)
    .bind(contact.since.as_microsecond())
    .bind(entry)
    .execute(connection)
    .await?;
    Ok(())
}

/// Which of these causes a laboratory was written about already.
pub async fn told(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    causes: &[String],
) -> Result<Vec<String>, StoreError> {
    let found: Vec<(String,)> = select_in(
        connection,
        |query| {
            query.push("/* mail::told */ SELECT cause FROM mail_cause WHERE laboratory_id = ");
            query.push_bind(laboratory);
            query.push(" AND cause IN");
        },
        causes,
        |_| {},
    )
    .await?;
    Ok(found.into_iter().map(|(cause,)| cause).collect())
}

/// Keeps a letter and what it is about.
pub async fn add(connection: &mut Connection, mail: &NewMail<'_>, causes: &[String]) -> Result<MailSerial, StoreError> {
    let (serial,): (MailSerial,) = sqlx::query_as(
        "/* mail::add */
        INSERT INTO mail (mail_id, uid, laboratory_id, address, subject, text, created, state)
        SELECT COALESCE(MAX(mail_id), 0) + 1, $1, $2, $3, $4, $5, $6, 'waiting' FROM mail
        RETURNING mail_id",
    )
    .bind(&mail.uid)
    .bind(mail.laboratory)
    .bind(mail.address)
    .bind(mail.subject)
    .bind(mail.text)
    .bind(mail.created.as_microsecond())
    .fetch_one(&mut *connection)
    .await?;
    rows(
        connection,
        "/* mail::add (causes) */ INSERT INTO mail_cause (laboratory_id, cause, mail_id)",
        3,
        "",
        causes,
        |row, cause: &String| {
            row.push_bind(mail.laboratory).push_bind(cause.clone()).push_bind(serial);
        },
    )
    .await?;
    Ok(serial)
}

/// A letter.
pub async fn find(connection: &mut Connection, serial: MailSerial) -> Result<Option<Mail>, StoreError> {
    type Row = (MailSerial, String, String, String, String, String);
    let row: Option<Row> = sqlx::query_as(
        "/* mail::find */
        SELECT mail_id, uid, address, subject, text, state FROM mail WHERE mail_id = $1",
    )
    .bind(serial)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(serial, uid, address, subject, text, state)| Mail { serial, uid, address, subject, text, state }))
}

/// Notes what became of a letter.
pub async fn set_state(
    connection: &mut Connection,
    serial: MailSerial,
    state: MailState,
    now: Timestamp,
) -> Result<(), StoreError> {
    let is_over = !matches!(state, MailState::Waiting | MailState::Sending);
    sqlx::query("/* mail::set_state */ UPDATE mail SET state = $2, ended = $3 WHERE mail_id = $1")
        .bind(serial)
        .bind(state.code())
        .bind(is_over.then(|| now.as_microsecond()))
        .execute(connection)
        .await?;
    Ok(())
}

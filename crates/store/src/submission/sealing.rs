//! What of a submission is sealed: its bytes, and what its problems say, for both hold what the file says of cases.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::key_store::KeyStore;
use crate::laboratory;
use crate::seal::{Key, Place, is_sealed};
use crate::serial::{LaboratorySerial, LedgerSerial, SubmissionSerial};
use jiff::Timestamp;

/// What stands where a problem's words were erased with a case of the submission.
const ERASED: &str = "what was said here was erased with a case of this submission";

/// Under which name the key store holds a submission's key.
pub fn key_owner(uid: &str) -> String {
    format!("submission:{uid}")
}

/// A submission's key with all that sealing takes.
pub(super) struct Sealing<'a> {
    pub keys: &'a KeyStore,
    pub key: &'a Key,
    pub uid: &'a str,
}

impl Sealing<'_> {
    fn content_place(&self) -> Place<'_> {
        Place { table: "submission_content", column: "content", row: self.uid }
    }

    fn message_place(&self) -> Place<'_> {
        Place { table: "submission_problem", column: "message", row: self.uid }
    }

    pub(super) fn content(&self, packed: &[u8]) -> Vec<u8> {
        self.key.seal(self.content_place(), packed, self.keys.random())
    }

    pub(super) fn open_content(&self, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        Ok(self.key.open(self.content_place(), sealed)?)
    }

    pub(super) fn message(&self, text: &str) -> String {
        self.key.seal_text(self.message_place(), text, self.keys.random())
    }
}

/// Makes the key of a submission.
pub(super) async fn make_key(
    connection: &mut Connection,
    keys: &KeyStore,
    whose: LaboratorySerial,
    uid: &str,
    now: Timestamp,
) -> Result<Key, StoreError> {
    let damaged = || StoreError::damaged("submission", "its laboratory is not there");
    let found = laboratory::by_serials(connection, &[whose]).await?.pop().ok_or_else(damaged)?;
    let owner = (key_owner(uid), found.laboratory.id.to_string());
    let mut made = keys.make(&[owner], now).await?;
    made.remove(&key_owner(uid)).ok_or_else(damaged)
}

/// The words of a submission's problems.
pub(super) struct Words<'a> {
    keys: &'a KeyStore,
    uid: String,
    key: Option<Key>,
}

impl<'a> Words<'a> {
    pub(super) async fn of(
        connection: &mut Connection,
        keys: &'a KeyStore,
        serial: SubmissionSerial,
    ) -> Result<Self, StoreError> {
        let uid: Option<String> = sqlx::query_scalar(
            "/* submission::words */
            SELECT uid FROM submission WHERE submission_id = $1",
        )
        .bind(serial)
        .fetch_optional(connection)
        .await?;
        let uid = uid.unwrap_or_default();
        let key = keys.find_one(&key_owner(&uid)).await?;
        Ok(Self { keys, uid, key })
    }

    fn sealing(&self) -> Option<Sealing<'_>> {
        self.key.as_ref().map(|key| Sealing { keys: self.keys, key, uid: &self.uid })
    }

    pub(super) fn message(&self, text: String) -> Result<String, StoreError> {
        if !is_sealed(&text) {
            return Ok(text);
        }
        let Some(sealing) = self.sealing() else { return Ok(ERASED.to_owned()) };
        Ok(sealing.key.open_text(sealing.message_place(), &text)?)
    }

    /// Seals words; those of a submission from before keys stay as they are until it is sealed.
    pub(super) fn seal(&self, text: &str) -> String {
        self.sealing().map_or_else(|| text.to_owned(), |sealing| sealing.message(text))
    }
}

/// The entry by which the bytes of a submission were erased; `None` while they are there.
pub async fn erased_by(
    connection: &mut Connection,
    serial: SubmissionSerial,
) -> Result<Option<LedgerSerial>, StoreError> {
    let found: Option<Option<LedgerSerial>> = sqlx::query_scalar(
        "/* submission::erased_by */
        SELECT erased_by FROM submission_content WHERE submission_id = $1",
    )
    .bind(serial)
    .fetch_optional(connection)
    .await?;
    Ok(found.flatten())
}

/// Whether a submission lies open.
pub async fn has_unsealed(connection: &mut Connection) -> Result<bool, StoreError> {
    let open: Option<i64> = sqlx::query_scalar(
        "/* submission::has_unsealed */
        SELECT submission_id FROM submission_content WHERE is_sealed = 0 LIMIT 1",
    )
    .fetch_optional(connection)
    .await?;
    Ok(open.is_some())
}

/// Seals a submission that came before there were keys; whether there was one comes back.
pub async fn seal_one(connection: &mut Connection, keys: &KeyStore, now: Timestamp) -> Result<bool, StoreError> {
    let found: Option<(SubmissionSerial, String, LaboratorySerial, Vec<u8>)> = sqlx::query_as(
        "/* submission::seal_one */
        SELECT c.submission_id, b.uid, b.laboratory_id, c.content FROM submission_content c
        JOIN submission b ON b.submission_id = c.submission_id
        WHERE c.is_sealed = 0 AND c.erased_by IS NULL ORDER BY c.submission_id LIMIT 1",
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some((serial, uid, whose, content)) = found else { return Ok(false) };
    let key = make_key(connection, keys, whose, &uid, now).await?;
    let sealing = Sealing { keys, key: &key, uid: &uid };
    sqlx::query(
        "/* submission::seal_one (content) */
        UPDATE submission_content SET content = $2, is_sealed = 1 WHERE submission_id = $1",
    )
    .bind(serial)
    .bind(sealing.content(&content))
    .execute(&mut *connection)
    .await?;
    let problems: Vec<(i64, String)> = sqlx::query_as(
        "/* submission::seal_one (problems) */
        SELECT ordinal, message FROM submission_problem WHERE submission_id = $1",
    )
    .bind(serial)
    .fetch_all(&mut *connection)
    .await?;
    for (ordinal, message) in problems.iter().filter(|(_, message)| !is_sealed(message)) {
        sqlx::query(
            "/* submission::seal_one (problem) */
            UPDATE submission_problem SET message = $3 WHERE submission_id = $1 AND ordinal = $2",
        )
        .bind(serial)
        .bind(ordinal)
        .bind(sealing.message(message))
        .execute(&mut *connection)
        .await?;
    }
    Ok(true)
}

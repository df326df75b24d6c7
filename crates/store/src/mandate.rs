//! The published sharing mandate, version by version.

use crate::dialect::Connection;
use crate::entry::{AsOf, moment_of};
use crate::error::StoreError;
use crate::serial::EntrySerial;
use crate::word::{document, parse, read_document};
use cairn_core::id::UserId;
use cairn_core::sharing::Demands;
use jiff::Timestamp;

/// A version of the mandate as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedMandate {
    /// The version, from 1.
    pub version: u32,
    /// As people read it.
    pub text: String,
    /// The same as numbers.
    pub demands: Demands,
    /// Who published it; `None`: somebody at the machine.
    pub user: Option<UserId>,
    /// Since when it holds.
    pub recorded: Timestamp,
}

/// Every version up to a moment, the first first.
pub async fn all(connection: &mut Connection, as_of: AsOf) -> Result<Vec<RecordedMandate>, StoreError> {
    const TABLE: &str = "mandate";
    let rows: Vec<(i64, String, String, Option<String>, i64)> = sqlx::query_as(
        "/* mandate::all */
        SELECT m.version, m.content, m.demands, m.user_uid, e.recorded
        FROM mandate m JOIN entry e ON e.entry_id = m.entry_id WHERE m.entry_id <= $1 ORDER BY m.version",
    )
    .bind(as_of.bound())
    .fetch_all(connection)
    .await?;
    let read = |(version, text, demands, user, recorded): (i64, String, String, Option<String>, i64)| {
        Ok(RecordedMandate {
            version: u32::try_from(version).map_err(|_| StoreError::damaged(TABLE, "version"))?,
            text,
            demands: read_document(TABLE, &demands)?,
            user: user.map(|user| parse(TABLE, &user)).transpose()?,
            recorded: moment_of(TABLE, recorded)?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Publishes the next version; its number comes back.
pub async fn add(
    connection: &mut Connection,
    entry: EntrySerial,
    text: &str,
    demands: &Demands,
    user: Option<UserId>,
) -> Result<u32, StoreError> {
    let version: i64 = sqlx::query_scalar(
        "/* mandate::add */
        INSERT INTO mandate (version, content, demands, user_uid, entry_id)
        SELECT COALESCE(MAX(version), 0) + 1, $1, $2, $3, $4 FROM mandate RETURNING version",
    )
    .bind(text)
    .bind(document(demands))
    .bind(user.map(|user| user.to_string()))
    .bind(entry)
    .fetch_one(connection)
    .await?;
    u32::try_from(version).map_err(|_| StoreError::damaged("mandate", "version"))
}

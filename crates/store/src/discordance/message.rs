//! Messages: what people said of a discordance or of a statement version in it.

use super::number;
use crate::dialect::{Connection, DatabaseRow};
use crate::entry::{AsOf, moment_of};
use crate::error::StoreError;
use crate::serial::{AccountSerial, DiscordanceSerial, EntrySerial, StatementSerial};
use crate::word::parse;
use cairn_core::id::MessageId;
use jiff::Timestamp;
use sqlx::Row;

/// A message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its opaque id.
    pub id: MessageId,
    /// Who wrote it.
    pub by: AccountSerial,
    /// When.
    pub recorded: Timestamp,
    /// The statement version spoken of; `None`: the whole.
    pub statement: Option<(StatementSerial, u32)>,
    /// The words.
    pub text: String,
}

/// Adds a message.
pub async fn add_message(
    connection: &mut Connection,
    entry: EntrySerial,
    discordance: DiscordanceSerial,
    id: MessageId,
    by: AccountSerial,
    statement: Option<(StatementSerial, u32)>,
    text: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* discordance::add_message */
        INSERT INTO discordance_message (discordance_message_id, uid, discordance_id, statement_id,
            statement_version, account_id, text, entry_id)
        SELECT COALESCE(MAX(discordance_message_id), 0) + 1, $1, $2, $3, $4, $5, $6, $7 FROM discordance_message",
    )
    .bind(id.to_string())
    .bind(discordance)
    .bind(statement.map(|(serial, _)| serial))
    .bind(statement.map(|(_, version)| i64::from(version)))
    .bind(by)
    .bind(text)
    .bind(entry)
    .execute(connection)
    .await?;
    Ok(())
}

/// The messages of a discordance up to a moment, the first first.
pub async fn messages(
    connection: &mut Connection,
    discordance: DiscordanceSerial,
    as_of: AsOf,
) -> Result<Vec<Message>, StoreError> {
    const TABLE: &str = "discordance_message";
    let rows: Vec<DatabaseRow> = sqlx::query(
        "/* discordance::messages */
        SELECT m.uid, m.account_id, e.recorded, m.statement_id, m.statement_version, m.text
        FROM discordance_message m JOIN entry e ON e.entry_id = m.entry_id
        WHERE m.discordance_id = $1 AND m.entry_id <= $2 ORDER BY m.discordance_message_id",
    )
    .bind(discordance)
    .bind(as_of.bound())
    .fetch_all(connection)
    .await?;
    let read = |row: &DatabaseRow| {
        let statement: Option<StatementSerial> = row.try_get("statement_id")?;
        let version: Option<i64> = row.try_get("statement_version")?;
        Ok(Message {
            id: parse(TABLE, row.try_get("uid")?)?,
            by: row.try_get("account_id")?,
            recorded: moment_of(TABLE, row.try_get("recorded")?)?,
            statement: statement.zip(version.map(number).transpose()?),
            text: row.try_get("text")?,
        })
    };
    rows.iter().map(read).collect()
}

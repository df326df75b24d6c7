//! Structured doubts about statement versions, and their end.

use super::{added_once, number};
use crate::dialect::Connection;
use crate::entry::{AsOf, moment_of};
use crate::error::StoreError;
use crate::insert::select_in;
use crate::serial::{AccountSerial, DiscordanceSerial, EntrySerial, FlagSerial, StatementSerial};
use crate::word::parse;
use cairn_core::discordance::{FlagReason, LiftReason};
use cairn_core::id::FlagId;
use jiff::Timestamp;

/// A doubt about a statement version.
#[derive(Debug, Clone, PartialEq)]
pub struct Flag {
    /// Its key.
    pub serial: FlagSerial,
    /// Its opaque id.
    pub id: FlagId,
    /// The discordance it was raised in.
    pub discordance: DiscordanceSerial,
    /// The statement version.
    pub statement: (StatementSerial, u32),
    /// The reason.
    pub reason: FlagReason,
    /// The words.
    pub text: String,
    /// Who.
    pub by: AccountSerial,
    /// When.
    pub recorded: Timestamp,
    /// Its end.
    pub lift: Option<Lift>,
}

/// The end of a flag.
#[derive(Debug, Clone, PartialEq)]
pub struct Lift {
    /// The reason.
    pub reason: LiftReason,
    /// The words.
    pub text: String,
    /// Who.
    pub by: AccountSerial,
    /// When.
    pub recorded: Timestamp,
}

/// Adds a flag on a statement version.
#[expect(clippy::too_many_arguments, reason = "each is one column of the row")]
pub async fn add_flag(
    connection: &mut Connection,
    entry: EntrySerial,
    discordance: DiscordanceSerial,
    id: FlagId,
    by: AccountSerial,
    statement: (StatementSerial, u32),
    reason: FlagReason,
    text: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* discordance::add_flag */
        INSERT INTO statement_flag (statement_flag_id, uid, discordance_id, statement_id, statement_version,
            reason, text, account_id, entry_id)
        SELECT COALESCE(MAX(statement_flag_id), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8 FROM statement_flag",
    )
    .bind(id.to_string())
    .bind(discordance)
    .bind(statement.0)
    .bind(i64::from(statement.1))
    .bind(reason.code())
    .bind(text)
    .bind(by)
    .bind(entry)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a flag.
///
/// # Errors
/// [`StoreError::Conflict`] when it was ended before.
pub async fn add_lift(
    connection: &mut Connection,
    entry: EntrySerial,
    flag: FlagSerial,
    by: AccountSerial,
    reason: LiftReason,
    text: &str,
) -> Result<(), StoreError> {
    let done = sqlx::query(
        "/* discordance::add_lift */
        INSERT INTO statement_flag_lift (statement_flag_id, reason, text, account_id, entry_id)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
    )
    .bind(flag)
    .bind(reason.code())
    .bind(text)
    .bind(by)
    .bind(entry)
    .execute(connection)
    .await?;
    added_once(&done, "the flag was lifted meanwhile")
}

/// The flags on every version of these statements up to a moment, the first first.
pub async fn flags(
    connection: &mut Connection,
    statements: &[StatementSerial],
    as_of: AsOf,
) -> Result<Vec<Flag>, StoreError> {
    #[derive(sqlx::FromRow)]
    struct FlagRow {
        statement_flag_id: FlagSerial,
        uid: String,
        discordance_id: DiscordanceSerial,
        statement_id: StatementSerial,
        statement_version: i64,
        reason: String,
        text: String,
        account_id: AccountSerial,
        recorded: i64,
        lift_reason: Option<String>,
        lift_text: Option<String>,
        lift_by: Option<AccountSerial>,
        lifted: Option<i64>,
    }
    const TABLE: &str = "statement_flag";
    let rows: Vec<FlagRow> = select_in(
        connection,
        |query| {
            query.push(
                "/* discordance::flags */
                SELECT f.statement_flag_id, f.uid, f.discordance_id, f.statement_id, f.statement_version, f.reason,
                    f.text, f.account_id, e.recorded, t.reason AS lift_reason, t.text AS lift_text,
                    t.account_id AS lift_by, g.recorded AS lifted
                FROM statement_flag f
                JOIN entry e ON e.entry_id = f.entry_id
                LEFT JOIN statement_flag_lift t
                    ON t.statement_flag_id = f.statement_flag_id AND t.entry_id <= ",
            );
            query.push_bind(as_of.bound());
            query.push(" LEFT JOIN entry g ON g.entry_id = t.entry_id WHERE f.entry_id <= ");
            query.push_bind(as_of.bound());
            query.push(" AND f.statement_id IN");
        },
        statements,
        |_| {},
    )
    .await?;
    let read = |row: FlagRow| {
        let unknown = |word: &str| StoreError::damaged(TABLE, format!("no reason `{word}`"));
        let lift = match (row.lift_reason, row.lift_text, row.lift_by, row.lifted) {
            (Some(reason), Some(text), Some(by), Some(lifted)) => Some(Lift {
                reason: LiftReason::from_code(&reason).ok_or_else(|| unknown(&reason))?,
                text,
                by,
                recorded: moment_of(TABLE, lifted)?,
            }),
            _ => None,
        };
        Ok(Flag {
            serial: row.statement_flag_id,
            id: parse(TABLE, &row.uid)?,
            discordance: row.discordance_id,
            statement: (row.statement_id, number(row.statement_version)?),
            reason: FlagReason::from_code(&row.reason).ok_or_else(|| unknown(&row.reason))?,
            text: row.text,
            by: row.account_id,
            recorded: moment_of(TABLE, row.recorded)?,
            lift,
        })
    };
    let mut flags: Vec<Flag> = rows.into_iter().map(read).collect::<Result<_, StoreError>>()?;
    flags.sort_by_key(|flag| flag.serial);
    Ok(flags)
}

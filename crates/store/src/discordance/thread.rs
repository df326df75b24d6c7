//! What people said: messages, proposals with their answers, flags on statement versions.

use super::read::number;
use crate::dialect::{Connection, DatabaseRow};
use crate::entry::{AsOf, moment_of};
use crate::error::StoreError;
use crate::insert::select_in;
use crate::serial::{AccountSerial, DiscordanceSerial, EntrySerial, FlagSerial, ProposalSerial, StatementSerial};
use crate::word::{document, parse, read_document};
use cairn_core::classification::Classification;
use cairn_core::criterion::Criterion;
use cairn_core::discordance::{Answer, FlagReason, LiftReason};
use cairn_core::id::{FlagId, MessageId, ProposalId};
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

/// A proposal to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct NewProposal {
    /// Its opaque id.
    pub id: ProposalId,
    /// Whose class is to change, and its version of now.
    pub statement: (StatementSerial, u32),
    /// The class proposed.
    pub class: Classification,
    /// The criteria proposed to change.
    pub criteria: Vec<Criterion>,
    /// The words.
    pub text: String,
    /// The proposal it answers.
    pub counters: Option<ProposalSerial>,
}

/// A proposal.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Its key.
    pub serial: ProposalSerial,
    /// Who made it.
    pub by: AccountSerial,
    /// When.
    pub recorded: Timestamp,
    /// What it says.
    pub said: NewProposal,
    /// What was answered.
    pub answer: Option<ProposalAnswer>,
}

/// What was answered to a proposal.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposalAnswer {
    /// Yes, no, or something else.
    pub answer: Answer,
    /// The words.
    pub text: String,
    /// Who.
    pub by: AccountSerial,
    /// When.
    pub recorded: Timestamp,
}

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

/// Adds a proposal.
pub async fn add_proposal(
    connection: &mut Connection,
    entry: EntrySerial,
    discordance: DiscordanceSerial,
    by: AccountSerial,
    new: &NewProposal,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* discordance::add_proposal */
        INSERT INTO discordance_proposal (discordance_proposal_id, uid, discordance_id, statement_id,
            statement_version, classification, criteria, text, counters, account_id, entry_id)
        SELECT COALESCE(MAX(discordance_proposal_id), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
        FROM discordance_proposal",
    )
    .bind(new.id.to_string())
    .bind(discordance)
    .bind(new.statement.0)
    .bind(i64::from(new.statement.1))
    .bind(new.class.code())
    .bind(document(&new.criteria))
    .bind(&new.text)
    .bind(new.counters)
    .bind(by)
    .bind(entry)
    .execute(connection)
    .await?;
    Ok(())
}

/// Adds the answer to a proposal.
///
/// # Errors
/// [`StoreError::Conflict`] when it was answered before.
pub async fn add_answer(
    connection: &mut Connection,
    entry: EntrySerial,
    proposal: ProposalSerial,
    by: AccountSerial,
    answer: Answer,
    text: &str,
) -> Result<(), StoreError> {
    let done = sqlx::query(
        "/* discordance::add_answer */
        INSERT INTO discordance_answer (discordance_proposal_id, answer, text, account_id, entry_id)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
    )
    .bind(proposal)
    .bind(answer.code())
    .bind(text)
    .bind(by)
    .bind(entry)
    .execute(connection)
    .await?;
    match done.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::Conflict("the proposal was answered meanwhile".to_owned())),
    }
}

/// The proposals of a discordance up to a moment with their answers of then, the first first.
pub async fn proposals(
    connection: &mut Connection,
    discordance: DiscordanceSerial,
    as_of: AsOf,
) -> Result<Vec<Proposal>, StoreError> {
    let rows: Vec<DatabaseRow> = sqlx::query(
        "/* discordance::proposals */
        SELECT p.discordance_proposal_id, p.uid, p.statement_id, p.statement_version, p.classification, p.criteria,
            p.text, p.counters, p.account_id, e.recorded, w.answer, w.text AS answer_text,
            w.account_id AS answer_by, f.recorded AS answered
        FROM discordance_proposal p
        JOIN entry e ON e.entry_id = p.entry_id
        LEFT JOIN discordance_answer w
            ON w.discordance_proposal_id = p.discordance_proposal_id AND w.entry_id <= $2
        LEFT JOIN entry f ON f.entry_id = w.entry_id
        WHERE p.discordance_id = $1 AND p.entry_id <= $2 ORDER BY p.discordance_proposal_id",
    )
    .bind(discordance)
    .bind(as_of.bound())
    .fetch_all(connection)
    .await?;
    rows.iter().map(proposal).collect()
}

fn proposal(row: &DatabaseRow) -> Result<Proposal, StoreError> {
    const TABLE: &str = "discordance_proposal";
    let answer: Option<String> = row.try_get("answer")?;
    let answer = match answer {
        None => None,
        Some(word) => Some(ProposalAnswer {
            answer: Answer::from_code(&word).ok_or_else(|| StoreError::damaged("discordance_answer", &word))?,
            text: row.try_get("answer_text")?,
            by: row.try_get("answer_by")?,
            recorded: moment_of(TABLE, row.try_get("answered")?)?,
        }),
    };
    Ok(Proposal {
        serial: row.try_get("discordance_proposal_id")?,
        by: row.try_get("account_id")?,
        recorded: moment_of(TABLE, row.try_get("recorded")?)?,
        said: NewProposal {
            id: parse(TABLE, row.try_get("uid")?)?,
            statement: (row.try_get("statement_id")?, number(row.try_get("statement_version")?)?),
            class: parse(TABLE, row.try_get("classification")?)?,
            criteria: read_document(TABLE, row.try_get("criteria")?)?,
            text: row.try_get("text")?,
            counters: row.try_get("counters")?,
        },
        answer,
    })
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
    match done.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::Conflict("the flag was lifted meanwhile".to_owned())),
    }
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

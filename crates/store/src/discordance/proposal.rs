//! Proposals and their answers.

use super::{added_once, number};
use crate::dialect::{Connection, DatabaseRow};
use crate::entry::{AsOf, moment_of};
use crate::error::StoreError;
use crate::serial::{AccountSerial, DiscordanceSerial, EntrySerial, ProposalSerial, StatementSerial};
use crate::word::{document, parse, read_document};
use cairn_core::classification::Classification;
use cairn_core::criterion::Criterion;
use cairn_core::discordance::Answer;
use cairn_core::id::ProposalId;
use jiff::Timestamp;
use sqlx::Row;

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
    added_once(&done, "the proposal was answered meanwhile")
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

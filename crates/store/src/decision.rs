//! Decisions about data of persons, with their inputs; and the policies they were made by.

use crate::dialect::Connection;
use crate::entry::moment_of;
use crate::error::StoreError;
use crate::serial::CaseSerial;
use crate::word::parse;
use cairn_core::id::{DecisionId, UserId};
use jiff::Timestamp;

/// A decision to be kept.
#[derive(Debug, Clone)]
pub struct NewDecision {
    /// Its id.
    pub id: DecisionId,
    /// About which case.
    pub case: Option<CaseSerial>,
    /// Who asked.
    pub account: Option<UserId>,
    /// Version of the policy.
    pub policy: &'static str,
    /// `permit`, `refer` or `deny`.
    pub outcome: &'static str,
    /// JSON.
    pub inputs: String,
    /// SHA-256 of the inputs.
    pub inputs_sha256: String,
    /// JSON.
    pub result: String,
    /// When.
    pub made: Timestamp,
}

/// A decision as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDecision {
    /// Its key; the cursor of lists.
    pub number: i64,
    /// Its id.
    pub id: DecisionId,
    /// About which case.
    pub case: Option<CaseSerial>,
    /// `permit`, `refer` or `deny`.
    pub outcome: String,
    /// JSON.
    pub inputs: String,
    /// SHA-256 of the inputs.
    pub inputs_sha256: String,
    /// JSON.
    pub result: String,
    /// The text of the policy it was made by.
    pub policy: String,
    /// When.
    pub made: Timestamp,
}

/// Keeps the text of a policy, once.
pub async fn keep_policy(connection: &mut Connection, version: &str, content: &str) -> Result<(), StoreError> {
    sqlx::query(
        "/* decision::keep_policy */
        INSERT INTO access_policy (version, content) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    )
    .bind(version)
    .bind(content)
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps a decision; its policy must be kept before.
pub async fn add(connection: &mut Connection, new: &NewDecision) -> Result<(), StoreError> {
    sqlx::query(
        "/* decision::add */
        INSERT INTO decision (decision_id, uid, clinical_case_id, account_uid, policy, outcome, inputs,
            inputs_sha256, result, made)
        SELECT COALESCE(MAX(decision_id), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8, $9 FROM decision",
    )
    .bind(new.id.to_string())
    .bind(new.case)
    .bind(new.account.map(|user| user.to_string()))
    .bind(new.policy)
    .bind(new.outcome)
    .bind(&new.inputs)
    .bind(&new.inputs_sha256)
    .bind(&new.result)
    .bind(new.made.as_microsecond())
    .execute(connection)
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    decision_id: i64,
    uid: String,
    clinical_case_id: Option<CaseSerial>,
    outcome: String,
    inputs: String,
    inputs_sha256: String,
    result: String,
    content: String,
    made: i64,
}

fn read(row: Row) -> Result<KeptDecision, StoreError> {
    Ok(KeptDecision {
        number: row.decision_id,
        id: parse("decision", &row.uid)?,
        case: row.clinical_case_id,
        outcome: row.outcome,
        inputs: row.inputs,
        inputs_sha256: row.inputs_sha256,
        result: row.result,
        policy: row.content,
        made: moment_of("decision", row.made)?,
    })
}

/// The decision of this id.
pub async fn by_id(connection: &mut Connection, id: DecisionId) -> Result<Option<KeptDecision>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "/* decision::by_id */
        SELECT d.decision_id, d.uid, d.clinical_case_id, d.outcome, d.inputs, d.inputs_sha256, d.result, p.content, d.made
        FROM decision d JOIN access_policy p ON p.version = d.policy WHERE d.uid = $1",
    )
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(read).transpose()
}

/// A page of all decisions in the order they were made, from after one.
pub async fn page(connection: &mut Connection, after: i64, limit: u32) -> Result<Vec<KeptDecision>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "/* decision::page */
        SELECT d.decision_id, d.uid, d.clinical_case_id, d.outcome, d.inputs, d.inputs_sha256, d.result, p.content, d.made
        FROM decision d JOIN access_policy p ON p.version = d.policy
        WHERE d.decision_id > $1 ORDER BY d.decision_id LIMIT $2",
    )
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(read).collect()
}

/// The last decisions, the newest first.
pub async fn latest(connection: &mut Connection, limit: u32) -> Result<Vec<KeptDecision>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "/* decision::latest */
        SELECT d.decision_id, d.uid, d.clinical_case_id, d.outcome, d.inputs, d.inputs_sha256, d.result, p.content, d.made
        FROM decision d JOIN access_policy p ON p.version = d.policy ORDER BY d.decision_id DESC LIMIT $1",
    )
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(read).collect()
}

/// The last decisions about a case, the newest first.
pub async fn of_case(
    connection: &mut Connection,
    case: CaseSerial,
    limit: u32,
) -> Result<Vec<KeptDecision>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "/* decision::of_case */
        SELECT d.decision_id, d.uid, d.clinical_case_id, d.outcome, d.inputs, d.inputs_sha256, d.result, p.content, d.made
        FROM decision d JOIN access_policy p ON p.version = d.policy
        WHERE d.clinical_case_id = $1 ORDER BY d.decision_id DESC LIMIT $2",
    )
    .bind(case)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(read).collect()
}

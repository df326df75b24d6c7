//! Emergency accesses: asked with a reason, over by themselves, reviewed by somebody else.

use crate::case::Opener;
use crate::dialect::Connection;
use crate::entry::moment_of;
use crate::error::StoreError;
use crate::key_store::KeyStore;
use crate::serial::{CaseSerial, LaboratorySerial};
use crate::word::parse;
use cairn_core::id::{BreakGlassId, CaseId, UserId};
use jiff::Timestamp;

/// An access to be recorded.
#[derive(Debug, Clone)]
pub struct NewBreakGlass {
    /// Its id.
    pub id: BreakGlassId,
    /// To which case.
    pub case: CaseSerial,
    /// Of the person who asks.
    pub laboratory: LaboratorySerial,
    /// The person.
    pub account: UserId,
    /// Why, in the person's words.
    pub reason: String,
    /// From when.
    pub begins: Timestamp,
    /// Until when.
    pub ends: Timestamp,
}

/// An access as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakGlass {
    /// Its id.
    pub id: BreakGlassId,
    /// To which case.
    pub case: CaseSerial,
    /// Id of that case in its laboratory.
    pub case_id: CaseId,
    /// The pseudonym of the case; for its laboratory only.
    pub local_id: String,
    /// Of the person who asked.
    pub laboratory: LaboratorySerial,
    /// The person's name, where the account is known.
    pub name: Option<String>,
    /// Why, in the person's words.
    pub reason: String,
    /// From when.
    pub begins: Timestamp,
    /// Until when.
    pub ends: Timestamp,
    /// When it was reviewed.
    pub reviewed: Option<Timestamp>,
    /// `justified` or `not_justified`.
    pub verdict: Option<String>,
    /// What the reviewer noted.
    pub note: Option<String>,
}

/// Records an access.
pub async fn add(connection: &mut Connection, new: &NewBreakGlass) -> Result<(), StoreError> {
    sqlx::query(
        "/* break_glass::add */
        INSERT INTO break_glass
            (break_glass_id, uid, clinical_case_id, laboratory_id, account_uid, reason, begins, ends)
        SELECT COALESCE(MAX(break_glass_id), 0) + 1, $1, $2, $3, $4, $5, $6, $7 FROM break_glass",
    )
    .bind(new.id.to_string())
    .bind(new.case)
    .bind(new.laboratory)
    .bind(new.account.to_string())
    .bind(&new.reason)
    .bind(new.begins.as_microsecond())
    .bind(new.ends.as_microsecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Until when a person has broken the glass of a case; `None` when they have not, or it is over.
pub async fn open_until(
    connection: &mut Connection,
    account: UserId,
    case: CaseSerial,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let ends: Option<i64> = sqlx::query_scalar(
        "/* break_glass::open_until */
        SELECT MAX(ends) FROM break_glass WHERE account_uid = $1 AND clinical_case_id = $2 AND ends > $3",
    )
    .bind(account.to_string())
    .bind(case)
    .bind(now.as_microsecond())
    .fetch_one(connection)
    .await?;
    ends.map(|ends| moment_of("break_glass", ends)).transpose()
}

#[derive(sqlx::FromRow)]
struct Row {
    uid: String,
    clinical_case_id: CaseSerial,
    case_uid: String,
    label: String,
    laboratory_id: LaboratorySerial,
    name: Option<String>,
    reason: String,
    begins: i64,
    ends: i64,
    reviewed: Option<i64>,
    verdict: Option<String>,
    note: Option<String>,
}

/// The accesses to the cases of a laboratory, those not reviewed first, then the newest.
pub async fn to_cases_of(
    connection: &mut Connection,
    keys: &KeyStore,
    laboratory: LaboratorySerial,
    limit: u32,
) -> Result<Vec<BreakGlass>, StoreError> {
    const TABLE: &str = "break_glass";
    let rows: Vec<Row> = sqlx::query_as(
        "/* break_glass::to_cases_of */
        SELECT b.uid, b.clinical_case_id, c.uid AS case_uid, COALESCE(c.label, c.local_id) AS label,
            b.laboratory_id, a.name, b.reason,
            b.begins, b.ends, b.reviewed, b.verdict, b.note
        FROM break_glass b
        JOIN clinical_case c ON c.clinical_case_id = b.clinical_case_id
        LEFT JOIN account a ON a.uid = b.account_uid
        WHERE c.laboratory_id = $1
        ORDER BY CASE WHEN b.reviewed IS NULL THEN 0 ELSE 1 END, b.break_glass_id DESC LIMIT $2",
    )
    .bind(laboratory)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    let opener = Opener::of(keys, rows.iter().map(|row| row.case_uid.as_str())).await?;
    let read = |row: Row| {
        let Some(local_id) = opener.label(&row.case_uid, &row.label)? else { return Ok(None) };
        Ok(Some(BreakGlass {
            id: parse(TABLE, &row.uid)?,
            case: row.clinical_case_id,
            case_id: parse(TABLE, &row.case_uid)?,
            local_id,
            laboratory: row.laboratory_id,
            name: row.name,
            reason: row.reason,
            begins: moment_of(TABLE, row.begins)?,
            ends: moment_of(TABLE, row.ends)?,
            reviewed: row.reviewed.map(|at| moment_of(TABLE, at)).transpose()?,
            verdict: row.verdict,
            note: row.note,
        }))
    };
    rows.into_iter().map(read).filter_map(Result::transpose).collect()
}

/// Records a review, once, by somebody else than who asked; whether it was recorded comes back.
pub async fn review(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    id: BreakGlassId,
    reviewer: UserId,
    is_justified: bool,
    note: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* break_glass::review */
        UPDATE break_glass SET reviewed = $1, reviewer_uid = $2, verdict = $3, note = $4
        WHERE uid = $5 AND reviewed IS NULL AND account_uid <> $2 AND clinical_case_id IN
            (SELECT clinical_case_id FROM clinical_case WHERE laboratory_id = $6)",
    )
    .bind(now.as_microsecond())
    .bind(reviewer.to_string())
    .bind(if is_justified { "justified" } else { "not_justified" })
    .bind(note)
    .bind(id.to_string())
    .bind(laboratory)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

//! What goes when a case is erased: everything of it in the record; what is sealed in copies goes with its key.

use super::content::key_owner;
use crate::dialect::Connection;
use crate::error::StoreError;
use crate::serial::{CaseSerial, LedgerSerial};
use crate::store::Writer;
use crate::submission;

/// Tables whose rows about a case go, in an order that no link forbids.
const EMPTIED: [&str; 10] = [
    "observation",
    "case_feature",
    "case_condition",
    "case_person",
    "case_reanalysis",
    "recipient_case",
    "consent_scope",
    "patient_step",
    "consent",
    "decision",
];

/// Empties a case and the bytes of the submissions that brought it. `by` is the entry of the ledger that says so. The
/// names of the keys that must be destroyed once this is durable come back.
pub async fn erase(writer: &mut Writer, case: CaseSerial, by: LedgerSerial) -> Result<Vec<String>, StoreError> {
    let owners = owners(writer, case).await?;
    for table in EMPTIED {
        let sql = format!("/* case::erase ({table}) */ DELETE FROM {table} WHERE clinical_case_id = $1");
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(case).execute(&mut **writer).await?;
    }
    sqlx::query(
        "/* case::erase (submissions) */
        UPDATE submission_content SET content = $3, is_sealed = 1, erased_by = $2
        WHERE erased_by IS NULL AND submission_id IN
            (SELECT submission_id FROM clinical_case_version WHERE clinical_case_id = $1)",
    )
    .bind(case)
    .bind(by)
    .bind(Vec::<u8>::new())
    .execute(&mut **writer)
    .await?;
    for sql in [
        "/* case::erase (versions) */
        UPDATE clinical_case_version SET body = '', citations = '', digest = '' WHERE clinical_case_id = $1",
        "/* case::erase (emergencies) */
        UPDATE break_glass SET reason = '', note = NULL WHERE clinical_case_id = $1",
    ] {
        sqlx::query(sql).bind(case).execute(&mut **writer).await?;
    }
    sqlx::query(
        "/* case::erase (case) */
        UPDATE clinical_case SET local_id = uid, label = NULL, erased_by = $2 WHERE clinical_case_id = $1",
    )
    .bind(case)
    .bind(by)
    .execute(&mut **writer)
    .await?;
    Ok(owners)
}

/// The names of a case's key and of the keys of the submissions that brought it.
async fn owners(connection: &mut Connection, case: CaseSerial) -> Result<Vec<String>, StoreError> {
    let uid: Option<String> = sqlx::query_scalar(
        "/* case::erase (owner) */
        SELECT uid FROM clinical_case WHERE clinical_case_id = $1",
    )
    .bind(case)
    .fetch_optional(&mut *connection)
    .await?;
    let submissions: Vec<String> = sqlx::query_scalar(
        "/* case::erase (brought by) */
        SELECT DISTINCT b.uid FROM clinical_case_version v
        JOIN submission b ON b.submission_id = v.submission_id WHERE v.clinical_case_id = $1",
    )
    .bind(case)
    .fetch_all(connection)
    .await?;
    Ok(uid.iter().map(|uid| key_owner(uid)).chain(submissions.iter().map(|uid| submission::key_owner(uid))).collect())
}

/// The erased cases with the names of the keys that must be gone.
pub async fn owners_of_erased(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let cases: Vec<String> = sqlx::query_scalar(
        "/* case::owners_of_erased */
        SELECT uid FROM clinical_case WHERE erased_by IS NOT NULL",
    )
    .fetch_all(&mut *connection)
    .await?;
    let submissions: Vec<String> = sqlx::query_scalar(
        "/* case::owners_of_erased (submissions) */
        SELECT b.uid FROM submission_content c
        JOIN submission b ON b.submission_id = c.submission_id WHERE c.erased_by IS NOT NULL",
    )
    .fetch_all(connection)
    .await?;
    Ok(cases.iter().map(|uid| key_owner(uid)).chain(submissions.iter().map(|uid| submission::key_owner(uid))).collect())
}

/// Of these keys' names, the cases that the record still holds as if nothing had happened.
pub async fn not_erased(connection: &mut Connection, owners: &[String]) -> Result<Vec<CaseSerial>, StoreError> {
    let uids: Vec<String> = owners.iter().filter_map(|owner| owner.strip_prefix("case:")).map(str::to_owned).collect();
    let rows: Vec<(CaseSerial,)> = crate::insert::select_in(
        connection,
        |query| {
            query.push(
                "/* case::not_erased */
                SELECT clinical_case_id FROM clinical_case WHERE erased_by IS NULL AND uid IN",
            );
        },
        &uids,
        |_| {},
    )
    .await?;
    Ok(rows.into_iter().map(|(case,)| case).collect())
}

//! What ties entries to a case: tags, and erasing.

use super::entry::{self, LedgerEntry};
use crate::dialect::Connection;
use crate::error::StoreError;
use crate::insert;
use crate::serial::{CaseSerial, LedgerSerial};
use crate::store::Writer;
use std::collections::HashMap;

/// The tag keys of cases, and how many tags of each were given.
pub type Tags = HashMap<CaseSerial, Tag>;

/// The tag key of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// 32 bytes; `None` when the case was erased.
    pub key: Option<Vec<u8>>,
    /// Tags given so far.
    pub entries: u64,
}

/// Gives `count` more tags to each of these cases: their keys, and the numbers given before. Cases that had no key get
/// that of `new_key`.
pub async fn take(
    writer: &mut Writer,
    wanted: &[(CaseSerial, u64)],
    mut new_key: impl FnMut() -> Vec<u8>,
) -> Result<Tags, StoreError> {
    let cases: Vec<CaseSerial> = wanted.iter().map(|(case, _)| *case).collect();
    let head = |query: &mut sqlx::QueryBuilder<_>| {
        query.push("/* ledger::case::take */ SELECT clinical_case_id, tag_key, entries FROM ledger_case WHERE clinical_case_id IN");
    };
    let found: Vec<(CaseSerial, Option<Vec<u8>>, i64)> = insert::select_in(writer, head, &cases, |_| {}).await?;
    let tag = |(case, key, entries): (CaseSerial, _, i64)| (case, Tag { key, entries: entries.unsigned_abs() });
    let mut tags: Tags = found.into_iter().map(tag).collect();
    let fresh = |(case, _): &&(CaseSerial, u64)| !tags.contains_key(case);
    let fresh: Vec<(CaseSerial, Vec<u8>)> = wanted.iter().filter(fresh).map(|(case, _)| (*case, new_key())).collect();
    let head = "/* ledger::case::take (new) */ INSERT INTO ledger_case (clinical_case_id, tag_key, entries)";
    insert::rows(writer, head, 3, "", &fresh, |row, (case, key)| {
        row.push_bind(*case).push_bind(key.clone()).push_bind(0i64);
    })
    .await?;
    tags.extend(fresh.into_iter().map(|(case, key)| (case, Tag { key: Some(key), entries: 0 })));
    for (case, count) in wanted {
        sqlx::query(
            "/* ledger::case::take (count) */
            UPDATE ledger_case SET entries = entries + $2 WHERE clinical_case_id = $1",
        )
        .bind(case)
        .bind(i64::try_from(*count).unwrap_or(i64::MAX))
        .execute(&mut **writer)
        .await?;
    }
    Ok(tags)
}

/// The tag key of a case and how many tags were given; `None` when it has no entry or was erased.
pub async fn tag_key(connection: &mut Connection, case: CaseSerial) -> Result<Option<(Vec<u8>, u64)>, StoreError> {
    let row: Option<(Option<Vec<u8>>, i64)> = sqlx::query_as(
        "/* ledger::tag_key */
        SELECT tag_key, entries FROM ledger_case WHERE clinical_case_id = $1",
    )
    .bind(case)
    .fetch_optional(connection)
    .await?;
    Ok(row.and_then(|(key, entries)| Some((key?, entries.unsigned_abs()))))
}

/// All entries about a case, in their order.
pub async fn entries_of_case(connection: &mut Connection, case: CaseSerial) -> Result<Vec<LedgerEntry>, StoreError> {
    let rows = sqlx::query_as(
        "/* ledger::entries_of_case */
        SELECT ledger_entry_id, kind, moment, leaf, clinical_case_id, laboratory_id, salt, body, body_key, erased_by
        FROM ledger_entry WHERE clinical_case_id = $1 ORDER BY ledger_entry_id",
    )
    .bind(case)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(entry::entry_of).collect()
}

/// Takes salt and body of every entry about a case, and its tag key: what stays in the log says nothing any more. `by` is
/// the entry that says so; its own body stays, for it names no person. How many entries were emptied comes back.
pub async fn erase(writer: &mut Writer, case: CaseSerial, by: LedgerSerial) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "/* ledger::erase */
        UPDATE ledger_entry SET salt = NULL, body = NULL, erased_by = $2
        WHERE clinical_case_id = $1 AND ledger_entry_id <> $2 AND erased_by IS NULL",
    )
    .bind(case)
    .bind(by)
    .execute(&mut **writer)
    .await?;
    sqlx::query(
        "/* ledger::erase (tag key) */
        UPDATE ledger_case SET tag_key = NULL WHERE clinical_case_id = $1",
    )
    .bind(case)
    .execute(&mut **writer)
    .await?;
    Ok(done.rows_affected())
}

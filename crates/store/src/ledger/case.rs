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
    /// 32 bytes sealed with the case's key; `None` when the case was erased.
    pub key: Option<Vec<u8>>,
    /// Tags given so far.
    pub entries: u64,
}

/// Gives `count` more tags to each of these cases: their keys, and the numbers given before. Cases that had no key get
/// that of `new_key`.
pub async fn take(
    writer: &mut Writer,
    wanted: &[(CaseSerial, u64)],
    mut new_key: impl FnMut(CaseSerial) -> Vec<u8>,
) -> Result<Tags, StoreError> {
    let cases: Vec<CaseSerial> = wanted.iter().map(|(case, _)| *case).collect();
    let head = |query: &mut sqlx::QueryBuilder<_>| {
        query.push("/* ledger::case::take */ SELECT clinical_case_id, tag_key, entries FROM ledger_case WHERE clinical_case_id IN");
    };
    let found: Vec<(CaseSerial, Option<Vec<u8>>, i64)> = insert::select_in(writer, head, &cases, |_| {}).await?;
    let tag = |(case, key, entries): (CaseSerial, _, i64)| (case, Tag { key, entries: entries.unsigned_abs() });
    let mut tags: Tags = found.into_iter().map(tag).collect();
    let fresh = |(case, _): &&(CaseSerial, u64)| !tags.contains_key(case);
    let fresh: Vec<(CaseSerial, Vec<u8>)> =
        wanted.iter().filter(fresh).map(|(case, _)| (*case, new_key(*case))).collect();
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

/// Cases whose tag key lies open, at most so many, with that key.
pub async fn open_tags(connection: &mut Connection, limit: u32) -> Result<Vec<(CaseSerial, Vec<u8>)>, StoreError> {
    Ok(sqlx::query_as(
        "/* ledger::open_tags */
        SELECT clinical_case_id, tag_key FROM ledger_case WHERE LENGTH(tag_key) = 32 LIMIT 0 + $1",
    )
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?)
}

/// Puts the sealed tag key of a case in the place of the one that lay open.
pub async fn seal_tag(connection: &mut Connection, case: CaseSerial, sealed: &[u8]) -> Result<(), StoreError> {
    sqlx::query(
        "/* ledger::seal_tag */
        UPDATE ledger_case SET tag_key = $2 WHERE clinical_case_id = $1 AND tag_key IS NOT NULL",
    )
    .bind(case)
    .bind(sealed)
    .execute(connection)
    .await?;
    Ok(())
}

/// Entries about cases whose salt and body lie open, at most so many.
pub async fn open_entries(connection: &mut Connection, limit: u32) -> Result<Vec<LedgerEntry>, StoreError> {
    let rows = sqlx::query_as(
        "/* ledger::open_entries */
        SELECT ledger_entry_id, kind, moment, leaf, clinical_case_id, laboratory_id, salt, body, body_key, erased_by
        FROM ledger_entry WHERE clinical_case_id IS NOT NULL AND body_key IS NULL AND salt IS NOT NULL
            AND kind <> 'erase' LIMIT 0 + $1",
    )
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(entry::entry_of).collect()
}

/// Puts the sealed salt and body of an entry in the place of those that lay open.
pub async fn seal_entry(
    connection: &mut Connection,
    serial: LedgerSerial,
    (salt, body): (&[u8], &[u8]),
    key: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* ledger::seal_entry */
        UPDATE ledger_entry SET salt = $2, body = $3, body_key = $4 WHERE ledger_entry_id = $1 AND body_key IS NULL",
    )
    .bind(serial)
    .bind(salt)
    .bind(body)
    .bind(key)
    .execute(connection)
    .await?;
    Ok(())
}

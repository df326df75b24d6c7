//! Reading cases.

use super::RecordedCase;
use super::content::{Opener, VERSION, label_digest, term_digest};
use crate::dialect::Connection;
use crate::entry::{AsOf, moment_of};
use crate::error::StoreError;
use crate::insert::select_in;
use crate::key_store::KeyStore;
use crate::serial::{CaseSerial, LaboratorySerial, SubmissionSerial};
use crate::word::parse;
use cairn_core::case::Case;
use cairn_core::id::CaseId;
use std::collections::HashMap;

/// The columns of [`Row`] and the tables they come from.
macro_rules! select {
    ($name:literal, $rest:literal) => {
        concat!(
            "/* case::",
            $name,
            " */
            SELECT v.clinical_case_id, c.uid, c.laboratory_id, v.version, v.submission_id,
                v.row_number, e.recorded, v.body, v.citations
            FROM clinical_case_version v
            JOIN clinical_case c ON c.clinical_case_id = v.clinical_case_id
            JOIN entry e ON e.entry_id = v.entry_id ",
            $rest
        )
    };
}

/// As [`select`], and leaves the version of each case that is current as of `$1`.
macro_rules! select_current {
    ($name:literal, $where:literal) => {
        concat!(
            select!($name, "WHERE"),
            " c.erased_by IS NULL AND v.entry_id <= $1 AND NOT EXISTS (SELECT 1 FROM clinical_case_version n
                WHERE n.clinical_case_id = v.clinical_case_id AND n.version > v.version
                    AND n.entry_id <= $1) ",
            $where
        )
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    clinical_case_id: CaseSerial,
    uid: String,
    laboratory_id: LaboratorySerial,
    version: i64,
    submission_id: SubmissionSerial,
    row_number: i64,
    recorded: i64,
    body: String,
    citations: String,
}

impl Row {
    /// The case; `None` when it was erased.
    fn read(self, opener: &Opener) -> Result<Option<RecordedCase>, StoreError> {
        const TABLE: &str = VERSION;
        let Some(case) = opener.version("body", &self.uid, self.version, &self.body)? else { return Ok(None) };
        let citations = opener.version("citations", &self.uid, self.version, &self.citations)?;
        Ok(Some(RecordedCase {
            serial: self.clinical_case_id,
            id: parse(TABLE, &self.uid)?,
            laboratory: self.laboratory_id,
            version: u32::try_from(self.version).map_err(|_| StoreError::damaged(TABLE, "version"))?,
            submission: self.submission_id,
            row: self.row_number.unsigned_abs(),
            recorded: moment_of(TABLE, self.recorded)?,
            case,
            citations: citations.unwrap_or_default(),
        }))
    }
}

async fn read_all(keys: &KeyStore, rows: Vec<Row>) -> Result<Vec<RecordedCase>, StoreError> {
    let opener = Opener::of(keys, rows.iter().map(|row| row.uid.as_str())).await?;
    rows.into_iter().filter_map(|row| row.read(&opener).transpose()).collect()
}

async fn read_one(keys: &KeyStore, row: Option<Row>) -> Result<Option<RecordedCase>, StoreError> {
    Ok(read_all(keys, row.into_iter().collect()).await?.pop())
}

/// The case with this opaque id.
pub async fn by_id(
    connection: &mut Connection,
    keys: &KeyStore,
    id: CaseId,
    as_of: AsOf,
) -> Result<Option<RecordedCase>, StoreError> {
    let row: Option<Row> = sqlx::query_as(select_current!("by_id", "AND c.uid = $2"))
        .bind(as_of.bound())
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    read_one(keys, row).await
}

/// The case with this key.
pub async fn by_serial(
    connection: &mut Connection,
    keys: &KeyStore,
    serial: CaseSerial,
    as_of: AsOf,
) -> Result<Option<RecordedCase>, StoreError> {
    let row: Option<Row> = sqlx::query_as(select_current!("by_serial", "AND v.clinical_case_id = $2"))
        .bind(as_of.bound())
        .bind(serial)
        .fetch_optional(connection)
        .await?;
    read_one(keys, row).await
}

/// Current cases of all laboratories, at most so many: the crowd in which a profile is looked for.
/// Who reads this gives out numbers, never cases.
pub async fn crowd(
    connection: &mut Connection,
    keys: &KeyStore,
    as_of: AsOf,
    limit: u32,
) -> Result<Vec<RecordedCase>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select_current!("crowd", "ORDER BY v.clinical_case_id DESC LIMIT $2"))
        .bind(as_of.bound())
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await?;
    read_all(keys, rows).await
}

/// Every case that was there at a moment and is not erased, with whose it is. Who reads this gives out numbers, never
/// cases.
pub async fn serials(
    connection: &mut Connection,
    as_of: AsOf,
) -> Result<Vec<(CaseSerial, LaboratorySerial)>, StoreError> {
    Ok(sqlx::query_as(
        "/* case::serials */
        SELECT v.clinical_case_id, c.laboratory_id FROM clinical_case_version v
        JOIN clinical_case c ON c.clinical_case_id = v.clinical_case_id
        WHERE v.version = 1 AND v.entry_id <= $1 AND c.erased_by IS NULL ORDER BY v.clinical_case_id",
    )
    .bind(as_of.bound())
    .fetch_all(connection)
    .await?)
}

/// The case that a laboratory calls by this pseudonym.
pub async fn by_local_id(
    connection: &mut Connection,
    keys: &KeyStore,
    laboratory: LaboratorySerial,
    local_id: &str,
    as_of: AsOf,
) -> Result<Option<RecordedCase>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as(select_current!("by_local_id", "AND c.laboratory_id = $2 AND c.local_id = $3"))
            .bind(as_of.bound())
            .bind(laboratory)
            .bind(label_digest(keys, laboratory, local_id))
            .fetch_optional(connection)
            .await?;
    read_one(keys, row).await
}

/// The current cases of a laboratory, in the order of recording, from after a case.
pub async fn of_laboratory(
    connection: &mut Connection,
    keys: &KeyStore,
    laboratory: LaboratorySerial,
    as_of: AsOf,
    after: CaseSerial,
    limit: u32,
) -> Result<Vec<RecordedCase>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select_current!(
        "of_laboratory",
        "AND v.clinical_case_id IN (SELECT clinical_case_id FROM clinical_case
            WHERE laboratory_id = $2 AND clinical_case_id > $3
            ORDER BY clinical_case_id LIMIT $4)
        ORDER BY v.clinical_case_id"
    ))
    .bind(as_of.bound())
    .bind(laboratory)
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    read_all(keys, rows).await
}

/// The case versions that a submission brought, in the order of recording, from after a case.
pub async fn of_submission(
    connection: &mut Connection,
    keys: &KeyStore,
    submission: SubmissionSerial,
    after: CaseSerial,
    limit: u32,
) -> Result<Vec<RecordedCase>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "of_submission",
        "WHERE v.submission_id = $1 AND v.clinical_case_id > $2 AND c.erased_by IS NULL
        ORDER BY v.clinical_case_id LIMIT $3"
    ))
    .bind(submission)
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    read_all(keys, rows).await
}

/// A laboratory's current cases with an observed feature, from after a case.
pub async fn with_feature(
    connection: &mut Connection,
    keys: &KeyStore,
    laboratory: LaboratorySerial,
    term: &str,
    as_of: AsOf,
    after: CaseSerial,
    limit: u32,
) -> Result<Vec<RecordedCase>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select_current!(
        "with_feature",
        "AND c.laboratory_id = $2 AND v.clinical_case_id > $4
        AND EXISTS (SELECT 1 FROM case_feature f WHERE f.term = $3 AND f.excluded = 0
            AND f.clinical_case_id = v.clinical_case_id AND f.version = v.version)
        ORDER BY v.clinical_case_id LIMIT $5"
    ))
    .bind(as_of.bound())
    .bind(laboratory)
    .bind(term_digest(keys, laboratory, term))
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    read_all(keys, rows).await
}

/// What these cases say as of a moment; erased ones are left out.
pub async fn bodies(
    connection: &mut Connection,
    keys: &KeyStore,
    cases: &[CaseSerial],
    as_of: AsOf,
) -> Result<Vec<(CaseSerial, Case)>, StoreError> {
    let rows: Vec<(CaseSerial, String, i64, String)> = select_in(
        connection,
        |query| {
            query.push(
                "/* case::bodies */
                SELECT v.clinical_case_id, c.uid, v.version, v.body
                FROM clinical_case_version v
                JOIN clinical_case c ON c.clinical_case_id = v.clinical_case_id
                WHERE c.erased_by IS NULL AND v.entry_id <= ",
            );
            query.push_bind(as_of.bound()).push(
                " AND NOT EXISTS (SELECT 1 FROM clinical_case_version n
                    WHERE n.clinical_case_id = v.clinical_case_id AND n.version > v.version AND n.entry_id <= ",
            );
            query.push_bind(as_of.bound()).push(") AND v.clinical_case_id IN");
        },
        cases,
        |_| {},
    )
    .await?;
    let opener = Opener::of(keys, rows.iter().map(|row| row.1.as_str())).await?;
    let read = |(serial, uid, version, body): (CaseSerial, String, i64, String)| {
        Ok(opener.version("body", &uid, version, &body)?.map(|case| (serial, case)))
    };
    rows.into_iter().filter_map(|row| read(row).transpose()).collect()
}

/// The uids of these cases, erased ones too: by them the key store knows their keys.
pub async fn uids(
    connection: &mut Connection,
    cases: &[CaseSerial],
) -> Result<HashMap<CaseSerial, String>, StoreError> {
    let rows: Vec<(CaseSerial, String)> = select_in(
        connection,
        |query| {
            query.push("/* case::uids */ SELECT clinical_case_id, uid FROM clinical_case WHERE clinical_case_id IN");
        },
        cases,
        |_| {},
    )
    .await?;
    Ok(rows.into_iter().collect())
}

/// The uid of a case; `None` when there is none of this serial.
pub async fn uid_of(connection: &mut Connection, case: CaseSerial) -> Result<Option<String>, StoreError> {
    Ok(uids(connection, &[case]).await?.remove(&case))
}

//! Reading cases.

use super::RecordedCase;
use crate::dialect::Connection;
use crate::entry::{AsOf, moment_of};
use crate::error::StoreError;
use crate::serial::{CaseSerial, LaboratorySerial, SubmissionSerial};
use crate::word::{parse, read_document};
use cairn_core::id::CaseId;

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
            " v.entry_id <= $1 AND NOT EXISTS (SELECT 1 FROM clinical_case_version n
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
    fn read(self) -> Result<RecordedCase, StoreError> {
        const TABLE: &str = "clinical_case_version";
        Ok(RecordedCase {
            serial: self.clinical_case_id,
            id: parse(TABLE, &self.uid)?,
            laboratory: self.laboratory_id,
            version: u32::try_from(self.version).map_err(|_| StoreError::damaged(TABLE, "version"))?,
            submission: self.submission_id,
            row: self.row_number.unsigned_abs(),
            recorded: moment_of(TABLE, self.recorded)?,
            case: read_document(TABLE, &self.body)?,
            citations: read_document(TABLE, &self.citations)?,
        })
    }
}

fn read_all(rows: Vec<Row>) -> Result<Vec<RecordedCase>, StoreError> {
    rows.into_iter().map(Row::read).collect()
}

/// The case with this opaque id.
pub async fn by_id(connection: &mut Connection, id: CaseId, as_of: AsOf) -> Result<Option<RecordedCase>, StoreError> {
    let row: Option<Row> = sqlx::query_as(select_current!("by_id", "AND c.uid = $2"))
        .bind(as_of.bound())
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    row.map(Row::read).transpose()
}

/// The case with this key.
pub async fn by_serial(
    connection: &mut Connection,
    serial: CaseSerial,
    as_of: AsOf,
) -> Result<Option<RecordedCase>, StoreError> {
    let row: Option<Row> = sqlx::query_as(select_current!("by_serial", "AND v.clinical_case_id = $2"))
        .bind(as_of.bound())
        .bind(serial)
        .fetch_optional(connection)
        .await?;
    row.map(Row::read).transpose()
}

/// Current cases of all laboratories, at most so many: the crowd in which a profile is looked for.
/// Who reads this gives out numbers, never cases.
pub async fn crowd(connection: &mut Connection, as_of: AsOf, limit: u32) -> Result<Vec<RecordedCase>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select_current!("crowd", "ORDER BY v.clinical_case_id DESC LIMIT $2"))
        .bind(as_of.bound())
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await?;
    read_all(rows)
}

/// The case that a laboratory calls by this pseudonym.
pub async fn by_local_id(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    local_id: &str,
    as_of: AsOf,
) -> Result<Option<RecordedCase>, StoreError> {
    let row: Option<Row> =
        sqlx::query_as(select_current!("by_local_id", "AND c.laboratory_id = $2 AND c.local_id = $3"))
            .bind(as_of.bound())
            .bind(laboratory)
            .bind(local_id)
            .fetch_optional(connection)
            .await?;
    row.map(Row::read).transpose()
}

/// The current cases of a laboratory, in the order of recording, from after a case.
pub async fn of_laboratory(
    connection: &mut Connection,
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
    read_all(rows)
}

/// The case versions that a submission brought, in the order of recording, from after a case.
pub async fn of_submission(
    connection: &mut Connection,
    submission: SubmissionSerial,
    after: CaseSerial,
    limit: u32,
) -> Result<Vec<RecordedCase>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "of_submission",
        "WHERE v.submission_id = $1 AND v.clinical_case_id > $2
        ORDER BY v.clinical_case_id LIMIT $3"
    ))
    .bind(submission)
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    read_all(rows)
}

/// A laboratory's current cases with an observed feature, from after a case.
pub async fn with_feature(
    connection: &mut Connection,
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
    .bind(term)
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    read_all(rows)
}

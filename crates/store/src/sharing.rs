//! What a laboratory recorded and how far it reaches, for counting; and what was counted day by day.

use crate::dialect::Connection;
use crate::entry::{AsOf, moment_of};
use crate::error::StoreError;
use crate::serial::{LaboratorySerial, StatementSerial, VariantSerial};
use crate::word::{parse, read_document};
use cairn_core::id::VariantId;
use cairn_core::statement::StatementBody;
use jiff::Timestamp;
use serde::de::DeserializeOwned;

/// A current statement of a laboratory, reduced to what is counted.
#[derive(Debug, Clone)]
pub struct Stated {
    /// The statement.
    pub serial: StatementSerial,
    /// Its current version.
    pub version: u32,
    /// The variant, after mergers.
    pub variant: VariantSerial,
    /// The variant's name.
    pub label: String,
    /// Whether an archive has it: it carries ClinVar's accession, or came from there.
    pub is_public: bool,
    /// Whether another node was given it and it was not taken back.
    pub is_given: bool,
    /// What it says.
    pub body: StatementBody,
    /// When this version was recorded.
    pub recorded: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    statement_id: StatementSerial,
    version: i64,
    variant_id: VariantSerial,
    label: String,
    is_public: i64,
    is_given: i64,
    body: String,
    recorded: i64,
}

/// A page of the current statements of a laboratory as of a moment, from after one; those taken back are left out.
/// `moment` is the same bound as a time, for what was given to other nodes.
pub async fn stated(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    (as_of, moment): (AsOf, Timestamp),
    after: StatementSerial,
    limit: u32,
) -> Result<Vec<Stated>, StoreError> {
    const TABLE: &str = "statement_version";
    let rows: Vec<Row> = sqlx::query_as(
        "/* sharing::stated */
        SELECT v.statement_id, v.version, COALESCE(a.merged_into, a.variant_id) AS variant_id, a.label,
            CASE WHEN v.source_accession LIKE 'SCV%' OR b.format LIKE 'clinvar.%' THEN 1 ELSE 0 END AS is_public,
            CASE WHEN EXISTS (SELECT 1 FROM peer_release r
                WHERE r.statement_id = v.statement_id AND r.held_back = 0 AND r.released_at <= $5
                    AND (r.withdrawn_at IS NULL OR r.withdrawn_at > $5)) THEN 1 ELSE 0 END AS is_given,
            v.body, e.recorded
        FROM statement_version v
        JOIN variant a ON a.variant_id = v.variant_id
        JOIN submission b ON b.submission_id = v.submission_id
        JOIN entry e ON e.entry_id = v.entry_id
        WHERE v.entry_id <= $1 AND v.standing = 'current' AND NOT EXISTS (SELECT 1 FROM statement_version n
                WHERE n.statement_id = v.statement_id AND n.version > v.version AND n.entry_id <= $1)
            AND v.statement_id IN (SELECT statement_id FROM statement
                WHERE laboratory_id = $2 AND statement_id > $3 ORDER BY statement_id)
        ORDER BY v.statement_id LIMIT 0 + $4",
    )
    .bind(as_of.bound())
    .bind(laboratory)
    .bind(after)
    .bind(i64::from(limit))
    .bind(moment.as_microsecond())
    .fetch_all(connection)
    .await?;
    let read = |row: Row| {
        Ok(Stated {
            serial: row.statement_id,
            version: u32::try_from(row.version).map_err(|_| StoreError::damaged(TABLE, "version"))?,
            variant: row.variant_id,
            label: row.label,
            is_public: row.is_public == 1,
            is_given: row.is_given == 1,
            body: read_document(TABLE, &row.body)?,
            recorded: moment_of(TABLE, row.recorded)?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// A variant that a laboratory reported with a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// The variant, after mergers.
    pub variant: VariantSerial,
    /// The id of the variant.
    pub id: VariantId,
    /// Its name.
    pub label: String,
    /// When the newest version of such a case was recorded.
    pub recorded: Timestamp,
}

/// The variants that a laboratory noted with a class in a case, or named as its cause, as of a moment. How many cases
/// there are is not told.
pub async fn reported(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    as_of: AsOf,
) -> Result<Vec<Reported>, StoreError> {
    let rows: Vec<(VariantSerial, String, String, i64)> = sqlx::query_as(
        "/* sharing::reported */
        SELECT COALESCE(a.merged_into, a.variant_id) AS variant_id, MIN(COALESCE(m.uid, a.uid)),
            MIN(COALESCE(m.label, a.label)), MAX(e.recorded)
        FROM clinical_case c
        JOIN clinical_case_version v ON v.clinical_case_id = c.clinical_case_id
        JOIN entry e ON e.entry_id = v.entry_id
        JOIN observation o ON o.clinical_case_id = v.clinical_case_id AND o.version = v.version
        JOIN variant a ON a.variant_id = o.variant_id
        LEFT JOIN variant m ON m.variant_id = a.merged_into
        WHERE c.laboratory_id = $1 AND c.erased_by IS NULL AND v.entry_id <= $2
            AND NOT EXISTS (SELECT 1 FROM clinical_case_version n
                WHERE n.clinical_case_id = v.clinical_case_id AND n.version > v.version AND n.entry_id <= $2)
            AND (o.classification IS NOT NULL OR o.role IN ('causative', 'contributory'))
        GROUP BY COALESCE(a.merged_into, a.variant_id) ORDER BY 1",
    )
    .bind(laboratory)
    .bind(as_of.bound())
    .fetch_all(connection)
    .await?;
    let read = |(variant, id, label, recorded): (VariantSerial, String, String, i64)| {
        let (id, recorded) = (parse("variant", &id)?, moment_of("clinical_case_version", recorded)?);
        Ok(Reported { variant, id, label, recorded })
    };
    rows.into_iter().map(read).collect()
}

/// When a laboratory sent something last, up to a moment.
pub async fn last_sent(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    as_of: AsOf,
) -> Result<Option<Timestamp>, StoreError> {
    let last: Option<i64> = sqlx::query_scalar(
        "/* sharing::last_sent */
        SELECT MAX(e.recorded) FROM submission b JOIN entry e ON e.entry_id = b.entry_id
        WHERE b.laboratory_id = $1 AND b.entry_id <= $2",
    )
    .bind(laboratory)
    .bind(as_of.bound())
    .fetch_one(connection)
    .await?;
    last.map(|at| moment_of("submission", at)).transpose()
}

/// Whether a laboratory had an address for letters at a moment.
pub async fn had_contact(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    as_of: AsOf,
) -> Result<bool, StoreError> {
    let address: Option<Option<String>> = sqlx::query_scalar(
        "/* sharing::had_contact */
        SELECT address FROM laboratory_contact WHERE laboratory_id = $1 AND entry_id <= $2
        ORDER BY version DESC LIMIT 1",
    )
    .bind(laboratory)
    .bind(as_of.bound())
    .fetch_optional(connection)
    .await?;
    Ok(address.flatten().is_some())
}

/// What was counted on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured<R> {
    /// Of which laboratory.
    pub laboratory: LaboratorySerial,
    /// The day, UTC.
    pub day: String,
    /// What was counted.
    pub report: R,
    /// When.
    pub measured: Timestamp,
}

/// Keeps what was counted on a day, in the place of an earlier count of that day.
pub async fn keep(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    day: &str,
    report: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* sharing::keep */
        INSERT INTO sharing_measure (laboratory_id, day, report, measured) VALUES ($1, $2, $3, $4)
        ON CONFLICT (laboratory_id, day) DO UPDATE SET report = excluded.report, measured = excluded.measured",
    )
    .bind(laboratory)
    .bind(day)
    .bind(report)
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// A member of whom nothing was counted on a day yet.
pub async fn not_measured(connection: &mut Connection, day: &str) -> Result<Option<LaboratorySerial>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* sharing::not_measured */
        SELECT l.laboratory_id FROM laboratory l
        WHERE l.is_member = 1 AND NOT EXISTS (SELECT 1 FROM sharing_measure m
            WHERE m.laboratory_id = l.laboratory_id AND m.day = $1)
        ORDER BY l.laboratory_id LIMIT 1",
    )
    .bind(day)
    .fetch_optional(connection)
    .await?)
}

/// What was counted of a laboratory last, the newest first, up to a day.
pub async fn last_measured<R: DeserializeOwned>(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    up_to: &str,
    limit: u32,
) -> Result<Vec<Measured<R>>, StoreError> {
    const TABLE: &str = "sharing_measure";
    let rows: Vec<(LaboratorySerial, String, String, i64)> = sqlx::query_as(
        "/* sharing::last_measured */
        SELECT laboratory_id, day, report, measured FROM sharing_measure
        WHERE laboratory_id = $1 AND day <= $2 ORDER BY day DESC LIMIT 0 + $3",
    )
    .bind(laboratory)
    .bind(up_to)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    let read = |(laboratory, day, report, measured): (LaboratorySerial, String, String, i64)| {
        let report = read_document(TABLE, &report)?;
        Ok(Measured { laboratory, day, report, measured: moment_of(TABLE, measured)? })
    };
    rows.into_iter().map(read).collect()
}

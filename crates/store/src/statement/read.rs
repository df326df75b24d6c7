//! Reading statements.

use super::RecordedStatement;
use crate::dialect::Connection;
use crate::entry::{AsOf, moment_of};
use crate::error::StoreError;
use crate::insert::select_in;
use crate::serial::{ConditionSerial, LaboratorySerial, StatementSerial, SubmissionSerial, VariantSerial};
use crate::word::{parse, read_document, read_word};
use cairn_core::classification::Classification;
use cairn_core::condition::{Condition, Inheritance};
use cairn_core::date::PartialDate;
use cairn_core::id::LaboratoryId;
use cairn_core::laboratory::ARCHIVE_SUMMARY;
use cairn_core::statement::Statement;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The columns of [`Row`] and the tables they come from.
macro_rules! select {
    ($name:literal, $rest:literal) => {
        concat!(
            "/* statement::",
            $name,
            " */
            SELECT v.statement_id, s.uid, v.version, v.source_accession, s.laboratory_id,
                l.uid AS laboratory_uid, COALESCE(a.merged_into, a.variant_id) AS variant_id,
                a.uid AS variant_uid, v.expression, v.submission_id, b.uid AS submission_uid,
                v.row_number, e.recorded, v.standing, v.body
            FROM statement_version v
            JOIN statement s ON s.statement_id = v.statement_id
            JOIN laboratory l ON l.laboratory_id = s.laboratory_id
            JOIN variant a ON a.variant_id = v.variant_id
            JOIN submission b ON b.submission_id = v.submission_id
            JOIN entry e ON e.entry_id = v.entry_id ",
            $rest
        )
    };
}

/// Leaves the version of each statement that is current as of `$1`.
macro_rules! current {
    () => {
        " v.entry_id <= $1 AND NOT EXISTS (SELECT 1 FROM statement_version n
            WHERE n.statement_id = v.statement_id AND n.version > v.version AND n.entry_id <= $1) "
    };
}

macro_rules! select_current {
    ($name:literal, $where:literal) => {
        concat!(select!($name, "WHERE"), current!(), $where)
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    statement_id: StatementSerial,
    uid: String,
    version: i64,
    source_accession: Option<String>,
    laboratory_id: LaboratorySerial,
    laboratory_uid: String,
    variant_id: VariantSerial,
    variant_uid: String,
    expression: String,
    submission_id: SubmissionSerial,
    submission_uid: String,
    row_number: i64,
    recorded: i64,
    standing: String,
    body: String,
}

impl Row {
    fn read(self) -> Result<RecordedStatement, StoreError> {
        const TABLE: &str = "statement_version";
        Ok(RecordedStatement {
            serial: self.statement_id,
            laboratory: self.laboratory_id,
            variant: self.variant_id,
            submission: self.submission_id,
            row: self.row_number.unsigned_abs(),
            statement: Statement {
                id: parse(TABLE, &self.uid)?,
                accession: self.statement_id.accession(),
                version: u32::try_from(self.version).map_err(|_| StoreError::damaged(TABLE, "version"))?,
                source_accession: self.source_accession,
                laboratory: parse(TABLE, &self.laboratory_uid)?,
                variant: parse(TABLE, &self.variant_uid)?,
                expression: self.expression,
                submission: parse(TABLE, &self.submission_uid)?,
                recorded: moment_of(TABLE, self.recorded)?,
                standing: read_word(TABLE, &self.standing)?,
                body: read_document(TABLE, &self.body)?,
            },
        })
    }
}

fn read_all(rows: Vec<Row>) -> Result<Vec<RecordedStatement>, StoreError> {
    rows.into_iter().map(Row::read).collect()
}

/// The current statements about these variants (one variant and what was merged into it),
/// withdrawn ones too, in the order of recording, from after a statement.
pub async fn of_variants(
    connection: &mut Connection,
    variants: &[VariantSerial],
    as_of: AsOf,
    after: StatementSerial,
    limit: u32,
) -> Result<Vec<RecordedStatement>, StoreError> {
    let mut found = Vec::new();
    for variant in variants {
        let rows: Vec<Row> = sqlx::query_as(select_current!(
            "of_variants",
            "AND v.variant_id = $2 AND v.statement_id > $3 ORDER BY v.statement_id LIMIT 0 + $4"
        ))
        .bind(as_of.bound())
        .bind(variant)
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(&mut *connection)
        .await?;
        found.extend(read_all(rows)?);
    }
    found.sort_by_key(|statement| statement.serial);
    found.truncate(limit as usize);
    Ok(found)
}

/// The current statements of a laboratory, in the order of recording, from after a statement.
pub async fn of_laboratory(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    as_of: AsOf,
    after: StatementSerial,
    limit: u32,
) -> Result<Vec<RecordedStatement>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select_current!(
        "of_laboratory",
        "AND v.statement_id IN (SELECT statement_id FROM statement
            WHERE laboratory_id = $2 AND statement_id > $3 ORDER BY statement_id LIMIT 0 + $4)
        ORDER BY v.statement_id"
    ))
    .bind(as_of.bound())
    .bind(laboratory)
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    read_all(rows)
}

/// The versions that a submission brought, in the order of recording, from after a statement.
pub async fn of_submission(
    connection: &mut Connection,
    submission: SubmissionSerial,
    after: StatementSerial,
    limit: u32,
) -> Result<Vec<RecordedStatement>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "of_submission",
        "WHERE v.submission_id = $1 AND v.statement_id > $2 ORDER BY v.statement_id LIMIT 0 + $3"
    ))
    .bind(submission)
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    read_all(rows)
}

/// The current statements that name a condition, in the order of recording, from after one.
pub async fn of_condition(
    connection: &mut Connection,
    condition: ConditionSerial,
    as_of: AsOf,
    after: StatementSerial,
    limit: u32,
) -> Result<Vec<RecordedStatement>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select_current!(
        "of_condition",
        "AND (v.statement_id, v.version) IN (SELECT statement_id, version FROM statement_condition
            WHERE condition_id = $2 AND statement_id > $3)
        ORDER BY v.statement_id LIMIT 0 + $4"
    ))
    .bind(as_of.bound())
    .bind(condition)
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    read_all(rows)
}

/// Every version of a statement up to a moment, the first first.
pub async fn history(
    connection: &mut Connection,
    statement: StatementSerial,
    as_of: AsOf,
) -> Result<Vec<RecordedStatement>, StoreError> {
    let rows: Vec<Row> =
        sqlx::query_as(select!("history", "WHERE v.statement_id = $1 AND v.entry_id <= $2 ORDER BY v.version"))
            .bind(statement)
            .bind(as_of.bound())
            .fetch_all(connection)
            .await?;
    read_all(rows)
}

/// The newest version of each of these statements.
pub async fn newest(
    connection: &mut Connection,
    statements: &[StatementSerial],
) -> Result<Vec<RecordedStatement>, StoreError> {
    let rows: Vec<Row> = select_in(
        connection,
        |query| {
            query.push(select!(
                "newest",
                "WHERE NOT EXISTS (SELECT 1 FROM statement_version n
                    WHERE n.statement_id = v.statement_id AND n.version > v.version)
                AND v.statement_id IN"
            ));
        },
        statements,
        |_| {},
    )
    .await?;
    read_all(rows)
}

/// One version of a statement; without a number the one current as of the moment.
pub async fn at_version(
    connection: &mut Connection,
    statement: StatementSerial,
    version: Option<u32>,
    as_of: AsOf,
) -> Result<Option<RecordedStatement>, StoreError> {
    let row: Option<Row> = sqlx::query_as(select!(
        "at_version",
        "WHERE v.statement_id = $1 AND v.entry_id <= $2 AND ($3 IS NULL OR v.version = $3)
        ORDER BY v.version DESC LIMIT 1"
    ))
    .bind(statement)
    .bind(as_of.bound())
    .bind(version.map(i64::from))
    .fetch_optional(connection)
    .await?;
    row.map(Row::read).transpose()
}

/// The statement that a source calls by this accession, with or without its version.
pub async fn by_source_accession(
    connection: &mut Connection,
    accession: &str,
) -> Result<Option<StatementSerial>, StoreError> {
    let upper = accession.to_ascii_uppercase();
    Ok(sqlx::query_scalar(
        "/* statement::by_source_accession */
        SELECT statement_id FROM statement_version
        WHERE source_accession = $1 OR (source_accession >= $2 AND source_accession < $3)
        ORDER BY statement_id LIMIT 1",
    )
    .bind(&upper)
    .bind(format!("{upper}."))
    .bind(format!("{upper}/"))
    .fetch_optional(connection)
    .await?)
}

/// What makes a later record of the laboratory a version of this statement.
pub async fn record_key(connection: &mut Connection, statement: StatementSerial) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar("/* statement::record_key */ SELECT record_key FROM statement WHERE statement_id = $1")
        .bind(statement)
        .fetch_optional(connection)
        .await?)
}

/// One current statement of a variant, reduced to what an aggregate and a drawing need.
#[derive(Debug, Clone)]
pub struct StatementBrief {
    /// Key of the statement.
    pub serial: StatementSerial,
    /// The current version.
    pub version: u32,
    /// The variant, after mergers.
    pub variant: VariantSerial,
    /// Whose.
    pub laboratory: LaboratoryId,
    /// Whether it is an archive's summary of its submitters.
    pub is_summary: bool,
    /// Whether it came from an archive that checks review statuses.
    pub is_vouched: bool,
    /// What it says.
    pub says: BriefBody,
}

/// The parts of a statement's body that an aggregate needs.
#[derive(Debug, Clone, Deserialize)]
pub struct BriefBody {
    /// The class.
    pub classification: Classification,
    /// The class as stated, where the words are others.
    #[serde(default)]
    pub classification_text: Option<String>,
    /// The conditions.
    pub conditions: Vec<Condition>,
    /// Mode of inheritance.
    pub inheritance: Option<Inheritance>,
    /// Guideline as stated.
    pub guideline: Option<String>,
    /// As many as there are criteria.
    #[serde(default)]
    criteria: Vec<IgnoredAny>,
    /// When last evaluated.
    pub last_evaluated: Option<PartialDate>,
    /// Review status as stated.
    pub review_status: Option<String>,
}

impl BriefBody {
    /// Whether it names a guideline or lists criteria.
    pub fn names_criteria(&self) -> bool {
        self.guideline.is_some() || !self.criteria.is_empty()
    }
}

/// The current statements about these variants, in brief. Withdrawn ones are left out.
pub async fn briefs(
    connection: &mut Connection,
    variants: &[VariantSerial],
    as_of: AsOf,
) -> Result<Vec<StatementBrief>, StoreError> {
    const TABLE: &str = "statement_version";
    type Row = (StatementSerial, i64, VariantSerial, String, String, String, String);
    let rows: Vec<Row> = select_in(
        connection,
        |query| {
            query.push(
                "/* statement::briefs */
                SELECT v.statement_id, v.version, COALESCE(a.merged_into, a.variant_id), l.uid, l.name,
                    b.format, v.body
                FROM variant a
                JOIN statement_version v ON v.variant_id = a.variant_id
                JOIN statement s ON s.statement_id = v.statement_id
                JOIN laboratory l ON l.laboratory_id = s.laboratory_id
                JOIN submission b ON b.submission_id = v.submission_id
                WHERE v.standing = 'current' AND v.entry_id <= ",
            );
            query.push_bind(as_of.bound());
            query.push(
                " AND NOT EXISTS (SELECT 1 FROM statement_version n
                    WHERE n.statement_id = v.statement_id AND n.version > v.version
                        AND n.entry_id <= ",
            );
            query.push_bind(as_of.bound());
            query.push(") AND a.variant_id IN");
        },
        variants,
        |_| {},
    )
    .await?;
    let read = |(serial, version, variant, laboratory, name, format, body): Row| {
        Ok(StatementBrief {
            serial,
            version: u32::try_from(version).map_err(|_| StoreError::damaged(TABLE, "version"))?,
            variant,
            laboratory: parse(TABLE, &laboratory)?,
            is_summary: name == ARCHIVE_SUMMARY,
            is_vouched: format.starts_with("clinvar"),
            says: read_document(TABLE, &body)?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Whether anybody ever stated anything about a variant or what was found to be it, withdrawn since or not.
pub async fn was_stated(connection: &mut Connection, variant: VariantSerial) -> Result<bool, StoreError> {
    let found: i64 = sqlx::query_scalar(
        "/* statement::was_stated */
        SELECT COUNT(*) FROM (SELECT 1 FROM statement_version WHERE variant_id IN
            (SELECT variant_id FROM variant WHERE variant_id = $1 OR merged_into = $1) LIMIT 1) s",
    )
    .bind(variant)
    .fetch_one(connection)
    .await?;
    Ok(found > 0)
}

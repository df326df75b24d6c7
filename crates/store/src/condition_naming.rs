//! What laboratories mean by their own words for conditions; each change is a version.

use crate::dialect::Connection;
use crate::entry::moment_of;
use crate::error::StoreError;
use crate::fold::fold;
use crate::insert::select_in;
use crate::serial::{AccountSerial, EntrySerial, LaboratorySerial, StatementSerial};
use crate::word::parse;
use cairn_core::curie::Curie;
use cairn_core::id::LaboratoryId;
use jiff::Timestamp;

/// What a laboratory confirmed, in its last version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    /// Whose words.
    pub laboratory: LaboratorySerial,
    /// The words, folded.
    pub folded: String,
    /// The words as written.
    pub text: String,
    /// The version, from 1.
    pub version: u32,
    /// What is meant; `None`: it was taken back.
    pub curie: Option<Curie>,
    /// Its name when it was confirmed.
    pub label: String,
    /// Who confirmed it.
    pub by: AccountSerial,
    /// When.
    pub recorded: Timestamp,
}

/// A condition that a laboratory names by words only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreeCondition {
    /// The words as first written.
    pub name: String,
    /// Statements of the laboratory that name it so.
    pub statements: u64,
}

type Row = (LaboratorySerial, String, String, i64, Option<String>, String, AccountSerial, i64);

fn read((laboratory, folded, text, version, curie, label, by, recorded): Row) -> Result<Naming, StoreError> {
    const TABLE: &str = "condition_naming";
    Ok(Naming {
        laboratory,
        folded,
        text,
        version: u32::try_from(version).map_err(|_| StoreError::damaged(TABLE, "version"))?,
        curie: curie.map(|curie| parse(TABLE, &curie)).transpose()?,
        label,
        by,
        recorded: moment_of(TABLE, recorded)?,
    })
}

/// The last version of every naming of these laboratories, those taken back too.
pub async fn of_laboratories(
    connection: &mut Connection,
    laboratories: &[LaboratorySerial],
) -> Result<Vec<Naming>, StoreError> {
    let rows: Vec<Row> = select_in(
        connection,
        |query| {
            query.push(
                "/* condition_naming::of_laboratories */
                SELECT n.laboratory_id, n.text_folded, n.text, n.version, n.curie, n.label, n.account_id, e.recorded
                FROM condition_naming n JOIN entry e ON e.entry_id = n.entry_id
                WHERE NOT EXISTS (SELECT 1 FROM condition_naming m WHERE m.laboratory_id = n.laboratory_id
                        AND m.text_folded = n.text_folded AND m.version > n.version)
                    AND n.laboratory_id IN",
            );
        },
        laboratories,
        |query| {
            query.push(" ORDER BY n.laboratory_id, n.text_folded");
        },
    )
    .await?;
    rows.into_iter().map(read).collect()
}

/// What these laboratories confirmed and did not take back: laboratory, folded words, what is meant.
pub async fn confirmed(
    connection: &mut Connection,
    laboratories: &[LaboratoryId],
) -> Result<Vec<(LaboratoryId, String, Curie)>, StoreError> {
    let ids: Vec<String> = laboratories.iter().map(LaboratoryId::to_string).collect();
    let rows: Vec<(String, String, String)> = select_in(
        connection,
        |query| {
            query.push(
                "/* condition_naming::confirmed */
                SELECT l.uid, n.text_folded, n.curie
                FROM laboratory l JOIN condition_naming n ON n.laboratory_id = l.laboratory_id
                WHERE n.curie IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM condition_naming m WHERE m.laboratory_id = n.laboratory_id
                        AND m.text_folded = n.text_folded AND m.version > n.version)
                    AND l.uid IN",
            );
        },
        &ids,
        |_| {},
    )
    .await?;
    let read = |(laboratory, folded, curie): (String, String, String)| {
        Ok((parse("laboratory", &laboratory)?, folded, parse("condition_naming", &curie)?))
    };
    rows.into_iter().map(read).collect()
}

/// Every version of one naming, the first first.
pub async fn history(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    text: &str,
) -> Result<Vec<Naming>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "/* condition_naming::history */
        SELECT n.laboratory_id, n.text_folded, n.text, n.version, n.curie, n.label, n.account_id, e.recorded
        FROM condition_naming n JOIN entry e ON e.entry_id = n.entry_id
        WHERE n.laboratory_id = $1 AND n.text_folded = $2 ORDER BY n.version",
    )
    .bind(laboratory)
    .bind(fold(text))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(read).collect()
}

/// Adds a version.
///
/// # Errors
/// [`StoreError::Conflict`] when this version exists already.
#[expect(clippy::too_many_arguments, reason = "each is one column of the row")]
pub async fn add(
    connection: &mut Connection,
    entry: EntrySerial,
    laboratory: LaboratorySerial,
    text: &str,
    version: u32,
    curie: Option<&Curie>,
    label: &str,
    by: AccountSerial,
) -> Result<(), StoreError> {
    let done = sqlx::query(
        "/* condition_naming::add */
        INSERT INTO condition_naming
            (laboratory_id, text_folded, version, text, curie, label, account_id, entry_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
    )
    .bind(laboratory)
    .bind(fold(text))
    .bind(i64::from(version))
    .bind(text.trim())
    .bind(curie.map(Curie::as_str))
    .bind(label)
    .bind(by)
    .bind(entry)
    .execute(connection)
    .await?;
    match done.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::Conflict("the meaning of these words was changed meanwhile".to_owned())),
    }
}

/// The statements of a laboratory whose last version names a condition by these words.
pub async fn statements(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    text: &str,
) -> Result<Vec<(StatementSerial, u32)>, StoreError> {
    let rows: Vec<(StatementSerial, i64)> = sqlx::query_as(
        "/* condition_naming::statements */
        SELECT DISTINCT sc.statement_id, sc.version
        FROM condition c
        JOIN statement_condition sc ON sc.condition_id = c.condition_id
        JOIN statement s ON s.statement_id = sc.statement_id
        WHERE c.name_folded = $2 AND s.laboratory_id = $1
            AND NOT EXISTS (SELECT 1 FROM statement_version n
                WHERE n.statement_id = sc.statement_id AND n.version > sc.version)",
    )
    .bind(laboratory)
    .bind(fold(text))
    .fetch_all(connection)
    .await?;
    let number =
        |version: i64| u32::try_from(version).map_err(|_| StoreError::damaged("statement_condition", "version"));
    rows.into_iter().map(|(serial, version)| Ok((serial, number(version)?))).collect()
}

/// The conditions that a laboratory names by words without any identifier, the most frequent first.
pub async fn free_texts(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    limit: u32,
) -> Result<Vec<FreeCondition>, StoreError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "/* condition_naming::free_texts */
        SELECT MIN(c.name), COUNT(DISTINCT s.statement_id) AS statements
        FROM statement s
        JOIN statement_version v ON v.statement_id = s.statement_id
        JOIN statement_condition sc ON sc.statement_id = v.statement_id AND sc.version = v.version
        JOIN condition c ON c.condition_id = sc.condition_id
        WHERE s.laboratory_id = $1 AND c.name_folded <> ''
            AND NOT EXISTS (SELECT 1 FROM condition_xref x WHERE x.condition_id = c.condition_id)
            AND NOT EXISTS (SELECT 1 FROM statement_version n
                WHERE n.statement_id = v.statement_id AND n.version > v.version)
        GROUP BY c.name_folded ORDER BY statements DESC, c.name_folded LIMIT $2",
    )
    .bind(laboratory)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(name, n)| FreeCondition { name, statements: n.unsigned_abs() }).collect())
}

//! Versions that followed others, in the order of recording.

use crate::dialect::Connection;
use crate::entry::{AsOf, moment_of};
use crate::error::StoreError;
use crate::serial::{EntrySerial, LaboratorySerial, StatementSerial, VariantSerial};
use crate::word::{read_document, read_word};
use cairn_core::statement::{Standing, StatementBody};
use jiff::Timestamp;

/// A version and the one before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Succession {
    /// The statement.
    pub serial: StatementSerial,
    /// The later version.
    pub version: u32,
    /// Whose it is.
    pub laboratory: LaboratorySerial,
    /// What it is about, after mergers.
    pub variant: VariantSerial,
    /// What the earlier version said.
    pub before: StatementBody,
    /// When the earlier version was recorded.
    pub since: Timestamp,
    /// What the later version says.
    pub after: StatementBody,
    /// Whether the later version counts.
    pub standing: Standing,
    /// When the later version was recorded.
    pub recorded: Timestamp,
    /// The later version's place in the record; with the statement, where a page ends.
    pub entry: EntrySerial,
}

type Row = (StatementSerial, i64, LaboratorySerial, VariantSerial, String, i64, String, String, i64, EntrySerial);

/// Later versions recorded after one bound and up to another, from after a place, in the order of
/// recording.
pub async fn successions(
    connection: &mut Connection,
    from: AsOf,
    to: AsOf,
    after: (EntrySerial, StatementSerial),
    limit: u32,
) -> Result<Vec<Succession>, StoreError> {
    const TABLE: &str = "statement_version";
    let rows: Vec<Row> = sqlx::query_as(
        "/* statement::successions */
        SELECT v.statement_id, v.version, s.laboratory_id, COALESCE(a.merged_into, a.variant_id),
            p.body, pe.recorded, v.body, v.standing, e.recorded, v.entry_id
        FROM statement_version v
        JOIN statement_version p ON p.statement_id = v.statement_id AND p.version = v.version - 1
        JOIN statement s ON s.statement_id = v.statement_id
        JOIN variant a ON a.variant_id = v.variant_id
        JOIN entry e ON e.entry_id = v.entry_id
        JOIN entry pe ON pe.entry_id = p.entry_id
        WHERE v.version > 1 AND v.entry_id > $1 AND v.entry_id <= $2
            AND (v.entry_id, v.statement_id) > ($3, $4)
        ORDER BY v.entry_id, v.statement_id LIMIT $5",
    )
    .bind(from.bound())
    .bind(to.bound())
    .bind(after.0)
    .bind(after.1)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    let read = |(serial, version, laboratory, variant, before, since, body, standing, recorded, entry): Row| {
        Ok(Succession {
            serial,
            version: u32::try_from(version).map_err(|_| StoreError::damaged(TABLE, "version"))?,
            laboratory,
            variant,
            before: read_document(TABLE, &before)?,
            since: moment_of(TABLE, since)?,
            after: read_document(TABLE, &body)?,
            standing: read_word(TABLE, &standing)?,
            recorded: moment_of(TABLE, recorded)?,
            entry,
        })
    };
    rows.into_iter().map(read).collect()
}

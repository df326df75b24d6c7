//! The criteria of current statements, page by page over the whole record.

use crate::dialect::Connection;
use crate::entry::AsOf;
use crate::error::StoreError;
use crate::serial::{LaboratorySerial, StatementSerial, VariantSerial};
use crate::word::{parse, read_word};
use cairn_core::classification::Classification;
use cairn_core::criterion::Criterion;

/// A current statement that gives criteria.
#[derive(Debug, Clone, PartialEq)]
pub struct StatementCriteria {
    /// The statement.
    pub serial: StatementSerial,
    /// Its current version.
    pub version: u32,
    /// Whose it is.
    pub laboratory: LaboratorySerial,
    /// What it is about, after mergers.
    pub variant: VariantSerial,
    /// The class it states.
    pub classification: Classification,
    /// Its criteria in the order of the source.
    pub criteria: Vec<Criterion>,
}

type Row = (StatementSerial, i64, LaboratorySerial, VariantSerial, String, String, String, Option<String>);

/// The current statements with criteria from after one of them, about so many, and where the next
/// page begins; `None` at the end. Withdrawn statements are left out.
pub async fn criteria_page(
    connection: &mut Connection,
    as_of: AsOf,
    after: StatementSerial,
    about: u32,
) -> Result<(Vec<StatementCriteria>, Option<StatementSerial>), StoreError> {
    const TABLE: &str = "statement_criterion";
    let last: Option<StatementSerial> = sqlx::query_scalar(
        "/* statement::criteria_page (end) */
        SELECT DISTINCT statement_id FROM statement_criterion
        WHERE statement_id > $1 ORDER BY statement_id LIMIT 1 OFFSET $2",
    )
    .bind(after)
    .bind(i64::from(about))
    .fetch_optional(&mut *connection)
    .await?;
    let rows: Vec<Row> = sqlx::query_as(
        "/* statement::criteria_page */
        SELECT v.statement_id, v.version, s.laboratory_id, COALESCE(a.merged_into, a.variant_id),
            v.classification, c.code, c.outcome, c.strength
        FROM statement_criterion c
        JOIN statement_version v ON v.statement_id = c.statement_id AND v.version = c.version
        JOIN statement s ON s.statement_id = v.statement_id
        JOIN variant a ON a.variant_id = v.variant_id
        WHERE c.statement_id > $2 AND c.statement_id <= $3 AND v.standing = 'current'
            AND v.entry_id <= $1 AND NOT EXISTS (SELECT 1 FROM statement_version n
                WHERE n.statement_id = v.statement_id AND n.version > v.version AND n.entry_id <= $1)
        ORDER BY c.statement_id, c.version, c.ordinal",
    )
    .bind(as_of.bound())
    .bind(after)
    .bind(last.map_or(i64::MAX, StatementSerial::number))
    .fetch_all(connection)
    .await?;
    let mut found: Vec<StatementCriteria> = Vec::new();
    for (serial, version, laboratory, variant, class, code, outcome, strength) in rows {
        let strength = strength.map(|word| read_word(TABLE, &word)).transpose()?;
        let criterion = Criterion { code, outcome: read_word(TABLE, &outcome)?, strength };
        match found.last_mut().filter(|statement| statement.serial == serial) {
            Some(statement) => statement.criteria.push(criterion),
            None => found.push(StatementCriteria {
                serial,
                version: u32::try_from(version).map_err(|_| StoreError::damaged(TABLE, "version"))?,
                laboratory,
                variant,
                classification: parse(TABLE, &class)?,
                criteria: vec![criterion],
            }),
        }
    }
    Ok((found, last))
}

//! Statements that rest on cases of which some are no longer there.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::insert::select_in;
use crate::serial::{CaseSerial, LedgerSerial, StatementSerial};
use std::collections::HashSet;

/// Notes at the current statements about the variants of a case, of its laboratory and of those that saw the case, that
/// the case is evidence no more. How many statements were noted comes back.
pub async fn withdraw(connection: &mut Connection, case: CaseSerial, by: LedgerSerial) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "/* evidence::withdraw */
        INSERT INTO evidence_withdrawn (statement_id, version, ledger_entry_id)
        SELECT DISTINCT v.statement_id, v.version, CAST($2 AS BIGINT)
        FROM observation o
        JOIN clinical_case c ON c.clinical_case_id = o.clinical_case_id
        JOIN statement_version v ON v.variant_id = o.variant_id
        JOIN statement s ON s.statement_id = v.statement_id
        WHERE o.clinical_case_id = $1 AND v.standing = 'current'
            AND v.version = (SELECT MAX(n.version) FROM statement_version n WHERE n.statement_id = v.statement_id)
            AND (s.laboratory_id = c.laboratory_id OR s.laboratory_id IN
                (SELECT recipient_id FROM recipient_case r WHERE r.clinical_case_id = o.clinical_case_id))",
    )
    .bind(case)
    .bind(by)
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// How many cases were withdrawn or erased since a version of a statement was made.
pub async fn withdrawn(
    connection: &mut Connection,
    statement: StatementSerial,
    version: u32,
) -> Result<u64, StoreError> {
    let cases: i64 = sqlx::query_scalar(
        "/* evidence::withdrawn */
        SELECT COUNT(DISTINCT e.clinical_case_id) FROM evidence_withdrawn w
        JOIN ledger_entry e ON e.ledger_entry_id = w.ledger_entry_id
        WHERE w.statement_id = $1 AND w.version = $2",
    )
    .bind(statement)
    .bind(i64::from(version))
    .fetch_one(connection)
    .await?;
    Ok(cases.unsigned_abs())
}

/// Of these statements, the versions that rest on a case of their laboratory which was erased.
pub async fn erased(
    connection: &mut Connection,
    statements: &[StatementSerial],
) -> Result<HashSet<(StatementSerial, i64)>, StoreError> {
    let found: Vec<(StatementSerial, i64)> = select_in(
        connection,
        |query| {
            query.push(
                "/* evidence::erased */
                SELECT w.statement_id, w.version FROM evidence_withdrawn w
                JOIN ledger_entry e ON e.ledger_entry_id = w.ledger_entry_id
                JOIN clinical_case c ON c.clinical_case_id = e.clinical_case_id
                JOIN statement s ON s.statement_id = w.statement_id AND s.laboratory_id = c.laboratory_id
                WHERE c.erased_by IS NOT NULL AND w.statement_id IN",
            );
        },
        statements,
        |_| {},
    )
    .await?;
    Ok(found.into_iter().collect())
}

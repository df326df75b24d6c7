//! Other nodes' logs that this node is a witness of.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::store::Writer;

/// A log and what was signed of it last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessedLog {
    /// The log's name.
    pub origin: String,
    /// Its key, as `name+number+base64`.
    pub verifier: String,
    /// The size signed last; 0 before the first.
    pub size: u64,
    /// Its root.
    pub root: Vec<u8>,
    /// The checkpoint as the log signed it.
    pub note: Option<String>,
}

type Row = (String, String, i64, Vec<u8>, Option<String>);

/// Every log, by name.
pub async fn all(connection: &mut Connection) -> Result<Vec<WitnessedLog>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "/* ledger::witnessed::all */
        SELECT origin, verifier, size, root, note FROM ledger_witnessed ORDER BY origin",
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(log_of).collect())
}

/// The log of this name.
pub async fn find(connection: &mut Connection, origin: &str) -> Result<Option<WitnessedLog>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "/* ledger::witnessed::find */
        SELECT origin, verifier, size, root, note FROM ledger_witnessed WHERE origin = $1",
    )
    .bind(origin)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(log_of))
}

/// Becomes a witness of a log; whether it is new comes back. The key of a known log is never exchanged.
pub async fn add(writer: &mut Writer, origin: &str, verifier: &str) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* ledger::witnessed::add */
        INSERT INTO ledger_witnessed (origin, verifier, size, root) VALUES ($1, $2, 0, $3) ON CONFLICT DO NOTHING",
    )
    .bind(origin)
    .bind(verifier)
    .bind(&b""[..])
    .execute(&mut **writer)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps the checkpoint that is about to be signed.
pub async fn keep(writer: &mut Writer, origin: &str, size: u64, root: &[u8], note: &str) -> Result<(), StoreError> {
    sqlx::query(
        "/* ledger::witnessed::keep */
        UPDATE ledger_witnessed SET size = $2, root = $3, note = $4 WHERE origin = $1 AND size <= $2",
    )
    .bind(origin)
    .bind(i64::try_from(size).unwrap_or(i64::MAX))
    .bind(root)
    .bind(note)
    .execute(&mut **writer)
    .await?;
    Ok(())
}

fn log_of((origin, verifier, size, root, note): Row) -> WitnessedLog {
    WitnessedLog { origin, verifier, size: size.unsigned_abs(), root, note }
}

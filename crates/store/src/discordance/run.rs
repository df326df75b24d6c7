//! With which rules the whole record was looked at.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::serial::EntrySerial;

/// Whether the whole record was looked at with these rules.
pub async fn is_looked_at(connection: &mut Connection, rules: &str) -> Result<bool, StoreError> {
    let count: i64 =
        sqlx::query_scalar("/* discordance::is_looked_at */ SELECT COUNT(*) FROM discordance_run WHERE rules = $1")
            .bind(rules)
            .fetch_one(connection)
            .await?;
    Ok(count > 0)
}

/// Notes that the whole record was looked at with these rules.
pub async fn note_run(connection: &mut Connection, entry: EntrySerial, rules: &str) -> Result<(), StoreError> {
    sqlx::query(
        "/* discordance::note_run */
        INSERT INTO discordance_run (rules, entry_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    )
    .bind(rules)
    .bind(entry)
    .execute(connection)
    .await?;
    Ok(())
}

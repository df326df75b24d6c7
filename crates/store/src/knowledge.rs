//! Knowledge outside the record as the node last saw it: gene-disease validity, guidelines, tables of
//! frequencies.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::insert::rows;
use crate::serial::EntrySerial;
use std::collections::BTreeMap;

/// What of a kind was last seen: key and content.
pub async fn seen(connection: &mut Connection, kind: &'static str) -> Result<BTreeMap<String, String>, StoreError> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "/* knowledge::seen */
        SELECT knowledge_key, content FROM seen_knowledge WHERE kind = $1 ORDER BY entry_id",
    )
    .bind(kind)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().collect())
}

/// Notes what is seen now, where it is new or another content.
pub async fn see(
    connection: &mut Connection,
    entry: EntrySerial,
    kind: &'static str,
    items: &[(String, String)],
) -> Result<(), StoreError> {
    rows(
        connection,
        "/* knowledge::see */
        INSERT INTO seen_knowledge (kind, knowledge_key, content, entry_id)",
        4,
        " ON CONFLICT DO NOTHING",
        items,
        |row, (key, content)| {
            row.push_bind(kind).push_bind(key.clone()).push_bind(content.clone()).push_bind(entry);
        },
    )
    .await
}

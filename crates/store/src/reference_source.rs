//! Reference files this node has worked with.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::insert::rows;
use crate::serial::EntrySerial;
use cairn_core::provenance::Source;

/// Every recorded reference file, in the order of recording.
pub async fn all(connection: &mut Connection) -> Result<Vec<Source>, StoreError> {
    let rows: Vec<(String, Option<String>, String, Option<String>)> = sqlx::query_as(
        "/* reference_source::all */
        SELECT name, source_version, sha256, file FROM reference_source
        ORDER BY reference_source_id",
    )
    .fetch_all(connection)
    .await?;
    let read = |(name, version, sha256, file)| Source { name, version, sha256, file };
    Ok(rows.into_iter().map(read).collect())
}

/// Adds files that are not recorded yet.
pub async fn add(connection: &mut Connection, entry: EntrySerial, sources: &[Source]) -> Result<(), StoreError> {
    let last = crate::insert::last_serial(
        connection,
        "/* reference_source::add (last) */
        SELECT COALESCE(MAX(reference_source_id), 0) FROM reference_source",
    )
    .await?;
    let numbered: Vec<(i64, &Source)> = (last + 1..).zip(sources).collect();
    rows(
        connection,
        "/* reference_source::add */
        INSERT INTO reference_source (reference_source_id, name, source_version, sha256, file,
            entry_id)",
        6,
        " ON CONFLICT DO NOTHING",
        &numbered,
        |row, (serial, source)| {
            row.push_bind(*serial)
                .push_bind(source.name.clone())
                .push_bind(source.version.clone())
                .push_bind(source.sha256.clone())
                .push_bind(source.file.clone())
                .push_bind(entry);
        },
    )
    .await
}

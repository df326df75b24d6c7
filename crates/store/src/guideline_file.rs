//! Guideline files that people added, as they came.

use crate::dialect::Connection;
use crate::entry::{AsOf, moment_of};
use crate::error::StoreError;
use crate::serial::EntrySerial;
use jiff::Timestamp;

/// A file as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuidelineFile {
    /// SHA-256 of the bytes, hexadecimal.
    pub sha256: String,
    /// Its name without folders.
    pub file_name: Option<String>,
    /// The guideline whose rules it uses where it has none of its own.
    pub combine: Option<String>,
    /// The exact bytes.
    pub content: Vec<u8>,
    /// When it was added, by the clock: a replay that dates the record back leaves this as it was.
    pub recorded: Timestamp,
}

/// Every file, in the order of recording.
pub async fn all(connection: &mut Connection, as_of: AsOf) -> Result<Vec<GuidelineFile>, StoreError> {
    let rows: Vec<(String, Option<String>, String, Vec<u8>, i64)> = sqlx::query_as(
        "/* guideline_file::all */
        SELECT f.sha256, f.file_name, f.combine, f.content,
            COALESCE(e.entered, e.recorded)
        FROM guideline_file f JOIN entry e ON e.entry_id = f.entry_id
        WHERE f.guideline_file_id > 0 AND f.entry_id <= $1 ORDER BY f.guideline_file_id",
    )
    .bind(as_of.bound())
    .fetch_all(connection)
    .await?;
    let read = |(sha256, file_name, combine, content, recorded): (_, _, String, _, _)| {
        let combine = Some(combine).filter(|combine| !combine.is_empty());
        Ok(GuidelineFile { sha256, file_name, combine, content, recorded: moment_of("guideline_file", recorded)? })
    };
    rows.into_iter().map(read).collect()
}

/// Adds a file; the same bytes for the same rules are kept once. Says whether it is new.
pub async fn add(
    connection: &mut Connection,
    entry: EntrySerial,
    sha256: &str,
    file_name: Option<&str>,
    combine: Option<&str>,
    content: &[u8],
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* guideline_file::add */
        INSERT INTO guideline_file (guideline_file_id, sha256, file_name, combine, content, entry_id)
        SELECT COALESCE(MAX(guideline_file_id), 0) + 1, $1, $2, $3, $4, $5 FROM guideline_file
        WHERE true ON CONFLICT DO NOTHING",
    )
    .bind(sha256)
    .bind(file_name)
    .bind(combine.unwrap_or_default())
    .bind(content)
    .bind(entry)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

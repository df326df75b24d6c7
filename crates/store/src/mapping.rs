//! How a laboratory's own sheet is read, as its people corrected it; each change is a version.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::serial::{EntrySerial, LaboratorySerial};
use crate::word::{document, parse, read_document};
use cairn_core::id::MappingId;
use serde::{Serialize, de::DeserializeOwned};

/// A saved column mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedMapping<M> {
    /// Id of this version.
    pub id: MappingId,
    /// What the laboratory calls it.
    pub name: String,
    /// The version, from 1.
    pub version: u32,
    /// What each column means.
    pub mapping: M,
}

/// Saves a mapping; under a name that exists it becomes the next version. `headers` is a digest
/// of the sheet's headings, by which the same sheet finds the mapping again.
pub async fn save<M: Serialize>(
    connection: &mut Connection,
    entry: EntrySerial,
    laboratory: LaboratorySerial,
    id: MappingId,
    name: &str,
    headers: &str,
    mapping: &M,
) -> Result<u32, StoreError> {
    let version: i64 = sqlx::query_scalar(
        "/* mapping::save */
        INSERT INTO column_mapping (column_mapping_id, uid, laboratory_id, name, version,
            headers_key, body, entry_id)
        SELECT COALESCE(MAX(column_mapping_id), 0) + 1, $1, $2, $3,
            COALESCE((SELECT MAX(m.version) FROM column_mapping m
                WHERE m.laboratory_id = $2 AND m.name = $3), 0) + 1,
            $4, $5, $6
        FROM column_mapping
        RETURNING version",
    )
    .bind(id.to_string())
    .bind(laboratory)
    .bind(name)
    .bind(headers)
    .bind(document(mapping))
    .bind(entry)
    .fetch_one(connection)
    .await?;
    Ok(u32::try_from(version).unwrap_or(u32::MAX))
}

type Row = (String, String, i64, String);

fn read<M: DeserializeOwned>(row: Row) -> Result<SavedMapping<M>, StoreError> {
    const TABLE: &str = "column_mapping";
    let (id, name, version, body) = row;
    Ok(SavedMapping {
        id: parse(TABLE, &id)?,
        name,
        version: u32::try_from(version).map_err(|_| StoreError::damaged(TABLE, "version"))?,
        mapping: read_document(TABLE, &body)?,
    })
}

/// The newest version of the mapping with this name.
pub async fn by_name<M: DeserializeOwned>(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    name: &str,
) -> Result<Option<SavedMapping<M>>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "/* mapping::by_name */
        SELECT uid, name, version, body FROM column_mapping
        WHERE laboratory_id = $1 AND name = $2 ORDER BY version DESC LIMIT 1",
    )
    .bind(laboratory)
    .bind(name)
    .fetch_optional(connection)
    .await?;
    row.map(read).transpose()
}

/// The mapping that was last saved for a sheet with these headings.
pub async fn by_headers<M: DeserializeOwned>(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    headers: &str,
) -> Result<Option<SavedMapping<M>>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "/* mapping::by_headers */
        SELECT uid, name, version, body FROM column_mapping
        WHERE laboratory_id = $1 AND headers_key = $2 ORDER BY column_mapping_id DESC LIMIT 1",
    )
    .bind(laboratory)
    .bind(headers)
    .fetch_optional(connection)
    .await?;
    row.map(read).transpose()
}

/// The newest version of every mapping of a laboratory, by name.
pub async fn of_laboratory<M: DeserializeOwned>(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
) -> Result<Vec<SavedMapping<M>>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "/* mapping::of_laboratory */
        SELECT uid, name, version, body FROM column_mapping m
        WHERE laboratory_id = $1 AND version = (SELECT MAX(n.version) FROM column_mapping n
            WHERE n.laboratory_id = m.laboratory_id AND n.name = m.name)
        ORDER BY name",
    )
    .bind(laboratory)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(read).collect()
}

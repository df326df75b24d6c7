//! Cases that were recorded before there were keys, sealed a few at a time.

use super::content::{VERSION, key_owner, keyed_digest, label_digest, seal_label, seal_version};
use super::write::features;
use crate::dialect::Connection;
use crate::error::StoreError;
use crate::key_store::KeyStore;
use crate::seal::Key;
use crate::serial::{CaseSerial, LaboratorySerial};
use crate::word::read_document;
use cairn_core::case::Case;
use jiff::Timestamp;

/// Whether every case is sealed.
pub async fn is_sealed(connection: &mut Connection) -> Result<bool, StoreError> {
    let open: Option<i64> = sqlx::query_scalar(
        "/* case::is_sealed */
        SELECT clinical_case_id FROM clinical_case WHERE label IS NULL AND erased_by IS NULL LIMIT 1",
    )
    .fetch_optional(connection)
    .await?;
    Ok(open.is_none())
}

/// A case that lies open.
type OpenCase = (CaseSerial, String, LaboratorySerial, String, String);

/// Seals cases that lie open, at most so many; how many there were comes back.
pub async fn seal_some(
    connection: &mut Connection,
    keys: &KeyStore,
    limit: u32,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let open: Vec<OpenCase> = sqlx::query_as(
        "/* case::seal_some */
        SELECT c.clinical_case_id, c.uid, c.laboratory_id, l.uid, c.local_id FROM clinical_case c
        JOIN laboratory l ON l.laboratory_id = c.laboratory_id
        WHERE c.label IS NULL AND c.erased_by IS NULL ORDER BY c.clinical_case_id LIMIT 0 + $1",
    )
    .bind(i64::from(limit))
    .fetch_all(&mut *connection)
    .await?;
    let owners: Vec<(String, String)> =
        open.iter().map(|(_, uid, _, laboratory, _)| (key_owner(uid), laboratory.clone())).collect();
    let made = keys.make(&owners, now).await?;
    for one in &open {
        let key = made.get(&key_owner(&one.1)).ok_or_else(|| StoreError::damaged("clinical_case", "key"))?;
        seal(connection, keys, key, one).await?;
    }
    Ok(open.len())
}

async fn seal(
    connection: &mut Connection,
    keys: &KeyStore,
    key: &Key,
    (serial, uid, laboratory, _, local_id): &OpenCase,
) -> Result<(), StoreError> {
    for table in ["case_feature", "case_condition"] {
        let sql = format!("/* case::seal (links) */ DELETE FROM {table} WHERE clinical_case_id = $1");
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(serial).execute(&mut *connection).await?;
    }
    let versions: Vec<(i64, String, String, String)> = sqlx::query_as(
        "/* case::seal (versions) */
        SELECT version, body, citations, digest FROM clinical_case_version WHERE clinical_case_id = $1",
    )
    .bind(serial)
    .fetch_all(&mut *connection)
    .await?;
    for (version, body, citations, digest) in versions {
        let case: Case = read_document(VERSION, &body)?;
        sqlx::query(
            "/* case::seal (version) */
            UPDATE clinical_case_version SET body = $3, citations = $4, digest = $5
            WHERE clinical_case_id = $1 AND version = $2",
        )
        .bind(serial)
        .bind(version)
        .bind(seal_version(keys, key, "body", (uid, version), &body))
        .bind(seal_version(keys, key, "citations", (uid, version), &citations))
        .bind(keyed_digest(keys, *laboratory, &digest))
        .execute(&mut *connection)
        .await?;
        let stated: Vec<_> = case.features.iter().map(|feature| ((*laboratory, *serial, version), feature)).collect();
        features(connection, keys, &stated).await?;
    }
    sqlx::query(
        "/* case::seal (label) */
        UPDATE clinical_case SET local_id = $2, label = $3 WHERE clinical_case_id = $1",
    )
    .bind(serial)
    .bind(label_digest(keys, *laboratory, local_id))
    .bind(seal_label(keys, key, uid, local_id))
    .execute(connection)
    .await?;
    Ok(())
}

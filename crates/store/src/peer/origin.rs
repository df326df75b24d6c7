//! Nodes and laboratories that statements of this network come from, with their keys.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::serial::{EntrySerial, LaboratorySerial, PeerSerial};

/// A laboratory of another node.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KnownLaboratory {
    /// What it signs with, 64 hexadecimal digits.
    pub public_key: String,
    /// Which laboratory it is here.
    pub laboratory_id: LaboratorySerial,
}

/// The laboratory of a node, by its id there.
pub async fn laboratory(
    connection: &mut Connection,
    origin: &str,
    laboratory_uid: &str,
) -> Result<Option<KnownLaboratory>, StoreError> {
    Ok(sqlx::query_as(
        "/* origin::laboratory */
        SELECT public_key, laboratory_id FROM peer_laboratory WHERE origin = $1 AND laboratory_uid = $2",
    )
    .bind(origin)
    .bind(laboratory_uid)
    .fetch_optional(connection)
    .await?)
}

/// Adds a laboratory of a node, and the node when it is not known.
pub async fn add(
    connection: &mut Connection,
    entry: EntrySerial,
    (origin, name, key): (&str, &str, &str),
    by: PeerSerial,
    (laboratory_uid, laboratory): (&str, &KnownLaboratory),
) -> Result<(), StoreError> {
    sqlx::query(
        "/* origin::add (node) */
        INSERT INTO peer_origin (origin, name, public_key, peer_id, entry_id) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (origin) DO NOTHING",
    )
    .bind(origin)
    .bind(name)
    .bind(key)
    .bind(by)
    .bind(entry)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "/* origin::add */
        INSERT INTO peer_laboratory (origin, laboratory_uid, public_key, laboratory_id, entry_id)
        VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(origin)
    .bind(laboratory_uid)
    .bind(&laboratory.public_key)
    .bind(laboratory.laboratory_id)
    .bind(entry)
    .execute(connection)
    .await?;
    Ok(())
}

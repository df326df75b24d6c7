//! What is offered to peers and what both signed, each a version.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::serial::{EntrySerial, PeerSerial};
use cairn_core::id::UserId;

/// A version.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RecordedAgreement {
    /// The version, from 1.
    pub version: i64,
    /// What this node gives, in bytes.
    pub offered: Vec<u8>,
    /// What the peer gives; `None`: not signed yet.
    pub received: Option<Vec<u8>>,
    /// By this node, 128 hexadecimal digits.
    pub signature: Option<String>,
    /// By the peer.
    pub peer_signature: Option<String>,
}

macro_rules! select {
    ($name:literal, $rest:literal) => {
        concat!(
            "/* peer_agreement::",
            $name,
            " */
            SELECT version, offered, received, signature, peer_signature FROM peer_agreement WHERE peer_id = $1 ",
            $rest
        )
    };
}

/// The last version: what is offered now.
pub async fn last(connection: &mut Connection, peer: PeerSerial) -> Result<Option<RecordedAgreement>, StoreError> {
    Ok(sqlx::query_as(select!("last", "ORDER BY version DESC LIMIT 1")).bind(peer).fetch_optional(connection).await?)
}

/// The last version that both signed.
pub async fn signed(connection: &mut Connection, peer: PeerSerial) -> Result<Option<RecordedAgreement>, StoreError> {
    let found = sqlx::query_as(select!("signed", "AND peer_signature IS NOT NULL ORDER BY version DESC LIMIT 1"));
    Ok(found.bind(peer).fetch_optional(connection).await?)
}

/// Records what this node offers from now on.
pub async fn offer(
    connection: &mut Connection,
    entry: EntrySerial,
    peer: PeerSerial,
    offered: &[u8],
    user: Option<UserId>,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* peer_agreement::offer */
        INSERT INTO peer_agreement (peer_id, version, offered, user_uid, entry_id)
        SELECT $1, COALESCE(MAX(version), 0) + 1, $2, $3, $4 FROM peer_agreement WHERE peer_id = $1",
    )
    .bind(peer)
    .bind(offered)
    .bind(user.map(|user| user.to_string()))
    .bind(entry)
    .execute(connection)
    .await?;
    Ok(())
}

/// Records that both signed what is offered and received: in the version that offers it, or in a new one when that was
/// signed with other terms of the peer.
pub async fn sign(
    connection: &mut Connection,
    entry: EntrySerial,
    peer: PeerSerial,
    signed: &RecordedAgreement,
) -> Result<(), StoreError> {
    let filled = sqlx::query(
        "/* peer_agreement::sign */
        UPDATE peer_agreement SET received = $3, signature = $4, peer_signature = $5
        WHERE peer_id = $1 AND version = $2 AND peer_signature IS NULL",
    )
    .bind(peer)
    .bind(signed.version)
    .bind(&signed.received)
    .bind(&signed.signature)
    .bind(&signed.peer_signature)
    .execute(&mut *connection)
    .await?;
    if filled.rows_affected() > 0 {
        return Ok(());
    }
    sqlx::query(
        "/* peer_agreement::sign (anew) */
        INSERT INTO peer_agreement (peer_id, version, offered, received, signature, peer_signature, entry_id)
        SELECT $1, COALESCE(MAX(version), 0) + 1, $2, $3, $4, $5, $6 FROM peer_agreement WHERE peer_id = $1",
    )
    .bind(peer)
    .bind(&signed.offered)
    .bind(&signed.received)
    .bind(&signed.signature)
    .bind(&signed.peer_signature)
    .bind(entry)
    .execute(connection)
    .await?;
    Ok(())
}

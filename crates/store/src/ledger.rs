//! The ledger: events in their order, the trees over them, and what this node witnessed of others.
//!
//! An entry is written in the transaction of its event ([`entry::add`]), so neither is ever without the other. The
//! serial is the order: entries are numbered without a gap, and the leaf index of an entry is its serial less the first
//! serial of its shard. [`shard`] holds the checkpoints, which only compare-and-swap changes.

mod case;
pub mod entry;
pub mod shard;
pub mod witnessed;

use crate::dialect::Connection;
use crate::error::StoreError;

pub use case::{
    Tag, Tags, entries_of_case, erase, open_entries, open_tags, seal_entry, seal_tag, tag_key, take as take_tags,
};

/// Which ledger a record holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The node's id in leaves.
    pub node: String,
    /// The name of the log, without a year.
    pub origin: String,
    /// The public key of checkpoints, 64 hexadecimal digits.
    pub log_key: String,
    /// The public key of cosignatures, 64 hexadecimal digits.
    pub witness_key: String,
}

/// Which ledger this is; `None` while none was begun.
pub async fn identity(connection: &mut Connection) -> Result<Option<Identity>, StoreError> {
    let row: Option<(String, String, String, String)> = sqlx::query_as(
        "/* ledger::identity */
        SELECT node_uid, origin, log_key, witness_key FROM ledger",
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(node, origin, log_key, witness_key)| Identity { node, origin, log_key, witness_key }))
}

/// Says which ledger this is, once.
pub async fn begin(connection: &mut Connection, identity: &Identity) -> Result<(), StoreError> {
    sqlx::query(
        "/* ledger::begin */
        INSERT INTO ledger (ledger_id, node_uid, origin, log_key, witness_key) VALUES (1, $1, $2, $3, $4)",
    )
    .bind(&identity.node)
    .bind(&identity.origin)
    .bind(&identity.log_key)
    .bind(&identity.witness_key)
    .execute(connection)
    .await?;
    Ok(())
}

//! The beginning of a ledger, made with the node.

use super::keys::LedgerKeys;
use crate::error::NodeError;
use crate::folder::DataFolder;
use crate::world::World;
use cairn_store::Store;
use cairn_store::ledger::{self, Identity};

/// The ledger of the record; begun, with its keys, when there is none.
///
/// # Errors
/// When the record or a key's file fails.
pub(crate) async fn begin(folder: &DataFolder, store: &Store, world: &World) -> Result<Identity, NodeError> {
    if let Some(identity) = ledger::identity(&mut *store.read().await?).await? {
        return Ok(identity);
    }
    let mut writer = store.write().await?;
    if let Some(identity) = ledger::identity(&mut writer).await? {
        return Ok(identity);
    }
    // The keys first: a record never names a key that is not durable.
    let (log_key, witness_key) = LedgerKeys::make(folder, world)?.public();
    let node = format!("{:032x}", (world.random)());
    let origin = format!("cairn-{}", &node[..12]);
    let identity = Identity { node, origin, log_key, witness_key };
    ledger::begin(&mut writer, &identity).await?;
    writer.commit().await?;
    Ok(identity)
}

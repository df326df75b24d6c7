//! Taking up the tree where the checkpoint stands, whatever a crash or a restored copy left of the tiles.
//!
//! Tiles behind the checkpoint, missing or damaged: they are made again from the record, and the root must be the
//! checkpoint's. Tiles ahead of it: what a crash left between writing them and the swap is in the record too and is
//! written again; entries that the record does not have mean that the record is an older copy, and the node refuses,
//! for it would sign a second history.

use super::sequencer::Growth;
use super::tiles::TileFolder;
use crate::error::NodeError;
use crate::folder::DataFolder;
use crate::node::Node;
use cairn_ledger::edge::Edge;
use cairn_ledger::hash::Hash;
use cairn_ledger::tile::{TILE_WIDTH, Tile, TileKind, read_entries, read_hashes};
use cairn_store::Store;
use cairn_store::ledger::entry;
use cairn_store::ledger::shard::{self, Shard};

/// Leaves read at a time.
const PAGE: u32 = 8192;

/// The edge of the tree under a shard's checkpoint.
pub(super) async fn growth(node: &Node, shard: &Shard) -> Result<Growth, NodeError> {
    refuse_newer_tiles(node, shard).await?;
    let folder = TileFolder::of(node.folder(), shard.year);
    let expected = shard.clone();
    let found = tokio::task::spawn_blocking(move || from_tiles(&folder, &expected)).await??;
    match found {
        Some(growth) => Ok(growth),
        None => {
            tracing::warn!(
                shard = shard.origin,
                "the ledger's tiles are missing or damaged; they are made again from the record"
            );
            from_record(node.folder(), node.store(), shard).await
        }
    }
}

/// Refuses when the tiles hold entries that the record does not have.
pub(super) async fn refuse_newer_tiles(node: &Node, shard: &Shard) -> Result<(), NodeError> {
    let folder = TileFolder::of(node.folder(), shard.year);
    let (path, size) = (folder.path().to_owned(), shard.size);
    let ahead = tokio::task::spawn_blocking(move || folder.entries_from(size)).await??;
    let mut reader = node.store().read().await?;
    for (page, first) in ahead.chunks(PAGE as usize).zip((size..).step_by(PAGE as usize)) {
        let known = entry::leaves(&mut reader, shard.entry_at(first), page.len() as u32).await?;
        let differs =
            page.iter().enumerate().position(|(at, leaf)| known.get(at).is_none_or(|known| known.leaf != *leaf));
        if let Some(at) = differs {
            return Err(NodeError::LedgerAhead { folder: path, entry: first + at as u64, size });
        }
    }
    Ok(())
}

/// The edge as the tiles have it; `None` when they do not lead to the checkpoint's root.
fn from_tiles(folder: &TileFolder, shard: &Shard) -> Result<Option<Growth>, NodeError> {
    let hashes = |tile: Tile| {
        let read = folder.read(tile)?.and_then(|bytes| read_hashes(&bytes));
        Ok::<_, NodeError>(read.filter(|hashes| hashes.len() == usize::from(tile.width)))
    };
    let mut is_whole = true;
    let edge = Edge::load(shard.size, |tile| {
        let read = hashes(tile)?;
        is_whole &= read.is_some();
        Ok::<_, NodeError>(read.unwrap_or_default())
    })?;
    if !is_whole || *edge.root().bytes() != shard.root {
        return Ok(None);
    }
    let last = Tile::new(TileKind::Entries, shard.size / TILE_WIDTH, (shard.size % TILE_WIDTH) as u16);
    let bundle = if last.width == 0 { Some(Vec::new()) } else { folder.read(last)? };
    let Some(bundle) = bundle else { return Ok(None) };
    let leaves: Option<Vec<Hash>> = read_entries(&bundle).map(|found| found.into_iter().map(Hash::of_leaf).collect());
    let of_edge =
        edge.unfinished().find(|(tile, _)| tile.kind == TileKind::Hashes(0)).map_or(&[][..], |(_, hashes)| hashes);
    let same = leaves.is_some_and(|leaves| leaves == of_edge);
    Ok(same.then_some(Growth { edge, bundle }))
}

/// Writes every tile of a record's ledger, as a copy of a node needs them: they are made from the
/// copied entries, so that they are never of another moment.
///
/// # Errors
/// When the record's leaves do not lead to the checkpoints' roots.
pub(crate) async fn write_tiles(folder: &DataFolder, store: &Store) -> Result<(), NodeError> {
    let shards = shard::all(&mut *store.read().await?).await?;
    for shard in &shards {
        from_record(folder, store, shard).await?;
    }
    Ok(())
}

/// The edge made from the record, with every tile written again.
///
/// # Errors
/// When the record's leaves do not lead to the checkpoint's root.
async fn from_record(folder: &DataFolder, store: &Store, shard: &Shard) -> Result<Growth, NodeError> {
    let folder = TileFolder::of(folder, shard.year);
    let mut growth = Growth::default();
    while growth.edge.size() < shard.size {
        let from = shard.entry_at(growth.edge.size());
        let limit = (shard.size - growth.edge.size()).min(u64::from(PAGE)) as u32;
        let leaves = entry::leaves(&mut *store.read().await?, from, limit).await?;
        let is_dense = leaves.iter().zip(from.number()..).all(|(leaf, serial)| leaf.serial.number() == serial);
        if leaves.len() != limit as usize || !is_dense {
            return Err(NodeError::Ledger(format!(
                "the record has lost ledger entries of `{}`; restore a backup",
                shard.origin
            )));
        }
        let mut tiles = Vec::new();
        leaves.iter().for_each(|leaf| growth.push(&leaf.leaf, &mut tiles));
        let to = folder.clone();
        tokio::task::spawn_blocking(move || to.write(&tiles)).await??;
    }
    if *growth.edge.root().bytes() != shard.root {
        return Err(NodeError::Ledger(format!(
            "the record's ledger entries do not lead to the checkpoint of `{}`: the record was changed; `cairn fsck` says where, restore a backup",
            shard.origin
        )));
    }
    let tiles: Vec<(Tile, Vec<u8>)> = growth.unfinished().collect();
    tokio::task::spawn_blocking(move || folder.write(&tiles)).await??;
    Ok(growth)
}

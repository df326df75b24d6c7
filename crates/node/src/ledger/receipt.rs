//! Entries as people and programs ask for them, and the proofs of them.

use super::keys::log_verifier;
use super::sealed::open;
use super::tiles::TileFolder;
use crate::access::Viewer;
use crate::error::NodeError;
use crate::node::Node;
use cairn_ledger::checkpoint::Checkpoint;
use cairn_ledger::hash::Hash;
use cairn_ledger::leaf::Leaf;
use cairn_ledger::note::{Note, Verifier};
use cairn_ledger::proof::{Prover, check_consistency, check_inclusion};
use cairn_ledger::receipt::{Opening, Receipt};
use cairn_ledger::tile::{TILE_WIDTH, Tile, TileKind, read_hashes, width_at};
use cairn_store::ledger::entry::{self, LedgerEntry};
use cairn_store::ledger::shard::{self, Shard};
use std::collections::HashMap;

/// An entry under a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryView {
    /// The year of its shard.
    pub year: i16,
    /// Its place in the shard, from 0.
    pub index: u64,
    /// What the world may see.
    pub leaf: Leaf,
    /// What it is about, when the reader may open it and it was not erased.
    pub opening: Option<Opening>,
}

impl Node {
    /// Entries of a shard from an index on, at most `limit`; only those under the checkpoint.
    ///
    /// # Errors
    /// When the record fails or holds something that is no leaf.
    pub async fn ledger_entries(
        &self,
        shard: &Shard,
        from: u64,
        limit: u32,
        viewer: Option<Viewer>,
    ) -> Result<Vec<EntryView>, NodeError> {
        let limit = shard.size.saturating_sub(from).min(u64::from(limit)) as u32;
        let found = entry::page(&mut *self.store().read().await?, shard.entry_at(from), limit).await?;
        let mut views = Vec::with_capacity(found.len());
        for found in &found {
            views.push(view(self, shard, found, viewer).await?);
        }
        Ok(views)
    }

    /// An entry with the proof that the log holds it, under the newest checkpoint that enough witnesses signed, else the
    /// newest; `None` when there is no such entry under a checkpoint.
    ///
    /// # Errors
    /// When the record fails or the tiles do not give the proof.
    pub async fn ledger_receipt(
        &self,
        shard: &Shard,
        index: u64,
        viewer: Option<Viewer>,
    ) -> Result<Option<Receipt>, NodeError> {
        let Some(found) = self.ledger_entries(shard, index, 1, viewer).await?.pop() else { return Ok(None) };
        let note = note_of(shard, index)?;
        let size = Checkpoint::read(note.text()).map_err(ledger_error)?.size;
        let leaf = found.leaf.to_bytes();
        let shard = shard.clone();
        let tiles = TileFolder::of(self.folder(), shard.year);
        let hash = Hash::of_leaf(&leaf);
        let made = move || {
            let mut reader = TileReader::new(tiles, shard.size);
            let mut prover = Prover::new(|level, at| reader.hash(level, at));
            Ok::<_, NodeError>((prover.inclusion(index, size)?, prover.root(size)?))
        };
        let (proof, root) = tokio::task::spawn_blocking(made).await??;
        let stated = Checkpoint::read(note.text()).map_err(ledger_error)?.root;
        if root != stated || check_inclusion(index, size, hash, &proof, stated).is_err() {
            return Err(damaged_tiles());
        }
        Ok(Some(Receipt { index, proof, checkpoint: note, leaf, opening: found.opening }))
    }

    /// The proof that a shard's tree of `old` leaves is the beginning of that of `new`, both under its checkpoint.
    ///
    /// # Errors
    /// When a size is not under the checkpoint, or the tiles do not give the proof.
    pub async fn ledger_consistency(&self, shard: &Shard, old: u64, new: u64) -> Result<Vec<Hash>, NodeError> {
        if old > new || new > shard.size {
            let size = shard.size;
            return Err(NodeError::Refused(format!("sizes grow and end at {size}: {old} to {new} is not among them")));
        }
        let shard = shard.clone();
        let tiles = TileFolder::of(self.folder(), shard.year);
        let made = move || {
            let mut reader = TileReader::new(tiles, shard.size);
            let mut prover = Prover::new(|level, at| reader.hash(level, at));
            let roots = (prover.root(old)?, prover.root(new)?);
            Ok::<_, NodeError>((prover.consistency(old, new)?, roots))
        };
        let (proof, (old_root, new_root)) = tokio::task::spawn_blocking(made).await??;
        check_consistency((old, old_root), (new, new_root), &proof).map_err(|_| damaged_tiles())?;
        Ok(proof)
    }

    /// The shard of a year, or the newest.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn shard(&self, year: Option<i16>) -> Result<Option<Shard>, NodeError> {
        let mut reader = self.store().read().await?;
        Ok(match year {
            Some(year) => shard::of_year(&mut reader, year).await?,
            None => shard::newest(&mut reader).await?,
        })
    }

    /// What checks the checkpoints of a shard.
    ///
    /// # Errors
    /// When the record does not hold a key.
    pub fn log_verifier(&self, shard: &Shard) -> Result<Verifier, NodeError> {
        log_verifier(&shard.origin, &self.ledger_identity().log_key)
    }
}

/// The checkpoint to prove an entry under.
fn note_of(shard: &Shard, index: u64) -> Result<Note, NodeError> {
    let cosigned = shard.cosigned.as_ref().filter(|_| index < shard.cosigned_size);
    Note::read(cosigned.unwrap_or(&shard.checkpoint).as_bytes()).map_err(ledger_error)
}

async fn view(node: &Node, shard: &Shard, found: &LedgerEntry, viewer: Option<Viewer>) -> Result<EntryView, NodeError> {
    let may_open = viewer.and_then(Viewer::own).is_some_and(|own| found.laboratory == Some(own));
    let opening = if may_open { open(node, found).await? } else { None };
    let leaf = Leaf::read(&found.leaf).map_err(ledger_error)?;
    let index = (found.serial.number() - shard.first.number()).unsigned_abs();
    Ok(EntryView { year: shard.year, index, leaf, opening })
}

/// The hashes of a shard's tiles, each file read once.
struct TileReader {
    tiles: TileFolder,
    size: u64,
    read: HashMap<Tile, Vec<Hash>>,
}

impl TileReader {
    fn new(tiles: TileFolder, size: u64) -> Self {
        Self { tiles, size, read: HashMap::new() }
    }

    fn hash(&mut self, level: u8, index: u64) -> Result<Hash, NodeError> {
        let number = index / TILE_WIDTH;
        let width = width_at(level, self.size).saturating_sub(number * TILE_WIDTH).min(TILE_WIDTH);
        let tile = Tile::new(TileKind::Hashes(level), number, width as u16);
        if !self.read.contains_key(&tile) {
            let hashes = self.tiles.read(tile)?.and_then(|bytes| read_hashes(&bytes)).ok_or_else(damaged_tiles)?;
            self.read.insert(tile, hashes);
        }
        let hashes = self.read.get(&tile).map_or(&[][..], Vec::as_slice);
        hashes.get((index % TILE_WIDTH) as usize).copied().ok_or_else(damaged_tiles)
    }
}

fn damaged_tiles() -> NodeError {
    NodeError::Ledger(
        "the ledger's tiles are damaged; `cairn fsck` says which to remove, so that they are made again".to_owned(),
    )
}

pub(super) fn ledger_error(error: impl std::fmt::Display) -> NodeError {
    NodeError::Ledger(error.to_string())
}

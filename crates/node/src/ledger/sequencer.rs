//! The sequencer: entries of the record come under a checkpoint, many at a time.
//!
//! A round reads the entries behind the checkpoint, writes the tiles that change and makes them durable, signs the new
//! checkpoint and puts it in the place of the old one by compare-and-swap. It may stop anywhere: until the swap nothing
//! has changed that counts, and the tiles that were written are what the next round writes again, byte for byte, for
//! leaves and their order are fixed in the record.

use super::keys::LedgerKeys;
use super::recover;
use super::tiles::TileFolder;
use crate::error::NodeError;
use crate::node::Node;
use cairn_ledger::checkpoint::Checkpoint;
use cairn_ledger::edge::Edge;
use cairn_ledger::hash::Hash;
use cairn_ledger::note::LogSigner;
use cairn_ledger::tile::{TILE_WIDTH, Tile, TileKind, push_entry, write_hashes};
use cairn_store::ledger::entry::{self, PlacedLeaf};
use cairn_store::ledger::shard::{self, Shard};
use cairn_store::serial::LedgerSerial;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::convert::Infallible;

/// Leaves in a round.
const MOST: u32 = 8192;

/// The newest shard, ready to grow.
pub(super) struct Sequencer {
    shard: Shard,
    growth: Growth,
    signer: LogSigner,
    has_more: bool,
}

impl std::fmt::Debug for Sequencer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sequencer").field("year", &self.shard.year).field("size", &self.shard.size).finish()
    }
}

/// The edge of the tree and of the entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Growth {
    pub(super) edge: Edge,
    /// The entries after the last full bundle.
    pub(super) bundle: Vec<u8>,
}

impl Growth {
    /// Adds a leaf; tiles that are full by it are added to `tiles`.
    pub(super) fn push(&mut self, leaf: &[u8], tiles: &mut Vec<(Tile, Vec<u8>)>) {
        push_entry(&mut self.bundle, leaf);
        let Ok(()) = self.edge.push(Hash::of_leaf(leaf), |tile, hashes| {
            tiles.push((tile, write_hashes(hashes)));
            Ok::<_, Infallible>(())
        });
        let size = self.edge.size();
        if size.is_multiple_of(TILE_WIDTH) {
            let full = Tile::new(TileKind::Entries, size / TILE_WIDTH - 1, TILE_WIDTH as u16);
            tiles.push((full, std::mem::take(&mut self.bundle)));
        }
    }

    /// The tiles that are not full.
    pub(super) fn unfinished(&self) -> impl Iterator<Item = (Tile, Vec<u8>)> {
        let size = self.edge.size();
        let bundle = Tile::new(TileKind::Entries, size / TILE_WIDTH, (size % TILE_WIDTH) as u16);
        let entries = (bundle.width > 0).then(|| (bundle, self.bundle.clone()));
        self.edge.unfinished().map(|(tile, hashes)| (tile, write_hashes(hashes))).chain(entries)
    }
}

impl Sequencer {
    /// Takes up the newest shard where its checkpoint stands; `None` while the ledger has no entry.
    pub(super) async fn open(node: &Node) -> Result<Option<Self>, NodeError> {
        let mut reader = node.store().read().await?;
        let found = match shard::newest(&mut reader).await? {
            Some(found) => found,
            None => match entry::leaves(&mut reader, LedgerSerial::new(1), 1).await?.first() {
                None => return Ok(None),
                Some(first) => {
                    drop(reader);
                    return Ok(Some(Self::begin(node, first).await?));
                }
            },
        };
        drop(reader);
        let signer = LedgerKeys::open(node.folder(), node.ledger_identity())?.log_signer(&found.origin)?;
        let growth = recover::growth(node, &found).await?;
        Ok(Some(Self { shard: found, growth, signer, has_more: false }))
    }

    /// Begins the shard of an entry's year.
    async fn begin(node: &Node, first: &PlacedLeaf) -> Result<Self, NodeError> {
        let identity = node.ledger_identity();
        let year = year_of(first.moment);
        let origin = format!("{}/{year}", identity.origin);
        let signer = LedgerKeys::open(node.folder(), identity)?.log_signer(&origin)?;
        let growth = Growth::default();
        let root = growth.edge.root();
        let checkpoint = Checkpoint::new(&origin, 0, root).sign(&signer).to_string();
        let shard = Shard {
            year,
            origin,
            first: first.serial,
            size: 0,
            root: *root.bytes(),
            checkpoint,
            cosigned_size: 0,
            cosigned: None,
            is_frozen: false,
        };
        recover::refuse_newer_tiles(node, &shard).await?;
        let mut writer = node.store().write().await?;
        shard::begin(&mut writer, &shard).await?;
        writer.commit_of_ledger().await?;
        Ok(Self { shard, growth, signer, has_more: true })
    }

    /// The last entry under the checkpoint.
    pub(super) fn last_entry(&self) -> i64 {
        self.shard.first.number().saturating_add_unsigned(self.shard.size) - 1
    }

    /// Whether the last round left something.
    pub(super) fn has_more(&self) -> bool {
        self.has_more
    }

    /// Brings the next entries under a checkpoint; how many comes back.
    pub(super) async fn round(&mut self, node: &Node) -> Result<u64, NodeError> {
        let next = self.shard.entry_at(self.shard.size);
        let leaves = entry::leaves(&mut *node.store().read().await?, next, MOST).await?;
        self.has_more = false;
        let Some(first) = leaves.first() else { return Ok(0) };
        if first.serial != next {
            return Err(NodeError::Ledger(format!(
                "the record has lost ledger entry {}; run `cairn fsck`",
                next.number()
            )));
        }
        if year_of(first.moment) != self.shard.year {
            *self = Self::begin(node, first).await?;
            return Ok(0);
        }
        let year = self.shard.year;
        let of_year: Vec<PlacedLeaf> = leaves.iter().take_while(|leaf| year_of(leaf.moment) == year).cloned().collect();
        self.has_more = of_year.len() < leaves.len() || leaves.len() == MOST as usize;
        self.advance(node, of_year).await
    }

    async fn advance(&mut self, node: &Node, leaves: Vec<PlacedLeaf>) -> Result<u64, NodeError> {
        let (count, counts) = (leaves.len() as u64, counts(&leaves));
        let folder = TileFolder::of(node.folder(), self.shard.year);
        let growth = self.growth.clone();
        let (growth, tiles) = tokio::task::spawn_blocking(move || write_tiles(&folder, growth, &leaves)).await??;
        let (size, root) = (growth.edge.size(), growth.edge.root());
        let note = Checkpoint::new(&self.shard.origin, size, root).sign(&self.signer).to_string();
        let mut writer = node.store().write().await?;
        shard::advance(&mut writer, &self.shard, size, root.bytes(), &note).await?;
        shard::count(&mut writer, &counts).await?;
        writer.commit_of_ledger().await?;
        let folder = TileFolder::of(node.folder(), self.shard.year);
        // The record's checkpoint counts; its copy beside the tiles is written again by the next round.
        if let Err(error) = folder.write_checkpoint(&note) {
            tracing::warn!(%error, "the copy of the checkpoint beside the tiles is behind");
        }
        folder.forget_beginnings(&tiles);
        self.growth = growth;
        self.shard = Shard { size, root: *root.bytes(), checkpoint: note, ..self.shard.clone() };
        Ok(count)
    }
}

/// The tree with the leaves, its tiles durable.
fn write_tiles(
    folder: &TileFolder,
    mut growth: Growth,
    leaves: &[PlacedLeaf],
) -> Result<(Growth, Vec<(Tile, Vec<u8>)>), NodeError> {
    let mut tiles = Vec::new();
    leaves.iter().for_each(|leaf| growth.push(&leaf.leaf, &mut tiles));
    tiles.extend(growth.unfinished());
    folder.write(&tiles)?;
    Ok((growth, tiles))
}

fn counts(leaves: &[PlacedLeaf]) -> Vec<(i32, String, u64)> {
    let mut counts: BTreeMap<(i32, &str), u64> = BTreeMap::new();
    leaves.iter().for_each(|leaf| *counts.entry((day_of(leaf.moment), &leaf.kind)).or_default() += 1);
    counts.into_iter().map(|((day, kind), count)| (day, kind.to_owned(), count)).collect()
}

/// The year of a moment, UTC.
pub(super) fn year_of(moment: Timestamp) -> i16 {
    moment.to_zoned(TimeZone::UTC).year()
}

/// Days since 1970-01-01, UTC.
pub(super) fn day_of(moment: Timestamp) -> i32 {
    i32::try_from(moment.as_second().div_euclid(86_400)).unwrap_or(i32::MAX)
}

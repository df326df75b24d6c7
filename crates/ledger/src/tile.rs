//! Tiles: the tree and its entries as static files (C2SP tlog-tiles).

use crate::hash::Hash;
use std::fmt;

/// Levels of the tree in a tile.
pub const TILE_HEIGHT: u8 = 8;
/// Hashes in a full tile, and entries in a full bundle.
pub const TILE_WIDTH: u64 = 256;
/// The largest entry: its length is written in two bytes.
pub const MAX_ENTRY: usize = u16::MAX as usize;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TileKind {
    /// Hashes of the tree at this tile level, 0 to 5: each over `256^level` leaves.
    Hashes(u8),
    /// The entries themselves.
    Entries,
}

/// One tile of a log, full or with the beginning that it has so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tile {
    /// What it holds.
    pub kind: TileKind,
    /// Which one of its kind, from 0.
    pub index: u64,
    /// How many hashes or entries, 1 to 256.
    pub width: u16,
}

impl Tile {
    /// The tile with so many hashes or entries.
    pub fn new(kind: TileKind, index: u64, width: u16) -> Self {
        Self { kind, index, width }
    }

    /// Whether it can grow no more.
    pub fn is_full(&self) -> bool {
        u64::from(self.width) == TILE_WIDTH
    }

    /// The same tile when it is full.
    pub fn full(&self) -> Self {
        Self { width: TILE_WIDTH as u16, ..*self }
    }

    /// Reads a path such as `tile/0/x001/x234/067.p/8`.
    pub fn from_path(path: &str) -> Option<Self> {
        let rest = path.strip_prefix("tile/")?;
        let (level, rest) = rest.split_once('/')?;
        let kind = match level {
            "entries" => TileKind::Entries,
            digits => TileKind::Hashes(decimal(digits).filter(|level| *level <= 63)? as u8),
        };
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, decimal(width).filter(|width| (1..TILE_WIDTH).contains(width))?),
            None => (rest, TILE_WIDTH),
        };
        Some(Self { kind, index: read_index(index)?, width: width as u16 })
    }

    /// The tiles of a tree of `size` leaves that hold anything of the leaf range from `from` on: hashes of every level
    /// and entries, with their width in that tree.
    pub fn all_of(size: u64) -> impl Iterator<Item = Self> {
        let kinds = levels(size).map(move |level| (TileKind::Hashes(level), width_at(level, size)));
        let entries = std::iter::once((TileKind::Entries, size));
        kinds.chain(entries).flat_map(|(kind, count)| {
            let full = (0..count / TILE_WIDTH).map(move |index| Self::new(kind, index, TILE_WIDTH as u16));
            let rest = (count % TILE_WIDTH) as u16;
            full.chain((rest > 0).then_some(Self::new(kind, count / TILE_WIDTH, rest)))
        })
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes(level) => write!(f, "tile/{level}/{}", index_path(self.index))?,
            TileKind::Entries => write!(f, "tile/entries/{}", index_path(self.index))?,
        }
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

/// The levels of tiles that a tree of `size` leaves has.
pub fn levels(size: u64) -> impl Iterator<Item = u8> {
    (0..8u8).take_while(move |level| width_at(*level, size) > 0)
}

/// How many hashes there are at a tile level of a tree of `size` leaves.
pub fn width_at(level: u8, size: u64) -> u64 {
    size >> (u32::from(level) * u32::from(TILE_HEIGHT))
}

/// A tile's index in its path: three digits a step, `x` before every step but the last, such as `x001/x234/067`.
pub fn index_path(index: u64) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    path
}

fn read_index(path: &str) -> Option<u64> {
    let mut index: u64 = 0;
    for step in path.split('/') {
        let digits = step.strip_prefix('x').unwrap_or(step);
        let number =
            (digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok())??;
        index = index.checked_mul(1000)?.checked_add(number)?;
    }
    // One way to write each number.
    (index_path(index) == path).then_some(index)
}

/// A decimal number without leading zeros.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

/// The bytes of a tile of hashes.
pub fn write_hashes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.bytes()).collect()
}

/// The hashes of a tile; `None` when its bytes are no whole number of hashes.
pub fn read_hashes(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (whole, rest) = bytes.as_chunks::<32>();
    rest.is_empty().then(|| whole.iter().copied().map(Hash::new).collect())
}

/// Adds an entry to a bundle: its length in two bytes, big end first, then its bytes.
///
/// # Panics
/// When the entry is longer than [`MAX_ENTRY`]; a leaf is below 1 KiB.
pub fn push_entry(bundle: &mut Vec<u8>, entry: &[u8]) {
    let length = u16::try_from(entry.len()).expect("an entry is shorter than 64 KiB");
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(entry);
}

/// The entries of a bundle; `None` when it is cut short.
pub fn read_entries(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry);
        bytes = rest;
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_back() {
        for tile in [
            Tile::new(TileKind::Hashes(0), 0, 256),
            Tile::new(TileKind::Hashes(2), 1_234_067, 8),
            Tile::new(TileKind::Entries, 999, 255),
            Tile::new(TileKind::Entries, 1000, 256),
        ] {
            assert_eq!(Tile::from_path(&tile.to_string()), Some(tile), "{tile}");
        }
        assert_eq!(Tile::new(TileKind::Hashes(0), 1_234_067, 8).to_string(), "tile/0/x001/x234/067.p/8");
    }

    #[test]
    fn other_paths_are_no_tiles() {
        for bad in [
            "tile/0/1",
            "tile/0/0001",
            "tile/0/x000/001",
            "tile/00/001",
            "tile/-1/001",
            "tile/0/001.p/256",
            "tile/0/001.p/0",
            "tile/0/001.p/08",
            "tile/64/001",
            "tile/0/001/002",
            "tile/0/../001",
            "tile/x/001",
            "tile/0/",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(Tile::from_path(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_bundle_reads_back_and_a_cut_one_does_not() {
        let mut bundle = Vec::new();
        for entry in [&b"one"[..], b"", b"three"] {
            push_entry(&mut bundle, entry);
        }
        assert_eq!(read_entries(&bundle).unwrap(), [&b"one"[..], b"", b"three"]);
        assert_eq!(read_entries(&bundle[..bundle.len() - 1]), None);
        assert_eq!(read_entries(&[0]), None);
    }

    #[test]
    fn the_tiles_of_a_tree_are_all_its_levels_and_entries() {
        let names: Vec<String> = Tile::all_of(257).map(|tile| tile.to_string()).collect();
        assert_eq!(
            names,
            ["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/1"]
        );
        assert_eq!(Tile::all_of(0).count(), 0);
    }
}

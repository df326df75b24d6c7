//! The right edge of a growing tree: all that is needed to add leaves and to say the root.

use crate::hash::{Hash, root_of};
use crate::tile::{TILE_WIDTH, Tile, TileKind};

/// The tiles that are not full yet, one a level.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edge {
    size: u64,
    levels: Vec<Vec<Hash>>,
}

impl Edge {
    /// The edge of the tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// The edge of a tree of `size` leaves, whose unfinished tiles `read` answers by level.
    ///
    /// # Errors
    /// What `read` fails with.
    pub fn load<E>(size: u64, mut read: impl FnMut(Tile) -> Result<Vec<Hash>, E>) -> Result<Self, E> {
        let mut levels = Vec::new();
        for level in crate::tile::levels(size) {
            let count = crate::tile::width_at(level, size);
            let tile = Tile::new(TileKind::Hashes(level), count / TILE_WIDTH, (count % TILE_WIDTH) as u16);
            levels.push(if tile.width == 0 { Vec::new() } else { read(tile)? });
        }
        Ok(Self { size, levels })
    }

    /// Leaves in the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let mut root = None;
        for hashes in &self.levels {
            for complete in complete_subtrees(hashes).into_iter().rev() {
                root = Some(root.map_or(complete, |right| Hash::of_node(&complete, &right)));
            }
        }
        root.unwrap_or_else(Hash::of_nothing)
    }

    /// Adds a leaf; `filled` gets every tile that is full by it, with its hashes.
    pub fn push<E>(&mut self, leaf: Hash, mut filled: impl FnMut(Tile, &[Hash]) -> Result<(), E>) -> Result<(), E> {
        self.size += 1;
        let (mut level, mut hash) = (0, leaf);
        loop {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let hashes = &mut self.levels[level];
            hashes.push(hash);
            if (hashes.len() as u64) < TILE_WIDTH {
                return Ok(());
            }
            let index = crate::tile::width_at(level as u8, self.size) / TILE_WIDTH - 1;
            filled(Tile::new(TileKind::Hashes(level as u8), index, TILE_WIDTH as u16), hashes)?;
            hash = root_of(hashes);
            hashes.clear();
            level += 1;
        }
    }

    /// The tiles that are not full, with the hashes they hold so far.
    pub fn unfinished(&self) -> impl Iterator<Item = (Tile, &[Hash])> {
        self.levels.iter().enumerate().filter(|(_, hashes)| !hashes.is_empty()).map(|(level, hashes)| {
            let index = crate::tile::width_at(level as u8, self.size) / TILE_WIDTH;
            (Tile::new(TileKind::Hashes(level as u8), index, hashes.len() as u16), &hashes[..])
        })
    }
}

/// The roots of the complete subtrees that the beginning of a tile falls into, the largest first.
fn complete_subtrees(mut hashes: &[Hash]) -> Vec<Hash> {
    let mut roots = Vec::new();
    while !hashes.is_empty() {
        let width = 1 << (usize::BITS - 1 - hashes.len().leading_zeros());
        let (subtree, rest) = hashes.split_at(width);
        roots.push(root_of(subtree));
        hashes = rest;
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;
    use std::convert::Infallible;

    #[test]
    fn the_edge_says_the_root_at_every_size() {
        let leaves: Vec<Hash> = (0..70_000u32).map(|n| Hash::of_leaf(&n.to_be_bytes())).collect();
        let (mut edge, mut tiles) = (Edge::new(), HashMap::new());
        assert_eq!(edge.root(), Hash::of_nothing());
        for (n, leaf) in leaves.iter().enumerate() {
            let keep = |tile, hashes: &[Hash]| Ok::<_, Infallible>(drop(tiles.insert(tile, hashes.to_vec())));
            edge.push(*leaf, keep).unwrap();
            let size = n + 1;
            if size < 600 || size.is_multiple_of(9_973) || (65_530..65_540).contains(&size) {
                assert_eq!(edge.root(), root_of(&leaves[..size]), "{size}");
            }
        }
        assert_eq!(tiles.len(), 70_000 / 256 + 1);
        let unfinished: HashMap<Tile, Vec<Hash>> = edge.unfinished().map(|(t, h)| (t, h.to_vec())).collect();
        let again = Edge::load(edge.size(), |tile| Ok::<_, Infallible>(unfinished[&tile].clone())).unwrap();
        assert_eq!(again, edge);
    }
}

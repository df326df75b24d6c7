//! Proofs that a leaf is in a tree, and that one tree is the beginning of another: made and checked
//! (RFC 6962, sections 2.1.1 and 2.1.2; checking as in RFC 9162, sections 2.1.3.2 and 2.1.4.2).

use crate::hash::{Hash, split};
use crate::tile::TILE_HEIGHT;

/// Why a proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf or the older tree lies outside the tree.
    #[error("the proof is about something outside the tree")]
    Outside,
    /// It has more or fewer hashes than a proof of these numbers has.
    #[error("the proof has another number of hashes than its place in the tree asks for")]
    Length,
    /// It leads to another root.
    #[error("the proof leads to another root than the checkpoint states")]
    Root,
}

/// Checks that the leaf with this hash stands at `index` (from 0) in the tree with `size` leaves and this root.
///
/// # Errors
/// When it does not, or the proof does not show it.
pub fn check_inclusion(index: u64, size: u64, leaf: Hash, proof: &[Hash], root: Hash) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Outside);
    }
    let (mut here, mut last) = (index, size - 1);
    let mut hash = leaf;
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if here & 1 == 1 || here == last {
            hash = Hash::of_node(sibling, &hash);
            while here & 1 == 0 && here != 0 {
                (here, last) = (here >> 1, last >> 1);
            }
        } else {
            hash = Hash::of_node(&hash, sibling);
        }
        (here, last) = (here >> 1, last >> 1);
    }
    match () {
        () if last != 0 => Err(ProofError::Length),
        () if hash != root => Err(ProofError::Root),
        () => Ok(()),
    }
}

/// Checks that the tree of `old` leaves is the beginning of the tree of `new` leaves.
///
/// # Errors
/// When it is not, or the proof does not show it.
pub fn check_consistency(
    (old, old_root): (u64, Hash),
    (new, new_root): (u64, Hash),
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::Outside);
    }
    if old == new || old == 0 {
        let same = if old == 0 { old_root == Hash::of_nothing() } else { true };
        let ends = old != new || old_root == new_root;
        return match proof {
            [] if same && ends => Ok(()),
            [] => Err(ProofError::Root),
            _ => Err(ProofError::Length),
        };
    }
    let (first, rest) = match proof {
        rest if old.is_power_of_two() => (old_root, rest),
        [first, rest @ ..] => (*first, rest),
        [] => return Err(ProofError::Length),
    };
    let (old_found, new_found) = walk_consistency(old, new, first, rest)?;
    if old_found == old_root && new_found == new_root { Ok(()) } else { Err(ProofError::Root) }
}

/// Both roots as the proof has them.
fn walk_consistency(old: u64, new: u64, first: Hash, rest: &[Hash]) -> Result<(Hash, Hash), ProofError> {
    let shift = (old - 1).trailing_ones();
    let (mut here, mut last) = ((old - 1) >> shift, (new - 1) >> shift);
    let (mut in_old, mut in_new) = (first, first);
    for sibling in rest {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if here & 1 == 1 || here == last {
            in_old = Hash::of_node(sibling, &in_old);
            in_new = Hash::of_node(sibling, &in_new);
            while here & 1 == 0 && here != 0 {
                (here, last) = (here >> 1, last >> 1);
            }
        } else {
            in_new = Hash::of_node(&in_new, sibling);
        }
        (here, last) = (here >> 1, last >> 1);
    }
    if last == 0 { Ok((in_old, in_new)) } else { Err(ProofError::Length) }
}

/// Makes proofs from the hashes that tiles hold: `read(level, index)` answers the hash at `index` of tile level `level`,
/// the root of the complete subtree over `256^level` leaves.
pub struct Prover<R>(R);

impl<E, R: FnMut(u8, u64) -> Result<Hash, E>> Prover<R> {
    /// A prover over these hashes.
    pub fn new(read: R) -> Self {
        Self(read)
    }

    /// The root of the tree of the first `size` leaves.
    ///
    /// # Errors
    /// When a hash cannot be read.
    pub fn root(&mut self, size: u64) -> Result<Hash, E> {
        if size == 0 { Ok(Hash::of_nothing()) } else { self.over(0, size) }
    }

    /// The proof that the leaf at `index` is in the tree of `size` leaves, `index < size`; from the leaf's sibling up.
    ///
    /// # Errors
    /// When a hash cannot be read.
    pub fn inclusion(&mut self, index: u64, size: u64) -> Result<Vec<Hash>, E> {
        let (mut low, mut high) = (0, size);
        let mut path = Vec::new();
        while high - low > 1 {
            let middle = low + split(high - low);
            if index < middle {
                path.push(self.over(middle, high)?);
                high = middle;
            } else {
                path.push(self.over(low, middle)?);
                low = middle;
            }
        }
        path.reverse();
        Ok(path)
    }

    /// The proof that the tree of `old` leaves is the beginning of the tree of `new`; empty when they are equal or
    /// `old` is 0, as C2SP tlog-witness wants it.
    ///
    /// # Errors
    /// When a hash cannot be read.
    pub fn consistency(&mut self, old: u64, new: u64) -> Result<Vec<Hash>, E> {
        if old == 0 || old >= new {
            return Ok(Vec::new());
        }
        let (mut low, mut high, mut whole) = (0, new, true);
        let mut path = Vec::new();
        while old != high {
            let middle = low + split(high - low);
            if old <= middle {
                path.push(self.over(middle, high)?);
                high = middle;
            } else {
                path.push(self.over(low, middle)?);
                low = middle;
                whole = false;
            }
        }
        if !whole {
            path.push(self.over(low, high)?);
        }
        path.reverse();
        Ok(path)
    }

    /// The hash over the leaves `low..high`, where `low` is a multiple of the subtree's size as the definition splits.
    fn over(&mut self, low: u64, high: u64) -> Result<Hash, E> {
        let size = high - low;
        if size.is_power_of_two() {
            return self.complete(size.trailing_zeros() as u8, low / size);
        }
        let middle = low + split(size);
        let (left, right) = (self.over(low, middle)?, self.over(middle, high)?);
        Ok(Hash::of_node(&left, &right))
    }

    /// The root of the complete subtree of `2^height` leaves, the `index`-th of its height.
    fn complete(&mut self, height: u8, index: u64) -> Result<Hash, E> {
        if height.is_multiple_of(TILE_HEIGHT) {
            return (self.0)(height / TILE_HEIGHT, index);
        }
        let (left, right) = (self.complete(height - 1, 2 * index)?, self.complete(height - 1, 2 * index + 1)?);
        Ok(Hash::of_node(&left, &right))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::root_of;
    use proptest::prelude::*;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|n| Hash::of_leaf(&n.to_be_bytes())).collect()
    }

    fn prover(leaves: &[Hash]) -> Prover<impl FnMut(u8, u64) -> Result<Hash, ()> + '_> {
        Prover::new(move |level, index| {
            let width = 256u64.pow(u32::from(level));
            let range = (index * width) as usize..((index + 1) * width) as usize;
            Ok(root_of(leaves.get(range).ok_or(())?))
        })
    }

    proptest! {
        #[test]
        fn every_leaf_of_every_tree_is_proved(size in 1u64..1400, at in any::<prop::sample::Index>()) {
            let all = leaves(size);
            let index = at.index(all.len());
            let root = root_of(&all);
            let proof = prover(&all).inclusion(index as u64, size).unwrap();
            prop_assert_eq!(prover(&all).root(size), Ok(root));
            prop_assert_eq!(check_inclusion(index as u64, size, all[index], &proof, root), Ok(()));
        }

        #[test]
        fn a_proof_of_inclusion_holds_for_nothing_else(
            size in 1u64..600, at in any::<prop::sample::Index>(), other in 0u64..700, flip in any::<prop::sample::Index>(),
        ) {
            let all = leaves(size);
            let index = at.index(all.len()) as u64;
            let (leaf, root) = (all[index as usize], root_of(&all));
            let proof = prover(&all).inclusion(index, size).unwrap();
            if other != index {
                prop_assert!(check_inclusion(other, size, leaf, &proof, root).is_err());
            }
            prop_assert!(check_inclusion(index, size, Hash::of_leaf(b"another"), &proof, root).is_err());
            let mut longer = proof.clone();
            longer.push(root);
            prop_assert_eq!(check_inclusion(index, size, leaf, &longer, root), Err(ProofError::Length));
            if !proof.is_empty() {
                let mut wrong = proof.clone();
                let at = flip.index(wrong.len());
                wrong[at] = Hash::of_node(&wrong[at], &root);
                prop_assert_eq!(check_inclusion(index, size, leaf, &wrong, root), Err(ProofError::Root));
                prop_assert_eq!(check_inclusion(index, size, leaf, &proof[1..], root), Err(ProofError::Length));
            }
        }

        #[test]
        fn every_beginning_is_proved_and_no_fork(old in 1u64..700, more in 0u64..700, changed in any::<prop::sample::Index>()) {
            let new = old + more;
            let all = leaves(new);
            let (old_root, new_root) = (root_of(&all[..old as usize]), root_of(&all));
            let proof = prover(&all).consistency(old, new).unwrap();
            prop_assert_eq!(check_consistency((old, old_root), (new, new_root), &proof), Ok(()));
            // The same log with one entry of the past exchanged, and its own honest proof.
            let mut forked = all.clone();
            forked[changed.index(old as usize)] = Hash::of_leaf(b"another");
            let fork_root = root_of(&forked);
            let fork_proof = prover(&forked).consistency(old, new).unwrap();
            prop_assert!(check_consistency((old, old_root), (new, fork_root), &fork_proof).is_err());
            prop_assert!(check_consistency((old, old_root), (new, fork_root), &proof).is_err());
        }
    }

    #[test]
    fn a_tree_is_consistent_with_nothing_and_with_itself() {
        let root = root_of(&leaves(7));
        assert_eq!(check_consistency((0, Hash::of_nothing()), (7, root), &[]), Ok(()));
        assert_eq!(check_consistency((7, root), (7, root), &[]), Ok(()));
        assert_eq!(check_consistency((8, root), (7, root), &[]), Err(ProofError::Outside));
        assert_eq!(check_consistency((0, root), (7, root), &[]), Err(ProofError::Root));
    }
}

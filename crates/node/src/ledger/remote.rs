//! Another node's log, checked from its published files alone.

use super::receipt::ledger_error;
use crate::error::NodeError;
use cairn_ledger::checkpoint::Checkpoint;
use cairn_ledger::edge::Edge;
use cairn_ledger::hash::Hash;
use cairn_ledger::leaf::{Kind, Leaf};
use cairn_ledger::note::Note;
use cairn_ledger::policy::Policy;
use cairn_ledger::tile::{TILE_WIDTH, Tile, TileKind, read_entries};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

/// How long one file may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A log whose entries lead to its checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedLog {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The witnesses of the policy that signed it.
    pub witnesses: Vec<String>,
    /// Entries by kind.
    pub kinds: BTreeMap<Kind, u64>,
}

/// Fetches the checkpoint and all entries below an address such as `https://lab.example/log` and checks that a log of the
/// policy signed, that enough witnesses did, that every entry is a leaf, and that the entries lead to the root. Blocks.
///
/// # Errors
/// When a file cannot be fetched or something does not hold.
pub fn check_log(address: &str, policy: &Policy) -> Result<CheckedLog, NodeError> {
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
    let fetch = |path: &str| {
        let url = format!("{}/{path}", address.trim_end_matches('/'));
        let mut answer = agent.get(&url).call().map_err(|error| NodeError::Ledger(format!("`{url}`: {error}")))?;
        let limit = TILE_WIDTH * (cairn_ledger::tile::MAX_ENTRY as u64 + 2);
        answer.body_mut().with_config().limit(limit).read_to_vec().map_err(ledger_error)
    };
    let note = Note::read(&fetch("checkpoint")?).map_err(ledger_error)?;
    let (checkpoint, witnesses) = policy.accept(&note).map_err(ledger_error)?;
    let (mut edge, mut kinds) = (Edge::new(), BTreeMap::new());
    let bundles = Tile::all_of(checkpoint.size).filter(|tile| tile.kind == TileKind::Entries);
    for tile in bundles {
        let bytes = fetch(&tile.to_string())?;
        let entries = read_entries(&bytes).filter(|entries| entries.len() == usize::from(tile.width));
        let entries =
            entries.ok_or_else(|| NodeError::Ledger(format!("`{tile}` does not hold {} entries", tile.width)))?;
        for entry in entries {
            let leaf =
                Leaf::read(entry).map_err(|error| NodeError::Ledger(format!("entry {}: {error}", edge.size())))?;
            *kinds.entry(leaf.kind).or_default() += 1;
            let Ok(()) = edge.push(Hash::of_leaf(entry), |_, _| Ok::<_, Infallible>(()));
        }
    }
    if edge.root() == checkpoint.root {
        Ok(CheckedLog { checkpoint, witnesses, kinds })
    } else {
        Err(NodeError::Ledger(format!(
            "the entries of `{}` do not lead to the root of its checkpoint: something was changed",
            checkpoint.origin
        )))
    }
}

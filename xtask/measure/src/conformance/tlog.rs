//! `tlog/`: proofs, roots, tile paths, signed notes, and a log that another program wrote.

use std::fs;
use std::path::Path;

use cairn_ledger::checkpoint::Checkpoint;
use cairn_ledger::edge::Edge;
use cairn_ledger::hash::{Hash, root_of};
use cairn_ledger::note::{Note, Verifier};
use cairn_ledger::proof::{Prover, check_consistency, check_inclusion};
use cairn_ledger::tile::{Tile, TileKind, index_path, levels, read_entries, read_hashes, width_at};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::SuiteReport;

#[derive(Deserialize)]
struct Cases<T> {
    cases: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inclusion {
    id: String,
    leaf_idx: u64,
    tree_size: u64,
    leaf_hash: String,
    root: String,
    proof: Vec<String>,
    want_err: bool,
}

#[derive(Deserialize)]
struct Consistency {
    id: String,
    size1: u64,
    size2: u64,
    root1: String,
    root2: String,
    proof: Vec<String>,
    #[serde(rename = "wantErr")]
    want_err: bool,
}

pub(crate) fn run_proofs(folder: &Path, report: &mut SuiteReport) {
    for case in cases::<Inclusion>(folder, "inclusion.json", report) {
        report.check(format!("inclusion.json:{}", case.id), verdict(!case.want_err), || {
            let holds = || {
                let proof = hashes(&case.proof)?;
                let (leaf, root) = (case.leaf_hash.parse().ok()?, case.root.parse().ok()?);
                check_inclusion(case.leaf_idx, case.tree_size, leaf, &proof, root).ok()
            };
            verdict(holds().is_some())
        });
    }
    for case in cases::<Consistency>(folder, "consistency.json", report) {
        report.check(format!("consistency.json:{}", case.id), verdict(!case.want_err), || {
            let holds = || {
                let proof = hashes(&case.proof)?;
                let (old, new) = (case.root1.parse().ok()?, case.root2.parse().ok()?);
                check_consistency((case.size1, old), (case.size2, new), &proof).ok()
            };
            verdict(holds().is_some())
        });
    }
}

#[derive(Deserialize)]
struct Roots {
    leaves_hex: Vec<String>,
    roots: Vec<Root>,
    leaf_hash_of_empty: String,
    empty_root: String,
}

#[derive(Deserialize)]
struct Root {
    size: u64,
    root: String,
}

pub(crate) fn run_roots(folder: &Path, report: &mut SuiteReport) {
    let path = folder.join("rfc6962_roots.json");
    let Some(text) = report.read(&path) else { return };
    let vectors: Roots = match serde_json::from_str(&text) {
        Ok(vectors) => vectors,
        Err(error) => return report.unreadable(&path, &error),
    };
    let leaves: Vec<Hash> = vectors.leaves_hex.iter().map(|hex| Hash::of_leaf(&from_hex(hex))).collect();
    report.check("roots:empty leaf", vectors.leaf_hash_of_empty, || to_hex(&Hash::of_leaf(b"")));
    report.check("roots:empty tree", vectors.empty_root, || to_hex(&root_of(&[])));
    for root in &vectors.roots {
        report.check(format!("roots:definition {}", root.size), root.root.as_str(), || {
            root_of(&leaves[..root.size as usize]).to_string()
        });
        report.check(format!("roots:edge {}", root.size), root.root.as_str(), || {
            edge_of(&leaves[..root.size as usize]).root().to_string()
        });
    }
}

#[derive(Deserialize)]
struct TilePath {
    id: String,
    #[serde(rename = "N")]
    index: u64,
    path: String,
}

#[derive(Deserialize)]
struct TileWidths {
    id: String,
    size: u64,
    levels: Vec<TileLevel>,
}

#[derive(Deserialize)]
struct TileLevel {
    level: u8,
    full: u64,
    partial: u64,
}

pub(crate) fn run_tiles(folder: &Path, report: &mut SuiteReport) {
    for case in cases::<TilePath>(folder, "tile_paths.json", report) {
        report.check(format!("tile_paths.json:{}", case.id), case.path.as_str(), || index_path(case.index));
        report.check(format!("tile_paths.json:{} read", case.id), case.index.to_string(), || {
            Tile::from_path(&format!("tile/0/{}", case.path)).map_or_else(String::new, |tile| tile.index.to_string())
        });
    }
    for case in cases::<TileWidths>(folder, "tile_widths.json", report) {
        let expected = case.levels.iter().map(|l| (l.level, l.full, l.partial)).collect::<Vec<_>>();
        report.check(format!("tile_widths.json:{}", case.id), format!("{expected:?}"), || {
            let width = |level| (level, width_at(level, case.size) / 256, width_at(level, case.size) % 256);
            format!("{:?}", levels(case.size).map(width).collect::<Vec<_>>())
        });
    }
}

#[derive(Deserialize)]
struct SignedNote {
    id: String,
    vkey: String,
    note: String,
    valid: bool,
}

pub(crate) fn run_notes(folder: &Path, report: &mut SuiteReport) {
    for case in cases::<SignedNote>(folder, "signed_notes.json", report) {
        report.check(format!("signed_notes.json:{}", case.id), verdict(case.valid), || {
            let holds = || {
                let verifier: Verifier = case.vkey.parse().ok()?;
                Checkpoint::open(&Note::read(case.note.as_bytes()).ok()?, &verifier).ok()
            };
            verdict(holds().is_some())
        });
    }
}

/// The log of another program: every root from its tiles and from its entries, and every growth.
pub(crate) fn run_tessera(folder: &Path, report: &mut SuiteReport) {
    let log = folder.join("tessera-testdata/log");
    let mut seen: Vec<Checkpoint> = Vec::new();
    for size in 0.. {
        let Some(text) = report.read(&log.join(format!("checkpoint.{size}"))) else { break };
        let stated = Note::read(text.as_bytes()).ok().and_then(|note| Checkpoint::read(note.text()).ok());
        let Some(stated) = stated else {
            report.check(format!("tessera:checkpoint.{size}"), "a checkpoint", || "something else".to_owned());
            continue;
        };
        let root = stated.root.to_string();
        report.check(format!("tessera:tiles {size}"), root.as_str(), || root_from_tiles(&log, size));
        report.check(format!("tessera:entries {size}"), root.as_str(), || root_from_entries(&log, size));
        seen.push(stated);
    }
    for new in &seen {
        for old in seen.iter().filter(|old| old.size <= new.size) {
            report.check(format!("tessera:growth {} {}", old.size, new.size), verdict(true), || {
                let hashes = tile_hashes(&log, new.size);
                let proof = Prover::new(|_, index| hashes.get(index as usize).copied().ok_or(()))
                    .consistency(old.size, new.size)
                    .unwrap_or_default();
                verdict(check_consistency((old.size, old.root), (new.size, new.root), &proof).is_ok())
            });
        }
    }
}

fn root_from_tiles(log: &Path, size: u64) -> String {
    edge_of(&tile_hashes(log, size)).root().to_string()
}

fn root_from_entries(log: &Path, size: u64) -> String {
    let bytes = tile_bytes(log, TileKind::Entries, size);
    let entries = read_entries(&bytes).unwrap_or_default();
    root_of(&entries.into_iter().map(Hash::of_leaf).collect::<Vec<_>>()).to_string()
}

fn tile_hashes(log: &Path, size: u64) -> Vec<Hash> {
    read_hashes(&tile_bytes(log, TileKind::Hashes(0), size)).unwrap_or_default()
}

/// The one tile of a log of fewer than 256 entries.
fn tile_bytes(log: &Path, kind: TileKind, size: u64) -> Vec<u8> {
    if size == 0 {
        return Vec::new();
    }
    fs::read(log.join(Tile::new(kind, 0, size as u16).to_string())).unwrap_or_default()
}

fn edge_of(leaves: &[Hash]) -> Edge {
    let mut edge = Edge::new();
    leaves.iter().for_each(|leaf| {
        let _ = edge.push(*leaf, |_, _| Ok::<_, ()>(()));
    });
    edge
}

fn cases<T: DeserializeOwned>(folder: &Path, name: &str, report: &mut SuiteReport) -> Vec<T> {
    let path = folder.join(name);
    let Some(text) = report.read(&path) else { return Vec::new() };
    match serde_json::from_str::<Cases<T>>(&text) {
        Ok(read) => read.cases,
        Err(error) => {
            report.unreadable(&path, &error);
            Vec::new()
        }
    }
}

fn hashes(texts: &[String]) -> Option<Vec<Hash>> {
    texts.iter().map(|text| text.parse().ok()).collect()
}

fn verdict(holds: bool) -> String {
    if holds { "holds" } else { "refused" }.to_owned()
}

fn from_hex(text: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(text.get(at..at + 2).unwrap_or("0"), 16).unwrap_or_default();
    (0..text.len()).step_by(2).map(digit).collect()
}

fn to_hex(hash: &Hash) -> String {
    hash.bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

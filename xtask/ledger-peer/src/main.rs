//! Checks the published files of a ledger with `tlog_tiles` and `signed_note`, which are not ours:
//!
//! ```text
//! cargo run --manifest-path xtask/ledger-peer/Cargo.toml -- DATA/ledger/2026 KEY
//! ```
//!
//! The checkpoint is signed by the key; every entry of every bundle is in the tree under it, by tiles that are
//! themselves checked against the root; and each of many earlier sizes is a beginning of it.

use signed_note::{Note, StandardVerifier, VerifierList};
use std::error::Error;
use std::path::{Path, PathBuf};
use tlog_tiles::{
    Checkpoint, Tile, TileHashReader, TileReader, check_record, check_tree, prove_record, prove_tree, record_hash,
    tree_hash,
};

struct Folder(PathBuf);

impl Folder {
    fn read(&self, path: &str) -> std::io::Result<Vec<u8>> {
        std::fs::read(self.0.join(path))
    }
}

impl TileReader for Folder {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let read = |tile: &Tile| self.read(&path_of(&tile.level().to_string(), tile.level_index(), tile.width()));
        let bytes = tiles.iter().map(read).collect::<std::io::Result<_>>();
        bytes.map_err(|error| tlog_tiles::Error::InvalidInput(error.to_string()))
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

/// The path that C2SP tlog-tiles gives a tile; the crate's own paths are those of an older form.
fn path_of(level: &str, index: u64, width: u32) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    let part = if width == 256 { String::new() } else { format!(".p/{width}") };
    format!("tile/{level}/{path}{part}")
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, key] = &arguments[..] else {
        return Err("usage: ledger-peer FOLDER KEY".into());
    };
    let folder = Folder(Path::new(folder).to_owned());
    let note = Note::from_bytes(&folder.read("checkpoint")?).map_err(|error| format!("{error:?}"))?;
    let verifier = StandardVerifier::new(key).map_err(|error| format!("{error:?}"))?;
    let (signed, _) =
        note.verify(&VerifierList::new(vec![Box::new(verifier)])).map_err(|error| format!("{error:?}"))?;
    if signed.is_empty() {
        return Err("the checkpoint is not signed by this key".into());
    }
    let checkpoint = Checkpoint::from_bytes(note.text()).map_err(|error| format!("{error:?}"))?;
    let (size, root) = (checkpoint.size(), *checkpoint.hash());
    let hashes = TileHashReader::new(size, root, &folder);
    let failed = |error: tlog_tiles::Error| format!("{error:?}");
    for bundle in 0..size.div_ceil(256) {
        let width = (size - bundle * 256).min(256);
        let bytes = folder.read(&path_of("entries", bundle, width as u32))?;
        let entries = entries(&bytes).filter(|entries| entries.len() as u64 == width);
        for (at, entry) in entries.ok_or("a bundle does not hold its entries")?.into_iter().enumerate() {
            let index = bundle * 256 + at as u64;
            let proof = prove_record(size, index, &hashes).map_err(failed)?;
            check_record(&proof, size, root, index, record_hash(entry)).map_err(failed)?;
        }
    }
    let step = (size / 100).max(1) as usize;
    let mut sizes = 0;
    for old in (1..=size).step_by(step) {
        let old_root = tree_hash(old, &hashes).map_err(failed)?;
        let proof = prove_tree(size, old, &hashes).map_err(failed)?;
        check_tree(&proof, size, root, old, old_root).map_err(failed)?;
        sizes += 1;
    }
    println!("{}: {size} entries are in the tree that the key signed; {sizes} earlier sizes are its beginnings", checkpoint.origin());
    Ok(())
}

fn entries(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry);
        bytes = rest;
    }
    bytes.is_empty().then_some(entries)
}

//! Tiles as files below `DIR/ledger/YEAR/`. They are public and can be made again from the record, so nothing here is
//! trusted; a file appears whole or not at all.

use crate::error::NodeError;
use crate::folder::DataFolder;
use cairn_ledger::tile::{TILE_WIDTH, Tile, TileKind, push_entry, read_entries, read_hashes};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The tiles of a shard.
#[derive(Debug, Clone)]
pub struct TileFolder(PathBuf);

impl TileFolder {
    /// The tiles of a year's shard.
    pub fn of(folder: &DataFolder, year: i16) -> Self {
        Self(folder.ledger().join(year.to_string()))
    }

    /// Where they lie.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The bytes of a tile; one that is not full is also read from the one it became.
    ///
    /// # Errors
    /// When the disk fails. `None` when the tile is not there.
    pub fn read(&self, tile: Tile) -> Result<Option<Vec<u8>>, NodeError> {
        if let Some(bytes) = self.read_file(tile)? {
            return Ok(Some(bytes));
        }
        if tile.is_full() {
            return Ok(None);
        }
        Ok(self.read_file(tile.full())?.and_then(|bytes| beginning(tile, bytes)))
    }

    fn read_file(&self, tile: Tile) -> Result<Option<Vec<u8>>, NodeError> {
        let path = self.0.join(tile.to_string());
        match std::fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(NodeError::file(path)(error)),
        }
    }

    /// What lies there of the tile from before it had its width, as far as it is not the beginning of `bytes`: the paths.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn false_beginnings(&self, tile: Tile, bytes: &[u8]) -> Result<Vec<PathBuf>, NodeError> {
        let folder = self.0.join(format!("{}.p", tile.full()));
        let listed = match std::fs::read_dir(&folder) {
            Ok(listed) => listed,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(NodeError::file(folder)(error)),
        };
        let mut found = Vec::new();
        for entry in listed {
            let path = entry.map_err(NodeError::file(&folder))?.path();
            let width = path.file_name().and_then(|name| name.to_str()?.parse::<u16>().ok());
            let Some(width) = width.filter(|width| *width < tile.width) else { continue };
            let there = std::fs::read(&path).map_err(NodeError::file(&path))?;
            let shorter = Tile::new(tile.kind, tile.index, width);
            if beginning(shorter, bytes.to_vec()).is_none_or(|expected| expected != there) {
                found.push(path);
            }
        }
        Ok(found)
    }

    /// The checkpoint that lies beside the tiles.
    ///
    /// # Errors
    /// When the disk fails. `None` when there is none.
    pub fn read_checkpoint(&self) -> Result<Option<String>, NodeError> {
        let path = self.0.join("checkpoint");
        match std::fs::read(&path) {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(NodeError::file(path)(error)),
        }
    }

    /// The entries that the files hold from a leaf index on, whatever the checkpoint says.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn entries_from(&self, index: u64) -> Result<Vec<Vec<u8>>, NodeError> {
        let mut found = Vec::new();
        for bundle in index / TILE_WIDTH.. {
            let widest = (1..=TILE_WIDTH as u16).rev().map(|width| Tile::new(TileKind::Entries, bundle, width));
            let mut present = None;
            for tile in widest {
                present = self.read_file(tile)?;
                if present.is_some() {
                    break;
                }
            }
            let Some(bytes) = present else { return Ok(found) };
            let skip = if bundle == index / TILE_WIDTH { (index % TILE_WIDTH) as usize } else { 0 };
            let entries = read_entries(&bytes).unwrap_or_default();
            found.extend(entries.into_iter().skip(skip).map(<[u8]>::to_vec));
        }
        Ok(found)
    }

    /// Writes tiles and makes them durable, with the folders they lie in.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn write(&self, tiles: &[(Tile, Vec<u8>)]) -> Result<(), NodeError> {
        let mut touched = BTreeSet::new();
        for (tile, bytes) in tiles {
            let path = self.0.join(tile.to_string());
            self.make_folder(path.parent().unwrap_or(&self.0), &mut touched)?;
            if std::fs::read(&path).is_ok_and(|there| there == *bytes) {
                continue;
            }
            write_file(&path, bytes, true).map_err(NodeError::file(&path))?;
        }
        for folder in touched {
            std::fs::File::open(&folder).and_then(|open| open.sync_all()).map_err(NodeError::file(&folder))?;
        }
        Ok(())
    }

    /// Makes a folder and notes every folder that has a new name in it.
    fn make_folder(&self, folder: &Path, touched: &mut BTreeSet<PathBuf>) -> Result<(), NodeError> {
        if !touched.insert(folder.to_owned()) || folder.is_dir() {
            return Ok(());
        }
        std::fs::create_dir_all(folder).map_err(NodeError::file(folder))?;
        let above = folder.ancestors().skip(1).take_while(|above| above.starts_with(&self.0));
        touched.extend(above.map(Path::to_owned));
        Ok(())
    }

    /// Removes what a tile was before it was full. That it fails does no harm.
    pub fn forget_beginnings(&self, tiles: &[(Tile, Vec<u8>)]) {
        for (tile, _) in tiles.iter().filter(|(tile, _)| tile.is_full()) {
            let _ = std::fs::remove_dir_all(self.0.join(format!("{tile}.p")));
        }
    }

    /// Writes the checkpoint beside the tiles, for who serves the folder as it is; the record's is the one that counts.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn write_checkpoint(&self, note: &str) -> Result<(), NodeError> {
        std::fs::create_dir_all(&self.0).map_err(NodeError::file(&self.0))?;
        let path = self.0.join("checkpoint");
        write_file(&path, note.as_bytes(), false).map_err(NodeError::file(&path))
    }
}

/// The beginning of a full tile.
fn beginning(tile: Tile, mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    let width = usize::from(tile.width);
    match tile.kind {
        TileKind::Hashes(_) => {
            bytes.truncate(width * 32);
            read_hashes(&bytes).filter(|hashes| hashes.len() == width).map(|_| bytes)
        }
        TileKind::Entries => {
            let entries = read_entries(&bytes)?;
            let mut shorter = Vec::new();
            entries.get(..width)?.iter().for_each(|entry| push_entry(&mut shorter, entry));
            Some(shorter)
        }
    }
}

/// A whole file or none.
fn write_file(path: &Path, bytes: &[u8], is_durable: bool) -> std::io::Result<()> {
    let draft = path.with_extension("new");
    let mut file = std::fs::File::create(&draft)?;
    file.write_all(bytes)?;
    if is_durable {
        file.sync_data()?;
    }
    std::fs::rename(&draft, path)
}

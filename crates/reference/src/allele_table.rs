//! A table of alleles on disk: sorted, compact, mapped and searched in microseconds.
//!
//! Records stand in blocks; a block index with fixed entries follows, then a description in JSON; the last 24 bytes say
//! where both start and repeat the magic. An allele is told by what it changes: the trimmed, leftmost interval and the
//! bases that come in, so that no anchor base and no second spelling matters.

use std::{
    fs::File,
    io::{self, Write},
    path::Path,
};

use cairn_variant::{
    contig::GenomeContig,
    normalize::{normalize, trim_only},
    replacement::Replacement,
    sequence::SequenceSource,
};
use memmap2::Mmap;
use serde::{Serialize, de::DeserializeOwned};

const MAGIC: &[u8; 8] = b"CAIRNAL1";
/// Records of a block.
const BLOCK: usize = 64;
/// Bytes of an entry of the block index: contig, start, offset.
const ENTRY: usize = 16;
/// How far, in bases, a row may stand from its place.
const WINDOW: u32 = 5_000;
/// Longest inserted sequence that is kept.
const LONGEST: usize = 10_000;

/// An allele as the table tells it from others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AlleleKey {
    /// Rank of the chromosome: 0 is chromosome 1, 24 is MT.
    pub contig: u8,
    /// First base changed, 0-based; the place of an insertion.
    pub start: u32,
    /// Bases that go.
    pub deleted: u32,
    /// Bases that come.
    pub inserted: Vec<u8>,
}

/// Why rows cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum AlleleTableError {
    /// The disk.
    #[error("cannot write the table")]
    Io(#[from] io::Error),
    /// Rows out of order.
    #[error("row {row} stands before rows that come later on its chromosome: sort the file by chromosome and position")]
    NotSorted {
        /// The row, from 1.
        row: u64,
    },
}

impl AlleleKey {
    /// The key of a change, leftmost where its bases are loaded; `None` for no change, or one beyond what is kept.
    pub fn of(change: &Replacement, source: &impl SequenceSource) -> Option<Self> {
        let normalized = normalize(source, change).unwrap_or_else(|_| trim_only(change));
        let left = normalized.leftmost();
        let contig = GenomeContig::from_refget(left.sequence())?.contig;
        let interval = left.interval();
        let inserted = left.inserted().as_bytes();
        if change.is_reference() || inserted.len() > LONGEST {
            return None;
        }
        Some(Self {
            contig: contig.rank() as u8,
            start: u32::try_from(interval.start()).ok()?,
            deleted: u32::try_from(interval.length()).ok()?,
            inserted: inserted.to_vec(),
        })
    }
}

/// Writes a table row by row; rows come in the order of the chromosome, give or take a few thousand bases.
#[derive(Debug)]
pub struct AlleleTableWriter<W> {
    out: W,
    offset: u64,
    index: Vec<u8>,
    block: Vec<u8>,
    in_block: usize,
    first: Option<(u8, u32)>,
    waiting: std::collections::BTreeMap<AlleleKey, Vec<u8>>,
    written: Option<(u8, u32)>,
    closed: u32,
    rows: u64,
    alleles: u64,
}

impl<W: Write> AlleleTableWriter<W> {
    /// Starts a table.
    pub fn new(mut out: W) -> io::Result<Self> {
        out.write_all(MAGIC)?;
        Ok(Self {
            out,
            offset: MAGIC.len() as u64,
            index: Vec::new(),
            block: Vec::new(),
            in_block: 0,
            first: None,
            waiting: std::collections::BTreeMap::new(),
            written: None,
            closed: 0,
            rows: 0,
            alleles: 0,
        })
    }

    /// Adds an allele with its payload; the first row of an allele stays.
    ///
    /// # Errors
    /// When rows are out of order, or the disk fails.
    pub fn add(&mut self, key: AlleleKey, payload: Vec<u8>) -> Result<(), AlleleTableError> {
        self.rows += 1;
        let contig = key.contig;
        if self.waiting.first_key_value().is_some_and(|(held, _)| held.contig != contig) {
            self.flush(None)?;
        }
        let is_new = self.written.is_none_or(|(held, _)| held != contig);
        if is_new && self.closed & (1 << contig) != 0 {
            return Err(AlleleTableError::NotSorted { row: self.rows });
        }
        if self.written.is_some_and(|(held, start)| held == contig && key.start < start) {
            return Err(AlleleTableError::NotSorted { row: self.rows });
        }
        let settled = key.start.saturating_sub(WINDOW);
        self.waiting.entry(key).or_insert(payload);
        self.flush(Some(settled))
    }

    fn flush(&mut self, before: Option<u32>) -> Result<(), AlleleTableError> {
        while let Some(entry) = self.waiting.first_entry() {
            if before.is_some_and(|before| entry.key().start >= before) {
                break;
            }
            let (key, payload) = entry.remove_entry();
            self.write(&key, &payload)?;
        }
        Ok(())
    }

    fn write(&mut self, key: &AlleleKey, payload: &[u8]) -> Result<(), AlleleTableError> {
        if self.in_block == BLOCK || self.first.is_some_and(|(contig, _)| contig != key.contig) {
            self.end_block()?;
        }
        let (_, start) = *self.first.get_or_insert((key.contig, key.start));
        put(&mut self.block, u64::from(key.start - start));
        put(&mut self.block, u64::from(key.deleted));
        put(&mut self.block, key.inserted.len() as u64);
        self.block.extend_from_slice(&key.inserted);
        put(&mut self.block, payload.len() as u64);
        self.block.extend_from_slice(payload);
        self.in_block += 1;
        self.alleles += 1;
        self.written = Some((key.contig, key.start));
        self.closed |= 1 << key.contig;
        Ok(())
    }

    fn end_block(&mut self) -> Result<(), AlleleTableError> {
        let Some((contig, start)) = self.first.take() else { return Ok(()) };
        self.index.extend_from_slice(&u32::from(contig).to_le_bytes());
        self.index.extend_from_slice(&start.to_le_bytes());
        self.index.extend_from_slice(&self.offset.to_le_bytes());
        self.out.write_all(&self.block)?;
        self.offset += self.block.len() as u64;
        self.block.clear();
        self.in_block = 0;
        Ok(())
    }

    /// Writes the rest and the description; gives the output back and how many alleles there are.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn finish(mut self, description: &impl Serialize) -> Result<(W, u64), AlleleTableError> {
        self.flush(None)?;
        self.end_block()?;
        let index_at = self.offset;
        self.out.write_all(&self.index)?;
        let description_at = index_at + self.index.len() as u64;
        let text = serde_json::to_vec(description).map_err(io::Error::from)?;
        self.out.write_all(&text)?;
        self.out.write_all(&index_at.to_le_bytes())?;
        self.out.write_all(&description_at.to_le_bytes())?;
        self.out.write_all(MAGIC)?;
        self.out.flush()?;
        Ok((self.out, self.alleles))
    }
}

/// A number in groups of seven bits, the lowest first.
pub(crate) fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Reads such a number and moves on.
pub(crate) fn get(bytes: &mut &[u8]) -> Option<u64> {
    let (mut value, mut shift) = (0u64, 0);
    loop {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7f).checked_shl(shift)?;
        if first & 0x80 == 0 {
            return Some(value);
        }
        shift += 7;
    }
}

/// Reads so many bytes and moves on.
pub(crate) fn get_bytes<'a>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (first, rest) = bytes.split_at_checked(count)?;
    *bytes = rest;
    Some(first)
}

/// A table that is open for reading.
#[derive(Debug)]
pub struct AlleleTable<D> {
    bytes: Bytes,
    index: std::ops::Range<usize>,
    /// What the table says of itself.
    pub description: D,
}

#[derive(Debug)]
enum Bytes {
    Mapped(Mmap),
    #[cfg_attr(not(test), expect(dead_code, reason = "tables in memory are for tests"))]
    Owned(Vec<u8>),
}

impl Bytes {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned(bytes) => bytes,
        }
    }
}

/// The record nearest to a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// Bases between it and the place.
    pub distance: u64,
    /// Its payload.
    pub payload: Vec<u8>,
}

impl<D: DeserializeOwned> AlleleTable<D> {
    /// Maps a table from disk; `Ok(None)` when it is damaged.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn open(path: &Path) -> io::Result<Option<Self>> {
        let file = File::open(path)?;
        #[expect(unsafe_code, reason = "tables are written once under a temporary name and never changed afterwards")]
        let map = unsafe { Mmap::map(&file) }?;
        Ok(Self::of(Bytes::Mapped(map)))
    }

    /// A table in memory.
    #[cfg(test)]
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        Self::of(Bytes::Owned(bytes))
    }

    fn of(bytes: Bytes) -> Option<Self> {
        let all = bytes.as_slice();
        let tail = all.len().checked_sub(24)?;
        if !all.starts_with(MAGIC) || !all.ends_with(MAGIC) {
            return None;
        }
        let number = |at: usize| {
            let bytes: [u8; 8] = all.get(at..at + 8)?.try_into().ok()?;
            usize::try_from(u64::from_le_bytes(bytes)).ok()
        };
        let (index, description) = (number(tail)?, number(tail + 8)?);
        if index < MAGIC.len() || (description.checked_sub(index)?) % ENTRY != 0 || description > tail {
            return None;
        }
        let description_value = serde_json::from_slice(all.get(description..tail)?).ok()?;
        let index = index..description;
        Some(Self { bytes, index, description: description_value })
    }
}

impl<D> AlleleTable<D> {
    fn entries(&self) -> &[u8] {
        &self.bytes.as_slice()[self.index.clone()]
    }

    /// Chromosome, first start and offset of a block.
    fn entry(&self, at: usize) -> Option<(u32, u32, usize)> {
        let entry = self.entries().get(at * ENTRY..(at + 1) * ENTRY)?;
        let four = |from: usize| u32::from_le_bytes([entry[from], entry[from + 1], entry[from + 2], entry[from + 3]]);
        let offset = u64::from_le_bytes(entry[8..16].try_into().ok()?);
        Some((four(0), four(4), usize::try_from(offset).ok()?))
    }

    fn blocks(&self) -> usize {
        self.entries().len() / ENTRY
    }

    /// The first block of a chromosome and the one behind its last. Chromosomes stand in the order of the file.
    fn blocks_of(&self, contig: u8) -> std::ops::Range<usize> {
        let is_of = |at: &usize| self.entry(*at).is_some_and(|(held, _, _)| held == u32::from(contig));
        // Few chromosomes: jump by halves from one change of chromosome to the next.
        let mut start = 0;
        while start < self.blocks() {
            let held = self.entry(start).map_or(u32::MAX, |(held, _, _)| held);
            let end =
                start + partition(self.blocks() - start, |n| self.entry(start + n).is_some_and(|(c, _, _)| c == held));
            if is_of(&start) {
                return start..end;
            }
            start = end.max(start + 1);
        }
        0..0
    }

    fn read_block(&self, at: usize, mut each: impl FnMut(u32, u32, &[u8], &[u8])) -> Option<()> {
        let (_, start, offset) = self.entry(at)?;
        let end = self.entry(at + 1).map_or(self.index.start, |(_, _, offset)| offset);
        let mut rest = self.bytes.as_slice().get(offset..end)?;
        while !rest.is_empty() {
            let position = start.checked_add(u32::try_from(get(&mut rest)?).ok()?)?;
            let deleted = u32::try_from(get(&mut rest)?).ok()?;
            let length = usize::try_from(get(&mut rest)?).ok()?;
            let inserted = get_bytes(&mut rest, length)?;
            let length = usize::try_from(get(&mut rest)?).ok()?;
            let payload = get_bytes(&mut rest, length)?;
            each(position, deleted, inserted, payload);
        }
        Some(())
    }

    /// The payload of an allele.
    pub fn find(&self, key: &AlleleKey) -> Option<Vec<u8>> {
        let mut found = None;
        for at in self.blocks_at(key.contig, key.start) {
            self.read_block(at, |start, deleted, inserted, payload| {
                if start == key.start && deleted == key.deleted && inserted == key.inserted {
                    found = found.take().or_else(|| Some(payload.to_vec()));
                }
            });
        }
        found
    }

    /// The blocks that may hold a start: the last that begins before it, and all that begin at it.
    fn blocks_at(&self, contig: u8, start: u32) -> std::ops::Range<usize> {
        let of = self.blocks_of(contig);
        let first_of = |n: usize| self.entry(of.start + n).map_or(u32::MAX, |(_, first, _)| first);
        let before = partition(of.len(), |n| first_of(n) < start);
        let through = partition(of.len(), |n| first_of(n) <= start);
        (of.start + before.saturating_sub(1))..(of.start + through)
    }

    /// The record nearest to a place, within so many bases.
    pub fn nearest(&self, contig: u8, start: u32, end: u32, within: u32) -> Option<Nearest> {
        let of = self.blocks_of(contig);
        let around = self.blocks_at(contig, start);
        let last = self.blocks_at(contig, end.saturating_add(within)).end;
        let mut best: Option<Nearest> = None;
        for at in around.start.max(of.start)..last.min(of.end).min(around.end + 2).max(around.end) {
            self.read_block(at, |position, deleted, _, payload| {
                let distance = if position >= end {
                    u64::from(position - end)
                } else {
                    u64::from(start.saturating_sub(position + deleted))
                };
                if distance <= u64::from(within) && best.as_ref().is_none_or(|held| distance < held.distance) {
                    best = Some(Nearest { distance, payload: payload.to_vec() });
                }
            });
        }
        best
    }
}

/// How many of `0..length` come first with a property that all before have.
fn partition(length: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, length);
    while low < high {
        let middle = usize::midpoint(low, high);
        if holds(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(contig: u8, start: u32, deleted: u32, inserted: &str) -> AlleleKey {
        AlleleKey { contig, start, deleted, inserted: inserted.as_bytes().to_vec() }
    }

    fn table(rows: &[(AlleleKey, &str)]) -> AlleleTable<String> {
        let mut writer = AlleleTableWriter::new(Vec::new()).expect("memory");
        for (key, payload) in rows {
            writer.add(key.clone(), payload.as_bytes().to_vec()).expect("sorted");
        }
        let (bytes, _) = writer.finish(&"test".to_owned()).expect("memory");
        AlleleTable::from_bytes(bytes).expect("whole")
    }

    #[test]
    fn alleles_of_one_place_stay_apart() {
        let table = table(&[
            (key(16, 100, 1, "A"), "a"),
            (key(16, 100, 1, "C"), "c"),
            (key(16, 100, 0, "C"), "i"),
            (key(12, 5, 2, ""), "d"),
        ]);
        assert_eq!(table.find(&key(16, 100, 1, "C")), Some(b"c".to_vec()));
        assert_eq!(table.find(&key(16, 100, 0, "C")), Some(b"i".to_vec()));
        assert_eq!(table.find(&key(12, 5, 2, "")), Some(b"d".to_vec()));
        assert_eq!(table.find(&key(12, 5, 1, "")), None);
        assert_eq!(table.find(&key(1, 100, 1, "A")), None);
        assert_eq!(table.nearest(16, 90, 91, 20).map(|n| n.distance), Some(9));
        assert_eq!(table.nearest(16, 90, 91, 5), None);
        assert_eq!(table.nearest(3, 90, 91, 5), None);
    }

    #[test]
    fn a_table_that_is_not_sorted_is_refused() {
        let mut writer = AlleleTableWriter::new(Vec::new()).expect("memory");
        writer.add(key(0, 100_000, 1, "A"), Vec::new()).expect("first");
        writer.add(key(0, 96_000, 1, "A"), Vec::new()).expect("inside the window");
        writer.add(key(1, 1, 1, "A"), Vec::new()).expect("next chromosome");
        assert!(matches!(writer.add(key(0, 200_000, 1, "A"), Vec::new()), Err(AlleleTableError::NotSorted { row: 4 })));
        let mut writer = AlleleTableWriter::new(Vec::new()).expect("memory");
        for start in [10, 100_000, 200_000] {
            writer.add(key(0, start, 1, "A"), Vec::new()).expect("sorted");
        }
        assert!(writer.add(key(0, 5, 1, "A"), Vec::new()).is_err());
    }

    #[test]
    fn a_table_cut_short_is_refused() {
        let mut writer = AlleleTableWriter::new(Vec::new()).expect("memory");
        writer.add(key(0, 1, 1, "A"), b"x".to_vec()).expect("first");
        let (whole, count) = writer.finish(&1u8).expect("memory");
        assert_eq!(count, 1);
        for cut in 0..whole.len() {
            assert!(AlleleTable::<u8>::from_bytes(whole[..cut].to_vec()).is_none(), "{cut}");
        }
    }

    proptest! {
        #[test]
        fn every_allele_is_found_again(mut starts in prop::collection::vec((0u8..3, 0u32..5_000, 0u32..4), 1..400)) {
            starts.sort_unstable();
            starts.dedup();
            let rows: Vec<(AlleleKey, String)> = starts.iter().map(|(c, s, d)| (key(*c, *s, *d, "G"), format!("{c}-{s}-{d}"))).collect();
            let borrowed: Vec<(AlleleKey, &str)> = rows.iter().map(|(k, p)| (k.clone(), p.as_str())).collect();
            let table = table(&borrowed);
            for (key, payload) in &rows {
                prop_assert_eq!(table.find(key), Some(payload.clone().into_bytes()));
                prop_assert_eq!(table.nearest(key.contig, key.start, key.start + key.deleted, 10).map(|n| n.distance), Some(0));
            }
            prop_assert_eq!(table.find(&key(0, 9_999, 1, "G")), None);
        }
    }
}

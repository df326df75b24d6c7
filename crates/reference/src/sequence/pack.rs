//! A pack: the file in which a node keeps the sequences it took from one reference file.
//!
//! Residues come first, segment after segment; an index in JSON follows; the last 16 bytes say where the index
//! starts and repeat the magic. A pack is written once, under a temporary name, and never changed.

use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
};

use cairn_variant::{digest::RefgetAccession, interbase::Interval};
use memmap2::Mmap;
use serde::{Deserialize, Serialize};

use super::packed::{Packer, Run, unpack};

const MAGIC: &[u8; 8] = b"CAIRNSQ1";

/// A stretch of a sequence as a pack keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Segment {
    /// The sequence that the stretch belongs to.
    pub sequence: RefgetAccession,
    /// Residues of the whole sequence.
    pub sequence_length: u64,
    /// Names the record gave the sequence, for sequences that are no chromosome.
    pub names: Vec<String>,
    /// First residue, 0-based.
    pub start: u64,
    /// Number of residues.
    pub length: u64,
    /// How they are stored.
    pub encoding: Encoding,
    /// First byte of the residues in the pack.
    pub offset: u64,
    /// Residues that two bits cannot hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<Run>,
    /// Whether the digest of the whole sequence was computed and agreed.
    pub verified: bool,
}

/// How residues are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// Four bases a byte.
    TwoBit,
    /// One residue a byte: proteins.
    Bytes,
}

/// A pack that is open for reading.
#[derive(Debug)]
pub struct Pack {
    bytes: Bytes,
    /// What it holds.
    pub segments: Vec<Segment>,
}

#[derive(Debug)]
enum Bytes {
    Mapped(Mmap),
    Owned(Vec<u8>),
}

/// A pack cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The operating system refused.
    #[error("cannot read `{}`", .path.display())]
    Read {
        /// The pack.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is damaged.
    #[error("`{}` is damaged: add the reference again with `cairn reference add FILE`", .0.display())]
    Damaged(PathBuf),
}

/// Writes a pack.
#[derive(Debug)]
pub struct PackWriter<W> {
    out: W,
    offset: u64,
    segments: Vec<Segment>,
}

impl<W: Write> PackWriter<W> {
    /// Starts a pack.
    pub fn new(mut out: W) -> io::Result<Self> {
        out.write_all(MAGIC)?;
        Ok(Self { out, offset: MAGIC.len() as u64, segments: Vec::new() })
    }

    /// Appends packed bases; offset, runs and encoding of the segment are filled in here.
    pub fn add_bases(&mut self, segment: Segment, bases: Packer) -> io::Result<()> {
        let (codes, runs) = bases.finish();
        self.add(Segment { runs, encoding: Encoding::TwoBit, ..segment }, &codes)
    }

    /// Appends packed bases as the stretches between their runs of `N`, which count as not loaded.
    pub fn add_unmasked(&mut self, whole: Segment, bases: Packer) -> io::Result<()> {
        let (codes, runs) = bases.finish();
        let stored_at = self.offset;
        self.out.write_all(&codes)?;
        self.offset += codes.len() as u64;
        let mut start = 0;
        let masks = runs.iter().filter(|run| run.residue == b'N').map(|run| (run.start, run.start + run.length));
        for (mask_start, mask_end) in masks.chain([(whole.length, whole.length)]) {
            if let Some(part) = whole.part(start, mask_start, stored_at, &runs) {
                self.segments.push(part);
            }
            start = mask_end;
        }
        Ok(())
    }

    /// Appends residues one a byte.
    pub fn add_bytes(&mut self, segment: Segment, residues: &[u8]) -> io::Result<()> {
        self.add(Segment { runs: Vec::new(), encoding: Encoding::Bytes, ..segment }, residues)
    }

    fn add(&mut self, segment: Segment, stored: &[u8]) -> io::Result<()> {
        self.out.write_all(stored)?;
        self.segments.push(Segment { offset: self.offset, ..segment });
        self.offset += stored.len() as u64;
        Ok(())
    }

    /// What has been written so far.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Writes the index and gives the output back.
    pub fn finish(mut self) -> io::Result<W> {
        serde_json::to_writer(&mut self.out, &self.segments)?;
        self.out.write_all(&self.offset.to_le_bytes())?;
        self.out.write_all(MAGIC)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

impl Pack {
    /// Maps a pack from disk.
    pub fn open(path: &Path) -> Result<Self, PackError> {
        let read = |source| PackError::Read { path: path.to_owned(), source };
        let file = File::open(path).map_err(read)?;
        #[expect(unsafe_code, reason = "packs are written once under a temporary name and never changed afterwards")]
        let map = unsafe { Mmap::map(&file) }.map_err(read)?;
        Self::of(Bytes::Mapped(map)).ok_or_else(|| PackError::Damaged(path.to_owned()))
    }

    /// A pack held in memory; `None` when it is damaged.
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        Self::of(Bytes::Owned(bytes))
    }

    fn of(bytes: Bytes) -> Option<Self> {
        let all = bytes.as_slice();
        let tail = all.len().checked_sub(16)?;
        if !all.starts_with(MAGIC) || !all.ends_with(MAGIC) {
            return None;
        }
        let index = usize::try_from(u64::from_le_bytes(all[tail..tail + 8].try_into().ok()?)).ok()?;
        let segments: Vec<Segment> = serde_json::from_slice(all.get(index..tail)?).ok()?;
        segments.iter().all(|segment| segment.fits(index as u64)).then_some(Self { bytes, segments })
    }

    /// The residues of an interval of the whole sequence; `None` when it is not inside the segment.
    pub fn residues(&self, segment: &Segment, interval: Interval) -> Option<Vec<u8>> {
        let (from, to) = (interval.start().checked_sub(segment.start)?, interval.end().checked_sub(segment.start)?);
        if to > segment.length {
            return None;
        }
        let offset = segment.offset as usize;
        let stored = &self.bytes.as_slice()[offset..offset + segment.stored_length() as usize];
        match segment.encoding {
            Encoding::TwoBit => unpack(stored, &segment.runs, from, to),
            Encoding::Bytes => stored.get(from as usize..to as usize).map(<[u8]>::to_vec),
        }
    }
}

impl Segment {
    /// Bytes it takes in the pack.
    pub const fn stored_length(&self) -> u64 {
        match self.encoding {
            Encoding::TwoBit => self.length.div_ceil(4),
            Encoding::Bytes => self.length,
        }
    }

    /// The stretch `from..to` of this segment, whose codes lie at `stored_at`, cut where a byte of codes begins.
    /// `None` when that leaves nothing.
    fn part(&self, from: u64, to: u64, stored_at: u64, runs: &[Run]) -> Option<Self> {
        let from = from.next_multiple_of(4);
        let length = to.checked_sub(from).filter(|length| *length > 0)?;
        let inside = runs.iter().filter(|run| run.start >= from && run.start < to);
        let runs = inside.map(|run| Run { start: run.start - from, ..*run }).collect();
        let offset = stored_at + from / 4;
        Some(Self { start: self.start + from, length, offset, runs, encoding: Encoding::TwoBit, ..self.clone() })
    }

    /// The stretch of the sequence; `None` when a damaged index makes it overflow.
    pub const fn interval(&self) -> Option<Interval> {
        Interval::at(self.start, self.length)
    }

    fn fits(&self, index: u64) -> bool {
        let stored_end = self.offset.checked_add(self.stored_length());
        let runs_inside = self.runs.iter().all(|run| run.start.saturating_add(run.length) <= self.length);
        let inside = self.interval().is_some_and(|interval| interval.end() <= self.sequence_length);
        stored_end.is_some_and(|end| end <= index) && runs_inside && inside
    }
}

impl Bytes {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned(bytes) => bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(residues: &[u8], start: u64) -> Segment {
        let length = residues.len() as u64;
        Segment {
            sequence: RefgetAccession::of_sequence(residues),
            sequence_length: start + length,
            names: vec!["NP_000050.3".into()],
            start,
            length,
            encoding: Encoding::Bytes,
            offset: 0,
            runs: Vec::new(),
            verified: true,
        }
    }

    fn written() -> Vec<u8> {
        let mut writer = PackWriter::new(Vec::new()).expect("memory");
        let mut bases = Packer::default();
        bases.push(b"ACGTNACG");
        writer.add_bases(segment(b"ACGTNACG", 100), bases).expect("memory");
        writer.add_bytes(segment(b"MPIGSKER", 0), b"MPIGSKER").expect("memory");
        writer.finish().expect("memory")
    }

    #[test]
    fn bases_and_residues_come_back() {
        let pack = Pack::from_bytes(written()).expect("whole");
        let at = |s, e| Interval::new(s, e).expect("ordered");
        assert_eq!(pack.residues(&pack.segments[0], at(103, 106)).as_deref(), Some(b"TNA".as_slice()));
        assert_eq!(pack.residues(&pack.segments[1], at(2, 5)).as_deref(), Some(b"IGS".as_slice()));
        assert_eq!(pack.residues(&pack.segments[0], at(99, 103)), None);
        assert_eq!(pack.residues(&pack.segments[0], at(107, 109)), None);
    }

    #[test]
    fn a_pack_cut_short_or_altered_is_refused() {
        let whole = written();
        for cut in 0..whole.len() {
            assert!(Pack::from_bytes(whole[..cut].to_vec()).is_none(), "{cut}");
        }
        let mut altered = whole.clone();
        let tail = altered.len() - 16;
        altered[tail] = 0xff;
        assert!(Pack::from_bytes(altered).is_none());
    }
}

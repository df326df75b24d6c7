//! The bases that normalisation, projection and validation read, wherever they are kept.
//!
//! A sequence is named by its refget accession; a reference may hold only regions of it. What is not loaded is
//! reported as such and never guessed.

use std::{borrow::Cow, collections::HashMap};

use crate::{contig::GenomeContig, digest::RefgetAccession, interbase::Interval};

/// Sequences of any kind: chromosomes of which some regions are loaded, transcripts, proteins, test strings.
///
/// Residues are upper-case letters. Implementations are read-only while in use and may be shared among threads.
pub trait SequenceSource {
    /// Number of residues of the whole sequence, loaded or not; `None` when the sequence is unknown.
    fn length(&self, sequence: &RefgetAccession) -> Option<u64>;

    /// The longest loaded stretch that contains the residue at `position` (0-based); `None` when it is not loaded.
    fn loaded_around(&self, sequence: &RefgetAccession, position: u64) -> Option<Interval>;

    /// The residues of an interval, borrowed where they are stored as plain bytes. An empty interval inside the
    /// sequence gives no residues, loaded or not.
    fn residues(&self, sequence: &RefgetAccession, interval: Interval) -> Result<Cow<'_, [u8]>, SequenceError>;
}

/// Why residues could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SequenceError {
    /// Nobody has loaded this sequence, nor is it built in.
    #[error("sequence {} is not known here: add it with `cairn reference add FILE`", named(.0))]
    Unknown(RefgetAccession),
    /// The sequence is known, these residues are not loaded.
    #[error("bases {interval} (0-based) of {} are not loaded: add them with `cairn reference add FILE`", named(.sequence))]
    NotLoaded {
        /// The sequence.
        sequence: RefgetAccession,
        /// The residues wanted.
        interval: Interval,
    },
    /// The interval reaches beyond the end of the sequence.
    #[error("{interval} (0-based) is beyond the end of {}, which has {length} residues", named(.sequence))]
    OutOfBounds {
        /// The sequence.
        sequence: RefgetAccession,
        /// The residues wanted.
        interval: Interval,
        /// Residues the sequence has.
        length: u64,
    },
}

impl SequenceError {
    /// Whether loading more reference would help, so that the question can be asked again.
    pub fn is_remedied_by_loading(&self) -> bool {
        !matches!(self, Self::OutOfBounds { .. })
    }
}

/// Sequences held in memory as plain bytes, whole or in regions.
#[derive(Clone, Debug, Default)]
pub struct MemorySequences {
    sequences: HashMap<RefgetAccession, Regions>,
}

#[derive(Clone, Debug)]
struct Regions {
    length: u64,
    /// Start and residues of each region, in order, neither overlapping nor touching.
    regions: Vec<(u64, Vec<u8>)>,
}

/// A region cannot be added.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegionError {
    /// It ends beyond the sequence, or the sequence was added before with another length.
    #[error("a region ending at {end} does not fit a sequence of {length} residues")]
    Beyond {
        /// Inter-residue end of the region.
        end: u64,
        /// Residues of the sequence.
        length: u64,
    },
    /// It overlaps a region already loaded, with other residues.
    #[error("the region at {start} (0-based) differs from residues loaded before")]
    Differs {
        /// Inter-residue start of the region.
        start: u64,
    },
}

impl MemorySequences {
    /// No sequences.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a whole sequence and gives its accession.
    pub fn add(&mut self, residues: &[u8]) -> RefgetAccession {
        let accession = RefgetAccession::of_sequence(residues);
        let residues: Vec<u8> =
            residues.iter().filter(|r| !r.is_ascii_whitespace()).map(u8::to_ascii_uppercase).collect();
        let length = residues.len() as u64;
        self.sequences.insert(accession, Regions { length, regions: vec![(0, residues)] });
        accession
    }

    /// Adds the residues from `start` (0-based) of a chromosome.
    pub fn add_region(&mut self, contig: GenomeContig, start: u64, residues: &[u8]) -> Result<(), RegionError> {
        self.add_part(contig.refget(), contig.length(), start, residues)
    }

    /// Adds the residues from `start` (0-based) of a sequence of `length` residues of which the rest may be missing.
    pub fn add_part(
        &mut self,
        sequence: RefgetAccession,
        length: u64,
        start: u64,
        residues: &[u8],
    ) -> Result<(), RegionError> {
        let known = self.sequences.entry(sequence).or_insert(Regions { length, regions: Vec::new() });
        known.add(start, residues.to_ascii_uppercase())
    }
}

impl Regions {
    fn add(&mut self, start: u64, residues: Vec<u8>) -> Result<(), RegionError> {
        let end = start.saturating_add(residues.len() as u64);
        if end > self.length {
            return Err(RegionError::Beyond { end, length: self.length });
        }
        let first = self.regions.partition_point(|(at, held)| at + (held.len() as u64) < start);
        let last = self.regions.partition_point(|(at, _)| *at <= end);
        let (mut joined_start, mut joined) = (start, residues);
        for (at, held) in &self.regions[first..last] {
            (joined_start, joined) =
                join((joined_start, &joined), (*at, held)).ok_or(RegionError::Differs { start })?;
        }
        self.regions.splice(first..last, [(joined_start, joined)]);
        Ok(())
    }

    fn around(&self, position: u64) -> Option<(u64, &[u8])> {
        let after = self.regions.partition_point(|(start, _)| *start <= position);
        let (start, residues) = &self.regions[..after].last()?;
        (position - start < residues.len() as u64).then_some((*start, residues.as_slice()))
    }
}

/// Two stretches that touch or overlap as one; `None` when they differ where they overlap.
fn join(a: (u64, &[u8]), b: (u64, &[u8])) -> Option<(u64, Vec<u8>)> {
    let ((start, first), (next, second)) = if a.0 <= b.0 { (a, b) } else { (b, a) };
    let offset = (next - start) as usize;
    let shared = first.len().checked_sub(offset)?.min(second.len());
    if first[offset..offset + shared] != second[..shared] {
        return None;
    }
    Some((start, [first, &second[shared..]].concat()))
}

impl SequenceSource for MemorySequences {
    fn length(&self, sequence: &RefgetAccession) -> Option<u64> {
        self.sequences.get(sequence).map(|known| known.length)
    }

    fn loaded_around(&self, sequence: &RefgetAccession, position: u64) -> Option<Interval> {
        let (start, residues) = self.sequences.get(sequence)?.around(position)?;
        Interval::at(start, residues.len() as u64)
    }

    fn residues(&self, sequence: &RefgetAccession, interval: Interval) -> Result<Cow<'_, [u8]>, SequenceError> {
        let known = self.sequences.get(sequence).ok_or(SequenceError::Unknown(*sequence))?;
        check_bounds(sequence, interval, known.length)?;
        if interval.is_empty() {
            return Ok(Cow::Borrowed(&[]));
        }
        let not_loaded = SequenceError::NotLoaded { sequence: *sequence, interval };
        let Some((start, residues)) = known.around(interval.start()) else { return Err(not_loaded) };
        let (from, to) = ((interval.start() - start) as usize, (interval.end() - start) as usize);
        residues.get(from..to).map(Cow::Borrowed).ok_or(not_loaded)
    }
}

/// Refuses an interval that ends beyond a sequence of `length` residues.
pub fn check_bounds(sequence: &RefgetAccession, interval: Interval, length: u64) -> Result<(), SequenceError> {
    if interval.end() > length {
        return Err(SequenceError::OutOfBounds { sequence: *sequence, interval, length });
    }
    Ok(())
}

/// How a message names a sequence: a chromosome in words, anything else by its accession.
fn named(sequence: &RefgetAccession) -> String {
    GenomeContig::from_refget(sequence).map_or_else(|| sequence.to_string(), |contig| contig.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{assembly::Assembly, contig::Contig};

    fn span(start: u64, end: u64) -> Interval {
        Interval::new(start, end).expect("ordered")
    }

    fn brca2() -> (MemorySequences, GenomeContig) {
        let contig = Contig::autosome(13).expect("autosome").on(Assembly::Grch38);
        let mut sequences = MemorySequences::new();
        sequences.add_region(contig, 100, b"ACGTACGT").expect("fits");
        (sequences, contig)
    }

    #[test]
    fn residues_outside_the_loaded_region_are_named_not_guessed() {
        let (sequences, contig) = brca2();
        let id = contig.refget();
        assert_eq!(sequences.residues(&id, span(101, 104)).as_deref(), Ok(b"CGT".as_slice()));
        let error = sequences.residues(&id, span(106, 110)).expect_err("two bases are missing");
        assert_eq!(
            error.to_string(),
            "bases 106-110 (0-based) of GRCh38 chromosome 13 are not loaded: add them with `cairn reference add FILE`"
        );
        assert!(error.is_remedied_by_loading());
        assert_eq!(sequences.residues(&id, span(5, 5)).as_deref(), Ok(b"".as_slice()));
    }

    #[test]
    fn an_interval_beyond_the_end_is_another_error() {
        let (sequences, contig) = brca2();
        let error = sequences.residues(&contig.refget(), span(0, 200_000_000)).expect_err("too long");
        assert!(!error.is_remedied_by_loading());
    }

    #[test]
    fn regions_that_touch_or_agree_become_one() {
        let (mut sequences, contig) = brca2();
        sequences.add_region(contig, 108, b"ttt").expect("touches");
        sequences.add_region(contig, 95, b"GGGGGAC").expect("agrees");
        sequences.add_region(contig, 120, b"A").expect("apart");
        let id = contig.refget();
        assert_eq!(sequences.loaded_around(&id, 100), Some(span(95, 111)));
        assert_eq!(sequences.loaded_around(&id, 111), None);
        assert_eq!(sequences.residues(&id, span(99, 111)).as_deref(), Ok(b"GACGTACGTTTT".as_slice()));
    }

    #[test]
    fn a_region_that_disagrees_is_refused_and_changes_nothing() {
        let (mut sequences, contig) = brca2();
        assert_eq!(sequences.add_region(contig, 104, b"CCCCC"), Err(RegionError::Differs { start: 104 }));
        assert_eq!(sequences.loaded_around(&contig.refget(), 104), Some(span(100, 108)));
    }
}

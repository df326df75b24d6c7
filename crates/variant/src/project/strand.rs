//! A sequence read along one of its strands: what the 3′ rule is measured on.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::digest::RefgetAccession;
use crate::interbase::Interval;
use crate::normalize::{roll_left, roll_right};
use crate::residues::complement;
use crate::sequence::{SequenceError, SequenceSource, check_bounds};
use crate::transcript::Strand;

/// A sequence, the strand it is read on and the stretch a change may move in.
///
/// Positions are 0-based interbase on the sequence as stored, whatever the strand.
pub(crate) struct Reading<'a, S> {
    pub source: &'a S,
    pub sequence: RefgetAccession,
    pub strand: Strand,
    pub bounds: Interval,
}

impl<S: SequenceSource> Reading<'_, S> {
    /// The bases of a stretch in reading direction.
    pub fn bases(&self, start: u64, end: u64) -> Result<Vec<u8>, SequenceError> {
        let stored = self.stored(start, end)?;
        Ok(match self.strand {
            Strand::Plus => stored.into_owned(),
            Strand::Minus => reverse_complement(&stored),
        })
    }

    /// The bases of a stretch as stored.
    pub fn stored(&self, start: u64, end: u64) -> Result<Cow<'_, [u8]>, SequenceError> {
        let interval = Interval::new(start, end).unwrap_or(self.bounds);
        self.source.residues(&self.sequence, interval)
    }

    /// How far `seed` (as stored), deleted from or inserted at `start..end`, can move in reading direction.
    pub fn room(&self, start: u64, end: u64, seed: &[u8]) -> Result<u64, SequenceError> {
        match self.strand {
            Strand::Plus => roll_right(self.source, &self.sequence, end, seed, self.bounds.end()),
            Strand::Minus => roll_left(self.source, &self.sequence, start, seed, self.bounds.start()),
        }
    }

    /// The `length` bases read just before the interbase position `at`; `None` where they are missing or beyond bounds.
    pub fn before(&self, at: u64, length: u64) -> Option<Vec<u8>> {
        let (start, end) = match self.strand {
            Strand::Plus => (at.checked_sub(length)?, at),
            Strand::Minus => (at, at.checked_add(length)?),
        };
        if start < self.bounds.start() || end > self.bounds.end() {
            return None;
        }
        self.bases(start, end).ok()
    }

    /// An interbase position moved by `by` in reading direction.
    pub fn onward(&self, at: u64, by: u64) -> u64 {
        match self.strand {
            Strand::Plus => at + by,
            Strand::Minus => at - by,
        }
    }

    /// An interbase position moved by `by` against reading direction.
    pub fn back(&self, at: u64, by: u64) -> u64 {
        match self.strand {
            Strand::Plus => at - by,
            Strand::Minus => at + by,
        }
    }

    /// The first and the last base of a stretch in reading direction; an empty one gives its two neighbours.
    pub fn ends(&self, start: u64, end: u64) -> (u64, u64) {
        let (low, high) = if start == end { (end.saturating_sub(1), start) } else { (start, end - 1) };
        match self.strand {
            Strand::Plus => (low, high),
            Strand::Minus => (high, low),
        }
    }

    /// Stored bases in reading direction.
    pub fn read(&self, stored: &[u8]) -> Vec<u8> {
        match self.strand {
            Strand::Plus => stored.to_vec(),
            Strand::Minus => reverse_complement(stored),
        }
    }
}

/// The other strand, read from its 5′ end. A letter that is no nucleotide stays.
pub(crate) fn reverse_complement(bases: &[u8]) -> Vec<u8> {
    bases.iter().rev().map(|b| complement(*b).unwrap_or(*b)).collect()
}

/// Stands for the name of a sequence that [`Whole`] holds.
pub(crate) static NAMELESS: LazyLock<RefgetAccession> = LazyLock::new(|| RefgetAccession::of_sequence(b""));

/// The bases of one sequence that is held whole, such as a transcript; any accession names it.
pub(crate) struct Whole<'a>(pub &'a [u8]);

impl SequenceSource for Whole<'_> {
    fn length(&self, _: &RefgetAccession) -> Option<u64> {
        Some(self.0.len() as u64)
    }

    fn loaded_around(&self, _: &RefgetAccession, position: u64) -> Option<Interval> {
        let all = Interval::new(0, self.0.len() as u64)?;
        (position < all.end()).then_some(all)
    }

    fn residues(&self, sequence: &RefgetAccession, interval: Interval) -> Result<Cow<'_, [u8]>, SequenceError> {
        check_bounds(sequence, interval, self.0.len() as u64)?;
        Ok(Cow::Borrowed(&self.0[interval.start() as usize..interval.end() as usize]))
    }
}

//! One transcript on one sequence: exons as gapless blocks, and the place of single bases.

use std::fmt;
use std::ops::Range;

use thiserror::Error;

use super::{TargetId, TranscriptId};

/// The strand of a sequence that reads as the transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Strand {
    /// As written.
    #[default]
    Plus,
    /// The reverse complement.
    Minus,
}

impl fmt::Display for Strand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plus => "+",
            Self::Minus => "-",
        })
    }
}

/// A stretch of an exon. The blocks of an exon tile it on both sequences: equal lengths stand base against
/// base, one empty side is an alignment gap, and two different lengths are a gap whose place is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    transcript_start: u32,
    transcript_end: u32,
    target_start: u32,
    target_end: u32,
    exon: u16,
}

impl Block {
    pub(super) fn new(transcript: Range<u32>, target: Range<u32>, exon: u16) -> Self {
        Self {
            transcript_start: transcript.start,
            transcript_end: transcript.end,
            target_start: target.start,
            target_end: target.end,
            exon,
        }
    }

    /// Its bases on the transcript.
    pub fn transcript(&self) -> Range<u32> {
        self.transcript_start..self.transcript_end
    }

    /// Its bases on the target.
    pub fn target(&self) -> Range<u32> {
        self.target_start..self.target_end
    }

    /// 0-based number of its exon in transcript order.
    pub fn exon(&self) -> u16 {
        self.exon
    }

    /// Whether base stands against base.
    pub fn is_matched(&self) -> bool {
        self.transcript_end - self.transcript_start == self.target_end - self.target_start
    }

    /// Whether it hides a gap whose place is unknown.
    pub fn is_uncertain(&self) -> bool {
        let (a, b) = (self.transcript_end - self.transcript_start, self.target_end - self.target_start);
        a != b && a != 0 && b != 0
    }
}

/// Where a base of the target lies on the transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It is this base of the transcript, 0-based.
    Exon(u32),
    /// It lies in the intron after the exon `exon`, `offset` bases from the exonic base `anchor`: positive
    /// after it, negative before it, counted in the direction of the transcript, the middle base from the left.
    Intron {
        /// The nearest exonic base, 0-based.
        anchor: u32,
        /// Distance from it, never 0.
        offset: i32,
        /// 0-based number of the exon before the intron.
        exon: u16,
    },
    /// So many bases (at least 1) before the first aligned base of the transcript.
    Upstream(u32),
    /// So many bases (at least 1) after the last aligned base of the transcript.
    Downstream(u32),
    /// The transcript lacks it; it stands before this base of the transcript.
    TargetOnly(u32),
    /// In an exon with a gap whose place is unknown.
    Uncertain(u16),
}

/// Why a base of the transcript has no place on the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TargetGap {
    /// The target lacks it; its neighbours meet at this interbase position of the target.
    #[error("the aligned sequence lacks this base of the transcript")]
    TranscriptOnly(u32),
    /// In an exon (0-based number) with a gap whose place is unknown.
    #[error("exon {} and its genomic sequence differ in length at an unknown place", .0 + 1)]
    Uncertain(u16),
    /// Beyond the aligned part of the transcript.
    #[error("the base lies outside the aligned part of the transcript")]
    Outside,
}

/// A transcript on one target sequence.
#[derive(Debug, Clone)]
pub struct Alignment {
    transcript: TranscriptId,
    target: TargetId,
    strand: Strand,
    span: (u32, u32),
    blocks: Box<[Block]>,
}

impl Alignment {
    /// `blocks` in transcript order, at least one.
    pub(super) fn new(transcript: TranscriptId, target: TargetId, strand: Strand, blocks: Vec<Block>) -> Self {
        let start = blocks.iter().map(|b| b.target_start).min().unwrap_or(0);
        let end = blocks.iter().map(|b| b.target_end).max().unwrap_or(0);
        Self { transcript, target, strand, span: (start, end), blocks: blocks.into() }
    }

    /// The transcript.
    pub fn transcript(&self) -> TranscriptId {
        self.transcript
    }

    /// The sequence it lies on.
    pub fn target(&self) -> TargetId {
        self.target
    }

    /// The strand of the target that reads as the transcript.
    pub fn strand(&self) -> Strand {
        self.strand
    }

    /// From the first to the last aligned base of the target.
    pub fn span(&self) -> Range<u32> {
        self.span.0..self.span.1
    }

    /// The aligned part of the transcript.
    pub fn transcript_span(&self) -> Range<u32> {
        let end = self.blocks.last().map_or(0, |b| b.transcript_end);
        self.blocks.first().map_or(0, |b| b.transcript_start)..end
    }

    /// All blocks in transcript order.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// How many exons it has.
    pub fn exon_count(&self) -> u16 {
        self.blocks.last().map_or(0, |b| b.exon + 1)
    }

    /// The exon (0-based, transcript order) on the transcript and on the target.
    pub fn exon(&self, number: u16) -> Option<(Range<u32>, Range<u32>)> {
        let first = self.blocks.partition_point(|b| b.exon < number);
        let of_exon = self.blocks[first..].iter().take_while(|b| b.exon == number);
        of_exon.map(|b| (b.transcript(), b.target())).reduce(|a, b| (hull(a.0, b.0), hull(a.1, b.1)))
    }

    /// Whether every base of every exon stands against a base of the target.
    pub fn is_gapless(&self) -> bool {
        self.blocks.iter().all(Block::is_matched)
    }

    /// Where the target base `position` (0-based) lies on the transcript.
    pub fn locate(&self, position: u32) -> Place {
        let next = match self.strand {
            Strand::Plus => self.blocks.partition_point(|b| b.target_end <= position),
            Strand::Minus => self.blocks.partition_point(|b| b.target_start > position),
        };
        let Some(block) = self.blocks.get(next) else {
            return Place::Downstream(self.distance_after(position));
        };
        if block.target().contains(&position) {
            return self.inside(block, position);
        }
        // The blocks of an exon tile it, so a base between two blocks lies between two exons.
        match next.checked_sub(1).map(|i| &self.blocks[i]) {
            None => Place::Upstream(self.distance_before(position)),
            Some(before) => self.intronic(before, block, position),
        }
    }

    /// The target base (0-based) that stands against base `n` of the transcript.
    ///
    /// # Errors
    /// When the base lies in a gap, in an exon with an unplaced gap, or outside the alignment.
    pub fn target_of(&self, n: u32) -> Result<u32, TargetGap> {
        let i = self.blocks.partition_point(|b| b.transcript_end <= n);
        let block = self.blocks.get(i).filter(|b| b.transcript_start <= n).ok_or(TargetGap::Outside)?;
        if block.is_uncertain() {
            return Err(TargetGap::Uncertain(block.exon));
        }
        if !block.is_matched() {
            return Err(TargetGap::TranscriptOnly(block.target_start));
        }
        let along = n - block.transcript_start;
        Ok(match self.strand {
            Strand::Plus => block.target_start + along,
            Strand::Minus => block.target_end - 1 - along,
        })
    }

    /// The 0-based number of the exon that holds base `n` of the transcript.
    pub fn exon_of(&self, n: u32) -> Option<u16> {
        let i = self.blocks.partition_point(|b| b.transcript_end <= n);
        self.blocks.get(i).filter(|b| b.transcript_start <= n).map(Block::exon)
    }

    fn inside(&self, block: &Block, position: u32) -> Place {
        if block.is_uncertain() {
            return Place::Uncertain(block.exon);
        }
        if !block.is_matched() {
            return Place::TargetOnly(block.transcript_start);
        }
        Place::Exon(match self.strand {
            Strand::Plus => block.transcript_start + (position - block.target_start),
            Strand::Minus => block.transcript_start + (block.target_end - 1 - position),
        })
    }

    fn intronic(&self, before: &Block, after: &Block, position: u32) -> Place {
        let (from_before, to_after) = match self.strand {
            Strand::Plus => (position - before.target_end + 1, after.target_start - position),
            Strand::Minus => (before.target_start - position, position - after.target_end + 1),
        };
        let (anchor, offset) = if from_before <= to_after {
            (before.transcript_end.saturating_sub(1), i64::from(from_before))
        } else {
            (after.transcript_start, -i64::from(to_after))
        };
        Place::Intron { anchor, offset: offset as i32, exon: before.exon }
    }

    fn distance_before(&self, position: u32) -> u32 {
        match self.strand {
            Strand::Plus => self.span.0 - position,
            Strand::Minus => position - self.span.1 + 1,
        }
    }

    fn distance_after(&self, position: u32) -> u32 {
        match self.strand {
            Strand::Plus => position - self.span.1 + 1,
            Strand::Minus => self.span.0 - position,
        }
    }
}

fn hull(a: Range<u32>, b: Range<u32>) -> Range<u32> {
    a.start.min(b.start)..a.end.max(b.end)
}

#[cfg(test)]
mod tests {
    use super::super::{AlignmentRecord, ExonRecord, GapOp};
    use super::*;

    /// Two exons of 10 and 8 transcript bases; the second lacks two genomic bases and has one of its own.
    fn alignment(strand: Strand) -> Alignment {
        let (first, second) = match strand {
            Strand::Plus => (100..110, 115..124),
            Strand::Minus => (114..124, 100..109),
        };
        let gaps =
            vec![GapOp::Match(3), GapOp::TargetOnly(2), GapOp::Match(2), GapOp::TranscriptOnly(1), GapOp::Match(2)];
        let exons = vec![
            ExonRecord { transcript: 0..10, target: first, gaps: Vec::new() },
            ExonRecord { transcript: 10..18, target: second, gaps },
        ];
        let record = AlignmentRecord { target: "NC_000001.10".into(), strand, exons };
        record.flatten("NM_1.1", TranscriptId(0), TargetId(0)).unwrap()
    }

    #[track_caller]
    fn check(strand: Strand, position: u32, place: Place) {
        let alignment = alignment(strand);
        assert_eq!(alignment.locate(position), place);
        if let Place::Exon(n) = place {
            assert_eq!(alignment.target_of(n), Ok(position));
        }
    }

    #[test]
    fn plus_strand_places() {
        check(Strand::Plus, 99, Place::Upstream(1));
        check(Strand::Plus, 100, Place::Exon(0));
        check(Strand::Plus, 109, Place::Exon(9));
        check(Strand::Plus, 110, Place::Intron { anchor: 9, offset: 1, exon: 0 });
        check(Strand::Plus, 112, Place::Intron { anchor: 9, offset: 3, exon: 0 });
        check(Strand::Plus, 113, Place::Intron { anchor: 10, offset: -2, exon: 0 });
        check(Strand::Plus, 117, Place::Exon(12));
        check(Strand::Plus, 118, Place::TargetOnly(13));
        check(Strand::Plus, 120, Place::Exon(13));
        check(Strand::Plus, 123, Place::Exon(17));
        check(Strand::Plus, 124, Place::Downstream(1));
    }

    #[test]
    fn minus_strand_places() {
        check(Strand::Minus, 125, Place::Upstream(2));
        check(Strand::Minus, 123, Place::Exon(0));
        check(Strand::Minus, 114, Place::Exon(9));
        check(Strand::Minus, 113, Place::Intron { anchor: 9, offset: 1, exon: 0 });
        check(Strand::Minus, 111, Place::Intron { anchor: 9, offset: 3, exon: 0 });
        check(Strand::Minus, 109, Place::Intron { anchor: 10, offset: -1, exon: 0 });
        check(Strand::Minus, 106, Place::Exon(12));
        check(Strand::Minus, 105, Place::TargetOnly(13));
        check(Strand::Minus, 103, Place::Exon(13));
        check(Strand::Minus, 100, Place::Exon(17));
        check(Strand::Minus, 97, Place::Downstream(3));
    }

    #[test]
    fn transcript_only_bases_have_no_target() {
        assert_eq!(alignment(Strand::Plus).target_of(15), Err(TargetGap::TranscriptOnly(122)));
        assert_eq!(alignment(Strand::Plus).target_of(18), Err(TargetGap::Outside));
    }

    #[test]
    fn unplaced_gap_is_refused_inside_its_exon_only() {
        let exons = vec![
            ExonRecord { transcript: 0..10, target: 100..109, gaps: Vec::new() },
            ExonRecord { transcript: 10..20, target: 200..210, gaps: Vec::new() },
        ];
        let record = AlignmentRecord { target: "NC_000001.10".into(), strand: Strand::Plus, exons };
        let alignment = record.flatten("NM_1.1", TranscriptId(0), TargetId(0)).unwrap();
        assert_eq!(alignment.locate(104), Place::Uncertain(0));
        assert_eq!(alignment.target_of(4), Err(TargetGap::Uncertain(0)));
        assert_eq!(alignment.locate(204), Place::Exon(14));
    }
}

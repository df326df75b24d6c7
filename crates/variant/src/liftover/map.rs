//! Blocks of one assembly that stand against blocks of the other, searched from either side.

use crate::contig::GenomeContig;
use crate::interbase::Interval;
use crate::transcript::Strand;

use super::LiftError;

/// Bases that stand against each other without a gap: a line of a chain file, or a verified stretch.
///
/// A chain counts its query on the strand it names; here both starts count on the plus strand, so a block of a
/// `-` chain has `to_start = query_size - (query_start + length)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiftBlock {
    /// The chromosome of one side.
    pub from: GenomeContig,
    /// Its first base, 0-based.
    pub from_start: u64,
    /// The chromosome of the other side.
    pub to: GenomeContig,
    /// Its first base, 0-based, on the plus strand.
    pub to_start: u64,
    /// How many bases.
    pub length: u64,
    /// Minus when the sides run against each other.
    pub strand: Strand,
}

/// Blocks in both directions.
#[derive(Debug, Clone, Default)]
pub struct LiftMap {
    /// Each block from each of its sides, sorted by chromosome and start.
    blocks: Vec<LiftBlock>,
    /// For each block the furthest end of it and all before it on its chromosome.
    furthest: Vec<u64>,
}

/// An interval on the other assembly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiftedInterval {
    /// The chromosome.
    pub contig: GenomeContig,
    /// The interval there.
    pub interval: Interval,
    /// Minus when it runs against the one it came from.
    pub strand: Strand,
}

impl LiftMap {
    /// Blocks in any order; each is searched from both sides. Empty blocks are left out.
    pub fn new(blocks: impl IntoIterator<Item = LiftBlock>) -> Self {
        let both = |b: LiftBlock| {
            [b, LiftBlock { from: b.to, from_start: b.to_start, to: b.from, to_start: b.from_start, ..b }]
        };
        let mut blocks: Vec<LiftBlock> = blocks.into_iter().filter(|b| b.length > 0).flat_map(both).collect();
        blocks.sort_by_key(|b| (b.from, b.from_start, b.length));
        let mut furthest: Vec<u64> = Vec::with_capacity(blocks.len());
        for (i, block) in blocks.iter().enumerate() {
            let same = i.checked_sub(1).filter(|before| blocks[*before].from == block.from);
            furthest.push(block.end().max(same.map_or(0, |before| furthest[before])));
        }
        Self { blocks, furthest }
    }

    /// Whether there are no blocks.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Lifts a base, 0-based.
    ///
    /// # Errors
    /// When no block covers it or several lead to different places.
    pub fn position(&self, contig: GenomeContig, position: u64) -> Result<LiftedInterval, LiftError> {
        let interval = Interval::at(position, 1).ok_or(LiftError::NotAChromosome)?;
        self.interval(contig, interval)
    }

    /// Lifts an interval that lies in one block. An empty one needs both its neighbours in the block, unless the
    /// chromosome ends there.
    ///
    /// # Errors
    /// When no block covers it, when its ends lie in different blocks, or when several blocks cover it and differ.
    pub fn interval(&self, contig: GenomeContig, interval: Interval) -> Result<LiftedInterval, LiftError> {
        let (first, behind) = match interval.is_empty() {
            true => (interval.start().saturating_sub(1), (interval.end() + 1).min(contig.length())),
            false => (interval.start(), interval.end()),
        };
        let mut found: Option<LiftedInterval> = None;
        let mut touched = false;
        for block in self.overlapping(contig, first, behind) {
            touched = true;
            if block.from_start > first || block.end() < behind {
                continue;
            }
            let lifted = block.lift(interval);
            if found.is_some_and(|before| before != lifted) {
                return Err(LiftError::Ambiguous { contig, interval });
            }
            found = Some(lifted);
        }
        found.ok_or(if touched {
            LiftError::Split { contig, interval }
        } else {
            LiftError::NotCovered { contig, interval }
        })
    }

    /// The blocks of which some bases lie in a stretch, in no order.
    pub(super) fn overlapping(&self, contig: GenomeContig, start: u64, end: u64) -> impl Iterator<Item = &LiftBlock> {
        let last = self.blocks.partition_point(|b| (b.from, b.from_start) < (contig, end));
        let reaches = move |i: &usize| self.blocks[*i].from == contig && self.furthest[*i] > start;
        let near = (0..last).rev().take_while(reaches);
        near.map(|i| &self.blocks[i]).filter(move |b| b.end() > start)
    }
}

impl LiftBlock {
    pub(super) fn end(&self) -> u64 {
        self.from_start.saturating_add(self.length)
    }

    pub(super) fn lift(&self, interval: Interval) -> LiftedInterval {
        let (from, to) = (interval.start() - self.from_start, interval.end() - self.from_start);
        let (start, end) = match self.strand {
            Strand::Plus => (self.to_start + from, self.to_start + to),
            Strand::Minus => (self.to_start + self.length - to, self.to_start + self.length - from),
        };
        let interval = Interval::new(start, end).expect("the ends keep their order");
        LiftedInterval { contig: self.to, interval, strand: self.strand }
    }
}

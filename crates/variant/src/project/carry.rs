//! Carries a replacement from one side of an alignment to the other, through its gaps.
//!
//! Bases that only the side we come from has, and that stand beside the replacement in the same gap, are
//! replaced with it: the other side lacks them, so they must be written.

use std::ops::Range;

use crate::transcript::{Alignment, Block, Strand, TargetGap};

/// Which side of an alignment a stretch lies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Transcript,
    Target,
}

/// A stretch on the other side, and what must be written beside the inserted bases. All ranges are as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Carried {
    /// The stretch on the other side.
    pub there: Range<u32>,
    /// Bases of this side read before the inserted ones.
    pub before: Range<u32>,
    /// Bases of this side read after the inserted ones.
    pub after: Range<u32>,
}

/// A block with both sides in reading direction: target positions of the minus strand are mirrored.
struct Directed {
    here: Range<i64>,
    there: Range<i64>,
    exon: u16,
}

/// Carries `start..end` (interbase, as stored; empty for an insertion) from `side` to the other. Both ends must
/// lie in exons.
///
/// # Errors
/// When an end lies outside the exons or in an exon with an unplaced gap.
pub(crate) fn carry(alignment: &Alignment, side: Side, start: u32, end: u32) -> Result<Carried, TargetGap> {
    let mirror = |p: u32| match (side, alignment.strand()) {
        (Side::Target, Strand::Minus) => -i64::from(p),
        _ => i64::from(p),
    };
    let (from, to) = (mirror(start).min(mirror(end)), mirror(start).max(mirror(end)));
    let blocks: Vec<Directed> = alignment.blocks().iter().map(|b| directed(b, side, alignment.strand())).collect();
    for (directed, block) in blocks.iter().zip(alignment.blocks()) {
        let touches = directed.here.start <= to && from <= directed.here.end;
        if touches && block.is_uncertain() {
            return Err(TargetGap::Uncertain(block.exon()));
        }
    }
    let carried = if from == to { carry_place(&blocks, from) } else { carry_stretch(&blocks, from, to) };
    let (there, before, after) = carried.ok_or(TargetGap::Outside)?;
    let other = match side {
        Side::Transcript => Side::Target,
        Side::Target => Side::Transcript,
    };
    let stored = |range: Range<i64>, of: Side| restore(range, of, alignment.strand());
    Ok(Carried { there: stored(there, other), before: stored(before, side), after: stored(after, side) })
}

type Three = (Range<i64>, Range<i64>, Range<i64>);

/// An insertion: between two bases of one exon.
fn carry_place(blocks: &[Directed], at: i64) -> Option<Three> {
    let left = blocks.iter().find(|b| b.here.start < at && at <= b.here.end);
    let right = blocks.iter().find(|b| b.here.start <= at && at < b.here.end);
    let (left, right) = match (left, right) {
        (Some(l), Some(r)) if l.exon == r.exon => (l, r),
        // Between two exons of the transcript, or at an end of it: the 5' exon has the place.
        (Some(l), _) => (l, l),
        (None, Some(r)) => (r, r),
        (None, None) => return None,
    };
    if std::ptr::eq(left, right) && left.there.start != left.there.end {
        let place = left.there.start + (at - left.here.start);
        return Some((place..place, at..at, at..at));
    }
    let (from, before) = match left.there.is_empty() {
        true => (left.there.start, left.here.start..at),
        false => (left.there.end, at..at),
    };
    let (to, after) = match right.there.is_empty() {
        true => (right.there.end, at..right.here.end),
        false => (right.there.start, at..at),
    };
    Some((from..to, before, after))
}

fn carry_stretch(blocks: &[Directed], from: i64, to: i64) -> Option<Three> {
    let first = blocks.iter().find(|b| b.here.contains(&from))?;
    let last = blocks.iter().find(|b| b.here.contains(&(to - 1)))?;
    let (start, before) = match first.there.is_empty() {
        true => (first.there.start, first.here.start..from),
        false => (first.there.start + (from - first.here.start), from..from),
    };
    let (end, after) = match last.there.is_empty() {
        true => (last.there.end, to..last.here.end),
        false => (last.there.start + (to - last.here.start), to..to),
    };
    Some((start..end, before, after))
}

fn directed(block: &Block, side: Side, strand: Strand) -> Directed {
    let transcript = block.transcript();
    let transcript = i64::from(transcript.start)..i64::from(transcript.end);
    let target = block.target();
    let target = match strand {
        Strand::Plus => i64::from(target.start)..i64::from(target.end),
        Strand::Minus => -i64::from(target.end)..-i64::from(target.start),
    };
    let (here, there) = match side {
        Side::Transcript => (transcript, target),
        Side::Target => (target, transcript),
    };
    Directed { here, there, exon: block.exon() }
}

fn restore(range: Range<i64>, side: Side, strand: Strand) -> Range<u32> {
    let (start, end) = match (side, strand) {
        (Side::Target, Strand::Minus) => (-range.end, -range.start),
        _ => (range.start, range.end),
    };
    // Both come from positions of an alignment, which are u32.
    start as u32..end as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::{AlignmentRecord, ExonRecord, GapOp, TranscriptRecord, TranscriptSet};

    /// One exon: three matched, two target-only, two matched, one transcript-only, two matched.
    fn alignment(strand: Strand) -> TranscriptSet {
        let gaps =
            vec![GapOp::Match(3), GapOp::TargetOnly(2), GapOp::Match(2), GapOp::TranscriptOnly(1), GapOp::Match(2)];
        let exons = vec![ExonRecord { transcript: 0..8, target: 100..109, gaps }];
        let mut builder = TranscriptSet::builder();
        let alignments = vec![AlignmentRecord { target: "NC_000001.10".into(), strand, exons }];
        builder
            .add(TranscriptRecord { accession: "NM_1.1".into(), alignments, ..TranscriptRecord::default() })
            .unwrap();
        builder.build()
    }

    #[track_caller]
    fn check(strand: Strand, side: Side, range: Range<u32>, there: Range<u32>, before: Range<u32>, after: Range<u32>) {
        let set = alignment(strand);
        let (_, transcript) = set.iter().next().unwrap();
        let alignment = set.alignment(transcript.alignments()[0]);
        let carried = carry(alignment, side, range.start, range.end).unwrap();
        assert_eq!((carried.there, carried.before, carried.after), (there, before, after));
    }

    #[test]
    fn target_to_transcript() {
        check(Strand::Plus, Side::Target, 101..102, 1..2, 101..101, 102..102);
        // The second of two bases that the transcript lacks: the first must be written with it.
        check(Strand::Plus, Side::Target, 104..105, 3..3, 103..104, 105..105);
        check(Strand::Plus, Side::Target, 102..106, 2..4, 102..102, 106..106);
        // An insertion where the transcript has one base more replaces that base.
        check(Strand::Plus, Side::Target, 107..107, 5..6, 107..107, 107..107);
        check(Strand::Minus, Side::Target, 107..108, 1..2, 108..108, 107..107);
        check(Strand::Minus, Side::Target, 104..105, 3..3, 105..106, 104..104);
    }

    #[test]
    fn transcript_to_target() {
        check(Strand::Plus, Side::Transcript, 5..6, 107..107, 5..5, 6..6);
        check(Strand::Plus, Side::Transcript, 3..3, 103..105, 3..3, 3..3);
        check(Strand::Minus, Side::Transcript, 0..1, 108..109, 0..0, 1..1);
        check(Strand::Minus, Side::Transcript, 3..3, 104..106, 3..3, 3..3);
    }
}

//! A stretch on the other assembly by its ends: for copy numbers and other events whose bases between the ends need
//! not all agree.
//!
//! Every known bound is carried over by itself. The result stands when all come to one chromosome in one direction
//! and order, and most of the bases between are covered by blocks that lead there; the bases around each bound are
//! compared where they are loaded.

use crate::contig::GenomeContig;
use crate::interbase::Interval;
use crate::place::{Carried, Event, Place, bounds};
use crate::sequence::SequenceSource;
use crate::transcript::Strand;
use crate::vrs::Quantity;

use super::{LiftError, LiftMap, LiftedInterval};

/// The share of the bases of a stretch that must lead to its place on the other assembly; the same that UCSC's
/// liftOver asks for unless told otherwise (`-minMatch=0.95`).
const COVERED: f64 = 0.95;
/// Bases compared on either side of a bound, as far as its block reaches.
const AROUND: u64 = 10;

/// Puts a place onto the other assembly, saying whether bases were compared.
///
/// # Errors
/// When a bound has no single place there, the bounds do not make one stretch, or bases around a bound differ.
pub fn lift_place(map: &LiftMap, source: &impl SequenceSource, place: &Place) -> Result<Place, LiftError> {
    let lifting = Lifting { map, from: place.contig(), stretch: place.widest() };
    let numbers = [place.start().least(), place.start().most(), place.end().least(), place.end().most()];
    let mut lifted: [Option<LiftedInterval>; 4] = [None; 4];
    let mut how = Carried::Verified;
    for (at, number) in numbers.into_iter().enumerate() {
        let Some(number) = number else { continue };
        let (base, point) = lifting.bound(number, at < 2)?;
        lifted[at] = Some(point);
        if !lifting.compare(source, base)? {
            how = Carried::NotVerified;
        }
    }
    let (to, strand) = lifting.destination(&lifted)?;
    let point = |at: usize| lifted[at].map(|point| point.interval.start());
    let (start, end) = match strand {
        Strand::Plus => ((point(0), point(1)), (point(2), point(3))),
        Strand::Minus => ((point(3), point(2)), (point(1), point(0))),
    };
    let quantity = |(least, most)| bounds(least, most).map_err(|_| lifting.scattered("its ends change their order"));
    let (start, end): (Quantity, Quantity) = (quantity(start)?, quantity(end)?);
    let event = match (strand, place.event()) {
        (Strand::Minus, Event::CutAfter) => Event::CutBefore,
        (Strand::Minus, Event::CutBefore) => Event::CutAfter,
        (_, event) => event,
    };
    let there = Place::new(to, start, end, event).map_err(|_| lifting.scattered("its ends change their order"))?;
    lifting.covered(&there, strand)?;
    Ok(there.carried_over(how))
}

/// A stretch on its way.
struct Lifting<'a> {
    map: &'a LiftMap,
    from: GenomeContig,
    stretch: Interval,
}

impl Lifting<'_> {
    fn scattered(&self, why: &str) -> LiftError {
        LiftError::Scattered { contig: self.from, interval: self.stretch, why: why.to_owned() }
    }

    /// One bound: a point between two bases of a block, or beside the last base of a block that lies inside the
    /// stretch. The base that leads it and the point come back.
    fn bound(&self, number: u64, is_start: bool) -> Result<(Interval, LiftedInterval), LiftError> {
        let inside = match is_start {
            true => number.min(self.from.length().saturating_sub(1)),
            false => number.saturating_sub(1),
        };
        let base = Interval::at(inside, 1).ok_or(LiftError::NotAChromosome)?;
        let lifted = self.map.interval(self.from, base)?;
        let behind = (number > inside) == (lifted.strand == Strand::Plus);
        let point = if behind { lifted.interval.end() } else { lifted.interval.start() };
        let interval = Interval::new(point, point).ok_or(LiftError::NotAChromosome)?;
        Ok((base, LiftedInterval { interval, ..lifted }))
    }

    /// Whether the bases around a bound were compared; an error when they differ.
    fn compare(&self, source: &impl SequenceSource, base: Interval) -> Result<bool, LiftError> {
        let around = Interval::new(base.start().saturating_sub(AROUND), (base.end() + AROUND).min(self.from.length()));
        let wide = around.and_then(|around| Some((around, self.map.interval(self.from, around).ok()?)));
        let (here, there) = match wide {
            Some(found) => found,
            None => (base, self.map.interval(self.from, base)?),
        };
        let (Ok(expected), Ok(found)) =
            (source.residues(&self.from.refget(), here), source.residues(&there.contig.refget(), there.interval))
        else {
            return Ok(false);
        };
        let expected = match there.strand {
            Strand::Plus => expected.into_owned(),
            Strand::Minus => crate::project::reverse_complement(&expected),
        };
        if expected == *found {
            return Ok(true);
        }
        let text = |bases: &[u8]| String::from_utf8_lossy(bases).into_owned();
        let (expected, found) = (text(&expected), text(&found));
        Err(LiftError::ReferenceDiffers { from: self.from, to: there.contig, expected, found })
    }

    /// The one chromosome and direction that all bounds came to.
    fn destination(&self, lifted: &[Option<LiftedInterval>]) -> Result<(GenomeContig, Strand), LiftError> {
        let mut ends = lifted.iter().flatten().map(|end| (end.contig, end.strand));
        let first = ends.next().ok_or_else(|| self.scattered("no end of it is known"))?;
        match ends.all(|end| end == first) {
            true => Ok(first),
            false => Err(self.scattered("its ends come to different chromosomes or strands")),
        }
    }

    /// Checks that the bases between the ends lead to the stretch between the ends there.
    fn covered(&self, there: &Place, strand: Strand) -> Result<(), LiftError> {
        let (here, target) = (self.stretch, there.widest());
        if here.is_empty() {
            return Ok(());
        }
        let blocks = self.map.overlapping(self.from, here.start(), here.end());
        let mut covered = 0;
        for block in blocks.filter(|block| block.to == there.contig() && block.strand == strand) {
            let part = Interval::new(block.from_start.max(here.start()), block.end().min(here.end()));
            let Some(part) = part.filter(|part| !part.is_empty()) else { continue };
            let lifted = block.lift(part).interval;
            covered += lifted.end().min(target.end()).saturating_sub(lifted.start().max(target.start()));
        }
        if covered as f64 >= COVERED * here.length().max(target.length()) as f64 {
            return Ok(());
        }
        let percent = 100.0 * covered as f64 / here.length().max(target.length()) as f64;
        Err(self.scattered(&format!("only {percent:.0} % of its bases lead there")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assembly::Assembly;
    use crate::contig::Contig;
    use crate::liftover::LiftBlock;
    use crate::sequence::MemorySequences;

    const BASES: &[u8] = b"ACGTTTACGCATGGATCCATTTGACCAGATTACAGGTCAGTCCATGAACGT";

    fn contigs() -> (GenomeContig, GenomeContig) {
        let seventeen = Contig::autosome(17).expect("an autosome");
        (seventeen.on(Assembly::Grch37), seventeen.on(Assembly::Grch38))
    }

    /// GRCh37 1000..1050 is GRCh38 3000..3050, forwards or inverted.
    fn setting(strand: Strand) -> (LiftMap, MemorySequences) {
        let (old, new) = contigs();
        let mut sequences = MemorySequences::new();
        sequences.add_region(old, 1000, BASES).expect("fits");
        let there = match strand {
            Strand::Plus => BASES.to_vec(),
            Strand::Minus => crate::project::reverse_complement(BASES),
        };
        sequences.add_region(new, 3000, &there).expect("fits");
        let block = LiftBlock { from: old, from_start: 1000, to: new, to_start: 3000, length: 51, strand };
        (LiftMap::new([block]), sequences)
    }

    fn place(start: (Option<u64>, Option<u64>), end: (Option<u64>, Option<u64>)) -> Place {
        let (start, end) = (bounds(start.0, start.1).expect("known"), bounds(end.0, end.1).expect("known"));
        Place::new(contigs().0, start, end, Event::Loss).expect("a place")
    }

    #[test]
    fn rough_ends_come_over_each_by_itself() {
        let (map, sequences) = setting(Strand::Plus);
        let given = place((Some(1005), Some(1010)), (Some(1030), Some(1040)));
        let there = lift_place(&map, &sequences, &given).expect("lifts");
        assert_eq!((there.widest(), there.certain()), (Interval::new(3005, 3040).unwrap(), Interval::new(3010, 3030)));
        assert_eq!(there.carried(), Some(Carried::Verified));
        let back = lift_place(&map, &sequences, &there).expect("lifts back");
        assert_eq!((back.start(), back.end()), (given.start(), given.end()));
    }

    #[test]
    fn an_inverted_block_turns_the_ends_round() {
        let (map, sequences) = setting(Strand::Minus);
        let given = place((None, Some(1010)), (Some(1030), Some(1040)));
        let there = lift_place(&map, &sequences, &given).expect("lifts");
        assert_eq!(
            (there.start(), there.end()),
            (bounds(Some(3011), Some(3021)).unwrap(), bounds(Some(3041), None).unwrap())
        );
        let back = lift_place(&map, &sequences, &there).expect("lifts back");
        assert_eq!((back.start(), back.end()), (given.start(), given.end()));
    }

    #[test]
    fn bases_that_are_not_loaded_leave_it_unverified_and_others_refuse_it() {
        let (map, _) = setting(Strand::Plus);
        let given = place((Some(1005), Some(1005)), (Some(1030), Some(1030)));
        let there = lift_place(&map, &MemorySequences::new(), &given).expect("lifts");
        assert_eq!(there.carried(), Some(Carried::NotVerified));
        let (old, new) = contigs();
        let mut other = MemorySequences::new();
        other.add_region(old, 1000, BASES).expect("fits");
        other.add_region(new, 3000, &BASES.iter().rev().copied().collect::<Vec<_>>()).expect("fits");
        assert!(matches!(lift_place(&map, &other, &given), Err(LiftError::ReferenceDiffers { .. })));
    }

    #[test]
    fn what_is_torn_apart_is_not_carried() {
        let (old, new) = contigs();
        let near = LiftBlock { from: old, from_start: 0, to: new, to_start: 0, length: 2000, strand: Strand::Plus };
        let far =
            LiftBlock { from: old, from_start: 2000, to: new, to_start: 50_000, length: 2000, strand: Strand::Plus };
        let none = MemorySequences::new();
        let torn =
            lift_place(&LiftMap::new([near, far]), &none, &place((Some(1000), Some(1000)), (Some(3000), Some(3000))));
        assert!(torn.as_ref().is_err_and(|error| error.to_string().contains("only 4 %")), "{torn:?}");
        let turned = LiftBlock { strand: Strand::Minus, ..far };
        let torn = lift_place(
            &LiftMap::new([near, turned]),
            &none,
            &place((Some(1000), Some(1000)), (Some(3000), Some(3000))),
        );
        assert!(torn.is_err_and(|error| error.to_string().contains("different")));
        let uncovered =
            lift_place(&LiftMap::new([near]), &none, &place((Some(1000), Some(1000)), (Some(3000), Some(3000))));
        assert!(matches!(uncovered, Err(LiftError::NotCovered { .. })));
    }
}

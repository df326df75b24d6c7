//! One variant on both assemblies: blocks of bases that stand against each other, from chain files or verified
//! by comparing sequences, and the proof that the reference bases agree.
//!
//! A result is given only when both sides have the same bases where the variant is (and where an insertion or
//! deletion could be written as well); where bases are not loaded the result says so. An inverted block swaps
//! strands. A position at which the assemblies exchanged reference and alternative is reported, not lifted.

mod ends;
mod map;

use thiserror::Error;

use crate::assembly::Assembly;
use crate::contig::GenomeContig;
use crate::interbase::Interval;
use crate::normalize::normalize;
use crate::replacement::Replacement;
use crate::residues::Residues;
use crate::sequence::{SequenceError, SequenceSource};
use crate::transcript::Strand;

pub use ends::lift_place;
pub use map::{LiftBlock, LiftMap, LiftedInterval};

/// A variant on the other assembly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifted {
    /// The chromosome it came to.
    pub contig: GenomeContig,
    /// The change there, on the plus strand.
    pub change: Replacement,
    /// Minus when the block is inverted: bases are complemented.
    pub strand: Strand,
    /// Whether the bases were compared.
    pub agreement: Agreement,
}

/// What is known of the reference bases on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Agreement {
    /// Compared, and equal.
    Verified,
    /// Not compared: bases are not loaded on one side.
    NotVerified(SequenceError),
}

/// Why a variant has no place on the other assembly.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LiftError {
    /// The sequence is no chromosome of either assembly.
    #[error("the sequence is no chromosome of GRCh37 or GRCh38")]
    NotAChromosome,
    /// No block covers it.
    #[error("{interval} (0-based) of {contig} is in no block of the liftover that is loaded: load the chain file")]
    NotCovered {
        /// Where it is.
        contig: GenomeContig,
        /// What is not covered.
        interval: Interval,
    },
    /// Its ends lie in different blocks, so that bases between differ.
    #[error("{interval} (0-based) of {contig} has no single place on the other assembly: bases were added or removed")]
    Split {
        /// Where it is.
        contig: GenomeContig,
        /// What is split.
        interval: Interval,
    },
    /// Blocks lead to several places.
    #[error("{interval} (0-based) of {contig} has several places on the other assembly")]
    Ambiguous {
        /// Where it is.
        contig: GenomeContig,
        /// What is covered twice.
        interval: Interval,
    },
    /// Its ends lie in different blocks that do not lead to one stretch, or too little between them is covered.
    #[error("{interval} (0-based) of {contig} is not one stretch on the other assembly: {why}")]
    Scattered {
        /// Where it is.
        contig: GenomeContig,
        /// What is scattered.
        interval: Interval,
        /// In words.
        why: String,
    },
    /// The other assembly has other bases there.
    #[error("{to} has `{found}` where {from} has `{expected}`")]
    ReferenceDiffers {
        /// Where it came from.
        from: GenomeContig,
        /// Where it came to.
        to: GenomeContig,
        /// The bases of the first, on the strand of the second.
        expected: String,
        /// The bases of the second.
        found: String,
    },
    /// The other assembly has the alternative as its reference.
    #[error("reference and alternative are exchanged: {to} has `{found}`, the alternative on {from}")]
    Swapped {
        /// Where it came from.
        from: GenomeContig,
        /// Where it came to.
        to: GenomeContig,
        /// The bases of the second.
        found: String,
    },
}

/// Puts a change of a chromosome onto the other assembly.
///
/// # Errors
/// When no single block covers it or the reference bases do not agree.
pub fn lift(map: &LiftMap, source: &impl SequenceSource, change: &Replacement) -> Result<Lifted, LiftError> {
    let from = GenomeContig::from_refget(change.sequence()).ok_or(LiftError::NotAChromosome)?;
    lift_from(map, source, change, from)
}

/// The same, from the mitochondrion or a chromosome whose assembly the caller knows.
///
/// # Errors
/// As [`lift`].
pub fn lift_from(
    map: &LiftMap,
    source: &impl SequenceSource,
    change: &Replacement,
    from: GenomeContig,
) -> Result<Lifted, LiftError> {
    let other = from.contig.on(from.assembly.other());
    if other.refget() == from.refget() {
        let change = change.clone();
        return Ok(Lifted { contig: other, change, strand: Strand::Plus, agreement: Agreement::Verified });
    }
    let place = map.interval(from, change.interval())?;
    let turned = |bases: &Residues| match place.strand {
        Strand::Plus => Some(bases.clone()),
        Strand::Minus => bases.reverse_complement(),
    };
    let (deleted, inserted) = (turned(change.deleted()), turned(change.inserted()));
    let (Some(deleted), Some(inserted)) = (deleted, inserted) else { return Err(LiftError::NotAChromosome) };
    let there = Replacement::new(place.contig.refget(), place.interval.start(), deleted, inserted);
    let there = there.ok_or(LiftError::NotAChromosome)?;
    let agreement = compare(map, source, change, from, &there, place)?;
    Ok(Lifted { contig: place.contig, change: there, strand: place.strand, agreement })
}

/// Compares the bases where the change is, and for an insertion or deletion wherever else it could be written.
fn compare(
    map: &LiftMap,
    source: &impl SequenceSource,
    change: &Replacement,
    from: GenomeContig,
    there: &Replacement,
    place: LiftedInterval,
) -> Result<Agreement, LiftError> {
    let found = match source.residues(there.sequence(), there.interval()) {
        Ok(found) => found,
        Err(error) => return Ok(Agreement::NotVerified(error)),
    };
    if *found != *there.deleted().as_bytes() {
        let found = String::from_utf8_lossy(&found).into_owned();
        let (to, expected) = (place.contig, there.deleted().to_string());
        return Err(match found.as_bytes() == there.inserted().as_bytes() {
            true => LiftError::Swapped { from, to, found },
            false => LiftError::ReferenceDiffers { from, to, expected, found },
        });
    }
    let room = match normalize(source, change) {
        Ok(normalized) => normalized.justified_interval(),
        Err(error) => return Ok(Agreement::NotVerified(error)),
    };
    let around = beside(room, from.length());
    let wide = map.interval(from, around)?;
    let here = match source.residues(change.sequence(), around) {
        Ok(here) => here,
        Err(error) => return Ok(Agreement::NotVerified(error)),
    };
    let beyond = match source.residues(there.sequence(), wide.interval) {
        Ok(beyond) => beyond,
        Err(error) => return Ok(Agreement::NotVerified(error)),
    };
    let same = match place.strand {
        Strand::Plus => here == beyond,
        Strand::Minus => crate::project::reverse_complement(&here) == *beyond,
    };
    if same {
        return Ok(Agreement::Verified);
    }
    let text = |bases: &[u8]| String::from_utf8_lossy(&bases[..bases.len().min(50)]).into_owned();
    Err(LiftError::ReferenceDiffers { from, to: place.contig, expected: text(&here), found: text(&beyond) })
}

/// The interval with a base on either side, inside the sequence: a roll that ends there must end there on both.
fn beside(interval: Interval, length: u64) -> Interval {
    let (start, end) = (interval.start().saturating_sub(1), (interval.end() + 1).min(length));
    Interval::new(start, end).unwrap_or(interval)
}

/// Which assembly a change is on, when its sequence is a chromosome.
pub fn assembly_of(change: &Replacement) -> Option<Assembly> {
    GenomeContig::from_refget(change.sequence()).map(|contig| contig.assembly)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contig::Contig;
    use crate::sequence::MemorySequences;

    fn contigs() -> (GenomeContig, GenomeContig) {
        let brca1 = Contig::autosome(17).unwrap();
        (brca1.on(Assembly::Grch37), brca1.on(Assembly::Grch38))
    }

    /// GRCh37 100..112 is GRCh38 205..217, forwards or inverted; one base differs.
    fn setting(strand: Strand) -> (LiftMap, MemorySequences) {
        let (old, new) = contigs();
        let mut sequences = MemorySequences::new();
        sequences.add_region(old, 100, b"ACGTTTACGCAT").unwrap();
        let there: &[u8] = match strand {
            Strand::Plus => b"ACGTTTACTCAT",
            Strand::Minus => b"ATGAGTAAACGT",
        };
        sequences.add_region(new, 205, there).unwrap();
        let block = LiftBlock { from: old, from_start: 100, to: new, to_start: 205, length: 12, strand };
        (LiftMap::new([block]), sequences)
    }

    #[track_caller]
    fn check(strand: Strand, (at, deleted, inserted): (u64, &str, &str), expected: Result<(u64, &str, &str), &str>) {
        let (map, sequences) = setting(strand);
        let (old, _) = contigs();
        let change = Replacement::new(old.refget(), at, deleted.parse().unwrap(), inserted.parse().unwrap()).unwrap();
        match (lift(&map, &sequences, &change), expected) {
            (Ok(lifted), Ok((at, deleted, inserted))) => {
                let there = &lifted.change;
                let got = (there.interval().start(), there.deleted().as_str(), there.inserted().as_str());
                assert_eq!(got, (at, deleted, inserted));
                assert_eq!(lifted.agreement, Agreement::Verified);
                let back = lift(&map, &sequences, there).unwrap();
                assert_eq!(back.change, change);
            }
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
            (got, _) => panic!("{got:?}"),
        }
    }

    #[test]
    fn substitutions_lift_and_come_back() {
        check(Strand::Plus, (102, "G", "A"), Ok((207, "G", "A")));
        check(Strand::Minus, (102, "G", "A"), Ok((214, "C", "T")));
    }

    #[test]
    fn deletions_are_compared_wherever_they_could_be_written() {
        check(Strand::Plus, (103, "T", ""), Ok((208, "T", "")));
        check(Strand::Minus, (103, "T", ""), Ok((213, "A", "")));
        check(Strand::Plus, (107, "C", ""), Err("where"));
    }

    #[test]
    fn exchanged_and_uncovered_bases_are_reported() {
        check(Strand::Plus, (108, "G", "T"), Err("exchanged"));
        check(Strand::Plus, (108, "G", "A"), Err("has `T` where"));
        check(Strand::Minus, (108, "G", "T"), Err("exchanged"));
        check(Strand::Plus, (112, "G", "T"), Err("in no block"));
        check(Strand::Plus, (110, "ATG", ""), Err("no single place"));
    }

    #[test]
    fn bases_that_are_not_loaded_leave_the_result_unverified() {
        let (map, _) = setting(Strand::Plus);
        let (old, _) = contigs();
        let change = Replacement::new(old.refget(), 102, "G".parse().unwrap(), "A".parse().unwrap()).unwrap();
        let lifted = lift(&map, &MemorySequences::new(), &change).unwrap();
        assert!(matches!(lifted.agreement, Agreement::NotVerified(_)));
    }
}

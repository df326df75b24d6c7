//! From a normalised replacement to a VRS Allele and back (VRS 2.0, "Allele normalization", steps 2 and 5).

use super::{
    model::{Allele, Referable, SequenceExpression, SequenceLocation},
    quantity::Quantity,
};
use crate::{
    normalize::{Normalized, Shape, normalize},
    replacement::Replacement,
    residues::Residues,
    sequence::{SequenceError, SequenceSource},
};

/// Residues written beside a `ReferenceLengthExpression` for readers, at most. They do not enter the identity.
const READABLE: u64 = 50;

/// The normalised Allele of a normalised replacement.
pub fn allele_of(change: &Normalized) -> Allele {
    let location = SequenceLocation::of(*change.trimmed().sequence(), change.justified_interval());
    Allele { location: Referable::Inline(location), state: state_of(change) }
}

/// Normalises an Allele. Only a literal state on a definite location can be: any other comes back as it is.
pub fn normalize_allele(source: &impl SequenceSource, allele: &Allele) -> Result<Allele, SequenceError> {
    let (Referable::Inline(location), SequenceExpression::Literal(inserted)) = (&allele.location, &allele.state) else {
        return Ok(allele.clone());
    };
    let (Some(sequence), Some(interval)) = (location.sequence, location.interval()) else {
        return Ok(allele.clone());
    };
    let change = Replacement::of_reference(source, sequence, interval, inserted.clone())?;
    Ok(allele_of(&normalize(source, &change)?))
}

/// The residues an Allele states at its location: the literal ones, or those that repeat the reference.
/// `None` when only a length or a range of lengths is stated, or the location is not definite.
pub fn expressed_residues(source: &impl SequenceSource, allele: &Allele) -> Result<Option<Residues>, SequenceError> {
    let Referable::Inline(location) = &allele.location else { return Ok(None) };
    match &allele.state {
        SequenceExpression::Literal(sequence) => Ok(Some(sequence.clone())),
        SequenceExpression::ReferenceLength { length, repeat_subunit_length, sequence: _ } => {
            let (Some(accession), Some(interval), Some(length)) =
                (location.sequence, location.interval(), length.exact())
            else {
                return Ok(None);
            };
            if *repeat_subunit_length > interval.length() || (*repeat_subunit_length == 0 && length > 0) {
                return Ok(None);
            }
            let there = source.residues(&accession, interval)?;
            let unit = &there[..*repeat_subunit_length as usize];
            if length > longest_expressed(interval.length()) {
                return Ok(None);
            }
            let letters: Vec<u8> = unit.iter().cycle().take(length as usize).copied().collect();
            Ok(Residues::from_bytes(&letters).ok())
        }
        SequenceExpression::Length(_) => Ok(None),
    }
}

/// A stated length is believed up to here, so that a short text cannot ask for all memory.
fn longest_expressed(reference: u64) -> u64 {
    reference.saturating_add(1 << 24)
}

fn state_of(change: &Normalized) -> SequenceExpression {
    let interval = change.justified_interval();
    match change.shape() {
        Shape::Reference => repeat(interval.length(), interval.length(), Some(change)),
        Shape::Substitution | Shape::DeletionInsertion => {
            SequenceExpression::Literal(change.trimmed().inserted().clone())
        }
        Shape::Deletion => {
            let room = change.room();
            repeat(room.left + room.right, change.seed_length(), Some(change))
        }
        Shape::Insertion => {
            let inserted = change.justified_inserted();
            match repeat_unit(inserted.as_bytes(), interval.length() as usize, change.seed_length() as usize) {
                Some(unit) => repeat(inserted.length(), unit as u64, Some(change)),
                None => SequenceExpression::Literal(inserted),
            }
        }
    }
}

fn repeat(length: u64, unit: u64, readable: Option<&Normalized>) -> SequenceExpression {
    SequenceExpression::ReferenceLength {
        length: Quantity::Exact(length),
        repeat_subunit_length: unit,
        sequence: readable.filter(|_| length <= READABLE).map(Normalized::justified_inserted),
    }
}

/// The greatest factor of the seed's length such that the last so many reference residues, repeated, give the rest of
/// the inserted residues (step 5.c). `inserted` starts with the `reference` residues it has in place.
pub fn repeat_unit(inserted: &[u8], reference: usize, seed: usize) -> Option<usize> {
    let (there, added) = inserted.split_at(reference);
    factors_descending(seed).into_iter().filter(|unit| *unit <= reference).find(|unit| {
        let copies = there[reference - unit..].iter().cycle();
        added.iter().eq(copies.take(added.len()))
    })
}

/// All factors of a number, the greatest first.
fn factors_descending(number: usize) -> Vec<usize> {
    let small = (1..).take_while(|factor| factor * factor <= number).filter(|factor| number.is_multiple_of(*factor));
    let mut factors: Vec<usize> = small.flat_map(|factor| [factor, number / factor]).collect();
    factors.sort_unstable_by(|a, b| b.cmp(a));
    factors.dedup();
    factors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{interbase::Interval, sequence::MemorySequences};

    fn check(reference: &str, start: u64, end: u64, inserted: &str, expected: &str) {
        let mut sequences = MemorySequences::new();
        let id = sequences.add(reference.as_bytes());
        let interval = Interval::new(start, end).expect("ordered");
        let inserted = inserted.parse().expect("residues");
        let change = Replacement::of_reference(&sequences, id, interval, inserted).expect("inside");
        let allele = allele_of(&normalize(&sequences, &change).expect("loaded"));
        let Referable::Inline(location) = &allele.location else { panic!("made inline") };
        let there = location.interval().expect("definite");
        let state = match &allele.state {
            SequenceExpression::Literal(sequence) => format!("{sequence}"),
            SequenceExpression::ReferenceLength { length, repeat_subunit_length, .. } => {
                format!("{}/{repeat_subunit_length}", length.exact().expect("exact"))
            }
            SequenceExpression::Length(_) => unreachable!("never made here"),
        };
        assert_eq!(format!("{there}:{state}"), expected);
        let expressed = expressed_residues(&sequences, &allele).expect("loaded").expect("stated");
        let again = Replacement::of_reference(&sequences, id, there, expressed).expect("inside");
        assert_eq!(allele_of(&normalize(&sequences, &again).expect("loaded")), allele, "normalised twice");
    }

    #[test]
    fn a_deletion_is_reference_derived_even_when_unique() {
        check("ACGT", 1, 2, "", "1-2:0/1");
        check("ACACAT", 0, 2, "", "0-5:3/2");
    }

    #[test]
    fn an_insertion_is_literal_unless_the_reference_repeats_it() {
        check("ACGT", 2, 2, "A", "2-2:A");
        check("ACAT", 1, 1, "CA", "0-3:5/2");
        check("GACT", 3, 3, "CAC", "1-3:ACCAC");
        check("GCCT", 3, 3, "CC", "1-3:4/2");
        check("GCT", 2, 2, "CC", "1-2:3/1");
    }

    #[test]
    fn a_change_of_nothing_keeps_its_place() {
        check("ACGT", 1, 3, "CG", "1-3:2/2");
    }

    #[test]
    fn a_stated_length_does_not_ask_for_all_memory() {
        let mut sequences = MemorySequences::new();
        let id = sequences.add(b"ACGT");
        let location = SequenceLocation::of(id, Interval::new(0, 2).expect("ordered"));
        let state = repeat(1 << 50, 1, None);
        let allele = Allele { location: Referable::Inline(location), state };
        assert_eq!(expressed_residues(&sequences, &allele), Ok(None));
    }
}

//! A change of a sequence at its plainest: these residues here are replaced by those.
//!
//! SPDI, VCF, HGVS and VRS alleles with a literal state are spellings of it; [`crate::normalize`] tells when two are
//! the same.

use crate::{
    digest::RefgetAccession,
    interbase::Interval,
    residues::Residues,
    sequence::{SequenceError, SequenceSource},
};

/// An interval of a sequence, the residues there, and the residues in their place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Replacement {
    sequence: RefgetAccession,
    start: u64,
    deleted: Residues,
    inserted: Residues,
}

/// What the loaded reference says of the deleted residues as stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReferenceCheck {
    /// They are in the reference.
    Agrees,
    /// The reference has other residues there.
    Differs {
        /// What it has.
        found: Residues,
    },
    /// The reference is not loaded there, or the sequence is unknown.
    NotLoaded(SequenceError),
    /// The interval ends beyond the sequence.
    OutOfBounds(SequenceError),
}

impl Replacement {
    /// A replacement with the deleted residues as stated; `None` when its end overflows.
    pub fn new(sequence: RefgetAccession, start: u64, deleted: Residues, inserted: Residues) -> Option<Self> {
        Interval::at(start, deleted.length())?;
        Some(Self { sequence, start, deleted, inserted })
    }

    /// A replacement of whatever the reference has in an interval.
    pub fn of_reference(
        source: &impl SequenceSource,
        sequence: RefgetAccession,
        interval: Interval,
        inserted: Residues,
    ) -> Result<Self, SequenceError> {
        let deleted = reference_residues(source, &sequence, interval)?;
        Ok(Self { sequence, start: interval.start(), deleted, inserted })
    }

    /// The sequence changed.
    pub const fn sequence(&self) -> &RefgetAccession {
        &self.sequence
    }

    /// Where, inter-residue.
    pub fn interval(&self) -> Interval {
        Interval::at(self.start, self.deleted.length()).expect("checked when made")
    }

    /// The residues replaced.
    pub const fn deleted(&self) -> &Residues {
        &self.deleted
    }

    /// The residues in their place.
    pub const fn inserted(&self) -> &Residues {
        &self.inserted
    }

    /// Whether nothing is changed.
    pub fn is_reference(&self) -> bool {
        self.deleted == self.inserted
    }

    /// The same change without residues shared at both ends: first at the end, then at the start (VRS, SPDI, VCF).
    ///
    /// A change of nothing becomes empty at its start.
    pub fn trimmed(&self) -> Self {
        let (deleted, inserted) = (self.deleted.as_bytes(), self.inserted.as_bytes());
        let (prefix, suffix) = shared_ends(deleted, inserted);
        if (prefix, suffix) == (0, 0) {
            return self.clone();
        }
        let inner = |text: &Residues| {
            let bytes = text.as_bytes();
            Residues::from_bytes(&bytes[prefix..bytes.len() - suffix]).expect("a part of residues")
        };
        Self {
            sequence: self.sequence,
            start: self.start + prefix as u64,
            deleted: inner(&self.deleted),
            inserted: inner(&self.inserted),
        }
    }

    /// Compares the deleted residues with the reference.
    pub fn check_reference(&self, source: &impl SequenceSource) -> ReferenceCheck {
        match reference_residues(source, &self.sequence, self.interval()) {
            Ok(found) if found == self.deleted => ReferenceCheck::Agrees,
            Ok(found) => ReferenceCheck::Differs { found },
            Err(error) if error.is_remedied_by_loading() => ReferenceCheck::NotLoaded(error),
            Err(error) => ReferenceCheck::OutOfBounds(error),
        }
    }
}

/// Lengths of the prefix and the suffix that two alleles share, the suffix measured first and neither overlapping.
pub fn shared_ends(deleted: &[u8], inserted: &[u8]) -> (usize, usize) {
    let shorter = deleted.len().min(inserted.len());
    let from_end = deleted.iter().rev().zip(inserted.iter().rev());
    let suffix = from_end.take_while(|(a, b)| a == b).count();
    let from_start = deleted.iter().zip(inserted).take(shorter - suffix);
    (from_start.take_while(|(a, b)| a == b).count(), suffix)
}

fn reference_residues(
    source: &impl SequenceSource,
    sequence: &RefgetAccession,
    interval: Interval,
) -> Result<Residues, SequenceError> {
    let residues = source.residues(sequence, interval)?;
    Ok(Residues::from_bytes(&residues).expect("a sequence source gives residue letters"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequence::MemorySequences;

    fn residues(text: &str) -> Residues {
        text.parse().expect(text)
    }

    fn check(deleted: &str, inserted: &str, trimmed: (u64, &str, &str)) {
        let sequence = RefgetAccession::of_sequence(b"");
        let change = Replacement::new(sequence, 10, residues(deleted), residues(inserted)).expect("fits");
        let got = change.trimmed();
        assert_eq!((got.interval().start(), got.deleted.as_str(), got.inserted.as_str()), trimmed);
    }

    #[test]
    fn shared_residues_are_trimmed_from_the_end_first() {
        check("CAG", "CCG", (11, "A", "C"));
        check("AA", "A", (10, "A", ""));
        check("A", "ATA", (10, "", "AT"));
        check("ACGT", "ACGT", (10, "", ""));
        check("TCA", "TC", (12, "A", ""));
    }

    #[test]
    fn the_reference_agrees_differs_or_is_absent() {
        let mut sequences = MemorySequences::new();
        let id = sequences.add(b"ACGT");
        let stated = |id, start, deleted| Replacement::new(id, start, residues(deleted), residues("N")).expect("fits");
        assert_eq!(stated(id, 1, "CG").check_reference(&sequences), ReferenceCheck::Agrees);
        let differs = ReferenceCheck::Differs { found: residues("CG") };
        assert_eq!(stated(id, 1, "CC").check_reference(&sequences), differs);
        assert!(matches!(stated(id, 3, "TT").check_reference(&sequences), ReferenceCheck::OutOfBounds(_)));
        let other = RefgetAccession::of_sequence(b"T");
        assert!(matches!(stated(other, 0, "T").check_reference(&sequences), ReferenceCheck::NotLoaded(_)));
    }
}

//! SPDI: `sequence:position:deletion:insertion`, as NCBI writes variants (Holmes et al. 2020).
//!
//! The position is inter-residue, 0-based. The deletion is residues or their number. The contextual form, which
//! ClinVar and dbSNP call canonical, is the fully justified replacement.

use std::{fmt, str::FromStr};

use crate::{
    digest::RefgetAccession,
    interbase::Interval,
    replacement::Replacement,
    residues::{BadResidue, Residues},
    sequence::{SequenceError, SequenceSource},
};

/// A variant as SPDI states it; not checked against any sequence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Spdi {
    accession: String,
    position: u64,
    deletion: Deletion,
    insertion: Residues,
}

/// What SPDI says is deleted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Deletion {
    /// These residues; none for an insertion.
    Residues(Residues),
    /// So many, whatever they are.
    Length(u64),
}

/// The text is not SPDI.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpdiError {
    /// Not four fields.
    #[error("SPDI has four fields, `sequence:position:deletion:insertion`, not {0}")]
    Fields(usize),
    /// The sequence is not an accession.
    #[error("`{0}` is not a sequence accession; SPDI needs one with version, such as `NC_000017.11`")]
    Accession(String),
    /// The position is not a number.
    #[error("`{0}` is not an SPDI position: a whole number from 0 is expected")]
    Position(String),
    /// The deletion is neither residues nor a number.
    #[error("the SPDI deletion: {0}")]
    Deletion(BadResidue),
    /// The insertion is not residues.
    #[error("the SPDI insertion: {0}")]
    Insertion(BadResidue),
    /// The end of the deletion is beyond any sequence.
    #[error("the SPDI deletion ends beyond any sequence")]
    TooLong,
}

impl Spdi {
    /// A replacement in SPDI's words, on a sequence with this accession.
    pub fn new(accession: impl Into<String>, change: &Replacement) -> Self {
        Self {
            accession: accession.into(),
            position: change.interval().start(),
            deletion: Deletion::Residues(change.deleted().clone()),
            insertion: change.inserted().clone(),
        }
    }

    /// The sequence's accession as written.
    pub fn accession(&self) -> &str {
        &self.accession
    }

    /// Inter-residue position, 0-based.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// What is deleted.
    pub const fn deletion(&self) -> &Deletion {
        &self.deletion
    }

    /// What is inserted.
    pub const fn insertion(&self) -> &Residues {
        &self.insertion
    }

    /// The residues replaced, by their inter-residue ends.
    pub fn interval(&self) -> Interval {
        let length = match &self.deletion {
            Deletion::Residues(residues) => residues.length(),
            Deletion::Length(length) => *length,
        };
        Interval::at(self.position, length).expect("checked when read")
    }

    /// The replacement on the sequence that the accession names. The reference is read only when the deletion is
    /// given by its length.
    pub fn replacement(
        &self,
        source: &impl SequenceSource,
        sequence: RefgetAccession,
    ) -> Result<Replacement, SequenceError> {
        match &self.deletion {
            Deletion::Residues(deleted) => {
                let (deleted, inserted) = (deleted.clone(), self.insertion.clone());
                Ok(Replacement::new(sequence, self.position, deleted, inserted).expect("checked when read"))
            }
            Deletion::Length(_) => Replacement::of_reference(source, sequence, self.interval(), self.insertion.clone()),
        }
    }
}

impl fmt::Display for Spdi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:", self.accession, self.position)?;
        match &self.deletion {
            Deletion::Residues(residues) => write!(f, "{residues}")?,
            Deletion::Length(length) => write!(f, "{length}")?,
        }
        write!(f, ":{}", self.insertion)
    }
}

impl FromStr for Spdi {
    type Err = SpdiError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fields: Vec<&str> = text.trim().splitn(6, ':').collect();
        let &[accession, position, deletion, insertion] = fields.as_slice() else {
            return Err(SpdiError::Fields(fields.len()));
        };
        if !is_accession(accession) {
            return Err(SpdiError::Accession(accession.to_owned()));
        }
        let position = number(position).ok_or_else(|| SpdiError::Position(position.to_owned()))?;
        let deletion = match number(deletion) {
            Some(length) => Deletion::Length(length),
            None => Deletion::Residues(deletion.parse().map_err(SpdiError::Deletion)?),
        };
        let insertion: Residues = insertion.parse().map_err(SpdiError::Insertion)?;
        let spdi = Self { accession: accession.to_owned(), position, deletion, insertion };
        spdi.checked_length().map(|()| spdi)
    }
}

impl Spdi {
    fn checked_length(&self) -> Result<(), SpdiError> {
        let length = match &self.deletion {
            Deletion::Residues(residues) => residues.length(),
            Deletion::Length(length) => *length,
        };
        Interval::at(self.position, length).map(|_| ()).ok_or(SpdiError::TooLong)
    }
}

fn number(text: &str) -> Option<u64> {
    (!text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Letters, digits, `_`, `.` and `-`, with at least one letter before any digit: not a bare chromosome number.
fn is_accession(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    text.bytes().next().is_some_and(|first| first.is_ascii_alphabetic()) && text.len() > 2 && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequence::MemorySequences;

    fn round_trip(text: &str) -> Spdi {
        let spdi: Spdi = text.parse().expect(text);
        assert_eq!(spdi.to_string(), text);
        spdi
    }

    #[test]
    fn a_deletion_is_residues_or_their_number() {
        round_trip("NC_000017.11:43045711:T:C");
        round_trip("NM_007294.4:100::ACG");
        round_trip("NP_009225.1:10:M:*");
        assert_eq!(round_trip("NC_000017.11:43045711:3:").deletion(), &Deletion::Length(3));
    }

    #[test]
    fn other_texts_are_refused_with_the_field_named() {
        for (text, message) in [
            ("NC_000017.11:43045711:T", "SPDI has four fields"),
            ("NC_000017.11:1:T:C:G", "not 5"),
            ("17:43045711:T:C", "`17` is not a sequence accession"),
            ("NC_000017.11:-1:T:C", "`-1` is not an SPDI position"),
            ("NC_000017.11:18446744073709551616:T:C", "not an SPDI position"),
            ("NC_000017.11:18446744073709551615:2:C", "beyond any sequence"),
            ("NC_000017.11:1:T?:C", "the SPDI deletion: `?` at place 2"),
            ("NC_000017.11:1:T:9", "the SPDI insertion: `9` at place 1"),
        ] {
            let error = text.parse::<Spdi>().expect_err(text);
            assert!(error.to_string().contains(message), "{text}: {error}");
        }
    }

    #[test]
    fn a_length_is_filled_from_the_reference() {
        let mut sequences = MemorySequences::new();
        let id = sequences.add(b"ACGTACGT");
        let change = round_trip("TEST_1.1:1:2:T").replacement(&sequences, id).expect("loaded");
        assert_eq!((change.deleted().as_str(), change.inserted().as_str()), ("CG", "T"));
        assert!(round_trip("TEST_1.1:7:2:T").replacement(&sequences, id).is_err());
    }
}

//! The letters of a sequence as a variant gives them: bases or amino acids in one-letter code.

use std::{fmt, str::FromStr};

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// Zero or more residues in upper case: `A` to `Z`, `*` (stop) and `-` (gap), as VRS `sequenceString` allows.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Residues(CompactString);

/// The text holds something that is no residue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` at place {place} of the sequence is not a residue letter")]
pub struct BadResidue {
    /// The first character that is none.
    pub found: char,
    /// Its place, counted from 1.
    pub place: usize,
}

impl Residues {
    /// No residues.
    pub const fn none() -> Self {
        Self(CompactString::const_new(""))
    }

    /// Residues from bytes in either case.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadResidue> {
        match bytes.iter().position(|byte| !is_residue(*byte)) {
            None => {
                let mut letters = CompactString::from_utf8(bytes).expect("residue letters are ASCII");
                if bytes.iter().any(u8::is_ascii_lowercase) {
                    letters.make_ascii_uppercase();
                }
                Ok(Self(letters))
            }
            Some(at) => Err(BadResidue { found: first_char(&bytes[at..]), place: at + 1 }),
        }
    }

    /// The letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The letters as bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// How many residues.
    pub fn length(&self) -> u64 {
        self.0.len() as u64
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all are nucleotides in IUPAC code, `N` and the other ambiguity letters included.
    pub fn are_nucleotides(&self) -> bool {
        self.0.bytes().all(|base| b"ACGTURYSWKMBDHVN".contains(&base))
    }

    /// Whether every nucleotide is one of A, C, G, T.
    pub fn are_definite_bases(&self) -> bool {
        self.0.bytes().all(|base| b"ACGT".contains(&base))
    }

    /// The other strand, read from its 5′ end; `None` when a letter is no nucleotide. `U` pairs to `A`.
    pub fn reverse_complement(&self) -> Option<Self> {
        self.0.bytes().rev().map(|base| complement(base).map(char::from)).collect::<Option<CompactString>>().map(Self)
    }
}

/// The nucleotide that pairs with one in IUPAC code, upper case; `None` for another letter.
pub const fn complement(base: u8) -> Option<u8> {
    Some(match base {
        b'A' => b'T',
        b'C' => b'G',
        b'G' => b'C',
        b'T' | b'U' => b'A',
        b'R' => b'Y',
        b'Y' => b'R',
        b'K' => b'M',
        b'M' => b'K',
        b'B' => b'V',
        b'V' => b'B',
        b'D' => b'H',
        b'H' => b'D',
        b'S' | b'W' | b'N' => base,
        _ => return None,
    })
}

fn is_residue(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'*' || byte == b'-'
}

fn first_char(bytes: &[u8]) -> char {
    String::from_utf8_lossy(&bytes[..bytes.len().min(4)]).chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)
}

impl fmt::Display for Residues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Residues {
    type Err = BadResidue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_bytes(text.as_bytes())
    }
}

impl TryFrom<String> for Residues {
    type Error = BadResidue;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Residues> for String {
    fn from(residues: Residues) -> Self {
        residues.0.into_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn residues(text: &str) -> Residues {
        text.parse().expect(text)
    }

    #[test]
    fn letters_are_kept_in_upper_case() {
        assert_eq!(residues("acgTn").as_str(), "ACGTN");
        assert!(residues("acgtn").are_nucleotides());
        assert!(!residues("acgtn").are_definite_bases());
        assert!(!residues("MK*").are_nucleotides());
    }

    #[test]
    fn the_first_wrong_character_is_named() {
        let error = "AC1T".parse::<Residues>().expect_err("a digit");
        assert_eq!(error.to_string(), "`1` at place 3 of the sequence is not a residue letter");
        assert_eq!("Aé".parse::<Residues>().expect_err("not ASCII").found, 'é');
    }

    #[test]
    fn the_other_strand_of_the_other_strand_is_the_same() {
        let strand = residues("ACGTRYSWKMBDHVN");
        let other = strand.reverse_complement().expect("nucleotides");
        assert_eq!(other.reverse_complement(), Some(strand));
        assert_eq!(residues("MK*").reverse_complement(), None);
    }
}

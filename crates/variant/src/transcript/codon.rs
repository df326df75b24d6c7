//! Translation: the standard and the vertebrate mitochondrial code (NCBI tables 1 and 2).

use crate::hgvs::AminoAcid;

/// The genetic code of a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CodonTable {
    /// NCBI table 1.
    #[default]
    Standard,
    /// NCBI table 2: `AGA` and `AGG` stop, `ATA` is methionine, `TGA` tryptophan.
    VertebrateMitochondrial,
}

/// Codons in the order T, C, A, G of each base, as NCBI prints its tables.
const STANDARD: &[u8; 64] = b"FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG";
const MITOCHONDRIAL: &[u8; 64] = b"FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIMMTTTTNNKKSS**VVVVAAAADDEEGGGG";

impl CodonTable {
    /// The amino acid of three bases; ambiguous bases give [`AminoAcid::Xaa`].
    pub fn translate(self, codon: [u8; 3]) -> AminoAcid {
        let table = match self {
            Self::Standard => STANDARD,
            Self::VertebrateMitochondrial => MITOCHONDRIAL,
        };
        let index = codon.iter().try_fold(0usize, |acc, b| Some(acc * 4 + rank(*b)?));
        index.and_then(|i| AminoAcid::from_one_letter(table[i])).unwrap_or(AminoAcid::Xaa)
    }
}

fn rank(base: u8) -> Option<usize> {
    match base {
        b'T' => Some(0),
        b'C' => Some(1),
        b'A' => Some(2),
        b'G' => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(codon: &[u8; 3], standard: &str, mitochondrial: &str) {
        assert_eq!(CodonTable::Standard.translate(*codon).three_letters(), standard);
        assert_eq!(CodonTable::VertebrateMitochondrial.translate(*codon).three_letters(), mitochondrial);
    }

    #[test]
    fn the_two_codes_differ_in_four_codons() {
        check(b"ATG", "Met", "Met");
        check(b"TGA", "Ter", "Trp");
        check(b"ATA", "Ile", "Met");
        check(b"AGA", "Arg", "Ter");
        check(b"AGG", "Arg", "Ter");
        check(b"GGG", "Gly", "Gly");
        check(b"TAA", "Ter", "Ter");
        check(b"ANG", "Xaa", "Xaa");
    }
}

//! Translation: the standard and the vertebrate mitochondrial code (NCBI tables 1 and 2).

/// An amino acid, a stop, or selenocysteine, as its one-letter code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AminoAcid(u8);

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

impl AminoAcid {
    /// A stop codon.
    pub const STOP: Self = Self(b'*');
    /// Methionine.
    pub const MET: Self = Self(b'M');
    /// Selenocysteine.
    pub const SEC: Self = Self(b'U');
    /// Any amino acid: a codon with ambiguous bases.
    pub const UNKNOWN: Self = Self(b'X');

    /// The one-letter code: `*` is a stop, `U` selenocysteine, `X` unknown.
    pub fn letter(self) -> char {
        char::from(self.0)
    }

    /// The three-letter code HGVS uses: `Ter` is a stop.
    pub fn name(self) -> &'static str {
        match self.0 {
            b'A' => "Ala",
            b'C' => "Cys",
            b'D' => "Asp",
            b'E' => "Glu",
            b'F' => "Phe",
            b'G' => "Gly",
            b'H' => "His",
            b'I' => "Ile",
            b'K' => "Lys",
            b'L' => "Leu",
            b'M' => "Met",
            b'N' => "Asn",
            b'P' => "Pro",
            b'Q' => "Gln",
            b'R' => "Arg",
            b'S' => "Ser",
            b'T' => "Thr",
            b'U' => "Sec",
            b'V' => "Val",
            b'W' => "Trp",
            b'Y' => "Tyr",
            b'*' => "Ter",
            _ => "Xaa",
        }
    }
}

impl CodonTable {
    /// The amino acid of three bases; ambiguous bases give [`AminoAcid::UNKNOWN`].
    pub fn translate(self, codon: [u8; 3]) -> AminoAcid {
        let table = match self {
            Self::Standard => STANDARD,
            Self::VertebrateMitochondrial => MITOCHONDRIAL,
        };
        let index = codon.iter().try_fold(0usize, |acc, b| Some(acc * 4 + rank(*b)?));
        index.map_or(AminoAcid::UNKNOWN, |i| AminoAcid(table[i]))
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
        assert_eq!(CodonTable::Standard.translate(*codon).name(), standard);
        assert_eq!(CodonTable::VertebrateMitochondrial.translate(*codon).name(), mitochondrial);
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
